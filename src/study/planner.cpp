#include "study/planner.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>

#include "perf/default_plan.h"
#include "perf/plan_check.h"
#include "units/print.h"

namespace eigenbau::study {
namespace {

constexpr double kBatchSlack = 0.05;  ///< "16 million tokens" are 2,048 sequences of 8,192
constexpr double kLeastUsed = 0.5;
constexpr int kMostModelParallel = 4096;
constexpr double kDefaultBatchTokens =
    4e6;  ///< what runs of 100 billion parameters and more have used (Llama 3: 4 to 16 million)

std::set<int> divisors(int n) {
  std::set<int> all;
  for (int d = 1; d * d <= n; ++d)
    if (n % d == 0) {
      all.insert(d);
      all.insert(n / d);
    }
  return all;
}

/// Numbers of accelerators that a plan can use: data-parallel degree (a divisor of the batch) times model-parallel degree
/// (powers of two, or three times one), nearest the offered number.
std::vector<int> usable_counts(int offered, int global_batch) {
  std::set<int, std::greater<>> counts;
  for (const int dp : divisors(global_batch))
    for (const int odd : {1, 3})
      for (int mp = odd; mp <= kMostModelParallel && static_cast<long long>(mp) * dp <= offered; mp *= 2)
        if (mp * dp >= kLeastUsed * offered) counts.insert(mp * dp);
  if (counts.empty()) counts.insert(static_cast<int>(std::bit_floor(static_cast<unsigned>(std::max(1, offered)))));
  constexpr std::size_t kMost = 16;
  std::vector<int> list(counts.begin(), counts.end());
  if (list.size() > kMost) list.resize(kMost);
  return list;
}

void apply(const cluster::PlanOverride& wanted, perf::ParallelPlan& plan) {
  auto take = [](const std::optional<int>& from, int& to) {
    if (from) to = *from;
  };
  take(wanted.tp, plan.tp);
  take(wanted.pp, plan.pp);
  take(wanted.vp, plan.vp);
  take(wanted.cp, plan.cp);
  take(wanted.ep, plan.ep);
  take(wanted.mbs, plan.micro_batch);
  take(wanted.zero, plan.zero_level);
  if (wanted.recompute == cluster::Recompute::none) plan.recompute = perf::Recompute::none;
  if (wanted.recompute == cluster::Recompute::selective) plan.recompute = perf::Recompute::selective;
  if (wanted.recompute == cluster::Recompute::full) plan.recompute = perf::Recompute::full;
}

bool states_a_plan(const cluster::PlanOverride& wanted) {
  return wanted.tp || wanted.pp || wanted.vp || wanted.dp || wanted.cp || wanted.ep || wanted.mbs || wanted.zero ||
         wanted.recompute;
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
  if (offered < 64) return offered;
  const int unit = static_cast<int>(std::bit_floor(static_cast<unsigned>(offered))) / 32;
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

Result<JobSetup> job_setup(const cluster::TrainingJob& job, const catalog::Catalog& catalog, const catalog::Gpu& gpu) {
  const auto model = job_model(job, catalog);
  if (!model) return std::unexpected(model.error());
  JobSetup setup{.model = *model};
  const std::string name = job.stack.empty() ? "megatron-core" : job.stack;
  const auto stack = catalog.stack(name);
  if (!stack) return std::unexpected(stack.error());
  setup.stack = *stack;
  if (job.stack.empty()) setup.stack_note = fmt::format("no stack stated; {} is taken for {}", name, gpu.name);
  setup.sequence_length = job.sequence_length.value_or(setup.model.sequence_length > 0 ? setup.model.sequence_length : 4096);
  const double tokens = job.global_batch_tokens ? job.global_batch_tokens->base() : kDefaultBatchTokens;
  setup.global_batch = job.global_batch_sequences.value_or(divisible_near(tokens / setup.sequence_length));
  if (!job.global_batch_sequences) {
    const double used = static_cast<double>(setup.global_batch) * setup.sequence_length;
    setup.batch_note = job.global_batch_tokens ? fmt::format("{} is {} sequences of {} tokens, rounded so that it divides",
                                                             print(*job.global_batch_tokens), print_count(setup.global_batch),
                                                             print_count(setup.sequence_length))
                                               : fmt::format("no batch stated; {} are taken", print_quantity(used, kToken));
  }
  return setup;
}

std::optional<perf::ParallelPlan> PlanBook::plan(const cluster::TrainingJob& job, const JobSetup& setup, int offered) {
  const int counted = states_a_plan(job.plan) ? offered : planning_step(offered);
  const std::pair key{job.name + "/" + setup.model.name, counted};
  const std::lock_guard lock(mutex_);
  const auto known = plans_.find(key);
  if (known != plans_.end()) return known->second;
  return plans_[key] = search(job, setup, counted);
}

std::optional<perf::ParallelPlan> PlanBook::search(const cluster::TrainingJob& job, const JobSetup& setup, int offered) const {
  perf::Machine machine = machine_;
  std::optional<perf::ParallelPlan> best;
  double best_rate = 0;
  for (const int count : usable_counts(offered, setup.global_batch)) {
    machine.gpus = count;
    auto plan = perf::default_plan(setup.model, machine, setup.stack, setup.global_batch, setup.sequence_length, job.precision);
    if (!plan) continue;
    if (states_a_plan(job.plan)) {
      apply(job.plan, *plan);
      plan->dp = job.plan.dp.value_or(count / (plan->tp * plan->pp * plan->cp));
      machine.gpus = plan->gpus();
      const auto broken = perf::check_plan(setup.model, machine, *plan);
      if (machine.gpus > offered ||
          std::any_of(broken.begin(), broken.end(), [](const perf::PlanViolation& v) { return v.fatal; }))
        continue;
    }
    const perf::TrainingStep step = perf::training_step(setup.model, machine, *plan, setup.stack);
    const double rate = step.total > Time{} ? 1 / step.total.base() : 0;
    if (rate > best_rate * (1 + 1e-9)) {
      best_rate = rate;
      best = plan;
    }
  }
  return best;
}

}  // namespace eigenbau::study
