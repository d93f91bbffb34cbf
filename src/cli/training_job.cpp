// Which training job of a cluster file does a command mean?
#include "cli/training_job.h"

#include <fmt/format.h>

#include <array>

#include "cli/option_values.h"

namespace eigenbau::cli {

Result<const cluster::TrainingJob*> training_job(const Arguments& arguments, const cluster::Cluster& cluster) {
  const auto wanted = arguments.value("--job");
  for (const cluster::TrainingJob& job : cluster.training)
    if (!wanted || job.name == *wanted) return &job;
  return refuse(wanted ? fmt::format("the file has no training job '{}'", *wanted) : "the file has no training job",
                "name a job of the file, or a model with --model");
}

Result<void> no_job_beside_file(const Arguments& arguments) {
  constexpr std::array kSaidByFile{"--model", "--gpu", "--stack"};
  return none_beside_file(arguments, kSaidByFile,
                          "change the file, as with --set job[0].model=\"llama3-8b\", or leave the file away");
}

}  // namespace eigenbau::cli
