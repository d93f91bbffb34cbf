// Which training job of a cluster file does a command mean?
#pragma once

#include "cli/command.h"
#include "cluster/cluster.h"

namespace eigenbau::cli {

/// The job that --job names, the first if it names none. The cluster outlives it.
Result<const cluster::TrainingJob*> training_job(const Arguments& arguments, const cluster::Cluster& cluster);

/// Fails where an option is given for what the file says of its job.
Result<void> no_job_beside_file(const Arguments& arguments);

}  // namespace eigenbau::cli
