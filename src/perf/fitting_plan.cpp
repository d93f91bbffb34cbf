// Which plan near one that does not fit does?
#include "perf/fitting_plan.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "perf/default_plan.h"
#include "perf/memory.h"
#include "perf/plan_check.h"
#include "perf/sharding.h"
#include "perf/software_check.h"
#include "perf/training_step.h"

namespace eigenbau::perf {
namespace {

constexpr double kPerChange = 0.05;  // of the step, what a degree that changes has to gain

int changes(const ParallelPlan& a, const ParallelPlan& b) {
  return (a.tp != b.tp) + (a.pp != b.pp) + (a.ep != b.ep) + (a.etp != b.etp) + (a.zero_level != b.zero_level) +
         (a.micro_batch != b.micro_batch) + (a.recompute != b.recompute);
}

class FittingPlan {
 public:
  FittingPlan(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
              const catalog::TrainingConstants& stack)
      : model_(model), machine_(machine), plan_(plan), stack_(stack), broken_(violations(plan)) {
    if (plan_.sequence_length <= 0) plan_.sequence_length = model.sequence_length;
  }

  std::optional<ParallelPlan> run() {
    // Software without model parallelism of its own splits what a plan splits already.
    const bool splits = stack_.model_parallel || plan_.tp > 1 || plan_.pp > 1;
    for (const int wider : {1, 2, 4})
      for (const int deeper : {1, 2, 4})
        if (splits || wider * deeper == 1) split(wider, deeper);
    return best_;
  }

 private:
  void split(int wider, int deeper) {
    if (plan_.dp % (wider * deeper) != 0) return;
    ParallelPlan candidate = plan_;
    candidate.tp *= wider;
    candidate.pp *= deeper;
    candidate.dp /= wider * deeper;
    candidate.vp = plan_.vp % deeper == 0 ? plan_.vp / deeper : 1;
    if (candidate.vp == 1 && candidate.schedule == Schedule::interleaved) candidate.schedule = Schedule::one_f_one_b;
    candidate.sequence_parallel =
        plan_.sequence_parallel && can_split_sequence(plan_.sequence_length, candidate.tp, candidate.cp);
    spread(candidate);
    candidate.etp = 1;
    if (plan_.etp > 1) spread(candidate);
  }

  /// Experts over more ranks.
  void spread(ParallelPlan candidate) {
    const int experts = model_.experts ? model_.experts->count : 1;
    for (; candidate.ep <= experts; candidate.ep *= 2) {
      shard(candidate, plan_.zero_level);
      for (const int level : {1, 3})
        if (level > plan_.zero_level) shard(candidate, level);
    }
  }

  void shard(ParallelPlan candidate, int zero_level) {
    candidate.zero_level = zero_level;
    candidate = as_run(candidate, stack_);
    if (zero_level > plan_.zero_level && candidate.zero_level < zero_level) return;
    for (; candidate.micro_batch >= 1; candidate.micro_batch /= 2) {
      candidate.recompute = plan_.recompute;
      offer(candidate);
      candidate.recompute = least_recompute(model_, machine_, candidate, stack_);
      if (candidate.recompute != plan_.recompute) offer(candidate);
    }
  }

  std::vector<PlanViolation> violations(const ParallelPlan& plan) const {
    std::vector<PlanViolation> all = check_plan(model_, machine_, plan);
    std::ranges::move(check_software(model_, plan, stack_), std::back_inserter(all));
    return all;
  }

  bool is_right(const ParallelPlan& candidate) const {
    return std::ranges::none_of(violations(candidate), [&](const PlanViolation& violation) {
      return violation.fatal || std::ranges::find(broken_, violation.rule, &PlanViolation::rule) == broken_.end();
    });
  }

  void offer(const ParallelPlan& candidate) {
    if (!memory_use(model_, machine_, candidate, stack_).fits() || !is_right(candidate)) return;
    const Time cost = (1 + kPerChange * changes(candidate, plan_)) * training_step(model_, machine_, candidate, stack_).total;
    if (best_ && least_ <= cost) return;
    best_ = candidate;
    least_ = cost;
  }

  const catalog::Model& model_;
  const Machine& machine_;
  ParallelPlan plan_;
  const catalog::TrainingConstants& stack_;
  std::vector<PlanViolation> broken_;
  std::optional<ParallelPlan> best_;
  Time least_{};
};

}  // namespace

std::optional<ParallelPlan> nearest_fitting_plan(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                                                 const catalog::TrainingConstants& stack) {
  return FittingPlan(model, machine, plan, stack).run();
}

}  // namespace eigenbau::perf
