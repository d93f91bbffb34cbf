// What is a command of the program? One table of these drives parsing, help, man pages, completion and hints.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "report/tree.h"

namespace eigenbau::cli {

enum class Takes {
  nothing,
  text,
  number,
  word,
  file,         ///< that is read
  output_file,  ///< that is written
  directory
};

/// A file of either kind.
constexpr bool takes_file(Takes takes) { return takes == Takes::file || takes == Takes::output_file; }

struct Option {
  std::string name;          ///< "--set"
  std::string short_name{};  ///< "-o"; may be empty
  std::string value{};       ///< as help shows it, "KEY=VALUE"; empty for a flag
  std::string help;
  Takes takes = Takes::nothing;
  std::vector<std::string> words{};  ///< that a `word` may be
  bool repeats = false;
  std::uint64_t least = 0;  ///< that a `number` may be
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
};

struct Positional {
  std::string name;  ///< as help shows it, "FILE"
  std::string help;
  Takes takes = Takes::file;
  std::vector<std::string> words{};
  std::size_t least = 1;
  std::size_t most = 1;
};

/// What the user typed after the command, checked against its declaration.
struct Arguments {
  std::vector<std::string> positionals;
  std::map<std::string, std::vector<std::string>, std::less<>> options;  ///< by long name; a flag has no values

  bool has(std::string_view name) const { return options.contains(name); }
  /// The last value given; nothing if there is none.
  std::optional<std::string> value(std::string_view name) const;
  std::vector<std::string> values(std::string_view name) const;
  /// Of an option that takes a number.
  std::uint64_t number(std::string_view name, std::uint64_t fallback) const;
};

/// A further file that a command leaves behind.
struct OutputFile {
  std::string path;
  std::string content;
};

/// What a command answers. Commands write nothing themselves: the program prints and saves what is in here.
struct Outcome {
  ExitCode exit = ExitCode::answered;
  std::variant<std::string, report::Report, std::vector<report::Report>> result{};
  bool summary = false;  ///< a report is shown as its one-screen summary unless parts are asked for
  Diagnostics diagnostics{};
  std::vector<OutputFile> files{};
  std::map<std::string, double> counters{};  ///< shown by --stats
};

struct Command {
  std::string name;   ///< "plan", "catalog list"
  std::string group;  ///< heading in the program's help
  std::string summary;
  std::vector<std::string> examples;  ///< "eigenbau plan lab.toml    the whole answer on one screen"
  std::vector<Positional> positionals;
  std::vector<Option> options;
  std::string more{};  ///< paragraphs for help and man page
  Outcome (*run)(const Arguments& arguments) = nullptr;
};

/// All commands, in the order in which help lists them.
const std::vector<Command>& commands();

/// Names of all commands, "catalog list" as such.
std::vector<std::string> command_names();

Outcome failed(Failure failure);
Outcome failed(ExitCode exit, std::string code, std::string message, std::string hint = "");

}  // namespace eigenbau::cli
