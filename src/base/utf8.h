// Which bytes of a text are one character?
#pragma once

#include <cstddef>
#include <string_view>

namespace eigenbau {

/// Length of the valid UTF-8 sequence at `at`, 0 if there is none (Unicode 15, table 3-7).
std::size_t utf8_length(std::string_view text, std::size_t at);

}  // namespace eigenbau
