// What do a file's training jobs state of their plans that cannot be, that their software refuses, or that changes nothing?
#pragma once

#include "base/diagnostic.h"
#include "catalog/catalog.h"
#include "cluster/cluster.h"
#include "input/document.h"

namespace eigenbau::cli {

/// Warnings, each at its place: those that `train` and `search` give, as far as what the file states is enough to tell.
void add_job_problems(Diagnostics& problems, const cluster::Cluster& cluster, const Document& document,
                      const catalog::Catalog& catalog);

}  // namespace eigenbau::cli
