// What happens from the words on the command line to the exit code?
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace eigenbau::cli {

/// Runs one command: result to standard output or to the file of `-o`, diagnostics to standard error. Never throws.
ExitCode run_program(const std::vector<std::string>& words) noexcept;

}  // namespace eigenbau::cli
