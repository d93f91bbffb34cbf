// What is a command of the program? One table of these drives parsing, help, man pages, completion and hints.
#include "cli/command.h"

#include <charconv>

namespace eigenbau::cli {

std::optional<std::string> Arguments::value(std::string_view name) const {
  const auto it = options.find(name);
  if (it == options.end() || it->second.empty()) return std::nullopt;
  return it->second.back();
}

std::vector<std::string> Arguments::values(std::string_view name) const {
  const auto it = options.find(name);
  return it == options.end() ? std::vector<std::string>{} : it->second;
}

std::uint64_t Arguments::number(std::string_view name, std::uint64_t fallback) const {
  const auto text = value(name);
  std::uint64_t parsed = fallback;
  if (text) std::from_chars(text->data(), text->data() + text->size(), parsed);
  return parsed;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command& command : commands()) names.push_back(command.name);
  return names;
}

Outcome failed(Failure failure) { return {.exit = failure.exit, .diagnostics = std::move(failure.diagnostics)}; }

Outcome failed(ExitCode exit, std::string code, std::string message, std::string hint) {
  Outcome outcome{.exit = exit};
  outcome.diagnostics.add({.code = std::move(code), .message = std::move(message), .hint = std::move(hint)});
  return outcome;
}

}  // namespace eigenbau::cli
