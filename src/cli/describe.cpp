// eigenbau help, version, man, completion: what does the program say about itself?
#include <fmt/format.h>

#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/version.h"

namespace eigenbau::cli {
namespace {

Result<const Command*> named(const std::vector<std::string>& words) {
  const std::string name = fmt::format("{}", fmt::join(words, " "));
  for (const Command& command : commands())
    if (command.name == name) return &command;
  const auto near = nearest_name(name, command_names());
  return fail(ExitCode::bad_usage,
              Diagnostic{.code = std::string(kUnknownCommand),
                         .message = fmt::format("there is no command '{}'", name),
                         .hint = near ? "did you mean " + *near + "?" : "`eigenbau help` lists the commands"});
}

Outcome run_help(const Arguments& arguments) {
  if (arguments.positionals.empty()) return {.result = program_help()};
  const auto command = named(arguments.positionals);
  return command ? Outcome{.result = command_help(**command)} : failed(command.error());
}

Outcome run_version(const Arguments&) { return {.result = fmt::format("eigenbau {}\n", kVersion)}; }

Outcome run_man(const Arguments& arguments) {
  if (const auto directory = arguments.value("--directory")) {
    Outcome outcome;
    outcome.files.push_back({*directory + "/eigenbau.1", program_man_page()});
    for (const Command& command : commands())
      outcome.files.push_back({*directory + "/" + man_page_name(command), command_man_page(command)});
    return outcome;
  }
  if (arguments.positionals.empty()) return {.result = program_man_page()};
  const auto command = named(arguments.positionals);
  return command ? Outcome{.result = command_man_page(**command)} : failed(command.error());
}

Outcome run_completion(const Arguments& arguments) {
  const std::string& shell = arguments.positionals[0];
  return {.result = shell == "bash" ? bash_completion() : shell == "zsh" ? zsh_completion() : fish_completion()};
}

const Positional kCommandName{.name = "COMMAND", .help = "name of a command", .takes = Takes::text, .least = 0, .most = 2};

}  // namespace

Command help_command() {
  return {.name = "help",
          .group = kProduct,
          .summary = "describe the program or one command",
          .examples = {"eigenbau help plan"},
          .positionals = {kCommandName},
          .options = {output_option()},
          .run = run_help};
}

Command version_command() {
  return {.name = "version",
          .group = kProduct,
          .summary = "print the version",
          .examples = {"eigenbau version"},
          .options = {output_option()},
          .run = run_version};
}

Command man_command() {
  return {.name = "man",
          .group = kProduct,
          .summary = "print a man page",
          .examples = {"eigenbau man plan | man -l -", "eigenbau man --directory share/man/man1    all pages"},
          .positionals = {kCommandName},
          .options = {output_option(),
                      {.name = "--directory",
                       .value = "DIRECTORY",
                       .help = "write the pages of all commands there",
                       .takes = Takes::directory}},
          .run = run_man};
}

Command completion_command() {
  return {.name = "completion",
          .group = kProduct,
          .summary = "print the script with which a shell completes words",
          .examples = {"eigenbau completion bash > ~/.local/share/bash-completion/completions/eigenbau",
                       "eigenbau completion fish > ~/.config/fish/completions/eigenbau.fish"},
          .positionals = {{.name = "SHELL", .help = "bash, zsh or fish", .takes = Takes::word, .words = {"bash", "zsh", "fish"}}},
          .options = {output_option()},
          .run = run_completion};
}

}  // namespace eigenbau::cli
