// What does a training or serving software stack do: which kernels, what overlaps, what the host costs?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "units/quantity.h"

namespace eigenbau::catalog {

/// A release of a software stack. What it does not state it takes from its parent; the training law names the constants.
struct Stack {
  std::string name, title;
  std::vector<std::string> aliases;
  std::string parent;  ///< nearest in code and date; empty for a root
  int year = 0;
};

}  // namespace eigenbau::catalog
