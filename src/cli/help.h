// How are the program and its commands described: on a terminal, as man pages, to a shell that completes words?
#pragma once

#include <string>

#include "cli/command.h"

namespace eigenbau::cli {

std::string program_help();
/// Of the commands that begin with this word.
std::string family_help(const std::string& family);
std::string command_help(const Command& command);

/// What an option is for, and the words that it takes.
std::string help_of(const Option& option);

/// roff of eigenbau(1).
std::string program_man_page();
/// roff of eigenbau-COMMAND(1).
std::string command_man_page(const Command& command);
/// "eigenbau-catalog-list.1"
std::string man_page_name(const Command& command);

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace eigenbau::cli
