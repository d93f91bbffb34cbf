// Where is each command declared? One function a file, all of them listed in commands.cpp.
#include "cli/commands.h"

namespace eigenbau::cli {

const std::vector<Command>& commands() {
  static const std::vector<Command> kCommands{init_command(),
                                              check_command(),
                                              plan_command(),
                                              compare_command(),
                                              cables_command(),
                                              search_command(),
                                              train_command(),
                                              infer_command(),
                                              collective_command(),
                                              network_command(),
                                              catalog_list_command(),
                                              catalog_show_command(),
                                              catalog_lint_command(),
                                              validate_training_command(),
                                              validate_kernels_command(),
                                              validate_collectives_command(),
                                              calibrate_training_command(),
                                              calibrate_kernels_command(),
                                              calibrate_collectives_command(),
                                              explain_command(),
                                              schema_command(),
                                              goodput_command(),
                                              help_command(),
                                              version_command(),
                                              man_command(),
                                              completion_command()};
  return kCommands;
}

Option output_option() {
  return {.name = "--output",
          .short_name = "-o",
          .value = "FILE",
          .help = "write the result to FILE instead of standard output",
          .takes = Takes::output_file};
}

}  // namespace eigenbau::cli
