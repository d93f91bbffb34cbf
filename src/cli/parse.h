// Which command did the user ask for, with which arguments?
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace eigenbau::cli {

struct Invocation {
  const Command* command = nullptr;  ///< null: the program itself (`eigenbau --help`)
  std::string family{};              ///< first word of several commands, whose help is wanted (`eigenbau catalog --help`)
  bool wants_help = false;
  bool wants_version = false;
  Arguments arguments;
};

/// Reads the words after the program's name. Fails with exit 2 and a hint at the nearest name.
Result<Invocation> parse(const std::vector<std::string>& words);

}  // namespace eigenbau::cli
