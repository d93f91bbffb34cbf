// How well does the training law predict published runs?
#include "fit/validate_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/parallel.h"
#include "fit/quantile.h"
#include "perf/adapters.h"
#include "perf/error_band.h"
#include "perf/plan_check.h"
#include "perf/step_parts.h"
#include "tables/cell_words.h"
#include "tables/measured_cell.h"
#include "tables/run_text.h"
#include "units/counted.h"

namespace eigenbau::fit {

using namespace tables;

namespace {

/// Above this share of the memory no allocator and no error of the law explains that a job ran.
constexpr double kFarTooLarge = 2;

constexpr double kUnevenExperts = 0.05;  // doubt where experts are spread over ranks that do not divide those of a stage

/// Published runs state expert parallelism that does not divide the ranks of a stage, or is more than these; but none that is
/// more than the GPUs.
bool is_tolerated(const perf::PlanViolation& v, int gpus) {
  return !v.fatal || (v.rule == perf::PlanRule::ep_divides_ranks && v.value <= gpus);
}

/// Whether a job cannot have run, even computing every layer again.
bool cannot_fit(const TrainingRow& row, const catalog::Stack& stack) {
  if (row.plan.offload_optimizer || row.plan.offload_activations) return false;
  perf::ParallelPlan plan = row.plan;
  plan.recompute = perf::Recompute::full;
  const perf::MemoryUse use = perf::memory_use(row.model, row.machine, plan, stack.training);
  return use.total() > kFarTooLarge * use.available;
}

/// What of the step may be otherwise by features that no law covers, relative.
double unmodeled_share(const TrainingRow& row, const perf::TrainingStep& step) {
  double most = 0;
  for (const PartInDoubt& in_doubt : row.unmodeled) most = std::max(most, in_doubt.share * (step.*in_doubt.part / step.total));
  return most;
}

/// What blank cells leave open of the step: the ratio of each other step to it or of it to the other, less one; several add up.
double blank_share(const TrainingRow& row, const catalog::Stack& stack, const perf::TrainingStep& step) {
  double share = 0;
  for (const perf::ParallelPlan& plan : row.or_plans) {
    const double ratio = perf::training_step(row.model, row.machine, plan, stack).total / step.total;
    if (std::isfinite(ratio) && ratio > 0) share += std::max(ratio, 1 / ratio) - 1;
  }
  return share;
}

/// Takes the step of one release to the geometric mean of it and of the other's; what either differs from that by, relative.
double settle_between(const TrainingRow& row, const TrainingParts& parts, perf::TrainingStep& step) {
  if (!row.or_stack) return 0;
  const Time other = perf::training_step(row.model, row.machine, row.plan, row.as_run(parts.stacks[*row.or_stack])).total;
  const double factor = std::sqrt(other / step.total);
  if (!std::isfinite(factor) || factor <= 0) return 0;
  step.total = factor * step.total;
  for (const perf::StepPart& part : perf::kStepParts) step.*part.member = factor * step.*part.member;
  step.tokens_per_gpu = step.tokens_per_gpu / factor;
  step.mfu_causal /= factor;
  step.mfu_full /= factor;
  return std::max(factor, 1 / factor) - 1;
}

/// Takes figures per GPU to those of all the GPUs of a row, of which some may idle.
void count_idle_gpus(const TrainingRow& row, perf::TrainingStep& step) {
  const double share = static_cast<double>(row.machine.gpus) / (row.machine.gpus + row.idle_gpus);
  step.tokens_per_gpu = share * step.tokens_per_gpu;
  step.mfu_causal *= share;
  step.mfu_full *= share;
}

/// What attention of several kernels would make the step longer by, relative to that, where it is assumed to be one.
double attention_doubt(const TrainingRow& row, const catalog::Stack& stack, const perf::TrainingStep& step) {
  if (!row.attention_assumed) return 0;
  perf::ParallelPlan plan = row.plan;
  plan.attention = perf::FusedAttention::off;
  const double share = step.total / perf::training_step(row.model, row.machine, plan, stack).total;
  return std::max(0.0, 1 - share);
}

/// "none", "selective (layernorm, moe_act)", "full, 2 layers of each chunk".
std::string text_of(const perf::Recompute& recompute) {
  std::string text(catalog::name_of(recompute.mode));
  if (!recompute.modules.empty()) text += fmt::format(" ({})", catalog::listed(recompute.modules, ", "));
  if (recompute.num_layers > 0) text += fmt::format(", {} of each chunk", counted(recompute.num_layers, "layer"));
  return text;
}

/// What is wrong with a plan, and what would be right.
std::string violation_text(const perf::PlanViolation& v) {
  if (v.rule == perf::PlanRule::pp_divides_layers && v.value > v.limit)
    return fmt::format("pp {} is more than the {} layers", v.value, v.limit);
  std::string nearest;
  for (const long value : v.nearest)
    if (value > 0) nearest += nearest.empty() ? fmt::format(", nearest {} {}", v.degree, value) : fmt::format(" and {}", value);
  return fmt::format("{} ({} against {}{})", perf::text_of(v.rule), v.value, v.limit, nearest);
}

}  // namespace

TrainingPrediction predict_row(TrainingRow row, const TrainingParts& parts) {
  TrainingPrediction p;
  if (row.status == RowStatus::ok) {
    const catalog::Stack stack = row.as_run(parts.stacks[row.stack]);
    for (const perf::PlanViolation& v : perf::check_plan(row.model, row.machine, row.plan)) {
      add_note(row.reason, violation_text(v));
      if (!is_tolerated(v, row.machine.gpus)) row.status = RowStatus::invalid;
      if (v.rule == perf::PlanRule::ep_divides_ranks) row.doubt += kUnevenExperts;
    }
    if (row.status == RowStatus::ok) {
      p.step = perf::training_step(row.model, row.machine, row.plan, stack);
      const double blanks = blank_share(row, stack, p.step), attention = attention_doubt(row, stack, p.step);
      const double between = settle_between(row, parts, p.step);
      p.run = perf::run_of(row.model, row.machine, row.plan, p.step);
      const double doubt = row.doubt + unmodeled_share(row, p.step) + blanks + attention + between;
      p.doubt = doubt + perf::adapters_doubt(row.plan);
      p.error = p.step.error + doubt;
      p.below = row.doubt_below;
      count_idle_gpus(row, p.step);
      if (!is_finite(p.step.total) || p.step.total <= Time{}) {
        row.status = RowStatus::unsupported;
        add_note(row.reason, "the law gives no finite time");
      } else if (cannot_fit(row, stack)) {
        row.status = RowStatus::infeasible;
        add_note(row.reason, "more than twice the memory even if every layer is computed again");
      }
      if (row.recompute_open) add_note(row.reason, fmt::format("recompute taken: {}", text_of(p.step.recompute_mode)));
      if (!p.step.memory.fits())
        add_note(row.reason, fmt::format("needs {:.0f} GiB of {:.0f} by the memory law", p.step.memory.total().in(kGibibyte),
                                         p.step.memory.available.in(kGibibyte)));
    }
  }
  p.id = row.id;
  p.status = row.status;
  p.reason = row.reason;
  p.plan = row.plan;
  p.plan.recompute = p.step.recompute_mode;
  p.stack = row.stack;
  p.moe = row.model.experts.has_value();
  p.gpu = row.machine.gpu.name;
  p.model = row.model.name;
  p.gpus = row.machine.gpus;
  p.global_batch = row.plan.global_batch;
  p.family = row.id.substr(0, row.id.find('-'));
  return p;
}

TrainingPrediction predict_row(const Csv& table, std::size_t row, const TrainingParts& parts) {
  TrainingPrediction p = predict_row(read_training_row(table, row, parts), parts);
  p.measured = measured_step_time(table, row, parts);
  // A column counts where those before it are blank.
  for (const std::string_view column : {"step_time_s", "tokens_per_s_per_gpu", "model_tflops_per_gpu"}) {
    if (says_nothing(table.cell(row, column))) continue;
    if (const std::string broken = broken_measurement(table, row, column); !broken.empty()) {
      p.measured.reset();
      add_note(p.reason, broken);
    }
    break;
  }
  p.apart = !table.cell(row, "apart").empty();
  return p;
}

std::vector<TrainingPrediction> validate_training(const Csv& table, const TrainingParts& parts) {
  std::vector<TrainingPrediction> out(table.size());
  parallel_for(table.size(), 0, [&](std::size_t i) { out[i] = predict_row(table, i, parts); });
  score_once(out);
  return out;
}

void score_once(std::vector<TrainingPrediction>& rows) {
  std::set<std::string> seen;
  for (TrainingPrediction& row : rows) {
    if (row.id.empty() || seen.insert(row.id).second) continue;
    row.measured.reset();
    add_note(row.reason, repeated_id(row.id));
  }
}

std::string prediction_csv(const std::vector<TrainingPrediction>& predictions) {
  std::string out = "id,status,step_time_s,low_s,high_s,tokens_per_s_per_gpu,mfu_causal,mfu_full,memory_gib,reason\n";
  for (const TrainingPrediction& p : predictions) {
    out += fmt::format("{},{},", csv_cell(p.id), name_of(p.status));
    if (p.status == RowStatus::ok) {
      const double t = p.step.total.in(kSecond);
      out += fmt::format("{:.6g},{:.6g},{:.6g},{:.6g},{:.4f},{:.4f},{:.2f},", t, t / (1 + p.error + p.below), t * (1 + p.error),
                         p.step.tokens_per_gpu.base(), p.step.mfu_causal, p.step.mfu_full, p.step.memory.total().in(kGibibyte));
    } else {
      out += ",,,,,,,";
    }
    out += csv_cell(p.reason) + "\n";
  }
  return out;
}

}  // namespace eigenbau::fit
