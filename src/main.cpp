// The program: words in, exit code out.
#include <csignal>
#include <cstdlib>

#include "cli/output.h"
#include "cli/program.h"

namespace {

void interrupted(int) {
  eigenbau::cli::discard_unfinished();
  std::_Exit(static_cast<int>(eigenbau::ExitCode::interrupted));
}

}  // namespace

int main(int count, char** words) {
  std::signal(SIGINT, interrupted);
  std::signal(SIGTERM, interrupted);
  std::signal(SIGPIPE, SIG_IGN);
  return static_cast<int>(eigenbau::cli::run_program({words + (count > 0 ? 1 : 0), words + count}));
}
