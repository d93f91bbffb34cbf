// Would a file that is written replace one that the command reads, or another that it writes?
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/command.h"

namespace eigenbau::cli {

/// A file that a command is to write, and the option that names it; empty where the file is one of a directory.
struct OutputPath {
  std::string path;
  std::string option{};
};

/// The files that the words of a command name to be read; standard input is what stands behind it.
std::vector<std::string> read_paths(const Command& command, const Arguments& arguments);

/// The files that options name to be written.
std::vector<OutputPath> written_paths(const Command& command, const Arguments& arguments);

/// Fails where a file to be written is one of `inputs` or another to be written: under any spelling, through links too, and as a
/// part of a catalog that is added, unless a directory of parts is what is written. What is no regular file (a pipe, /dev/null)
/// may be named as often as one likes.
Result<void> none_overwritten(std::span<const std::string> inputs, std::span<const OutputPath> outputs);

}  // namespace eigenbau::cli
