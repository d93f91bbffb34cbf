// In how many of a pipeline stage's layers are there experts?
#pragma once

#include "catalog/model.h"
#include "perf/parallel_plan.h"
#include "perf/pipeline.h"

namespace eigenbau::perf {

/// Layers with experts of one stage, stage < pp. Chunk c of stage s is the chunk k = c·p + s of p·v, which begins with layer
///   k·L/(p·v);   or k·(L+2)/(p·v) - 1 where embedding and output count as a layer each
/// Where neither divides, stages are filled in turn as one chunk each, k·⌈L/p⌉ (`stage_layers`).
int expert_layers(const catalog::Model& model, const ParallelPlan& plan, int stage);

/// Of the stage that has most of them: the layers before the first experts stand in the first stages, and where every so many
/// layers have experts, equal stages may have different numbers of them.
int most_expert_layers(const catalog::Model& model, const ParallelPlan& plan);

/// Layers without experts of the stage that has most of them.
int most_dense_layers(const catalog::Model& model, const ParallelPlan& plan);

/// Of a pipeline's stages and chunks, whatever the micro-batches.
struct StageShape {
  StageLayers layers;
  // Shares of layers with experts: of all layers, of the first stage and the last, of the stages with most and with fewest of
  // them.
  double mean_moe_share = 0, first_moe_share = 0, last_moe_share = 0, most_moe_share = 0, least_moe_share = 0;
  int fullest_inside = 1;      ///< of the stages in the middle the first with most experts
  double mixed_moe_share = 0;  ///< of the stage before that

  bool has_mixed() const { return fullest_inside > 1; }
};
StageShape stage_shape(const catalog::Model& model, const ParallelPlan& plan);

}  // namespace eigenbau::perf
