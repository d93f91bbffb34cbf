// What do one micro-batch's layers cost, each kind of them worked out once?
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include "search/cost.h"
#include "search/degrees.h"

namespace eigenbau::search {

/// What the layers of one micro-batch take, for one tensor- and context-parallel degree, expert split, number format,
/// micro-batch, sequence split and recomputation. Neither the number of accelerators nor of stages nor sharding matters.
struct LayerCost {
  perf::ActivationBytes activations;
  std::optional<perf::MicroBatchTime> time;  ///< worked out when the first plan that fits asks
  BusyTime busy;

  /// Of layers of which a share is recomputed whole and the others are not; both have their times.
  static LayerCost mixed(const LayerCost& kept, const LayerCost& recomputed, double share);
  /// What layers that keep everything take of what they take recomputed whole, in the part where that is least.
  static double least_part(const LayerCost& kept, const LayerCost& recomputed);
};

/// Plans that share all layer costs but those of micro-batch, sequence split and recomputation.
struct Part {
  int tp = 1, cp = 1;
  perf::ContextParallel context = perf::ContextParallel::ring;
  ExpertSplit split;
  catalog::Precision precision{};

  auto key() const { return std::tuple(tp, cp, context, split.ep, split.etp, precision); }
};

/// The same of each recomputation.
struct MicroBatchCosts {
  static constexpr std::size_t kMostKinds = 3;

  std::array<LayerCost, kMostKinds> kinds;
  std::optional<perf::DeviceTimes> device;  ///< worked out when the first plan that fits asks

  /// Of the plan's recomputation, which is of that kind.
  void add_times(std::size_t kind, const perf::StepContext& context, const perf::ParallelPlan& plan);
};

/// The costs of one part. `micro` is the place of the plan's micro-batch among the divisors of the global batch; `kinds` are the
/// recomputations of the space. Stays where it is until another micro-batch is asked.
class PartCosts {
 public:
  MicroBatchCosts& of(const perf::StepContext& context, const perf::ParallelPlan& plan, std::size_t micro,
                      std::span<const perf::Recompute> kinds);

 private:
  std::vector<std::optional<MicroBatchCosts>> costs_;
};

/// Of one model, machine, stack and batch; serves searches on any number of accelerators.
class LayerCosts {
 public:
  PartCosts& of(const Part& part) { return parts_[part.key()]; }

 private:
  std::map<decltype(Part{}.key()), PartCosts> parts_;
};

}  // namespace eigenbau::search
