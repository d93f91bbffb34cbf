// Which words can follow, for the shells that ask?
#include <fmt/format.h>

#include <algorithm>

#include "cli/help.h"

namespace eigenbau::cli {
namespace {

/// First words of commands, and behind each the second words ("catalog": list, show, lint).
std::vector<std::pair<std::string, std::vector<const Command*>>> families() {
  std::vector<std::pair<std::string, std::vector<const Command*>>> found;
  for (const Command& command : commands()) {
    const std::string family = command.name.substr(0, command.name.find(' '));
    auto it = std::find_if(found.begin(), found.end(), [&](const auto& entry) { return entry.first == family; });
    if (it == found.end()) it = found.insert(found.end(), {family, {}});
    it->second.push_back(&command);
  }
  return found;
}

bool is_pair(const Command& command) { return command.name.find(' ') != std::string::npos; }
std::string second_word(const Command& command) { return command.name.substr(command.name.find(' ') + 1); }

std::string join(const std::vector<std::string>& words, std::string_view between = " ") {
  return fmt::format("{}", fmt::join(words, between));
}

/// Inside single quotes of a shell.
std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') out += "'\\''";
    else out += c;
  }
  return "'" + out + "'";
}

/// What bash offers for one command: by the option before the cursor, else options and positionals.
std::string bash_case(const Command& command) {
  std::vector<std::string> options{"--help"};
  std::string by_previous;
  for (const Option& option : command.options) {
    options.push_back(option.name);
    if (option.takes == Takes::nothing) continue;
    const std::string names = option.short_name.empty() ? option.name : option.name + "|" + option.short_name;
    std::string action = "COMPREPLY=()";
    if (option.takes == Takes::word) action = fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$cur\"))", join(option.words));
    if (takes_file(option.takes)) action = "COMPREPLY=($(compgen -f -- \"$cur\"))";
    if (option.takes == Takes::directory) action = "COMPREPLY=($(compgen -d -- \"$cur\"))";
    by_previous += fmt::format("      {}) {}; return ;;\n", names, action);
  }
  std::string words;
  bool files = false;
  for (const Positional& positional : command.positionals) {
    files = files || takes_file(positional.takes);
    if (!positional.words.empty()) words += (words.empty() ? "" : " ") + join(positional.words);
  }
  std::string body;
  if (!by_previous.empty()) body = fmt::format("    case \"$prev\" in\n{}    esac\n", by_previous);
  body += fmt::format("    if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W '{}' -- \"$cur\")); return; fi\n", join(options));
  if (!words.empty()) body += fmt::format("    COMPREPLY=($(compgen -W '{}' -- \"$cur\"))\n", words);
  else if (files) body += "    COMPREPLY=($(compgen -f -- \"$cur\"))\n";
  return fmt::format("  '{}')\n{}    ;;\n", command.name, body);
}

std::string zsh_action(Takes takes, const std::vector<std::string>& words) {
  if (!words.empty()) return "(" + join(words) + ")";
  if (takes_file(takes)) return "_files";
  if (takes == Takes::directory) return "_files -/";
  return " ";
}

/// Text inside a zsh option specification: brackets and colons would end it.
std::string zsh_text(std::string text) {
  for (char& c : text) {
    if (c == '[') c = '(';
    if (c == ']') c = ')';
    if (c == ':') c = ',';
  }
  return text;
}

std::string zsh_arguments(const Command& command) {
  std::string out = "_arguments '(-h --help)'{-h,--help}'[show help]'";
  for (const Option& option : command.options) {
    std::string spec = (option.repeats ? "*" : "") + option.name + "[" + zsh_text(option.help) + "]";
    if (option.takes != Takes::nothing) spec += ":" + zsh_text(option.value) + ":" + zsh_action(option.takes, option.words);
    out += " \\\n        " + quoted(spec);
  }
  for (const Positional& positional : command.positionals)
    out += " \\\n        " + quoted((positional.most > 1 ? "*:" : ":") + zsh_text(positional.name) + ":" +
                                    zsh_action(positional.takes, positional.words));
  return out;
}

}  // namespace

std::string bash_completion() {
  std::vector<std::string> first;
  std::string pairs, cases;
  for (const auto& [family, members] : families()) {
    first.push_back(family);
    std::vector<std::string> second;
    for (const Command* member : members) {
      if (is_pair(*member)) second.push_back(second_word(*member));
      cases += bash_case(*member);
    }
    if (!second.empty())
      pairs += fmt::format(
          "  if [[ $command == {0} ]]; then\n    if ((COMP_CWORD == 2)); then COMPREPLY=($(compgen -W '{1}' -- \"$cur\")); "
          "return; fi\n"
          "    command=\"{0} ${{COMP_WORDS[2]}}\"\n  fi\n",
          family, join(second));
  }
  return fmt::format(
      "# Completion of eigenbau for bash; written by `eigenbau completion bash`.\n_eigenbau() {{\n"
      "  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]}}\n  COMPREPLY=()\n"
      "  if ((COMP_CWORD == 1)); then COMPREPLY=($(compgen -W '{} --help --version' -- \"$cur\")); return; fi\n"
      "{}  case \"$command\" in\n{}  esac\n}}\ncomplete -o filenames -F _eigenbau eigenbau\n",
      join(first), pairs, cases);
}

std::string zsh_completion() {
  std::string first, cases;
  for (const auto& [family, members] : families()) {
    const bool has_second = is_pair(*members.front());
    first += "    " + quoted(family + ":" + zsh_text(has_second ? "more commands" : members.front()->summary)) + "\n";
    if (!has_second) {
      cases += fmt::format("    {})\n      {}\n      ;;\n", family, zsh_arguments(*members.front()));
      continue;
    }
    std::string second, inner;
    for (const Command* member : members) {
      second += " " + quoted(second_word(*member) + ":" + zsh_text(member->summary));
      inner += fmt::format("        {})\n          {}\n          ;;\n", second_word(*member), zsh_arguments(*member));
    }
    cases += fmt::format(
        "    {})\n      if (( CURRENT == 2 )); then\n        local -a members=({})\n        _describe command members\n        "
        "return\n"
        "      fi\n      shift words\n      (( CURRENT-- ))\n      case $words[1] in\n{}      esac\n      ;;\n",
        family, second, inner);
  }
  return fmt::format(
      "#compdef eigenbau\n# Completion of eigenbau for zsh; written by `eigenbau completion zsh`.\n_eigenbau() {{\n"
      "  local -a commands=(\n{}  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
      "  shift words\n  (( CURRENT-- ))\n  case $words[1] in\n{}  esac\n}}\n_eigenbau \"$@\"\n",
      first, cases);
}

std::string fish_completion() {
  std::string out =
      "# Completion of eigenbau for fish; written by `eigenbau completion fish`.\n"
      "complete -c eigenbau -n __fish_use_subcommand -l help -d 'show help'\n"
      "complete -c eigenbau -n __fish_use_subcommand -l version -d 'show the version'\n";
  for (const auto& [family, members] : families()) {
    const bool has_second = is_pair(*members.front());
    out += fmt::format("complete -c eigenbau -f -n __fish_use_subcommand -a {} -d {}\n", family,
                       quoted(has_second ? "more commands" : members.front()->summary));
    std::vector<std::string> second;
    if (has_second)
      for (const Command* member : members) second.push_back(second_word(*member));
    for (const Command* member : members) {
      std::string when = "__fish_seen_subcommand_from " + family;
      if (has_second) {
        out += fmt::format("complete -c eigenbau -f -n {} -a {} -d {}\n",
                           quoted(when + "; and not __fish_seen_subcommand_from " + join(second)), second_word(*member),
                           quoted(member->summary));
        when += "; and __fish_seen_subcommand_from " + second_word(*member);
      }
      for (const Positional& positional : member->positionals)
        if (!positional.words.empty())
          out += fmt::format("complete -c eigenbau -f -n {} -a {}\n", quoted(when), quoted(join(positional.words)));
      for (const Option& option : member->options) {
        out += fmt::format("complete -c eigenbau -n {} -l {}", quoted(when), option.name.substr(2));
        if (!option.short_name.empty()) out += " -s " + option.short_name.substr(1);
        if (option.takes != Takes::nothing) out += takes_file(option.takes) ? " -r -F" : " -x";
        if (!option.words.empty()) out += " -a " + quoted(join(option.words));
        out += " -d " + quoted(option.help) + "\n";
      }
    }
  }
  return out;
}

}  // namespace eigenbau::cli
