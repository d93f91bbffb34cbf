// On which numbers of accelerators can a job have a plan at all?
#include "search/counts.h"

#include <algorithm>
#include <functional>
#include <set>

#include "perf/pipeline.h"
#include "search/degrees.h"

namespace eigenbau::search {
namespace {

constexpr double kLeastUsed = 0.5;

std::vector<int> possible_stage_counts(const SearchJob& job, StageLengths lengths) {
  const int layers = job.model.layers;
  const std::optional<int>& settled = job.space.settled.pp;
  if (settled) return *settled > 0 && *settled <= layers ? std::vector{*settled} : std::vector<int>{};
  if (!job.stack.model_parallel) return {1};
  std::vector<int> list;
  for (int pp = 1; pp <= layers; ++pp)
    if (lengths == StageLengths::any || perf::lays_out_evenly(layers, pp)) list.push_back(pp);
  return list;
}

/// Products of all choices, no larger than `limit`.
std::set<long long> products(const std::set<long long>& some, const std::vector<int>& factors, long long limit) {
  std::set<long long> all;
  for (const long long one : some)
    for (const int factor : factors)
      if (one * factor <= limit) all.insert(one * factor);
  return all;
}

}  // namespace

std::vector<int> usable_counts(const catalog::Model& model, const perf::Machine& machine, const catalog::TrainingConstants& stack,
                               const SearchSpace& space, int offered, StageLengths lengths, std::size_t most) {
  SearchSpace open = space;
  open.gpus = 0;  // every number divides it
  const SearchJob job{model, machine, stack, open};
  std::set<long long> counts;
  for (const int tp : possible_tensor_degrees(job)) counts.insert(tp);
  counts = products(counts, possible_context_degrees(job), offered);
  counts = products(counts, possible_stage_counts(job, lengths), offered);
  std::vector<int> replicas = divisors(space.global_batch);
  if (space.settled.dp) replicas = {*space.settled.dp};
  counts = products(counts, replicas, offered);
  std::vector<int> list;
  for (auto count = counts.rbegin(); count != counts.rend() && list.size() < most; ++count) {
    if (static_cast<double>(*count) < kLeastUsed * offered && !list.empty()) break;
    list.push_back(static_cast<int>(*count));
  }
  return list;
}

}  // namespace eigenbau::search
