// Which parallel plan does a job run with on so many accelerators, and how fast is it then?
#include "study/planner.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "perf/sharding.h"
#include "units/print.h"

namespace eigenbau::study {
namespace {

constexpr double kBatchSlack = 0.05;       ///< "16 million tokens" are 2,048 sequences of 8,192
constexpr double kLeastBatchTokens = 4e6;  ///< where none is stated
/// The same for each accelerator, once there are many: Llama 3 405B ran 16 million tokens on 16,384, MegaScale 12.6 million on
/// 12,288.
constexpr double kBatchTokensPerGpu = 1024;

/// Nothing where the file leaves it open.
std::optional<perf::Recompute> settled_recompute(const cluster::PlanOverride& stated) {
  const perf::Recompute recompute = cluster::recompute_of(stated).value_or(perf::Recompute::automatic);
  return recompute.mode == perf::Recompute::automatic ? std::nullopt : std::optional(recompute);
}

bool states_a_plan(const cluster::PlanOverride& wanted) {
  return wanted.tp || wanted.pp || wanted.vp || wanted.dp || wanted.cp || wanted.ep || wanted.etp || wanted.mbs || wanted.zero ||
         wanted.shard_group || wanted.cp_comm_type || wanted.expert_overlap || settled_recompute(wanted);
}

}  // namespace

int divisible_near(double wanted) {
  int best = std::max(1, static_cast<int>(std::lround(wanted)));
  const int low = std::max(1, static_cast<int>(std::ceil(wanted * (1 - kBatchSlack))));
  const int high = std::max(low, static_cast<int>(std::floor(wanted * (1 + kBatchSlack))));
  for (int n = low; n <= high; ++n) {
    const int twos = std::countr_zero(static_cast<unsigned>(n)), best_twos = std::countr_zero(static_cast<unsigned>(best));
    if (twos > best_twos || (twos == best_twos && std::abs(n - wanted) < std::abs(best - wanted))) best = n;
  }
  return best;
}

int planning_step(int offered) {
  const int unit = std::max(1, static_cast<int>(std::bit_floor(static_cast<unsigned>(offered))) / 32);
  return offered / unit * unit;
}

Result<catalog::Model> job_model(const cluster::Job& job, const catalog::Catalog& catalog) {
  auto model = catalog.model(job.model);
  if (!model) return model;
  auto take = [](const std::optional<int>& from, int& to) {
    if (from) to = *from;
  };
  take(job.shape.layers, model->layers);
  take(job.shape.hidden, model->hidden);
  take(job.shape.heads, model->heads);
  take(job.shape.kv_heads, model->kv_heads);
  take(job.shape.head_dim, model->head_dim);
  take(job.shape.ffn_hidden, model->ffn_hidden);
  take(job.shape.vocabulary, model->vocabulary);
  if (job.shape.experts && !model->experts) model->experts.emplace();
  if (model->experts) {
    take(job.shape.experts, model->experts->count);
    take(job.shape.experts_per_token, model->experts->top_k);
    take(job.shape.expert_hidden, model->experts->hidden);
    take(job.shape.shared_experts, model->experts->shared);
  }
  return model;
}

Result<catalog::Stack> job_stack(const cluster::Job& job, const catalog::Catalog& catalog) {
  return catalog.stack(job.stack.empty() ? "megatron-core" : job.stack);
}

Result<JobSetup> job_setup(const cluster::TrainingJob& job, const catalog::Catalog& catalog, const catalog::Gpu& gpu, int gpus) {
  const auto model = job_model(job, catalog);
  if (!model) return std::unexpected(model.error());
  JobSetup setup{.model = *model};
  const auto stack = job_stack(job, catalog);
  if (!stack) return std::unexpected(stack.error());
  setup.stack = *stack;
  if (job.stack.empty()) setup.stack_note = fmt::format("no stack stated; {} is taken for {}", stack->name, gpu.name);
  setup.sequence_length = job.sequence_length.value_or(setup.model.sequence_length > 0 ? setup.model.sequence_length : 4096);
  const double usual = std::max(kLeastBatchTokens, kBatchTokensPerGpu * job.gpus.value_or(gpus));
  const double tokens = job.global_batch_tokens ? job.global_batch_tokens->base() : usual;
  setup.global_batch = job.global_batch_sequences.value_or(divisible_near(tokens / setup.sequence_length));
  if (!job.global_batch_sequences) {
    const double used = static_cast<double>(setup.global_batch) * setup.sequence_length;
    setup.batch_note =
        job.global_batch_tokens
            ? fmt::format("{} is {} sequences of {} tokens, rounded so that it divides", print(*job.global_batch_tokens),
                          print_count(setup.global_batch), print_count(setup.sequence_length))
            : fmt::format("no batch stated; {} are taken, 1,024 for each GPU or 4 million", print_quantity(used, kToken));
  }
  return setup;
}

search::Settled stated_plan(const cluster::PlanOverride& stated) {
  search::Settled settled;
  settled.tp = stated.tp;
  settled.pp = stated.pp;
  settled.vp = stated.vp;
  settled.dp = stated.dp;
  settled.cp = stated.cp;
  settled.context = stated.cp_comm_type;
  settled.ep = stated.ep;
  settled.etp = stated.etp;
  settled.micro_batch = stated.mbs;
  settled.zero_level = stated.zero;
  settled.shard_group = stated.shard_group;
  settled.expert_overlap = stated.expert_overlap;
  settled.recompute = settled_recompute(stated);
  return settled;
}

search::SearchSpace stated_space(const cluster::TrainingJob& job, const JobSetup& setup) {
  search::SearchSpace space;
  space.global_batch = setup.global_batch;
  space.sequence_length = setup.sequence_length;
  space.precisions = {job.precision};
  space.settled = stated_plan(job.plan);
  open_as_stack(space, setup.stack);
  return space;
}

void open_as_stack(search::SearchSpace& space, const catalog::Stack& stack) {
  if (stack.training.dual_pipe) space.schedules.push_back(perf::Schedule::dual_pipe);
  space.context_kinds = {stack.training.cp_comm_type};
}

void settle_as_stack(search::SearchSpace& space, const catalog::Stack& stack) {
  search::Settled& settled = space.settled;
  if (!settled.zero_level) {
    settled.zero_level = perf::usual_zero_level(stack.training, 1);
    space.most_zero_in_pipeline = perf::usual_zero_level(stack.training, 2);
  }
  if (!settled.shard_group) settled.shard_group = 0;
  if (!settled.sequence_parallel) settled.sequence_parallel = stack.training.sequence_parallel;
}

search::SearchSpace plan_space(const cluster::TrainingJob& job, const JobSetup& setup) {
  search::SearchSpace space = stated_space(job, setup);
  settle_as_stack(space, setup.stack);
  return space;
}

int offered_gpus(const cluster::TrainingJob& job, int gpus) { return std::min(job.gpus.value_or(gpus), gpus); }

namespace {

/// What is stated may need the very number that is offered.
int counted(const cluster::TrainingJob& job, int offered, int gpus) {
  return states_a_plan(job.plan) || offered == offered_gpus(job, gpus) ? offered : planning_step(offered);
}

std::optional<perf::ParallelPlan> plan_of(const std::optional<search::ScalePoint>& point) {
  if (!point) return std::nullopt;
  return point->best->plan;
}

}  // namespace

search::BestPlans& PlanBook::plans_of(const cluster::TrainingJob& job, const JobSetup& setup) {
  auto& plans = plans_[job.name + "/" + setup.model.name];
  if (!plans) plans = std::make_unique<search::BestPlans>(setup.model, machine_, setup.stack.training, plan_space(job, setup));
  return *plans;
}

std::optional<perf::ParallelPlan> PlanBook::plan(const cluster::TrainingJob& job, const JobSetup& setup, int offered) {
  const std::lock_guard lock(mutex_);
  return plan_of(plans_of(job, setup).within(counted(job, offered, machine_.gpus)));
}

std::optional<perf::ParallelPlan> PlanBook::widest_plan(const cluster::TrainingJob& job, const JobSetup& setup, int offered) {
  const std::lock_guard lock(mutex_);
  return plan_of(plans_of(job, setup).widest_within(counted(job, offered, machine_.gpus)));
}

}  // namespace eigenbau::study
