// Which change of one degree makes a parallel plan run?
#include "perf/plan_repair.h"

#include <algorithm>
#include <numeric>

#include "base/divisors.h"

namespace eigenbau::perf {
namespace {

/// A degree by the name that a violation gives it, and the values that what it splits allows, ascending.
struct Degree {
  std::string_view name;
  int ParallelPlan::* place;
  std::vector<int> (*values)(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan);
};

std::vector<int> up_to(int most) {
  std::vector<int> values(static_cast<std::size_t>(std::max(1, most)));
  std::iota(values.begin(), values.end(), 1);
  return values;
}

constexpr auto of_layers = [](const catalog::Model& model, const Machine&, const ParallelPlan&) { return up_to(model.layers); };
constexpr auto of_gpus = [](const catalog::Model&, const Machine& machine, const ParallelPlan&) {
  return divisors(machine.gpus);
};

constexpr std::array kDegrees{
    Degree{"tp", &ParallelPlan::tp,
           [](const catalog::Model& model, const Machine&, const ParallelPlan&) { return divisors(model.heads); }},
    Degree{"pp", &ParallelPlan::pp, of_layers},
    Degree{"vp", &ParallelPlan::vp, of_layers},
    Degree{"cp", &ParallelPlan::cp,
           [](const catalog::Model& model, const Machine&, const ParallelPlan& plan) {
             return divisors(plan.sequence_length > 0 ? plan.sequence_length : model.sequence_length);
           }},
    Degree{"dp", &ParallelPlan::dp, of_gpus},
    Degree{"ep", &ParallelPlan::ep,
           [](const catalog::Model& model, const Machine&, const ParallelPlan&) {
             return divisors(model.experts ? model.experts->count : 1);
           }},
    Degree{"etp", &ParallelPlan::etp, of_gpus},
    Degree{"micro-batch", &ParallelPlan::micro_batch,
           [](const catalog::Model&, const Machine&, const ParallelPlan& plan) { return divisors(plan.global_batch); }},
    Degree{"shard-group", &ParallelPlan::shard_group, of_gpus}};

/// Data parallelism is what the others leave; none where they leave no whole number.
bool take_rest(ParallelPlan& plan, int gpus) {
  const double others = static_cast<double>(plan.tp) * plan.pp * plan.cp;
  if (others < 1 || others > gpus || gpus % static_cast<int>(others) != 0) return false;
  plan.dp = gpus / static_cast<int>(others);
  return true;
}

/// What a value is to keep: every rule that the plan cannot run without, or those of the degree itself, whatever else is wrong.
enum class Keeps { all, own };

/// Values of a degree of one plan that breaks `rule`.
class Repair {
 public:
  Repair(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan, PlanRule rule)
      : model_(model), machine_(machine), plan_(plan), rule_(rule), broken_(check_plan(model, machine, plan)) {}

  NearestDegrees nearest(const Degree& degree, bool frees_dp, Keeps keeps = Keeps::all) const {
    NearestDegrees found{degree.name, {0, 0}, frees_dp};
    for (const int value : degree.values(model_, machine_, plan_)) {
      const int now = plan_.*degree.place;
      if (value == now || (value > now && found.nearest[1] > 0) || !works(degree, value, frees_dp, keeps)) continue;
      found.nearest[value > now] = value;
    }
    return found;
  }

 private:
  bool works(const Degree& degree, int value, bool frees_dp, Keeps keeps) const {
    ParallelPlan changed = plan_;
    changed.*degree.place = value;
    if (frees_dp && !take_rest(changed, machine_.gpus)) return false;
    // Which is told of plans alone that are right so far.
    if (rule_ == PlanRule::degrees_match_gpus &&
        static_cast<double>(changed.tp) * changed.pp * changed.cp * changed.dp != machine_.gpus)
      return false;
    return std::ranges::none_of(check_plan(model_, machine_, changed), [&](const PlanViolation& v) {
      if (v.rule == rule_) return true;
      return (keeps == Keeps::all || v.degree == degree.name) && (v.fatal || is_new(v.rule));
    });
  }

  /// How micro-batches fill is told of plans that run only.
  bool is_new(PlanRule rule) const {
    return rule != PlanRule::micro_batches_fill && rule != PlanRule::dual_pipe_fills &&
           std::ranges::find(broken_, rule, &PlanViolation::rule) == broken_.end();
  }

  const catalog::Model& model_;
  const Machine& machine_;
  const ParallelPlan& plan_;
  PlanRule rule_;
  std::vector<PlanViolation> broken_;
};

NearestDegrees nearest_by(const Repair& repair, const Degree& degree, bool dp_is_stated, Keeps keeps) {
  if (!dp_is_stated) {
    NearestDegrees beside_rest = repair.nearest(degree, true, keeps);
    beside_rest.frees_dp = false;
    return beside_rest;
  }
  const NearestDegrees beside_dp = repair.nearest(degree, false, keeps);
  return beside_dp.any() ? beside_dp : repair.nearest(degree, true, keeps);
}

std::vector<NearestDegrees> ways_to_match(const Repair& repair, const ParallelPlan& plan, bool dp_is_stated, Keeps keeps) {
  std::vector<NearestDegrees> ways;
  for (const Degree& degree : kDegrees) {
    const bool counts = degree.name == "tp" || degree.name == "pp" || (degree.name == "cp" && plan.cp > 1) ||
                        (degree.name == "dp" && dp_is_stated);
    if (!counts) continue;
    if (const auto way = nearest_by(repair, degree, dp_is_stated, keeps); way.any()) ways.push_back(way);
  }
  // Who states a degree wants it kept.
  if (std::ranges::any_of(ways, [](const NearestDegrees& way) { return !way.frees_dp; }))
    std::erase_if(ways, [](const NearestDegrees& way) { return way.frees_dp; });
  return ways;
}

}  // namespace

NearestDegrees nearest_that_runs(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                                 const PlanViolation& violation, bool dp_is_stated) {
  const auto degree = std::ranges::find(kDegrees, violation.degree, &Degree::name);
  if (degree == kDegrees.end()) return {violation.degree};
  return nearest_by(Repair(model, machine, plan, violation.rule), *degree, dp_is_stated, Keeps::all);
}

std::vector<NearestDegrees> degrees_that_match(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                                               bool dp_is_stated) {
  const Repair repair(model, machine, plan, PlanRule::degrees_match_gpus);
  auto ways = ways_to_match(repair, plan, dp_is_stated, Keeps::all);
  return ways.empty() ? ways_to_match(repair, plan, dp_is_stated, Keeps::own) : ways;
}

}  // namespace eigenbau::perf
