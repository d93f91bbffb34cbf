// On how many of a round number of accelerators does a job run?
#include "tables/gpus_at_work.h"

#include <algorithm>
#include <functional>
#include <set>
#include <vector>

#include "perf/pipeline.h"
#include "perf/training_step.h"

namespace eigenbau::tables {
namespace {

constexpr int kMostStages = 64;   // of a pipeline whose stages are open
constexpr int kMostRanks = 1024;  // of a group that splits sequences
constexpr std::size_t kTries = 32;
constexpr int kLeastLocalTokens = 2048;  // of a sequence on one context-parallel rank: published runs have no fewer

using Counts = std::set<int, std::greater<>>;

/// The stated degree, or those of an open one up to `most` that can be used.
template <class Usable>
std::vector<int> choices(bool open, int stated, int most, const Usable& usable) {
  if (!open) return {stated};
  std::vector<int> list;
  for (int degree = 1; degree <= most; ++degree)
    if (usable(degree)) list.push_back(degree);
  return list;
}

/// Products of all choices up to `most`.
Counts products(const Counts& some, const std::vector<int>& factors, int most) {
  Counts all;
  for (const int one : some)
    for (const int factor : factors)
      if (static_cast<long>(one) * factor <= most) all.insert(one * factor);
  return all;
}

}  // namespace

bool is_round_count(int gpus) {
  constexpr int kDigits = 100, kLeast = 1000;
  int unit = 1;
  while (gpus / unit >= kDigits) unit *= 10;
  return gpus >= kLeast && gpus % unit == 0;
}

std::optional<int> gpus_at_work(const catalog::Model& model, const perf::Machine& machine, const catalog::Stack& stack,
                                const perf::ParallelPlan& stated, const perf::Degrees& open, int micro_batches) {
  const bool splits = stack.training.model_parallel;
  const int domain = machine.scale_up_domain, batch = stated.global_batch, all = machine.gpus;
  Counts counts{1};
  const auto multiply = [&](const std::vector<int>& factors) { counts = products(counts, factors, all); };
  multiply(choices(open.tp && splits, stated.tp, domain, [&](int tp) { return model.heads % tp == 0 && domain % tp == 0; }));
  multiply(choices(open.pp && splits, stated.pp, kMostStages, [&](int pp) { return perf::lays_out_evenly(model.layers, pp); }));
  multiply(choices(open.cp && splits, stated.cp, std::clamp(stated.sequence_length / kLeastLocalTokens, 1, kMostRanks),
                   [&](int cp) { return stated.sequence_length % cp == 0; }));
  multiply(choices(open.dp, stated.dp, std::min(all, batch), [&](int dp) { return batch % dp == 0; }));
  std::optional<int> best;
  Time least{};
  std::size_t tries = 0;
  for (const int count : counts) {
    if (count == all) continue;
    if (2L * count < all || tries == kTries) break;
    perf::Machine fewer = machine;
    fewer.gpus = count;
    const auto settled = perf::fastest_plan(model, fewer, stack, stated, open, micro_batches);
    if (!settled) continue;
    ++tries;
    if (!settled->fits) continue;
    const Time time = perf::training_step(model, fewer, settled->plan, stack).total;
    if (best && !(time < least)) continue;
    best = count;
    least = time;
  }
  return best;
}

}  // namespace eigenbau::tables
