// Which training job of a cluster file does a command mean?
#pragma once

#include "cli/command.h"
#include "cluster/cluster.h"

namespace eigenbau::cli {

/// The job that --job names, the first if it names none. The cluster outlives it.
Result<const cluster::TrainingJob*> training_job(const Arguments& arguments, const cluster::Cluster& cluster);

}  // namespace eigenbau::cli
