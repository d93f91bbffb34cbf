// What does a diagnostic's code mean? The form in which every room lists its own, for `eigenbau explain CODE`.
#pragma once

#include <string_view>

namespace eigenbau {

/// A stable code, what it says in one line, and the rule behind it with the way out.
struct CodeText {
  std::string_view code;
  std::string_view title;
  std::string_view explanation;
};

}  // namespace eigenbau
