// How are the program and its commands described: on a terminal, as man pages, to a shell that completes words?
#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>

namespace eigenbau::cli {
namespace {

constexpr std::size_t kWidth = 96;

/// `left` in a column of its own, `text` wrapped beside it.
std::string entry(const std::string& left, const std::string& text, std::size_t column) {
  std::string out = "  " + left;
  std::size_t position = out.size();
  if (position + 2 > column) {
    out += "\n" + std::string(column, ' ');
  } else {
    out += std::string(column - position, ' ');
  }
  position = column;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(' ', start), text.size());
    if (position > column && position + 1 + (end - start) > kWidth) {
      out += "\n" + std::string(column, ' ');
      position = column;
    } else if (position > column) {
      out += ' ';
      ++position;
    }
    out += text.substr(start, end - start);
    position += end - start;
    start = end + 1;
  }
  return out + "\n";
}

std::string examples(const std::vector<std::string>& lines) {
  std::string out = "Examples\n";
  for (const std::string& line : lines) out += "  " + line + "\n";
  return out;
}

std::string form(const Command& command) {
  std::string out = "eigenbau " + command.name;
  for (const Positional& positional : command.positionals) {
    const std::string name = positional.name + (positional.most > 1 ? " ..." : "");
    out += positional.least == 0 ? " [" + name + "]" : " " + name;
  }
  return out + (command.options.empty() ? "" : " [options]");
}

std::string option_form(const Option& option) {
  std::string out = option.short_name.empty() ? "    " + option.name : option.short_name + ", " + option.name;
  return option.value.empty() ? out : out + " " + option.value;
}

}  // namespace

std::string help_of(const Option& option) {
  if (option.takes != Takes::word) return option.help;
  return fmt::format("{} ({})", option.help, fmt::join(option.words, ", "));
}

std::string program_help() {
  std::string out = "eigenbau: plans a self-built GPU cluster from one text file.\n\n";
  out += examples({"eigenbau init lab.toml                     write a commented starter file",
                   "eigenbau plan lab.toml                     what it will be, do, draw and cost, on one screen",
                   "eigenbau plan lab.toml --only power        one part of the answer in depth",
                   "eigenbau plan lab.toml --html report.html  the whole answer as one page to mail",
                   "eigenbau compare lab.toml other.toml       two files side by side"});
  std::vector<std::string> groups;
  for (const Command& command : commands())
    if (std::find(groups.begin(), groups.end(), command.group) == groups.end()) groups.push_back(command.group);
  std::size_t widest = 0;
  for (const Command& command : commands()) widest = std::max(widest, command.name.size());
  for (const std::string& group : groups) {
    out += "\n" + group + "\n";
    for (const Command& command : commands())
      if (command.group == group) out += entry(command.name, command.summary, widest + 5);
  }
  return out +
         "\n`eigenbau COMMAND --help` shows the options of a command.\n"
         "FILE may be - for standard input. NO_COLOR turns colors off.\n"
         "Exit codes: 0 an answer, 1 the file has errors, 2 bad usage or an unreadable file, 3 the question has no answer,\n"
         "4 internal error, 130 interrupted.\n";
}

std::string family_help(const std::string& family) {
  std::vector<const Command*> members;
  std::vector<std::string> lines;
  std::size_t widest = 0;
  for (const Command& command : commands()) {
    if (!command.name.starts_with(family + " ")) continue;
    members.push_back(&command);
    if (!command.examples.empty()) lines.push_back(command.examples.front());
    widest = std::max(widest, command.name.size());
  }
  std::string out = examples(lines) + "\nCommands\n";
  for (const Command* command : members) out += entry(command->name, command->summary, widest + 5);
  return out + fmt::format("\n`eigenbau {} COMMAND --help` shows the options of a command.\n", family);
}

std::string command_help(const Command& command) {
  std::string out = examples(command.examples) + "\n" + form(command) + "\n  " + command.summary + "\n";
  if (!command.positionals.empty()) {
    out += "\nArguments\n";
    for (const Positional& positional : command.positionals) out += entry(positional.name, positional.help, 26);
  }
  out += "\nOptions\n";
  for (const Option& option : command.options) out += entry(option_form(option), help_of(option), 26);
  out += entry("-h, --help", "this text", 26);
  if (!command.more.empty()) out += "\n" + command.more + "\n";
  return out;
}

}  // namespace eigenbau::cli
