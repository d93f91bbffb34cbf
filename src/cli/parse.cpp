// Which command did the user ask for, with which arguments?
#include "cli/parse.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>

#include "cli/codes.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

std::unexpected<Failure> refuse(std::string_view code, std::string message, std::string hint = "") {
  return fail(ExitCode::bad_usage, Diagnostic{.code = std::string(code), .message = std::move(message), .hint = std::move(hint)});
}

std::string join(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

std::string suggestion(const std::string& word, const std::vector<std::string>& candidates, const std::string& otherwise) {
  const auto near = nearest_name(word, candidates);
  return near ? "did you mean " + *near + "?" : otherwise;
}

bool is_family(const std::string& word) {
  return std::any_of(commands().begin(), commands().end(),
                     [&](const Command& command) { return command.name.starts_with(word + " "); });
}

/// The command whose words begin the line, and how many words it took: "catalog list" takes two.
Result<std::pair<const Command*, std::size_t>> find_command(const std::vector<std::string>& words) {
  std::vector<std::string> families, members;
  for (const Command& command : commands()) {
    const std::size_t space = command.name.find(' ');
    if (space == std::string::npos) {
      if (command.name == words[0]) return std::pair(&command, std::size_t{1});
      families.push_back(command.name);
      continue;
    }
    const std::string family = command.name.substr(0, space);
    if (std::find(families.begin(), families.end(), family) == families.end()) families.push_back(family);
    if (family != words[0]) continue;
    members.push_back(command.name.substr(space + 1));
    if (words.size() > 1 && members.back() == words[1]) return std::pair(&command, std::size_t{2});
  }
  if (members.empty())
    return refuse(kUnknownCommand, fmt::format("there is no command '{}'", words[0]),
                  suggestion(words[0], families, "`eigenbau help` lists the commands"));
  const std::string choices = fmt::format("`eigenbau {}` is followed by one of: {}", words[0], join(members));
  if (words.size() == 1 || words[1].starts_with("-"))
    return refuse(kUnknownCommand, fmt::format("'{}' alone is not a command", words[0]), choices);
  return refuse(kUnknownCommand, fmt::format("there is no command '{} {}'", words[0], words[1]),
                suggestion(words[1], members, choices));
}

std::vector<std::string> option_names(const Command& command) {
  std::vector<std::string> names{"--help"};
  for (const Option& option : command.options) names.push_back(option.name);
  return names;
}

/// A word as people spell it: case, - and _ do not matter.
std::string bare(const std::string& word) {
  std::string out;
  for (const char c : word)
    if (c != '-' && c != '_') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

/// The word that is meant.
Result<std::string> one_of(const std::string& what, const std::string& value, const std::vector<std::string>& words) {
  if (std::find(words.begin(), words.end(), value) != words.end()) return value;
  const auto same = std::find_if(words.begin(), words.end(), [&](const std::string& word) { return bare(word) == bare(value); });
  if (same != words.end()) return *same;
  return refuse(kBadOptionValue, fmt::format("{} cannot be '{}'", what, value),
                suggestion(value, words, "one of: " + join(words)));
}

std::string range_in_words(const Option& option) {
  if (option.most == std::numeric_limits<std::uint64_t>::max()) return fmt::format("of at least {}", option.least);
  return fmt::format("from {} to {}", option.least, print_count(static_cast<long long>(option.most)));
}

/// The value as the command is to see it.
Result<std::string> checked_value(const Option& option, const std::string& value) {
  if (option.takes == Takes::word) return one_of(option.name, value, option.words);
  if (option.takes != Takes::number) return value;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  const bool whole = error == std::errc() && end == value.data() + value.size();
  if (whole && number >= option.least && number <= option.most) return value;
  return refuse(kBadOptionValue, fmt::format("{} takes a whole number {}, not '{}'", option.name, range_in_words(option), value),
                fmt::format("for example: {} {}", option.name, std::max<std::uint64_t>(1, option.least)));
}

Result<void> check_positionals(const Command& command, std::vector<std::string>& given) {
  std::size_t least = 0, most = 0;
  std::string form;
  for (const Positional& positional : command.positionals) {
    least += positional.least;
    most += positional.most;
    for (std::size_t i = 0; i < std::max<std::size_t>(1, positional.least); ++i) form += " " + positional.name;
    if (positional.most > std::max<std::size_t>(1, positional.least)) form += " ...";
  }
  const std::string usage = fmt::format("the form is: eigenbau {}{}; see eigenbau {} --help", command.name, form, command.name);
  if (given.size() < least) {
    std::size_t place = 0;
    for (std::size_t covered = command.positionals[0].least; covered <= given.size(); covered += command.positionals[place].least)
      ++place;
    return refuse(
        kWrongArguments,
        fmt::format("`eigenbau {}` needs {}{}", command.name, given.empty() ? "" : "another ", command.positionals[place].name),
        usage);
  }
  if (given.size() > most)
    return refuse(kWrongArguments, fmt::format("`eigenbau {}` has no use for '{}'", command.name, given[most]), usage);
  std::size_t i = 0;
  for (const Positional& positional : command.positionals)
    for (std::size_t taken = 0; taken < positional.most && i < given.size(); ++taken, ++i)
      if (!positional.words.empty()) {
        auto checked = one_of(positional.name, given[i], positional.words);
        if (!checked) return std::unexpected(checked.error());
        given[i] = *std::move(checked);
      }
  return {};
}

Failure unknown_option(const Command& command, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  return refuse(kUnknownOption, fmt::format("`eigenbau {}` has no option {}", command.name, name),
                suggestion(name, option_names(command), fmt::format("`eigenbau {} --help` lists its options", command.name)))
      .error();
}

/// What one option collects while CLI11 reads.
struct Slot {
  const Option* option;
  CLI::Option* parsed = nullptr;
  std::vector<std::string> values{};
};

Result<Invocation> parse_arguments(const Command& command, std::vector<std::string> words) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  Invocation invocation{.command = &command};
  app.add_flag("-h,--help", invocation.wants_help);
  std::vector<std::unique_ptr<Slot>> slots;
  for (const Option& option : command.options) {
    Slot& slot = *slots.emplace_back(std::make_unique<Slot>(Slot{.option = &option}));
    const std::string names = option.short_name.empty() ? option.name : option.short_name + "," + option.name;
    slot.parsed = option.takes == Takes::nothing ? app.add_flag(names)
                                                 : app.add_option(names, slot.values)->type_size(1)->allow_extra_args(false);
  }
  app.add_option("positionals", invocation.arguments.positionals);
  std::reverse(words.begin(), words.end());
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return refuse(kBadOptionValue, fmt::format("`eigenbau {}`: {}", command.name, error.what()),
                  fmt::format("`eigenbau {} --help` shows what each option takes", command.name));
  }
  if (invocation.wants_help) return invocation;
  Diagnostics problems;
  const auto note = [&problems](const Failure& failure) {
    for (const Diagnostic& problem : failure.diagnostics.all()) problems.add(problem);
  };
  for (const std::string& word : app.remaining())
    if (word.starts_with("-") && word != "-") note(unknown_option(command, word));
  const bool knows_all = !problems.has_errors();
  for (const std::string& word : app.remaining()) invocation.arguments.positionals.push_back(word);
  for (const auto& slot : slots) {
    if (slot->parsed->count() == 0) continue;
    for (std::string& value : slot->values) {
      auto checked = checked_value(*slot->option, value);
      if (checked) value = *std::move(checked);
      else note(checked.error());
    }
    invocation.arguments.options[slot->option->name] = slot->values;
  }
  // What follows an option that is not known may be its value.
  if (knows_all)
    if (const auto checked = check_positionals(command, invocation.arguments.positionals); !checked) note(checked.error());
  if (problems.has_errors()) return fail(ExitCode::bad_usage, std::move(problems));
  return invocation;
}

}  // namespace

Result<Invocation> parse(const std::vector<std::string>& words) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h") return Invocation{.wants_help = true};
  if (words[0] == "--version") return Invocation{.wants_version = true};
  if (words[0].starts_with("-"))
    return refuse(kUnknownOption, fmt::format("options belong behind the command; there is no command '{}'", words[0]),
                  "for example: eigenbau plan FILE --json");
  if (words.size() > 1 && (words[1] == "--help" || words[1] == "-h") && is_family(words[0]))
    return Invocation{.family = words[0], .wants_help = true};
  auto found = find_command(words);
  if (!found) return std::unexpected(found.error());
  const auto [command, taken] = *found;
  return parse_arguments(*command, {words.begin() + static_cast<std::ptrdiff_t>(taken), words.end()});
}

}  // namespace eigenbau::cli
