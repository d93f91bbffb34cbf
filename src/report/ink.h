// Which words of a terminal text stand out?
#pragma once

#include <string>
#include <string_view>

#include "report/tree.h"

namespace eigenbau::report {

/// Adds terminal colors, or leaves text as it is.
struct Ink {
  bool color = false;

  std::string bold(std::string_view text) const { return wrapped("1", text); }
  std::string dim(std::string_view text) const { return wrapped("2", text); }
  std::string verdict(Verdict verdict, std::string_view text) const {
    constexpr std::string_view kCodes[] = {"32", "33", "31", "36"};
    return wrapped(kCodes[static_cast<std::size_t>(verdict)], text);
  }
  /// Green, yellow from a half on, red from nine tenths on.
  std::string heat(double share, std::string_view text) const {
    return wrapped(share >= 0.9 ? "31" : share >= 0.5 ? "33" : "32", text);
  }
  std::string severity(Severity severity, std::string_view text) const {
    return wrapped(severity == Severity::error ? "1;31" : severity == Severity::warning ? "1;33" : "1;36", text);
  }

 private:
  std::string wrapped(std::string_view code, std::string_view text) const {
    if (!color || text.empty()) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
  }
};

}  // namespace eigenbau::report
