// In how many of a pipeline stage's layers are there experts?
#include "perf/stage_experts.h"

#include <algorithm>
#include <cmath>

#include "perf/pipeline.h"

namespace eigenbau::perf {
namespace {

/// Where the chunks of the pipeline begin, in their order.
class ChunkBegins {
 public:
  ChunkBegins(int layers, const ParallelPlan& plan) : layers_(layers), chunks_(plan.pp * plan.vp) {
    if (layers % chunks_ == 0) {
      length_ = layers / chunks_;
    } else if ((layers + 2) % chunks_ == 0) {
      length_ = (layers + 2) / chunks_;
      fewer_ = 1;
    } else {
      chunks_ = plan.pp;
      length_ = (layers + chunks_ - 1) / chunks_;
    }
  }

  int chunks() const { return chunks_; }
  int operator()(int chunk) const { return std::clamp(chunk * length_ - fewer_, 0, layers_); }

 private:
  int layers_, chunks_;
  int length_ = 0;  ///< of a chunk
  int fewer_ = 0;   ///< layers that the first chunk and the last have less
};

/// Of the first `layers` of the model.
int experts_before(const catalog::Experts& experts, int layers) {
  const int candidates = std::max(0, layers - experts.first_dense_layers);
  return experts.every <= 1 ? candidates : candidates / experts.every;
}

/// A stage's layers, with experts and without.
struct Kinds {
  int with_experts = 0, dense = 0;
};

Kinds kinds_in(const catalog::Experts& experts, const ChunkBegins& begin, const ParallelPlan& plan, int stage) {
  Kinds count;
  for (int chunk = stage; chunk < begin.chunks(); chunk += plan.pp) {
    const int sparse = experts_before(experts, begin(chunk + 1)) - experts_before(experts, begin(chunk));
    count.with_experts += sparse;
    count.dense += begin(chunk + 1) - begin(chunk) - sparse;
  }
  return count;
}

/// The most of one kind, of which the model has `all`. The first layers have no experts: the stages from `first` on, in steps of
/// `step`, are the likeliest.
int most_of(int Kinds::* kind, int all, const catalog::Model& model, const ParallelPlan& plan, int first, int step) {
  if (plan.pp == 1 || all == 0) return all;
  const ChunkBegins begin(model.layers, plan);
  const int fullest = std::min(all, static_cast<int>(std::ceil(stage_layers(model.layers, plan).most)));
  int most = 0;
  for (int stage = first; stage >= 0 && stage < plan.pp && most < fullest; stage += step)
    most = std::max(most, kinds_in(*model.experts, begin, plan, stage).*kind);
  return std::min(most, fullest);
}

/// Of the stages between the ends the first with most experts. None has more than `fullest` layers.
int fullest_inside(const catalog::Model& model, const ParallelPlan& plan, int fullest) {
  const ChunkBegins begin(model.layers, plan);
  int found = 1, most = -1;
  for (int stage = 1; stage < plan.pp - 1 && most < fullest; ++stage)
    if (const int here = kinds_in(*model.experts, begin, plan, stage).with_experts; here > most) {
      most = here;
      found = stage;
    }
  return found;
}

}  // namespace

int expert_layers(const catalog::Model& model, const ParallelPlan& plan, int stage) {
  if (catalog::moe_layers(model) == 0) return 0;
  return kinds_in(*model.experts, ChunkBegins(model.layers, plan), plan, stage).with_experts;
}

int most_expert_layers(const catalog::Model& model, const ParallelPlan& plan) {
  return most_of(&Kinds::with_experts, catalog::moe_layers(model), model, plan, plan.pp - 1, -1);
}

int most_dense_layers(const catalog::Model& model, const ParallelPlan& plan) {
  const int sparse = catalog::moe_layers(model);
  if (sparse == 0) return static_cast<int>(std::ceil(stage_layers(model.layers, plan).most));
  return most_of(&Kinds::dense, model.layers - sparse, model, plan, 0, 1);
}

StageShape stage_shape(const catalog::Model& model, const ParallelPlan& plan) {
  const StageLayers stages = stage_layers(model.layers, plan);
  const double sparse = catalog::moe_layers(model), mean = sparse / model.layers;
  StageShape shape{stages, mean, mean, mean, mean, mean};
  if (plan.pp == 1 || mean <= 0 || mean >= 1) return shape;
  if (stages.first > 0) shape.first_moe_share = expert_layers(model, plan, 0) / stages.first;
  if (stages.last > 0) shape.last_moe_share = expert_layers(model, plan, plan.pp - 1) / stages.last;
  shape.most_moe_share = std::max(mean, most_expert_layers(model, plan) / stages.most);
  shape.least_moe_share = std::min(mean, 1 - most_dense_layers(model, plan) / stages.most);
  shape.fullest_inside = fullest_inside(model, plan, static_cast<int>(std::ceil(stages.most)));
  if (shape.has_mixed()) shape.mixed_moe_share = expert_layers(model, plan, shape.fullest_inside - 1) / stages.most;
  return shape;
}

}  // namespace eigenbau::perf
