// What do the options of a row say of how its job runs?
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <string>

#include "tables/feature_words.h"
#include "tables/plan_words.h"
#include "tables/row_reading.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

using perf::Overlap;
using perf::ParallelPlan;
using perf::Schedule;

constexpr int kMostSequences = 100'000'000;  // of a batch
constexpr double kLeastWatts = 50;           // of an accelerator in training

/// Whether the clause names one of the words; the first that it names says whether it is in use.
std::optional<bool> use_of_one(std::string_view clause, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words)
    if (const auto use = use_in(clause, word)) return use;
  return std::nullopt;
}

bool names(std::string_view clause, std::initializer_list<std::string_view> words) {
  return use_of_one(clause, words).has_value();
}

Overlap overlap(bool on) { return on ? Overlap::on : Overlap::off; }

// Each of these takes from a clause what it knows, and says whether there was anything.

bool read_schedule(Reading& r, std::string_view clause) {
  if (names(clause, {"overlap"})) return false;  // "1F1B overlap" hides traffic of experts
  ParallelPlan& plan = r.out.plan;
  const auto take = [&](Schedule schedule, std::string_view said = {}) {
    plan.schedule = schedule;
    r.open.schedule = false;
    r.note(said);
    return true;
  };
  if (names(clause, {"interleaved", "interleave", "vpp"})) return take(Schedule::interleaved);
  if (names(clause, {"zbv", "zb v"})) return take(Schedule::zero_bubble, "ZBV taken as ZB-H1");
  if (names(clause, {"zb", "zbh1", "zb1p", "zero bubble"})) return take(Schedule::zero_bubble);
  if (names(clause, {"dualpipev"})) return take(Schedule::dual_pipe, "DualPipeV taken as DualPipe");
  if (names(clause, {"dualpipe", "dual pipe"})) return take(Schedule::dual_pipe);
  if (names(clause, {"gpipe", "afab"})) return take(Schedule::one_f_one_b, "GPipe taken as 1F1B, which keeps less in memory");
  return names(clause, {"1f1b"}) && take(Schedule::one_f_one_b);
}

bool read_overlap(Reading& r, std::string_view clause) {
  ParallelPlan& plan = r.out.plan;
  if (names(clause, {"ep", "moe", "a2a", "1f1b"})) return false;
  if (names(clause, {"vanilla tp"})) plan.tp_overlap = Overlap::off;
  else if (const auto tp = use_of_one(clause, {"async tp", "asynctp", "tp comm overlap", "tp comm", "tp overlap", "userbuffer"}))
    plan.tp_overlap = overlap(*tp);
  else if (const auto dp = use_of_one(clause, {"grad reduce", "param gather", "dp overlap", "overlap grad"}))
    plan.dp_overlap = overlap(*dp);
  else if (const auto all = use_in(clause, "overlap"); all == false) plan.tp_overlap = plan.dp_overlap = Overlap::off;
  else return all.has_value();
  return true;
}

bool read_offload(Reading& r, std::string_view clause) {
  const auto offload = use_in(clause, "offload");
  if (!offload) return false;
  if (names(clause, {"activation"})) r.out.plan.offload_activations = *offload;
  else if (names(clause, {"optimizer", "cpu", "zero"})) r.out.plan.offload_optimizer = *offload;
  else return false;
  return true;
}

bool read_exchange(Reading& r, std::string_view clause) {
  ParallelPlan& plan = r.out.plan;
  if (names(clause, {"overlap"})) return false;
  const bool all_to_all = names(clause, {"a2a", "alltoall", "all to all"});
  if (names(clause, {"ulysses"}) || (all_to_all && names(clause, {"cp", "context"})))
    plan.context = perf::ContextParallel::all_to_all;
  else if (names(clause, {"deepep", "hybridep", "hybrid ep"})) plan.copies = perf::ExpertCopies::one_per_rank;
  else if (all_to_all) plan.copies = perf::ExpertCopies::one_per_expert;
  else return false;
  return true;
}

bool read_routing(Reading& r, std::string_view clause) {
  ParallelPlan& plan = r.out.plan;
  if (const auto capacity = figure_of(clause, "capacity factor"); capacity && *capacity >= 1 && *capacity <= 100) {
    plan.routing = perf::Routing::token_drop;
    plan.imbalance = *capacity;  // every expert works on so many tokens
  } else if (names(clause, {"token drop", "tokendrop"})) {
    plan.routing = perf::Routing::token_drop;
  } else if (names(clause, {"imbalanced", "unbalanced"}) || use_in(clause, "balanced") == false) {
    r.router_balances = false;
  } else if (names(clause, {"balanced", "force load balancing"})) {
    r.router_balances = true;
  } else {
    return false;
  }
  return true;
}

/// A count from 1 to `most` that belongs to one of the words; one that is none makes the row invalid.
bool read_count(Reading& r, std::string_view clause, std::initializer_list<std::string_view> words, int most, int& count) {
  for (const std::string_view word : words) {
    const auto number = figure_of(clause, word);
    if (!number) continue;
    if (*number >= 1 && *number <= most && *number == std::floor(*number)) count = static_cast<int>(*number);
    else r.refuse(RowStatus::invalid, fmt::format("{} {:g} in options is no count of up to {}", word, *number, most));
    return true;
  }
  return false;
}

bool read_recompute(Reading& r, std::string_view clause) {
  if (!names(clause, {"recompute", "recomputation", "checkpointing", "remat"})) return false;
  r.recompute = use_of_one(clause, {"recompute", "recomputation", "checkpointing", "remat"}) == false ? perf::Recompute::none
                                                                                                      : recompute_in(clause);
  return r.recompute.has_value();
}

bool read_power(Reading& r, std::string_view clause) {
  for (const std::string_view word : {"power cap", "power limit", "tdp"})
    if (const auto watts = figure_of(clause, word); watts && *watts * kWatt < r.out.machine.gpu.tdp && *watts > kLeastWatts) {
      r.out.machine.power_cap = *watts * kWatt;
      return true;
    }
  return false;
}

/// Ranks that share one sharded copy.
bool read_group(Reading& r, std::string_view clause) {
  return read_count(r, clause, {"group", "hsdp", "hybrid shard", "mics", "hpz"}, r.out.machine.gpus, r.out.plan.shard_group);
}

bool read_counts(Reading& r, std::string_view clause) {
  if (read_count(r, clause, {"etp", "expert tensor parallel"}, r.out.machine.gpus, r.out.plan.etp)) {
    r.open.etp = false;
    return true;
  }
  return read_group(r, clause) || read_count(r, clause, {"local batch", "lbs"}, kMostSequences, r.local_batch) ||
         read_count(r, clause, {"ga", "grad accum", "gradient accumulation", "micro num"}, kMostSequences, r.micro_batches);
}

/// What other readers take from the options (of the model, the stack, sharding), and what says nothing of a step.
bool is_read_elsewhere(std::string_view clause) {
  return names(clause, {"tied embedding", "untied embedding", "gelu", "swiglu", "alibi", "gqa", "mtp", "every other layer",
                        "launch blocking", "sliding window", "flash attention", "flashattention", "fa2", "fa3", "aux loss",
                        "expert bias"}) ||
         names(clause, {"fsdp", "fsdp2", "hsdp", "ddp", "dp", "zero", "group", "distributed optimizer", "ptd p", "2d", "3d"}) ||
         names(clause, {"paxml/jax", "deepspeed", "gbs", "global batch", "config", "pretrain", "dropless", "micro num"});
}

/// Words of what changes a step and has no law, and how much of its time that may be.
struct Unmodeled {
  std::string_view word;
  double doubt;
};
constexpr std::array kUnmodeled{Unmodeled{"lora", 0.5},    Unmodeled{"qlora", 0.5}, Unmodeled{"packed", 0.2},
                                Unmodeled{"packing", 0.2}, Unmodeled{"compile", 0}, Unmodeled{"eager", 0}};

/// The doubt that a clause adds which no law uses; nothing where one does.
std::optional<double> doubt_of(Reading& r, std::string_view clause) {
  const bool known = read_schedule(r, clause) || read_overlap(r, clause) || read_offload(r, clause) || read_exchange(r, clause) ||
                     read_routing(r, clause) || read_recompute(r, clause) || read_power(r, clause) || read_counts(r, clause) ||
                     is_read_elsewhere(clause);
  for (const auto& [word, doubt] : kUnmodeled)
    if (const auto use = use_in(clause, word)) return *use ? doubt : 0;
  return known ? std::nullopt : std::optional(kUnclearWord);
}

void balance(Reading& r) {
  ParallelPlan& plan = r.out.plan;
  if (!r.out.model.experts || plan.routing != perf::Routing::dropless) return;
  // Benchmarks force the router to balance, or feed tokens to one that has learned nothing yet.
  if (r.router_balances.value_or(true)) plan.imbalance = 1;
  if (!r.router_balances) r.note("routing taken as balanced");
}

}  // namespace

void read_options(Reading& r) {
  for (const std::string& clause : clauses_of(r.cell("sharding")))
    if (!read_group(r, clause)) read_offload(r, clause);
  r.out.plan.blocking_launches = contains(lower(r.cell("options")), "launch_blocking");
  double most = 0;
  std::string unmodeled;
  for (const std::string& clause : clauses_of(r.cell("options")))
    if (const auto doubt = doubt_of(r, clause)) {
      unmodeled += fmt::format("{}{}", unmodeled.empty() ? "" : ", ", clause);
      most = std::max(most, *doubt);
    }
  if (!unmodeled.empty()) r.doubt(most, fmt::format("not modeled: {}", unmodeled));
  balance(r);
}

}  // namespace eigenbau::tables
