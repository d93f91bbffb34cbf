// What value does an option state, and how is a wrong one refused?
#pragma once

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/codes.h"

namespace eigenbau::cli {

inline std::unexpected<Failure> refuse(std::string message, std::string hint) {
  return fail(ExitCode::bad_usage,
              Diagnostic{.code = std::string(kBadOptionValue), .message = std::move(message), .hint = std::move(hint)});
}

/// A whole number that is not negative.
inline std::optional<int> whole(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

/// The values between commas.
inline std::vector<std::string> list_of(const std::string& text) {
  std::vector<std::string> list;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    list.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return list;
}

}  // namespace eigenbau::cli
