// Which plan do the degrees make that options and file state, and where is each degree from?
#include "cli/stated_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/option_values.h"
#include "perf/default_plan.h"
#include "perf/pipeline.h"
#include "perf/sharding.h"
#include "units/counted.h"

namespace eigenbau::cli {
namespace {

using perf::Schedule;
using search::Settled;

// Products of two are ints.
constexpr std::uint64_t kMostDegree = 10'000, kMostReplicas = 1'000'000, kMostMicroBatch = 1'000;

struct Degree {
  const char* key;
  const char* option;
  std::optional<int> Settled::* settled;
  int perf::ParallelPlan::* place;
};

constexpr std::array kDegrees{Degree{"tp", "--tp", &Settled::tp, &perf::ParallelPlan::tp},
                              Degree{"pp", "--pp", &Settled::pp, &perf::ParallelPlan::pp},
                              Degree{"vp", "--vp", &Settled::vp, &perf::ParallelPlan::vp},
                              Degree{"cp", "--cp", &Settled::cp, &perf::ParallelPlan::cp},
                              Degree{"dp", "--dp", &Settled::dp, &perf::ParallelPlan::dp},
                              Degree{"ep", "--ep", &Settled::ep, &perf::ParallelPlan::ep},
                              Degree{"etp", "--etp", &Settled::etp, &perf::ParallelPlan::etp},
                              Degree{"micro_batch", "--micro-batch", &Settled::micro_batch, &perf::ParallelPlan::micro_batch},
                              Degree{"zero_level", "--zero", &Settled::zero_level, &perf::ParallelPlan::zero_level},
                              Degree{"shard_group", "--shard-group", &Settled::shard_group, &perf::ParallelPlan::shard_group}};

/// How state is sharded is no degree of parallelism: a search takes it as it is told.
bool is_sharding(const Degree& degree) {
  return degree.place == &perf::ParallelPlan::zero_level || degree.place == &perf::ParallelPlan::shard_group;
}

std::optional<int> stated(const PlanStatement& said, const Degree& degree) {
  if (said.arguments.has(degree.option)) return static_cast<int>(said.arguments.number(degree.option, 0));
  return said.by_file.*degree.settled;
}

bool is_stated(const PlanStatement& said, const char* key) {
  return stated(said, *std::ranges::find(kDegrees, std::string_view(key), &Degree::key)).has_value();
}

/// A software that runs DualPipe runs something else where that has no pairs or too few micro-batches.
bool runs_dual_pipe(const PlanStatement& said, const perf::ParallelPlan& plan) {
  return !schedule_option(said.arguments) && said.stack.training.dual_pipe && perf::can_dual_pipe(plan.pp, plan.micro_batches());
}

/// Chunks that the software makes of a stage by itself; 1 where the micro-batches do not fill them.
int chunks_of_stack(const PlanStatement& said, const perf::ParallelPlan& plan) {
  if (runs_dual_pipe(said, plan)) return 1;
  const auto schedule = schedule_option(said.arguments);
  const bool interleaves = schedule ? *schedule == Schedule::interleaved : said.stack.training.interleaves;
  const int count = plan.micro_batches();
  return interleaves && plan.pp > 1 && count > 0 && count % plan.pp == 0 ? perf::usual_chunks(said.model.layers, plan.pp) : 1;
}

Schedule schedule_of(const PlanStatement& said, const perf::ParallelPlan& plan) {
  const auto wanted = schedule_option(said.arguments);
  if (wanted && wanted != Schedule::one_f_one_b) return *wanted;
  return perf::usual_schedule(plan.vp, runs_dual_pipe(said, plan));
}

std::string why_chunks(const PlanStatement& said, const perf::ParallelPlan& plan) {
  const auto schedule = schedule_option(said.arguments);
  if (plan.vp > 1) return fmt::format("not given: as {} interleaves", schedule ? std::string("the schedule") : said.stack.name);
  if (plan.schedule == Schedule::dual_pipe) return "not given: DualPipe runs one chunk per stage";
  if (plan.pp == 1 || (!said.stack.training.interleaves && !schedule)) return "not given: 1";
  if (schedule && *schedule != Schedule::interleaved) return "not given: 1, since the schedule is given";
  const bool fills = plan.micro_batches() % plan.pp == 0;
  return fmt::format("not given: 1, since {}", fills ? "nothing else divides the layers" : "micro-batches are no multiple of pp");
}

Origin origin_of_split(const PlanStatement& said, const perf::ParallelPlan& plan) {
  if (plan.tp == 1) return {.derivation = "tp 1 leaves nothing to split"};
  if (!perf::can_split_sequence(said.space.sequence_length, plan.tp, plan.cp))
    return {.derivation =
                fmt::format("tp {}{} does not divide a sequence of {}", plan.tp,
                            plan.cp > 1 ? fmt::format(" x cp {}", plan.cp) : "", counted(said.space.sequence_length, "token"))};
  if (said.arguments.has("--sp")) return {.source = "command line"};
  if (said.by_file.sequence_parallel) return {.source = "cluster file"};
  return {.derivation = fmt::format("not given: as {} does", said.stack.name)};
}

Origin origin_of_schedule(const PlanStatement& said, const perf::ParallelPlan& plan, bool chosen) {
  if (schedule_option(said.arguments) == plan.schedule) return {.source = "command line"};
  if (plan.pp == 1) return {.derivation = "one stage has no other"};
  if (chosen) return {.derivation = "of the fastest plan that fits"};
  return {.derivation =
              plan.vp > 1 ? "not given: of several chunks per stage" : fmt::format("not given: as {} does", said.stack.name)};
}

Origin origin_of_context(const PlanStatement& said) {
  if (said.arguments.has("--cp-comm-type")) return {.source = "command line"};
  if (said.by_file.context) return {.source = "cluster file"};
  if (said.stack.training.cp_comm_type == perf::ContextParallel::ring) return {.derivation = "not given: a ring"};
  return {.derivation = fmt::format("not given: as {} does", said.stack.name)};
}

Origin origin_of_overlap(const PlanStatement& said, bool chosen) {
  if (said.arguments.has("--expert-overlap")) return {.source = "command line"};
  if (said.by_file.expert_overlap) return {.source = "cluster file"};
  return {.derivation = chosen ? "of the fastest plan that fits" : "not given"};
}

std::string why_not_stated(const PlanStatement& said, const perf::ParallelPlan& plan, std::string_view key, bool chosen) {
  if (key == "zero_level" && plan.zero_level < said.stack.training.zero_level)
    return "not given: what is sharded further would travel for every micro-batch of the pipeline";
  if (key == "zero_level") return fmt::format("not given: as {} does", said.stack.name);
  if (key == "etp" && plan.etp > 1 && !chosen) return fmt::format("not given: as {} does", said.stack.name);
  if (key == "shard_group") return "not given: all ranks with the same weights";
  if (chosen) return "of the fastest plan that fits";
  if (key == "dp") return "GPUs / (tp x pp x cp)";
  if (key == "vp") return why_chunks(said, plan);
  return "not given: 1";
}

}  // namespace

bool states_a_degree(const Arguments& arguments) {
  const auto given = [&](const Degree& degree) { return !is_sharding(degree) && arguments.has(degree.option); };
  return std::ranges::any_of(kDegrees, given) || arguments.has("--offload");
}

std::optional<Schedule> schedule_option(const Arguments& arguments) {
  const auto word = arguments.value("--schedule");
  if (word == "1f1b") return Schedule::one_f_one_b;
  if (word == "interleaved") return Schedule::interleaved;
  if (word == "zero-bubble") return Schedule::zero_bubble;
  if (word == "dual-pipe") return Schedule::dual_pipe;
  return std::nullopt;
}

StatedExchange stated_exchange(const Arguments& arguments) {
  StatedExchange exchange;
  if (const auto word = arguments.value("--dispatch"))
    exchange.copies = word == "deepep" ? perf::ExpertCopies::one_per_rank : perf::ExpertCopies::one_per_expert;
  if (arguments.value("--routing") == "token-drop") exchange.routing = perf::Routing::token_drop;
  exchange.balanced = arguments.value("--routing") == "balanced";
  return exchange;
}

perf::ParallelPlan stated_plan(const PlanStatement& said) {
  const catalog::TrainingConstants& stack = said.stack.training;
  const search::SearchSpace& space = said.space;
  perf::ParallelPlan plan;
  for (const Degree& degree : kDegrees)
    if (const auto value = stated(said, degree)) plan.*degree.place = *value;
  if (!is_stated(said, "zero_level")) plan.zero_level = perf::usual_zero_level(stack, plan.pp);
  const long others = static_cast<long>(plan.tp) * plan.pp * plan.cp;
  if (!is_stated(said, "dp")) plan.dp = static_cast<int>(std::max(1L, space.gpus / std::max(1L, others)));
  if (!is_stated(said, "etp") && stack.expert_tp_follows && perf::can_split_experts(said.model, plan)) plan.etp = plan.tp;
  plan.sequence_parallel = space.settled.sequence_parallel.value_or(stack.sequence_parallel) &&
                           perf::can_split_sequence(space.sequence_length, plan.tp, plan.cp);
  plan.context = space.settled.context.value_or(stack.cp_comm_type);
  plan.global_batch = space.global_batch;
  plan.sequence_length = space.sequence_length;
  plan.precision = space.precisions.front();
  plan.expert_overlap = said.model.experts && space.settled.expert_overlap.value_or(false);
  plan.recompute = space.settled.recompute.value_or(perf::Recompute::automatic);
  const auto offload = said.arguments.value("--offload");
  plan.offload_optimizer = offload == "optimizer" || offload == "both";
  plan.offload_activations = offload == "activations" || offload == "both";
  if (!is_stated(said, "vp")) plan.vp = chunks_of_stack(said, plan);
  plan.schedule = schedule_of(said, plan);
  // A group of all ranks is none.
  if (plan.shard_group == plan.replicas()) plan.shard_group = 0;
  // As many layers as there are, or more, are all.
  if (perf::recomputed_share(said.model.layers, plan) >= 1) plan.recompute.num_layers = 0;
  return plan;
}

Origins plan_origins(const PlanStatement& said, const perf::ParallelPlan& plan, bool chosen) {
  Origins origins;
  for (const Degree& degree : kDegrees) {
    if (said.arguments.has(degree.option)) origins[degree.key] = {.source = "command line"};
    else if (said.by_file.*degree.settled) origins[degree.key] = {.source = "cluster file"};
    else origins[degree.key] = {.derivation = why_not_stated(said, plan, degree.key, chosen)};
  }
  origins["micro_batches"] = {.derivation = "global batch / (micro-batch x dp)"};
  origins["cp_comm_type"] = origin_of_context(said);
  origins["sp"] = origin_of_split(said, plan);
  origins["schedule"] = origin_of_schedule(said, plan, chosen);
  origins["expert_overlap"] = origin_of_overlap(said, chosen);
  origins["dispatch"] = said.arguments.has("--dispatch")
                            ? Origin{.source = "command line"}
                            : Origin{.derivation = fmt::format("not given: as {} does", said.stack.name)};
  origins["routing"] = said.arguments.has("--routing") ? Origin{.source = "command line"} : Origin{.derivation = "not given"};
  return origins;
}

std::vector<Option> plan_options() {
  const auto count = [](const char* name, const char* help, std::uint64_t least = 1, std::uint64_t most = kMostDegree) {
    return Option{.name = name, .value = "N", .help = help, .takes = Takes::number, .least = least, .most = most};
  };
  return {
      count("--tp", "tensor parallel"),
      count("--pp", "pipeline stages"),
      count("--vp", "model chunks per stage; as the stack interleaves if not given"),
      count("--cp", "context parallel"),
      Option{.name = "--cp-comm-type",
             .value = "KIND",
             .help =
                 "how keys and values get around under context parallelism: a ring, an exchange of heads, or all gathered first; "
                 "as the stack does if not given",
             .takes = Takes::word,
             .words = context_words()},
      count("--dp", "data parallel; what is left if not given", 1, kMostReplicas),
      count("--ep", "expert parallel"),
      count("--etp", "tensor parallel in an expert"),
      Option{.name = "--sp",
             .value = "WORD",
             .help = "whether tensor parallelism splits sequences between the products; as the stack does if not given",
             .takes = Takes::word,
             .words = {"on", "off"}},
      count("--micro-batch", "sequences of a micro-batch", 1, kMostMicroBatch),
      count("--zero", "ZeRO level 0 to 3; as the stack does if not given", 0, 3),
      count("--shard-group",
            "ranks that ZeRO shards over, replicated between such groups; all with the same weights if not given", 1,
            kMostReplicas),
      Option{.name = "--schedule",
             .value = "NAME",
             .help = "of the pipeline; as the stack does if not given",
             .takes = Takes::word,
             .words = {"1f1b", "interleaved", "zero-bubble", "dual-pipe"}},
      Option{.name = "--recompute",
             .value = "MODE",
             .help = "what the backward pass computes again; the least that fits if not given",
             .takes = Takes::word,
             .words = {"none", "selective", "full"}},
      count("--recompute-num-layers",
            "of full recompute: layers of each model chunk, the others keep everything; all if not given"),
      Option{.name = "--recompute-modules",
             .value = "LIST",
             .help = "of selective recompute: parts of a layer, as moe_act,layernorm; as the stack does if not given",
             .takes = Takes::text},
      Option{.name = "--offload",
             .value = "WHAT",
             .help = "what the host's memory holds; degrees that are not given are then 1",
             .takes = Takes::word,
             .words = {"optimizer", "activations", "both"}},
      Option{.name = "--dispatch",
             .value = "NAME",
             .help = "how tokens travel to their experts: a copy for each expert, or for each rank; as the stack does if not "
                     "given",
             .takes = Takes::word,
             .words = {"all-to-all", "deepep"}},
      Option{.name = "--routing",
             .value = "NAME",
             .help = "whether experts take every token, drop those beyond a capacity, or get equal numbers of them, as "
                     "benchmarks force the router to; dropless if not given",
             .takes = Takes::word,
             .words = {"dropless", "token-drop", "balanced"}},
      Option{.name = "--expert-overlap",
             .help = "traffic of experts runs beside the compute of another micro-batch, as DualPipe has it, in any schedule"},
      count("--lora", "rank of low-rank adapters that alone are trained; all other weights are frozen")};
}

}  // namespace eigenbau::cli
