// How does a result reach a file or a terminal, whole or not at all?
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "cli/command.h"

namespace eigenbau::cli {

/// Writes a temporary file beside each path, and renames them once all are whole: if one cannot be written, all that stood there
/// before is as it was. What is no regular file (a pipe, /dev/null) is written as it is, after the others.
Result<void> write_files(std::span<const OutputFile> files);

/// Writes to an open descriptor; false if not all of it could be written.
bool write_all(int descriptor, const std::string& content);

/// Removes the temporary files that are being written. May be called from a signal handler.
void discard_unfinished() noexcept;

}  // namespace eigenbau::cli
