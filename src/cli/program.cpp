// What happens from the words on the command line to the exit code?
#include "cli/program.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <optional>
#include <utility>

#include "cli/codes.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/overwrites.h"
#include "cli/parse.h"
#include "cli/present.h"
#include "cli/version.h"

namespace eigenbau::cli {
namespace {

bool takes_color(int descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  if (no_color && *no_color) return false;
  return ::isatty(descriptor) && terminal && std::string_view(terminal) != "dumb";
}

/// A terminal's colors and columns; plain and as wide as usual where the result goes elsewhere.
report::TextStyle style_of(const Arguments& arguments) {
  constexpr unsigned short kLeast = 60, kMost = 300;
  report::TextStyle style;
  if (arguments.has("--output") || !::isatty(STDOUT_FILENO)) return style;
  style.color = takes_color(STDOUT_FILENO);
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.width = std::clamp(size.ws_col, kLeast, kMost);
  return style;
}

void tell(const Diagnostics& diagnostics) { write_all(STDERR_FILENO, render(diagnostics, takes_color(STDERR_FILENO))); }

ExitCode give_up(const Failure& failure) {
  tell(failure.diagnostics);
  return failure.exit;
}

Result<void> print_out(const std::string& text) {
  // A reader that has seen enough (`| head`) is no failure.
  if (write_all(STDOUT_FILENO, text) || errno == EPIPE) return {};
  return fail(ExitCode::bad_usage, Diagnostic{.code = std::string(kCannotWrite), .message = "cannot write to standard output"});
}

/// Those of a directory are known once they are made.
Result<void> check_all(const std::vector<OutputFile>& files, const Invocation& invocation) {
  std::vector<OutputPath> outputs;
  for (const OutputFile& file : files) outputs.push_back({file.path});
  // What an option names comes after what a directory holds.
  for (const OutputPath& named : written_paths(*invocation.command, invocation.arguments)) {
    const auto last = std::ranges::find(outputs.rbegin(), outputs.rend(), named.path, &OutputPath::path);
    if (last != outputs.rend()) last->option = named.option;
  }
  return none_overwritten(read_paths(*invocation.command, invocation.arguments), outputs);
}

/// The text to the file that -o names, else to standard output, once `files` are written.
Result<void> deliver(std::string text, std::vector<OutputFile> files, const Invocation& invocation) {
  const auto path = invocation.arguments.value("--output");
  const bool to_file = path && *path != "-";
  if (to_file) files.push_back({*path, std::exchange(text, {})});
  if (auto apart = check_all(files, invocation); !apart) return apart;
  if (auto written = write_files(files); !written) return written;
  return to_file ? Result<void>{} : print_out(text);
}

report::RunStats stats_since(std::chrono::steady_clock::time_point start, std::map<std::string, double> counters) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return {.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
          .peak_memory_bytes = 1024.0 * static_cast<double>(usage.ru_maxrss),
          .counters = std::move(counters)};
}

std::string print(const report::RunStats& stats) {
  std::string text = fmt::format("run: {:.3f} s, {:.1f} MB peak", stats.seconds, stats.peak_memory_bytes / 1e6);
  for (const auto& [name, count] : stats.counters) text += fmt::format(", {} {}", name, count);
  return text + "\n";
}

ExitCode run(const Invocation& invocation) {
  const auto start = std::chrono::steady_clock::now();
  const Arguments& arguments = invocation.arguments;
  if (auto apart = none_overwritten(read_paths(*invocation.command, arguments), written_paths(*invocation.command, arguments));
      !apart)
    return give_up(apart.error());
  const Outcome outcome = invocation.command->run(arguments);
  tell(outcome.diagnostics);
  const auto* text = std::get_if<std::string>(&outcome.result);
  if (outcome.exit != ExitCode::answered && text && text->empty()) return outcome.exit;
  std::optional<report::RunStats> stats;
  if (arguments.has("--stats")) stats = stats_since(start, outcome.counters);
  const auto presentation = present(outcome, arguments, stats, style_of(arguments));
  if (!presentation) return give_up(presentation.error());
  std::vector<OutputFile> files = outcome.files;
  files.insert(files.end(), presentation->files.begin(), presentation->files.end());
  if (auto delivered = deliver(presentation->text, std::move(files), invocation); !delivered) return give_up(delivered.error());
  if (stats && !arguments.has("--json")) write_all(STDERR_FILENO, print(stats_since(start, outcome.counters)));
  return outcome.exit;
}

ExitCode run_words(const std::vector<std::string>& words) {
  const auto invocation = parse(words);
  if (!invocation) return give_up(invocation.error());
  if (words.empty()) {
    write_all(STDERR_FILENO, program_help());
    return ExitCode::bad_usage;
  }
  std::string text;
  if (invocation->wants_version) text = fmt::format("eigenbau {}\n", kVersion);
  else if (!invocation->family.empty()) text = family_help(invocation->family);
  else if (invocation->wants_help) text = invocation->command ? command_help(*invocation->command) : program_help();
  else return run(*invocation);
  const auto delivered = print_out(text);
  return delivered ? ExitCode::answered : give_up(delivered.error());
}

}  // namespace

ExitCode run_program(const std::vector<std::string>& words) noexcept {
  std::string what = "unknown exception";
  try {
    return run_words(words);
  } catch (const std::exception& error) {
    what = error.what();
  } catch (...) {
  }
  Diagnostics diagnostics;
  diagnostics.add({.code = std::string(kInternal),
                   .message = "internal error: " + what,
                   .hint = "this is a defect of the program; please report it with the command and the file"});
  tell(diagnostics);
  return ExitCode::internal;
}

}  // namespace eigenbau::cli
