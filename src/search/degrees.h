// Which values may each degree of a plan take?
#pragma once

#include <vector>

#include "base/divisors.h"
#include "catalog/model.h"
#include "catalog/stack.h"
#include "perf/machine.h"
#include "search/space.h"

namespace eigenbau::search {

/// A training job and the space of its plans; what it points to must outlive it.
struct SearchJob {
  const catalog::Model& model;
  const perf::Machine& machine;  ///< its number of accelerators is the space's
  const catalog::TrainingConstants& stack;
  const SearchSpace& space;

  int sequence() const { return space.sequence_length > 0 ? space.sequence_length : model.sequence_length; }
};

/// Chunks of a stage, and in which order they run.
struct Interleave {
  int vp = 1;
  perf::Schedule schedule = perf::Schedule::one_f_one_b;
};

struct ExpertSplit {
  int ep = 1;
  int etp = 1;
};

/// What is split over the data-parallel ranks, and over how many of them (0: all).
struct Sharding {
  int zero_level = 0;
  int shard_group = 0;
};

/// What the backward pass computes again.
struct RecomputeChoices {
  std::vector<perf::Recompute> always;  ///< with every sharding
  bool layers = false;                  ///< where nothing recomputed does not fit: as few layers of each chunk as do
};

/// That a search goes to: what the user allows, else the scale-up domain.
int most_tensor(const SearchJob& job);

/// On any number of accelerators.
std::vector<int> possible_tensor_degrees(const SearchJob& job);
std::vector<int> possible_context_degrees(const SearchJob& job);
std::vector<int> tensor_degrees(const SearchJob& job);
std::vector<int> context_degrees(const SearchJob& job, int tp);
/// How a context-parallel group exchanges keys and values: all-to-all splits the heads of a rank once more.
std::vector<perf::ContextParallel> context_kinds(const SearchJob& job, int tp, int cp);
std::vector<int> stage_counts(const SearchJob& job, int tp, int cp);
/// Those whose ranks fit a number of stages are a part: ep · etp divides tp · cp · dp.
std::vector<ExpertSplit> expert_splits(const SearchJob& job, int tp);
std::vector<int> micro_batches(const SearchJob& job, int dp);
/// `fills`: whether the micro-batches are a multiple of the stages, as interleaving needs.
std::vector<Interleave> interleaves(const SearchJob& job, int pp, bool fills);
/// Of a plan whose degrees and schedule are chosen.
std::vector<Sharding> shardings(const SearchJob& job, const perf::ParallelPlan& plan);
RecomputeChoices recomputes(const SearchJob& job);
/// Whether the traffic of experts runs beside the compute of another micro-batch, or not, in a plan that is chosen but for
/// sharding.
bool admits_expert_overlap(const SearchJob& job, const perf::ParallelPlan& plan, bool overlaps);
/// Whether tensor parallelism splits the sequence between the products too: where the software refuses not to, only who settles
/// that gets it.
std::vector<bool> sequence_splits(const SearchJob& job, int tp, int cp);

}  // namespace eigenbau::search
