// Where is each command declared? One function a file, all of them listed in commands.cpp.
#pragma once

#include "cli/command.h"

namespace eigenbau::cli {

Command explain_command();
Command help_command();
Command version_command();
Command man_command();
Command completion_command();

inline constexpr const char* kQuestions = "Questions to a cluster file";
inline constexpr const char* kProduct = "The product itself";

Option output_option();

}  // namespace eigenbau::cli
