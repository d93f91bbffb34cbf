// Where is each command declared? One function a file, all of them listed in commands.cpp.
#pragma once

#include "cli/command.h"

namespace eigenbau::cli {

Command init_command();
Command check_command();
Command plan_command();
Command compare_command();
Command cables_command();
Command train_command();
Command infer_command();
Command goodput_command();
Command catalog_list_command();
Command catalog_show_command();
Command catalog_lint_command();
Command search_command();
Command validate_training_command();
Command calibrate_training_command();
Command validate_kernels_command();
Command validate_collectives_command();
Command calibrate_kernels_command();
Command calibrate_collectives_command();
Command collective_command();
Command network_command();
Command explain_command();
Command schema_command();
Command help_command();
Command version_command();
Command man_command();
Command completion_command();

inline constexpr const char* kQuestions = "Questions to a cluster file";
inline constexpr const char* kOpenQuestions = "Questions to a cluster file, or from options alone";
inline constexpr const char* kProduct = "The product itself";

Option output_option();
Option library_option();

}  // namespace eigenbau::cli
