// How many parameters does a rank hold before they are sharded over its replicas?
#include "perf/local_parameters.h"

#include <algorithm>

#include "perf/pipeline.h"

namespace eigenbau::perf {

LocalParameters local_parameters(const ModelShape& s, const catalog::Model& model, const ParallelPlan& plan) {
  const StageLayers stages = stage_layers(model.layers, plan);
  const double tp = plan.tp, held = plan.stages_held();
  LocalParameters p;
  p.layers = held * (plan.pp == 1 ? stages.last + s.mtp_layers : std::max(stages.most, stages.last + s.mtp_layers));
  const double share = p.layers / model.layers;
  const double tables = plan.pp == 1 && !model.tied_embeddings ? 2 : 1;
  p.dense = share * (s.dense_layers * s.dense_layer_parameters() + s.moe_layers * s.moe_shared_parameters()) / tp +
            p.layers * s.repeated_parameters(tp) + held * tables * s.embedding_parameters() / tp;
  p.experts = share * s.moe_layers * s.routed_parameters() / (plan.ep * plan.etp);
  return p;
}

}  // namespace eigenbau::perf
