// How many parameters does a rank hold before they are sharded over its replicas?
#pragma once

#include <array>
#include <cstddef>

#include "catalog/model.h"
#include "perf/model_shape.h"
#include "perf/parallel_plan.h"

namespace eigenbau::perf {

/// The stages of a pipeline that differ in what their ranks hold: the one that tokens enter, of those in the middle the first
/// with most experts and the one before, which has fewer, and the one with the output. A single stage is a last one, and so is
/// either end of DualPipe.
inline constexpr std::size_t kFirstStage = 0, kMixedStage = 1, kMiddleStage = 2, kLastStage = 3;
/// A figure of each of them.
template <typename T>
using PerStage = std::array<T, 4>;

/// Of one stage, and of both stages that a rank of DualPipe holds.
struct LocalParameters {
  double dense = 0;          ///< replicated over dp·cp
  double experts = 0;        ///< replicated over tp·dp·cp/(ep·etp)
  double tables = 0;         ///< of `dense`, embedding and output
  double layers = 0;         ///< so many of the model's layers, those of multi-token prediction included
  double expert_layers = 0;  ///< of them

  /// Not every pipeline has all of them.
  bool exists() const { return layers > 0 || tables > 0; }
  /// Of both kinds of weights no less.
  bool covers(const LocalParameters& other) const { return dense >= other.dense && experts >= other.experts; }
  bool operator==(const LocalParameters&) const = default;
};

/// A stage's layers over tp, of the experts over ep·etp, and at either end a table of the vocabulary, two where one stage has
/// both and they are not tied. The layers of multi-token prediction stand beside the output.
PerStage<LocalParameters> local_parameters(const ModelShape& shape, const catalog::Model& model, const ParallelPlan& plan);

}  // namespace eigenbau::perf
