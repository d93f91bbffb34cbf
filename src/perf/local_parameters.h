// How many parameters does a rank hold before they are sharded over its replicas?
#pragma once

#include <array>
#include <cstddef>

#include "catalog/model.h"
#include "perf/model_shape.h"
#include "perf/parallel_plan.h"

namespace eigenbau::perf {

/// Of one stage, and of both stages that a rank of DualPipe holds.
struct LocalParameters {
  double dense = 0;          ///< replicated over dp·cp
  double experts = 0;        ///< replicated over tp·dp·cp/(ep·etp)
  double tables = 0;         ///< of `dense`, embedding and output
  double layers = 0;         ///< so many of the model's layers, those of multi-token prediction included
  double expert_layers = 0;  ///< of them

  bool operator==(const LocalParameters&) const = default;
};

/// The stages of which no other holds as much or more of both kinds of weights: how the two are sharded says which is fullest.
class FullestStages {
 public:
  void add(const LocalParameters& stage);
  const LocalParameters* begin() const { return stages_.data(); }
  const LocalParameters* end() const { return stages_.data() + count_; }
  bool operator==(const FullestStages&) const = default;

 private:
  std::array<LocalParameters, 3> stages_;
  std::size_t count_ = 0;
};

/// A stage's layers over tp, of the experts over ep·etp, and at either end a table of the vocabulary, two where one stage has
/// both and they are not tied. The layers of multi-token prediction stand beside the output. Looked at are the first stage, the
/// last and, of those in the middle, one with most layers and most experts.
FullestStages local_parameters(const ModelShape& shape, const catalog::Model& model, const ParallelPlan& plan);

}  // namespace eigenbau::perf
