// How many parameters does a rank hold before they are sharded over its replicas?
#include "perf/local_parameters.h"

#include <algorithm>

#include "perf/pipeline.h"

namespace eigenbau::perf {
namespace {

/// Layers with experts of the stage that has most of them, where one stands every so many layers and equal chunks lie over the
/// stages in turn: chunk c of stage s begins with layer (c·p + s)·L/(p·v).
double most_expert_layers(const catalog::Model& model, const ParallelPlan& plan) {
  const int every = model.experts->every, first = model.experts->first_dense_layers;
  const int length = model.layers / (plan.pp * plan.vp);
  int most = 0;
  for (int stage = 0; stage < plan.pp; ++stage) {
    int count = 0;
    for (int chunk = 0; chunk < plan.vp; ++chunk)
      for (int i = 0; i < length; ++i) {
        const int layer = (chunk * plan.pp + stage) * length + i - first;
        count += layer >= 0 && layer % every == every - 1;
      }
    most = std::max(most, count);
  }
  return most;
}

/// What a rank holds, as layers (and whether those that predict further tokens are among them) and tables of the vocabulary.
struct Held {
  double layers = 0, tables = 0;
  bool predicts = false;
};

/// Every layer counts as the mean one of the model, but where experts stand every so many layers.
double expert_layers(const Held& held, const ModelShape& s, const catalog::Model& model, const ParallelPlan& plan) {
  if (!model.experts || model.experts->every <= 1 || model.layers % (plan.pp * plan.vp) != 0) return held.layers * s.moe_share();
  return std::min(held.layers, plan.stages_held() * most_expert_layers(model, plan));
}

LocalParameters parameters_of(const Held& held, const ModelShape& s, const catalog::Model& model, const ParallelPlan& plan) {
  const double tp = plan.tp, sparse = expert_layers(held, s, model, plan);
  LocalParameters p;
  p.layers = held.layers;
  p.expert_layers = sparse;
  p.tables = held.tables * s.embedding_parameters() / tp;
  p.dense = ((p.layers - sparse) * s.dense_layer_parameters() + sparse * s.moe_shared_parameters()) / tp +
            p.layers * s.repeated_parameters(tp) + (held.predicts ? s.joining_parameters() / tp : 0) + p.tables;
  p.experts = sparse * s.routed_parameters() / (plan.ep * plan.etp);
  return p;
}

}  // namespace

LocalParameters local_parameters(const ModelShape& s, const catalog::Model& model, const ParallelPlan& plan) {
  const StageLayers stages = stage_layers(model.layers, plan);
  const double last = stages.last + s.mtp_layers;
  if (plan.pp == 1) return parameters_of({last, model.tied_embeddings ? 1.0 : 2.0, true}, s, model, plan);
  // Stages in the middle have no table; a rank of DualPipe has the first and the last, or two of the middle.
  const bool two = plan.stages_held() == 2;
  const double inner = plan.pp > 2 ? stages.most : 0;
  const Held kinds[] = {two ? Held{stages.first + last, 2, true} : Held{std::max(stages.first, last), 1, last >= stages.first},
                        Held{two ? 2 * inner : inner, 0, false}};
  const LocalParameters ends = parameters_of(kinds[0], s, model, plan), middle = parameters_of(kinds[1], s, model, plan);
  return ends.dense + ends.experts < middle.dense + middle.experts ? middle : ends;
}

}  // namespace eigenbau::perf
