// Which training job of a cluster file does a command mean?
#include "cli/training_job.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "cli/option_values.h"

namespace eigenbau::cli {

Result<const cluster::TrainingJob*> training_job(const Arguments& arguments, const cluster::Cluster& cluster) {
  const auto wanted = arguments.value("--job");
  for (const cluster::TrainingJob& job : cluster.training)
    if (!wanted || job.name == *wanted) return &job;
  if (cluster.training.empty())
    return refuse("the file has no training job",
                  "add a [[job]] to it, or leave the file away and name --model, --gpu, --gpus and --global-batch");
  std::vector<std::string> names;
  for (const cluster::TrainingJob& job : cluster.training) names.push_back(job.name);
  return refuse(fmt::format("the file has no training job '{}'", *wanted), fmt::format("it has: {}", fmt::join(names, ", ")));
}

Result<void> no_job_beside_file(const Arguments& arguments) {
  const auto instead = [](const std::string& setting) {
    return fmt::format("change the file, as with --set {}, or leave the file away", setting);
  };
  for (const char* key : {"model", "stack"})
    if (const auto value = arguments.value(fmt::format("--{}", key)))
      return refuse(fmt::format("--{} does not go with a file", key), instead(fmt::format("job[0].{}=\"{}\"", key, *value)));
  if (arguments.has("--gpu"))
    return refuse("--gpu does not go with a file",
                  instead("servers[0].model=\"dgx-b200\" (`eigenbau catalog list server` has more)"));
  return {};
}

}  // namespace eigenbau::cli
