// What does a function return when input can make it fail?
#pragma once

#include <expected>
#include <utility>

#include "base/diagnostic.h"

namespace eigenbau {

/// The exit codes of the command line; a failure knows which one it means.
enum class ExitCode : int {
  answered = 0,   ///< an answer was given, also when a claim fails
  bad_input = 1,  ///< the file was read and has errors
  bad_usage = 2,  ///< wrong options, or a file that cannot be read
  no_answer = 3,  ///< the question has no answer: nothing fits, cannot be wired, never finishes
  internal = 4,
  interrupted = 130,
};

/// Why there is no value.
struct Failure {
  ExitCode exit = ExitCode::bad_input;
  Diagnostics diagnostics;
};

template <class T>
using Result = std::expected<T, Failure>;

inline std::unexpected<Failure> fail(ExitCode exit, Diagnostic diagnostic) {
  Failure failure{exit, {}};
  failure.diagnostics.add(std::move(diagnostic));
  return std::unexpected(std::move(failure));
}

inline std::unexpected<Failure> fail(ExitCode exit, Diagnostics diagnostics) {
  return std::unexpected(Failure{exit, std::move(diagnostics)});
}

}  // namespace eigenbau
