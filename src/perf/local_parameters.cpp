// How many parameters does a rank hold before they are sharded over its replicas?
#include "perf/local_parameters.h"

#include <algorithm>

#include "perf/pipeline.h"

namespace eigenbau::perf {
namespace {

/// What a rank holds, as layers and tables of the vocabulary.
struct Held {
  double layers = 0, tables = 0;
};

LocalParameters parameters_of(const Held& held, const ModelShape& s, const catalog::Model& model, const ParallelPlan& plan) {
  const double tp = plan.tp, share = held.layers / model.layers;
  LocalParameters p;
  p.layers = held.layers;
  p.tables = held.tables * s.embedding_parameters() / tp;
  p.dense = share * (s.dense_layers * s.dense_layer_parameters() + s.moe_layers * s.moe_shared_parameters()) / tp +
            p.layers * s.repeated_parameters(tp) + p.tables;
  p.experts = share * s.moe_layers * s.routed_parameters() / (plan.ep * plan.etp);
  return p;
}

}  // namespace

LocalParameters local_parameters(const ModelShape& s, const catalog::Model& model, const ParallelPlan& plan) {
  const StageLayers stages = stage_layers(model.layers, plan);
  const double last = stages.last + s.mtp_layers;
  if (plan.pp == 1) return parameters_of({last, model.tied_embeddings ? 1.0 : 2.0}, s, model, plan);
  // Stages in the middle have no table; a rank of DualPipe has the first and the last, or two of the middle.
  const bool two = plan.stages_held() == 2;
  const double inner = plan.pp > 2 ? stages.most : 0;
  const Held kinds[] = {two ? Held{stages.first + last, 2} : Held{std::max(stages.first, last), 1},
                        Held{two ? 2 * inner : inner, 0}};
  const LocalParameters ends = parameters_of(kinds[0], s, model, plan), middle = parameters_of(kinds[1], s, model, plan);
  return ends.dense + ends.experts < middle.dense + middle.experts ? middle : ends;
}

}  // namespace eigenbau::perf
