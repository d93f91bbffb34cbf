// Which plan does a job run of which only some degrees are known?
#include "perf/open_plan.h"

#include <algorithm>

#include "perf/default_plan.h"
#include "perf/pipeline.h"
#include "perf/plan_check.h"
#include "perf/sharding.h"
#include "perf/training_step.h"

namespace eigenbau::perf {
namespace {

constexpr int kMostStages = 64, kMostRanks = 1024;  // of a pipeline, and of a group that splits layers, sequences or experts
constexpr int kLeastLocalTokens = 2048;             // of a sequence on one context-parallel rank: published runs have no fewer
constexpr int kMostSequences = 64;                  // of a micro-batch
constexpr double kTie = 0.999;                      // of the best time so far: less is no lead
constexpr double kByHand = 1.2;  // what uneven stages, which software wants laid out by hand, have to gain: published runs
                                 // take even ones where they lose less (docs/methods/training.md, runs with blank cells)

bool is_uneven(const PlanViolation& v) {
  return v.rule == PlanRule::pp_divides_layers || v.rule == PlanRule::chunks_divide_layers;
}

class OpenPlanSearch {
 public:
  OpenPlanSearch(const catalog::Model& model, const Machine& machine, const catalog::Stack& stack, const ParallelPlan& stated,
                 const Degrees& open, int micro_batches)
      : model_(model),
        machine_(machine),
        stack_(stack),
        open_(open),
        micro_batches_(micro_batches),
        wanted_(stated.schedule),
        plan_(stated) {
    if (plan_.sequence_length <= 0) plan_.sequence_length = model.sequence_length;
    if (stack.training.model_parallel) return;
    // What nothing states is 1 in the plan already.
    for (bool Degrees::* degree : {&Degrees::tp, &Degrees::pp, &Degrees::cp}) open_.*degree = false;
  }

  std::optional<SettledPlan> run() {
    splits_experts_ = stack_.training.expert_tp_follows;
    for_stages();
    if (open_.etp && model_.experts && (!best_ || !best_->fits)) {
      // As the stack splits experts nothing fits.
      splits_experts_ = !splits_experts_;
      for_stages();
    }
    if (!best_) return std::nullopt;
    return SettledPlan{several_ ? best_->settled : best_->plan, chosen_, best_->fits};
  }

 private:
  struct Candidate {
    ParallelPlan plan;     ///< as the degrees make it
    ParallelPlan settled;  ///< and with its recomputation
    bool fits = false;
    bool uneven = false;     ///< stages or chunks, for which the time has its price
    std::size_t broken = 0;  ///< other rules
    Bytes memory{};
    std::optional<Time> time;  ///< once it is asked
  };

  int left() const { return machine_.gpus / (plan_.tp * plan_.pp * plan_.cp); }
  bool divides() const {
    const long others = static_cast<long>(plan_.tp) * plan_.pp * plan_.cp;
    return others <= machine_.gpus && machine_.gpus % others == 0;
  }

  /// Goes on with each value of a degree that is open, from 1 to `most`, and with the stated one of a degree that is not.
  template <class Usable, class Next>
  void for_each(bool open, int& degree, int most, const Usable& usable, const Next& next) {
    if (!open) return next();
    const int before = degree;
    for (degree = 1; degree <= most; ++degree)
      if (usable(degree)) next();
    degree = before;
  }

  void for_stages() {
    if (open_.tp) plan_.tp = 1;
    if (open_.cp) plan_.cp = 1;
    for_each(open_.pp, plan_.pp, std::min(model_.layers, kMostStages), [&](int) { return divides(); }, [&] { for_tensor(); });
  }

  void for_tensor() {
    // No group straddles two domains.
    const int domain = machine_.scale_up_domain, most = open_.dp ? domain : kMostRanks;
    const auto usable = [&](int tp) { return model_.heads % tp == 0 && (domain % tp == 0 || tp > domain) && divides(); };
    for_each(open_.tp, plan_.tp, std::min(most, model_.heads), usable, [&] { for_context(); });
  }

  void for_context() {
    const int sequence = plan_.sequence_length;
    const int most = open_.dp ? std::max(1, sequence / kLeastLocalTokens) : sequence;
    for_each(
        open_.cp, plan_.cp, std::min(most, kMostRanks), [&](int cp) { return sequence % cp == 0 && divides(); },
        [&] { for_data(); });
  }

  void for_data() {
    if (open_.dp) plan_.dp = divides() ? left() : 0;
    if (plan_.dp < 1 || plan_.global_batch % plan_.dp != 0) return;
    if (static_cast<long>(plan_.tp) * plan_.pp * plan_.cp * plan_.dp != machine_.gpus) return;
    const int experts = model_.experts ? model_.experts->count : 1;
    const long ranks = static_cast<long>(plan_.tp) * plan_.cp * plan_.dp;
    if (open_.etp) plan_.etp = splits_experts_ && (open_.ep || can_split_experts(model_, plan_)) ? plan_.tp : 1;
    for_each(
        open_.ep, plan_.ep, std::min(experts, kMostRanks),
        [&](int ep) { return experts % ep == 0 && ranks % (static_cast<long>(ep) * plan_.etp) == 0; },
        [&] { for_micro_batches(); });
  }

  void for_micro_batches() {
    if (!open_.micro_batch) return consider();
    const int each = plan_.global_batch / plan_.dp;
    const auto take = [&](int micro) {
      if (micro < 1 || each % micro != 0) return;
      plan_.micro_batch = micro;
      consider();
    };
    if (micro_batches_ > 0) return each % micro_batches_ == 0 ? take(each / micro_batches_) : void();
    for (int micro = 1; micro <= kMostSequences; ++micro) take(micro);
  }

  void consider() {
    const bool interleaves = open_.schedule ? stack_.training.interleaves && !runs_dual_pipe() : wanted_ == Schedule::interleaved;
    if (open_.vp) plan_.vp = interleaves && plan_.pp > 1 ? usual_chunks(model_.layers, plan_.pp) : 1;
    plan_.schedule = schedule_of_chunks();
    if (open_.zero_level) plan_.zero_level = usual_zero_level(stack_.training, plan_.pp);
    Candidate c{.plan = plan_, .settled = plan_};
    const std::vector<PlanViolation> violations = check_plan(model_, machine_, plan_);
    const auto excludes = [](const PlanViolation& v) { return v.fatal && v.rule != PlanRule::ep_divides_ranks; };
    if (std::ranges::any_of(violations, excludes)) return;
    const auto uneven = std::ranges::count_if(violations, is_uneven);
    c.uneven = uneven > 0;
    c.broken = violations.size() - static_cast<std::size_t>(uneven);
    if (plan_.recompute == Recompute::automatic)
      c.settled.recompute = least_recompute(model_, machine_, plan_, stack_.training, kMemoryTolerance);
    const MemoryUse memory = memory_use(model_, machine_, c.settled, stack_.training);
    c.fits = memory.fits(kMemoryTolerance);
    c.memory = memory.total();
    note_choice();
    if (!best_ || comes_before(c)) best_ = c;
  }

  bool runs_dual_pipe() const {
    return open_.schedule && stack_.training.dual_pipe && can_dual_pipe(plan_.pp, plan_.micro_batches());
  }

  /// Zero-bubble and DualPipe run one chunk per stage, DualPipe on pairs of stages.
  Schedule schedule_of_chunks() const {
    const bool dual = open_.schedule ? runs_dual_pipe() : wanted_ == Schedule::dual_pipe;
    const bool one_chunk = !open_.schedule && wanted_ == Schedule::zero_bubble && plan_.vp == 1;
    return one_chunk ? Schedule::zero_bubble : usual_schedule(plan_.vp, dual && plan_.pp % 2 == 0);
  }

  void note_choice() {
    if (!first_) {
      first_ = plan_;
      return;
    }
    several_ = true;
    chosen_.tp |= plan_.tp != first_->tp;
    chosen_.pp |= plan_.pp != first_->pp;
    chosen_.cp |= plan_.cp != first_->cp;
    chosen_.dp |= plan_.dp != first_->dp;
    chosen_.ep |= plan_.ep != first_->ep;
    chosen_.etp |= plan_.etp != first_->etp;
    chosen_.micro_batch |= plan_.micro_batch != first_->micro_batch;
  }

  Time time_of(Candidate& c) {
    if (!c.time) c.time = training_step(model_, machine_, c.settled, stack_.training).total;
    return *c.time;
  }

  Time handicapped(Candidate& c) { return (c.uneven ? kByHand : 1) * time_of(c); }

  bool comes_before(Candidate& c) {
    if (c.fits != best_->fits) return c.fits;
    if (!c.fits) return c.memory < best_->memory;
    if (c.broken != best_->broken) return c.broken < best_->broken;
    return handicapped(c) < kTie * handicapped(*best_);
  }

  const catalog::Model& model_;
  const Machine& machine_;
  const catalog::Stack& stack_;
  Degrees open_;
  int micro_batches_;
  Schedule wanted_;
  ParallelPlan plan_;
  std::optional<ParallelPlan> first_;
  bool splits_experts_ = false;  ///< over the ranks of tensor parallelism
  bool several_ = false;
  Degrees chosen_;
  std::optional<Candidate> best_;
};

}  // namespace

std::optional<SettledPlan> fastest_plan(const catalog::Model& model, const Machine& machine, const catalog::Stack& stack,
                                        const ParallelPlan& stated, const Degrees& open, int micro_batches) {
  return OpenPlanSearch(model, machine, stack, stated, open, micro_batches).run();
}

}  // namespace eigenbau::perf
