// How many parameters does a rank hold before they are sharded over its replicas?
#pragma once

#include "catalog/model.h"
#include "perf/model_shape.h"
#include "perf/parallel_plan.h"

namespace eigenbau::perf {

/// Of the fullest stage, and of both stages that a rank of DualPipe holds.
struct LocalParameters {
  double dense = 0;          ///< replicated over dp·cp
  double experts = 0;        ///< replicated over tp·dp·cp/(ep·etp)
  double tables = 0;         ///< of `dense`, embedding and output
  double layers = 0;         ///< so many of the model's layers, those of multi-token prediction included
  double expert_layers = 0;  ///< of them

  bool operator==(const LocalParameters&) const = default;
};

/// A stage's share of the layers over tp, of the experts over ep·etp, and at either end a table of the vocabulary, two where one
/// stage has both and they are not tied. The layers of multi-token prediction stand beside the output; what joins them to the
/// model (two widths by one, under a percent of such a layer) is left out. Every layer counts as the mean one of the model; where
/// layers with experts stand every so many, equal stages may hold different numbers of them, and the fullest counts.
LocalParameters local_parameters(const ModelShape& shape, const catalog::Model& model, const ParallelPlan& plan);

}  // namespace eigenbau::perf
