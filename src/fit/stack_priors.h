// What is known of a stack's constants before any run is looked at?
#pragma once

#include <span>
#include <string_view>

namespace eigenbau::fit {

/// A constant of one stack that documentation or kernel papers put elsewhere than its parent's: the parent's times `ratio`.
struct StackPrior {
  std::string_view stack;
  std::string_view constant;
  double ratio = 1;
  std::string_view why;
};

std::span<const StackPrior> stack_priors();

}  // namespace eigenbau::fit
