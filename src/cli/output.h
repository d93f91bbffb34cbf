// How does a result reach a file or a terminal, whole or not at all?
#pragma once

#include <string>

#include "base/result.h"

namespace eigenbau::cli {

/// Writes a temporary file beside `path` and renames it. What is no regular file (a pipe, /dev/null) is written as it is.
Result<void> write_file(const std::string& path, const std::string& content);

/// Writes to an open descriptor; false if not all of it could be written.
bool write_all(int descriptor, const std::string& content);

/// Removes a temporary file that is being written. May be called from a signal handler.
void discard_unfinished() noexcept;

}  // namespace eigenbau::cli
