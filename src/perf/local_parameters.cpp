// How many parameters does a rank hold before they are sharded over its replicas?
#include "perf/local_parameters.h"

#include "perf/pipeline.h"
#include "perf/stage_experts.h"

namespace eigenbau::perf {
namespace {

/// What a rank holds, as layers (and whether those that predict further tokens are among them) and tables of the vocabulary.
struct Held {
  double layers = 0, with_experts = 0, tables = 0;
  bool predicts = false;
};

LocalParameters parameters_of(const Held& held, const ModelShape& s, const ParallelPlan& plan) {
  const double tp = plan.tp, dense = held.layers - held.with_experts;
  LocalParameters p;
  p.layers = held.layers;
  p.expert_layers = held.with_experts;
  p.tables = held.tables * s.embedding_parameters() / tp;
  p.dense = (dense * s.dense_layer_parameters() + held.with_experts * s.moe_shared_parameters()) / tp +
            p.layers * s.repeated_parameters(tp) + (held.predicts ? s.joining_parameters() / tp : 0) + p.tables;
  p.experts = held.with_experts * s.routed_parameters() / (plan.ep * plan.etp);
  return p;
}

}  // namespace

PerStage<LocalParameters> local_parameters(const ModelShape& s, const catalog::Model& model, const ParallelPlan& plan) {
  const StageShape shape = stage_shape(model, plan);
  const StageLayers& stages = shape.layers;
  const double predicting = s.moe_layers > 0 ? s.mtp_layers : 0;
  PerStage<LocalParameters> local;
  const auto hold = [&](std::size_t stage, const Held& held) { local[stage] = parameters_of(held, s, plan); };
  if (plan.pp == 1) {
    hold(kLastStage, {model.layers + s.mtp_layers, s.moe_layers + predicting, model.tied_embeddings ? 1.0 : 2.0, true});
    return local;
  }
  const double held = plan.stages_held();
  const double first = stages.first * shape.first_moe_share, last = stages.last * shape.last_moe_share + predicting;
  // A rank of DualPipe has the first stage and the last, or two of the middle.
  if (held == 2) {
    hold(kLastStage, {stages.first + stages.last + s.mtp_layers, first + last, 2, true});
  } else {
    hold(kFirstStage, {stages.first, first, 1, false});
    hold(kLastStage, {stages.last + s.mtp_layers, last, s.mtp_layers > 0 && !model.tied_embeddings ? 2.0 : 1.0, true});
  }
  // Stages in the middle have no table.
  if (plan.pp > 2) hold(kMiddleStage, {held * stages.most, held * stages.most * shape.most_moe_share, 0, false});
  if (held == 1 && shape.has_mixed()) hold(kMixedStage, {stages.most, stages.most * shape.mixed_moe_share, 0, false});
  return local;
}

}  // namespace eigenbau::perf
