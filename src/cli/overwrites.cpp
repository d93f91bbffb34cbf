// Would a file that is written replace one that the command reads, or another that it writes?
#include "cli/overwrites.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>

#include "cli/codes.h"

namespace eigenbau::cli {
namespace {

namespace fs = std::filesystem;

/// One place on the disk, whether or not a file stands there.
bool are_one(const fs::path& a, const fs::path& b) {
  std::error_code error;
  if (fs::equivalent(a, b, error) && !error) return true;
  const fs::path first = fs::weakly_canonical(fs::absolute(a, error), error);
  return !error && first == fs::weakly_canonical(fs::absolute(b, error), error) && !error;
}

/// A name under which something other than a file or a directory is open may be written to any number of times.
bool is_file_or_free(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return !fs::exists(status) || fs::is_regular_file(status);
}

/// Whether a part of a directory of parts stands at `path`: KIND/NAME.toml.
bool is_part_of(const std::string& path, const std::string& directory) {
  std::error_code error;
  if (!fs::is_directory(directory, error) || !fs::is_regular_file(path, error)) return false;
  const fs::path below = fs::weakly_canonical(path, error).lexically_relative(fs::weakly_canonical(directory, error));
  return !error && below.extension() == ".toml" && std::distance(below.begin(), below.end()) == 2 && *below.begin() != "..";
}

std::unexpected<Failure> refuse(std::string message, const OutputPath& output) {
  return fail(ExitCode::bad_usage,
              Diagnostic{.code = std::string(kCannotWrite),
                         .message = std::move(message),
                         .hint = output.option.empty() ? "name another file to read, or another directory to write to"
                                                       : fmt::format("name another file for {}", output.option)});
}

std::string in_words(const OutputPath& output) {
  return output.option.empty() ? output.path : fmt::format("{} {}", output.option, output.path);
}

}  // namespace

std::vector<std::string> read_paths(const Command& command, const Arguments& arguments) {
  std::vector<std::string> paths;
  const auto add = [&](const std::string& path) { paths.push_back(path == "-" ? "/dev/stdin" : path); };
  std::size_t next = 0;
  for (const Positional& positional : command.positionals)
    for (std::size_t taken = 0; taken < positional.most && next < arguments.positionals.size(); ++taken, ++next)
      if (positional.takes == Takes::file) add(arguments.positionals[next]);
  for (const Option& option : command.options)
    if (option.takes == Takes::file || option.name == "--catalog")
      for (const std::string& path : arguments.values(option.name)) add(path);
  return paths;
}

std::vector<OutputPath> written_paths(const Command& command, const Arguments& arguments) {
  std::vector<OutputPath> paths;
  for (const Option& option : command.options)
    if (option.takes == Takes::output_file)
      if (const auto path = arguments.value(option.name); path && *path != "-")
        paths.push_back({*path, option.short_name.empty() ? option.name : option.short_name});
  return paths;
}

Result<void> none_overwritten(std::span<const std::string> inputs, std::span<const OutputPath> outputs) {
  std::error_code error;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const OutputPath& output = outputs[i];
    if (!is_file_or_free(output.path)) continue;
    for (const std::string& input : inputs)
      if ((!output.option.empty() && is_part_of(output.path, input)) || (fs::exists(input, error) && are_one(output.path, input)))
        return refuse(fmt::format("{} would replace a file that the command reads", in_words(output)), output);
    for (const OutputPath& other : outputs.first(i))
      if (are_one(output.path, other.path))
        return refuse(fmt::format("{} and {} are one file", in_words(other), in_words(output)), output);
  }
  return {};
}

}  // namespace eigenbau::cli
