// Why is there no plan, and what is the smallest change that makes one?
#include "search/no_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <numeric>
#include <utility>

#include "perf/software_check.h"
#include "search/contradiction.h"
#include "search/counts.h"
#include "units/counted.h"
#include "units/print.h"

namespace eigenbau::search {
namespace {

using perf::ParallelPlan;

constexpr std::size_t kEveryCount = std::numeric_limits<std::size_t>::max();

constexpr auto kCodes = std::to_array<CodeText>({
    {kNothingFits, "no parallel plan fits in memory",
     "Every plan of the space was tried; the one that needs least memory still needs more than an accelerator has. More "
     "accelerators, larger ones, or recomputation and sharding where they were ruled out make room."},
    {kNothingDivides, "no parallel plan divides",
     "Tensor parallelism divides the heads, context parallelism the sequence, data parallelism times the micro-batch the global "
     "batch, and all degrees together multiply to the number of accelerators. No choice of degrees does all of that."},
    {kTooSlow, "no plan reaches the utilization asked for",
     "The best plan of the whole space stays below --min-mfu. The prediction has an error band; the message states it."},
    {kContradiction, "what is settled of a plan contradicts itself",
     "Whatever the other degrees are, no plan has all that the file, --fix or an option settles: traffic of experts runs beside "
     "the compute of another micro-batch only where experts are on several ranks and the backward pass does not repeat their "
     "exchange, and a model without experts has none to spread."},
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

/// One settled degree freed: what it may be then.
struct Change {
  std::string words;  ///< "pp 8 instead of 1"
  Bytes memory{};     ///< of the leanest plan
};

/// A degree that a number settles, by the name that `--fix` gives it.
struct Degree {
  const char* name;
  std::optional<int> Settled::* settled;
  int ParallelPlan::* in_plan;
  std::vector<int> (*values)(const SearchJob& open);  ///< those that what it splits allows, ascending
};

std::vector<int> divisors_of_gpus(const SearchJob& open) { return divisors(open.space.gpus); }

const std::array kDegrees{
    Degree{"zero", &Settled::zero_level, &ParallelPlan::zero_level, [](const SearchJob&) { return std::vector{0, 1, 2, 3}; }},
    Degree{"shard_group", &Settled::shard_group, &ParallelPlan::shard_group,
           [](const SearchJob& open) {
             std::vector<int> groups = divisors(open.space.gpus);
             groups.insert(groups.begin(), 0);
             return groups;
           }},
    Degree{"mbs", &Settled::micro_batch, &ParallelPlan::micro_batch,
           [](const SearchJob& open) { return divisors(open.space.global_batch); }},
    Degree{"tp", &Settled::tp, &ParallelPlan::tp, possible_tensor_degrees},
    Degree{"pp", &Settled::pp, &ParallelPlan::pp, divisors_of_gpus},
    Degree{"vp", &Settled::vp, &ParallelPlan::vp,
           [](const SearchJob& open) {
             std::vector<int> chunks(static_cast<std::size_t>(open.model.layers) + 2);  // embedding and output are layers
             std::iota(chunks.begin(), chunks.end(), 1);
             return chunks;
           }},
    Degree{"dp", &Settled::dp, &ParallelPlan::dp, divisors_of_gpus},
    Degree{"cp", &Settled::cp, &ParallelPlan::cp, possible_context_degrees},
    Degree{"ep", &Settled::ep, &ParallelPlan::ep,
           [](const SearchJob& open) { return divisors(open.model.experts ? open.model.experts->count : 1); }},
    Degree{"etp", &Settled::etp, &ParallelPlan::etp, [](const SearchJob& open) { return divisors(open.model.heads); }}};

/// What is on or off.
struct Switch {
  const char* name;
  std::optional<bool> Settled::* settled;
  bool ParallelPlan::* in_plan;
};

constexpr std::array kSwitches{Switch{"sp", &Settled::sequence_parallel, &ParallelPlan::sequence_parallel},
                               Switch{"expert_overlap", &Settled::expert_overlap, &ParallelPlan::expert_overlap}};

/// How a settled degree may be instead, given the leanest plan without it.
using ValuesOf = std::string (*)(const SearchJob& job, const Degree& degree, const RankedPlan& lean);

/// Each settled degree freed alone, where there are plans then.
std::vector<Change> changes(const SearchJob& job, ValuesOf values_of) {
  std::vector<Change> list;
  const auto leanest_without = [&](auto member) {
    SearchSpace freed = job.space;
    (freed.settled.*member).reset();
    return leanest(job, freed);
  };
  const Settled& settled = job.space.settled;
  if (settled.recompute)
    if (const auto lean = leanest_without(&Settled::recompute))
      list.push_back({fmt::format("recompute {} instead of {}", in_words(lean->plan.recompute), in_words(*settled.recompute)),
                      lean->memory});
  if (settled.context)
    if (const auto lean = leanest_without(&Settled::context))
      list.push_back(
          {fmt::format("cp_comm_type {} instead of {}", catalog::name_of(lean->plan.context), catalog::name_of(*settled.context)),
           lean->memory});
  for (const Degree& degree : kDegrees) {
    if (!(settled.*degree.settled)) continue;
    if (const auto lean = leanest_without(degree.settled))
      list.push_back({fmt::format("{} {} instead of {}", degree.name, values_of(job, degree, *lean), *(settled.*degree.settled)),
                      lean->memory});
  }
  for (const Switch& one : kSwitches) {
    if (!(settled.*one.settled)) continue;
    if (const auto lean = leanest_without(one.settled)) {
      const auto word = [](bool on) { return on ? "on" : "off"; };
      list.push_back({fmt::format("{} {} instead of {}", one.name, word(lean->plan.*one.in_plan), word(*(settled.*one.settled))),
                      lean->memory});
    }
  }
  return list;
}

/// As the leanest plan has it.
std::string leanest_value(const SearchJob&, const Degree& degree, const RankedPlan& lean) {
  return fmt::format("{}", lean.plan.*degree.in_plan);
}

/// The next values below and above with which there are plans: "2 or 4".
std::string nearest_values(const SearchJob& job, const Degree& degree, const RankedPlan&) {
  SearchSpace changed = job.space;
  auto& settled = changed.settled.*degree.settled;
  settled.reset();
  std::vector<int> values = degree.values({job.model, job.machine, job.stack, changed});
  const auto above = std::ranges::upper_bound(values, *(job.space.settled.*degree.settled));
  std::reverse(values.begin(), above);
  const auto has_plan = [&](int value) {
    settled = value;
    return leanest(job, changed).has_value();
  };
  std::vector<int> nearest;
  for (const auto& [from, to] : {std::pair{values.begin(), above}, {above, values.end()}})
    if (const auto found = std::find_if(from, to, has_plan); found != to) nearest.push_back(*found);
  return fmt::format("{}", fmt::join(nearest, " or "));
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
  return fmt::format("{} ({})", most->first, print_memory(most->second));
}

/// Few accelerators that a plan fits on: the fewest between the first doubling on which one does and the last on which none does,
/// where these are many as halving finds them; 0: none of those tried.
int enough_gpus(const SearchJob& job) {
  constexpr int kMostDoublings = 10;
  constexpr std::size_t kFewCounts = 64;
  SearchSpace space = job.space;
  space.settled.dp.reset();
  const auto fits_on = [&](int gpus) {
    space.gpus = gpus;
    return fits(job, space);
  };
  int enough = job.space.gpus;
  for (int doublings = 0; enough == job.space.gpus || !fits_on(enough); ++doublings) {
    if (doublings == kMostDoublings || enough > std::numeric_limits<int>::max() / 2) return 0;
    enough *= 2;
  }
  // From few to many: those above the half on which none fits. A number more is not always easier to fit on.
  std::vector<int> between = usable_counts(job.model, job.machine, job.stack, space, enough, StageLengths::any, kEveryCount);
  std::erase_if(between, [&](int gpus) { return gpus <= enough / 2; });
  std::reverse(between.begin(), between.end());
  const auto first = between.size() <= kFewCounts
                         ? std::ranges::find_if(between, fits_on)
                         : std::partition_point(between.begin(), between.end(), [&](int gpus) { return !fits_on(gpus); });
  return first == between.end() ? enough : *first;
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

/// Tensor parallelism that is settled above what the search goes to, where there are plans with it.
bool exceeds_most_tensor(const SearchJob& job) {
  const auto tp = job.space.settled.tp;
  SearchSpace wider = job.space;
  wider.max_tp = tp.value_or(0);
  return tp && *tp > most_tensor(job) && leanest(job, wider);
}

/// Plans that divide but for a sequence that the software wants split beside tensor parallelism, and that no degrees split.
bool needs_a_split(const SearchJob& job) {
  if (!perf::needs_sequence_split(job.model, job.stack) || job.space.settled.sequence_parallel == false) return false;
  catalog::TrainingConstants lenient = job.stack;
  lenient.experts_need_sequence_split = false;
  SearchSpace open = job.space;
  open.settled.sequence_parallel = false;
  return leanest({job.model, job.machine, lenient, open}, open).has_value();
}

/// The one degree with which a plan fits on software that splits a model only where it is told to: "cp=8".
std::string split_that_fits(const SearchJob& job) {
  if (job.stack.model_parallel) return "";
  catalog::TrainingConstants told = job.stack;
  told.model_parallel = true;
  constexpr std::array<const char*, 3> kSplits{"cp", "tp", "pp"};
  for (const char* name : kSplits) {
    SearchSpace space = job.space;
    const Degree& open = *std::ranges::find(kDegrees, std::string_view(name), &Degree::name);
    for (const char* other : kSplits) {
      auto& settled = space.settled.*std::ranges::find(kDegrees, std::string_view(other), &Degree::name)->settled;
      if (other != name && !settled) settled = 1;
    }
    const auto lean = leanest({job.model, job.machine, told, space}, space);
    if (lean && lean->memory <= room(job, *lean, space.memory_margin) && !(job.space.settled.*open.settled))
      return fmt::format("{}={}", name, lean->plan.*open.in_plan);
  }
  return "";
}

Failure nothing_divides(const SearchJob& job) {
  const SearchSpace& space = job.space;
  std::vector<std::string> notes;
  for (const Change& change : changes(job, nearest_values)) notes.push_back(fmt::format("there are plans with {}", change.words));
  const bool settled_binds = !notes.empty(), tensor_binds = exceeds_most_tensor(job);
  if (needs_a_split(job))
    notes.push_back(
        fmt::format("the software wants sequences split where tensor parallelism stands beside experts, and no tp and cp of this "
                    "search split "
                    "{}",
                    counted(job.sequence(), "token")));
  if (tensor_binds)
    notes.push_back(
        fmt::format("tp {} is above {}, the most tensor parallelism of this search (--max-tp, else the scale-up domain)",
                    *space.settled.tp, most_tensor(job)));
  SearchSpace fewer = space;
  fewer.gpus = static_cast<int>(std::bit_floor(static_cast<unsigned>(space.gpus)));
  if (fewer.gpus < space.gpus && leanest(job, fewer))
    notes.push_back(fmt::format("there are plans on {} of them", print_count(fewer.gpus)));
  if (const auto settled = contradiction(job.model, space.settled))
    return failure(kContradiction, settled->text, std::move(notes), std::string(settled->hint));
  const long batch = next_batch(job);
  std::string hint = tensor_binds                 ? fmt::format("--max-tp {} lets `search` go as far", *space.settled.tp)
                     : batch > space.global_batch ? fmt::format("a global batch of {} divides", counted(batch, "sequence"))
                     : !settled_binds             ? "take a number of accelerators with more divisors"
                                                  : "settle less, or degrees that divide together";
  return failure(
      kNothingDivides,
      fmt::format("no plan divides {}, {}, {} and a global batch of {}", counted(space.gpus, "accelerator"),
                  counted(job.model.heads, "head"), counted(job.model.layers, "layer"), counted(space.global_batch, "sequence")),
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
      fmt::format("an accelerator with {} more would do",
                  print_needed_memory(lean.memory / (1 - job.space.memory_margin) - use.available))};
  std::string hint;
  for (const Change& change : changes(job, leanest_value)) {
    if (change.memory > available) continue;
    notes.push_back(fmt::format("a plan fits with {}", change.words));
    if (hint.empty()) hint = "settle less: with " + change.words + " a plan fits";
  }
  if (const std::string split = split_that_fits(job); !split.empty()) {
    notes.push_back(fmt::format("the software splits no model unless it is told to: a plan fits with --fix {}", split));
    if (hint.empty()) hint = fmt::format("--fix {} of `search`, if the model's code has it", split);
  }
  if (job.space.memory_margin > 0 && lean.memory <= use.available) notes.emplace_back("a plan fits without the memory margin");
  const int gpus = enough_gpus(job);
  if (gpus > 0) hint = fmt::format("with {} a plan fits", counted(gpus, "accelerator"));
  if (hint.empty()) hint = "more accelerators alone do not help; take larger ones or a shorter sequence";
  return failure(
      kNothingFits,
      fmt::format("no plan fits on {}: the leanest of {} needs {} of {}, {} too much", counted(job.space.gpus, "accelerator"),
                  print_count(static_cast<long long>(found.counters.plans_in_space)), print_needed_memory(lean.memory),
                  print_memory(available), print_needed_memory(lean.memory - available)),
      std::move(notes), std::move(hint));
}

Failure too_slow(const SearchJob& job, const FoundPlan& best) {
  return failure(kTooSlow,
                 fmt::format("no plan reaches an MFU of {:.1f} %: the best has {:.1f} %", 100 * job.space.least_mfu,
                             100 * best.step.mfu_causal),
                 {fmt::format("the prediction is good to {:.0f} %", 100 * best.step.error)},
                 "ask for less, or for fewer accelerators");
}

}  // namespace eigenbau::search
