// Why is there no plan, and what is the smallest change that makes one?
#include "search/no_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "units/print.h"

namespace eigenbau::search {
namespace {

constexpr auto kCodes = std::to_array<CodeText>({
    {kNothingFits, "no parallel plan fits in memory",
     "Every plan of the space was tried; the one that needs least memory still needs more than an accelerator has. More "
     "accelerators, larger ones, or recomputation and sharding where they were ruled out make room."},
    {kNothingDivides, "no parallel plan divides",
     "Tensor parallelism divides the heads, context parallelism the sequence, data parallelism times the micro-batch the global "
     "batch, and all degrees together multiply to the number of accelerators. No choice of degrees does all of that."},
    {kTooSlow, "no plan reaches the utilization asked for",
     "The best plan of the whole space stays below --min-mfu. The prediction has an error band; the message states it."},
});

Failure failure(std::string_view code, std::string message, std::vector<std::string> notes, std::string hint) {
  Failure result{.exit = ExitCode::no_answer, .diagnostics = {}};
  result.diagnostics.add(
      {.code = std::string(code), .message = std::move(message), .notes = std::move(notes), .hint = std::move(hint)});
  return result;
}

std::optional<RankedPlan> leanest(const SearchJob& job, const SearchSpace& space) {
  perf::Machine machine = job.machine;
  machine.gpus = space.gpus;
  return walk_all({job.model, machine, job.stack, space}).leanest;
}

Bytes room(const SearchJob& job, const RankedPlan& plan, double margin) {
  return (1 - margin) * perf::memory_use(job.model, job.machine, plan.plan, job.stack).available;
}

bool fits(const SearchJob& job, const SearchSpace& space) {
  const auto lean = leanest(job, space);
  return lean && lean->memory <= room(job, *lean, space.memory_margin);
}

/// Each settled degree, by the name that `--fix` gives it, freed alone.
std::vector<std::pair<std::string, SearchSpace>> with_one_freed(const SearchSpace& space) {
  std::vector<std::pair<std::string, SearchSpace>> freed;
  const auto free_one = [&](const char* name, auto member) {
    if (!(space.settled.*member)) return;
    freed.emplace_back(name, space);
    (freed.back().second.settled.*member).reset();
  };
  free_one("recompute", &Settled::recompute);
  free_one("zero", &Settled::zero_level);
  free_one("shard_group", &Settled::shard_group);
  free_one("mbs", &Settled::micro_batch);
  free_one("tp", &Settled::tp);
  free_one("pp", &Settled::pp);
  free_one("vp", &Settled::vp);
  free_one("dp", &Settled::dp);
  free_one("cp", &Settled::cp);
  free_one("ep", &Settled::ep);
  free_one("etp", &Settled::etp);
  free_one("sp", &Settled::sequence_parallel);
  return freed;
}

/// The largest part of what a plan holds, in words.
std::string largest_part(const perf::MemoryUse& use) {
  const std::array<std::pair<const char*, Bytes>, 6> parts{{{"weights", use.weights},
                                                            {"gradients", use.gradients},
                                                            {"optimizer state", use.optimizer},
                                                            {"activations", use.activations},
                                                            {"buffers", use.buffers},
                                                            {"context", use.context}}};
  const auto most =
      std::max_element(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return fmt::format("{} ({})", most->first, print(most->second));
}

/// Fewest accelerators, in doublings, that a plan fits on; 0: none of those tried.
int enough_gpus(const SearchJob& job) {
  constexpr int kMostDoublings = 10;
  SearchSpace space = job.space;
  space.settled.dp.reset();
  for (int doublings = 0; doublings < kMostDoublings && space.gpus <= std::numeric_limits<int>::max() / 2; ++doublings) {
    space.gpus *= 2;
    if (fits(job, space)) return space.gpus;
  }
  return 0;
}

/// The least batch not below the one asked for that some choice of degrees divides; 0: no degrees, whatever the batch.
long next_batch(const SearchJob& job) {
  long best = 0;
  SearchSpace any = job.space;
  any.global_batch = 0;  // every number divides it
  const SearchJob open{job.model, job.machine, job.stack, any};
  for (const int tp : tensor_degrees(open))
    for (const int cp : context_degrees(open, tp))
      for (const int pp : stage_counts(open, tp, cp)) {
        const long dp = job.space.gpus / tp / pp / cp;
        const long batch = (job.space.global_batch + dp - 1) / dp * dp;
        if (best == 0 || batch < best) best = batch;
      }
  return best;
}

Failure nothing_divides(const SearchJob& job) {
  const SearchSpace& space = job.space;
  std::vector<std::string> notes;
  for (const auto& [name, freed] : with_one_freed(space))
    if (leanest(job, freed)) notes.push_back(fmt::format("there are plans without --fix {}", name));
  const bool settled_binds = !notes.empty();
  SearchSpace fewer = space;
  fewer.gpus = static_cast<int>(std::bit_floor(static_cast<unsigned>(space.gpus)));
  if (fewer.gpus < space.gpus && leanest(job, fewer))
    notes.push_back(fmt::format("there are plans on {} of them", print_count(fewer.gpus)));
  const long batch = next_batch(job);
  std::string hint = batch > space.global_batch ? fmt::format("a global batch of {} sequences divides", print_count(batch))
                     : !settled_binds           ? "take a number of accelerators with more divisors"
                                                : "settle less, or degrees that divide together";
  return failure(kNothingDivides,
                 fmt::format("no plan divides {} accelerator{}, {} heads, {} layers and a global batch of {} sequences",
                             print_count(space.gpus), space.gpus == 1 ? "" : "s", job.model.heads, job.model.layers,
                             print_count(space.global_batch)),
                 std::move(notes), std::move(hint));
}

}  // namespace

std::span<const CodeText> search_codes() { return kCodes; }

Failure no_plan(const SearchJob& job, const Findings& found) {
  if (!found.leanest) return nothing_divides(job);
  const RankedPlan& lean = *found.leanest;
  const perf::MemoryUse use = perf::memory_use(job.model, job.machine, lean.plan, job.stack);
  const Bytes available = room(job, lean, job.space.memory_margin);
  if (lean.memory <= available)
    return failure(kNothingFits, "plans fit in memory, but no step ends: the machine has no network between its accelerators", {},
                   "state the rate of its network");
  std::vector<std::string> notes{
      fmt::format("memory binds, most of it {}; the leanest plan is tp {} pp {} cp {} dp {} ep {}, micro-batch {}",
                  largest_part(use), lean.plan.tp, lean.plan.pp, lean.plan.cp, lean.plan.dp, lean.plan.ep, lean.plan.micro_batch),
      fmt::format("an accelerator with {} more would do", print(lean.memory - available))};
  for (const auto& [name, freed] : with_one_freed(job.space))
    if (fits(job, freed)) notes.push_back(fmt::format("a plan fits without --fix {}", name));
  if (job.space.memory_margin > 0 && lean.memory <= use.available) notes.emplace_back("a plan fits without the memory margin");
  const int gpus = enough_gpus(job);
  return failure(kNothingFits,
                 fmt::format("no plan fits on {} accelerators: the leanest of {} needs {} of {}, {} too much",
                             print_count(job.space.gpus), print_count(static_cast<long long>(found.counters.plans_in_space)),
                             print(lean.memory), print(available), print(lean.memory - available)),
                 std::move(notes),
                 gpus > 0 ? fmt::format("with {} accelerators a plan fits", print_count(gpus))
                          : "more accelerators alone do not help; take larger ones or a shorter sequence");
}

Failure too_slow(const SearchJob& job, const FoundPlan& best) {
  return failure(kTooSlow,
                 fmt::format("no plan reaches an MFU of {:.1f} %: the best has {:.1f} %", 100 * job.space.least_mfu,
                             100 * best.step.mfu_causal),
                 {fmt::format("the prediction is good to {:.0f} %", 100 * best.step.error)},
                 "ask for less, or for fewer accelerators");
}

}  // namespace eigenbau::search
