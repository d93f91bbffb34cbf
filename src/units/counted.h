// How is a number of things written?
#pragma once

#include <string>
#include <string_view>

#include "units/print.h"

namespace eigenbau {

/// "1 GPU", "2 GPUs": for nouns that take an s.
inline std::string counted(long long number, std::string_view noun) {
  std::string text = print_count(number) + " ";
  text += noun;
  if (number != 1) text += 's';
  return text;
}

}  // namespace eigenbau
