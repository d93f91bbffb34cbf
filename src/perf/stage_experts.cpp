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

int experts_in(const catalog::Experts& experts, const ChunkBegins& begin, const ParallelPlan& plan, int stage) {
  int count = 0;
  for (int chunk = stage; chunk < begin.chunks(); chunk += plan.pp)
    count += experts_before(experts, begin(chunk + 1)) - experts_before(experts, begin(chunk));
  return count;
}

}  // namespace

int expert_layers(const catalog::Model& model, const ParallelPlan& plan, int stage) {
  if (catalog::moe_layers(model) == 0) return 0;
  return experts_in(*model.experts, ChunkBegins(model.layers, plan), plan, stage);
}

int most_expert_layers(const catalog::Model& model, const ParallelPlan& plan) {
  const int all = catalog::moe_layers(model);
  if (plan.pp == 1 || all == 0) return all;
  const ChunkBegins begin(model.layers, plan);
  const int fullest = std::min(all, static_cast<int>(std::ceil(stage_layers(model.layers, plan).most)));
  int most = 0;
  // The last stages are the likeliest: the first layers have none.
  for (int stage = plan.pp - 1; stage >= 0 && most < fullest; --stage)
    most = std::max(most, experts_in(*model.experts, begin, plan, stage));
  return std::min(most, fullest);
}

}  // namespace eigenbau::perf
