// Which rows and which unknown constants make up a fit of the training law?
#include "fit/training_problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <string_view>

#include "fit/stack_priors.h"
#include "fit/training_constants.h"
#include "fit/validate_training.h"
#include "tables/release_series.h"
#include "tables/run_text.h"

namespace eigenbau::fit {

using namespace tables;

namespace {

constexpr double kSigmaDense = 0.05, kSigmaMoe = 0.09;  // of ln(predicted/measured): repeats of one plan differ by 4 % (mean)
constexpr double kSeriesDoubt = 1.5;                    // runs of one plan under several releases share its errors

}  // namespace

TrainingProblem::TrainingProblem(const Csv& table, const TrainingParts& start, FitFrom from,
                                 const std::function<bool(std::string_view)>& use, const Without& without)
    : from_(from), parts_(start) {
  if (from_ == FitFrom::catalog) {
    stand_alone();
  } else {
    find_parents();
    set_priors();
  }
  if (without)
    for (catalog::TrainingConstants& constants : prior_) without(constants);
  // What a row leaves open is settled before the fit and by what is known without it.
  TrainingParts known = parts_;
  for (std::size_t s = 0; s < prior_.size(); ++s) known.stacks[s].training = prior_[s];
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (const std::string_view id = table.cell(i, "id"); !id.empty() && !seen.insert(id).second) continue;
    const auto measured = measured_step_time(table, i, known);
    if (!measured || (use && !use(table.cell(i, "id")))) continue;
    add_sample(read_training_row(table, i, known), *measured, true, known);
    // The same plan under other releases: what changes from one to the next is the software alone.
    const double own = release_in(table.cell(i, "source_locator")).value_or(0);
    for (const ReleaseFigure& other : release_series(table.cell(i, "notes"))) {
      if (std::abs(other.release - own) < 0.005) continue;
      TrainingRow row = read_training_row(table, i, known, other.release);
      const double tokens = static_cast<double>(row.plan.global_batch) * row.plan.sequence_length / row.machine.gpus;
      add_sample(std::move(row), tokens / other.tokens_per_gpu * kSecond, false, known);
    }
  }
  find_reach();
  find_unknowns();
}

StackConstants TrainingProblem::constants(const std::vector<double>& x) const {
  const auto list = training_constants();
  std::vector<std::vector<double>> shift(parts_.stacks.size(), std::vector<double>(list.size(), 0.0));
  for (std::size_t j = 0; j < unknowns_.size(); ++j) shift[unknowns_[j].stack][unknowns_[j].constant] = x[j];
  StackConstants out = prior_;
  for (const std::size_t s : order_) {
    for (std::size_t c = 0; c < list.size(); ++c) {
      if (parent_[s] != s && !is_held(s, c)) shift[s][c] += shift[parent_[s]][c];
      if (shift[s][c] == 0) continue;
      const double value = list[c].get(prior_[s]) * std::exp(shift[s][c]);
      list[c].set(out[s], list[c].highest > 0 ? std::min(value, list[c].highest) : value);
    }
  }
  return out;
}

void TrainingProblem::move(StackConstants& constants, std::size_t unknown, double step) const {
  const TrainingConstant& c = training_constants()[unknowns_[unknown].constant];
  for (const std::size_t s : order_)
    if (inherits(s, unknowns_[unknown].stack, unknowns_[unknown].constant)) {
      const double value = c.get(constants[s]) * std::exp(step);
      c.set(constants[s], c.highest > 0 ? std::min(value, c.highest) : value);
    }
}

TrainingParts TrainingProblem::parts(const std::vector<double>& x) const {
  TrainingParts out = parts_;
  const StackConstants fitted = constants(x);
  for (std::size_t s = 0; s < fitted.size(); ++s) {
    out.stacks[s].training = fitted[s];
    if (from_ == FitFrom::published_findings) out.stacks[s].runs.clear();
  }
  return out;
}

double TrainingProblem::residual(std::size_t i, const StackConstants& constants) const {
  const Sample& sample = samples_[i];
  const TrainingRow& row = sample.row;
  const catalog::TrainingConstants& stack = constants[row.stack];
  const perf::TrainingStep step =
      row.cuda_graphs ? perf::training_step(row.model, row.machine, row.plan, perf::with_cuda_graphs(stack, *row.cuda_graphs))
                      : perf::training_step(row.model, row.machine, row.plan, stack);
  return (std::log(step.total.in(kSecond)) - sample.log_measured) / sample.sigma;
}

void TrainingProblem::add_sample(TrainingRow row, Time measured, bool printed, const TrainingParts& known) {
  if (row.status != RowStatus::ok) return;
  const TrainingPrediction settled = predict_row(row, known);
  if (settled.status != RowStatus::ok) return;
  row.plan = settled.plan;
  const double sigma = (row.model.experts ? kSigmaMoe : kSigmaDense) * (printed ? 1 : kSeriesDoubt);
  samples_.push_back({std::move(row), std::log(measured.in(kSecond)), sigma, printed});
}

std::vector<int> TrainingProblem::rows_of_stacks() const {
  std::vector<int> rows(parts_.stacks.size());
  for (const Sample& sample : samples_) rows[sample.row.stack] += sample.printed;
  return rows;
}

bool TrainingProblem::descends(std::size_t s, std::size_t ancestor) const {
  while (s != ancestor && parent_[s] != s) s = parent_[s];
  return s == ancestor;
}

bool TrainingProblem::inherits(std::size_t s, std::size_t ancestor, std::size_t constant) const {
  while (s != ancestor && parent_[s] != s && !is_held(s, constant)) s = parent_[s];
  return s == ancestor;
}

bool TrainingProblem::is_held(std::size_t s, std::size_t constant) const {
  return parts_.states(s, training_constants()[constant].name);
}

void TrainingProblem::stand_alone() {
  for (std::size_t s = 0; s < parts_.stacks.size(); ++s) {
    prior_.push_back(parts_.stacks[s].training);
    parent_.push_back(s);
    order_.push_back(s);
  }
}

void TrainingProblem::find_parents() {
  const std::size_t n = parts_.stacks.size();
  parent_.resize(n);
  for (std::size_t s = 0; s < n; ++s) {
    parent_[s] = s;
    for (std::size_t t = 0; t < n; ++t)
      if (parts_.stacks[t].name == parts_.stacks[s].parent) parent_[s] = t;
  }
  std::vector<bool> placed(n, false);
  for (std::size_t before = 1; before != order_.size();) {
    before = order_.size();
    for (std::size_t s = 0; s < n; ++s) {
      if (placed[s] || (parent_[s] != s && !placed[parent_[s]])) continue;
      placed[s] = true;
      order_.push_back(s);
    }
  }
}

/// Fitted constants start from what is known without the runs, whatever other fits the catalog holds: a fit does not build on a
/// fit.
void TrainingProblem::set_priors() {
  const catalog::TrainingConstants known;
  const auto list = training_constants();
  prior_.resize(parts_.stacks.size());
  for (const std::size_t s : order_) {
    prior_[s] = parts_.stacks[s].training;
    for (const TrainingConstant& c : list) {
      if (parts_.states(s, c.name)) continue;
      double value = parent_[s] == s ? c.get(known) : c.get(prior_[parent_[s]]);
      for (const StackPrior& p : stack_priors())
        if (p.stack == parts_.stacks[s].name && p.constant == c.name) value *= p.ratio;
      c.set(prior_[s], value);
    }
  }
}

void TrainingProblem::find_reach() {
  reach_.resize(parts_.stacks.size());
  for (std::size_t s = 0; s < parts_.stacks.size(); ++s)
    for (std::size_t i = 0; i < samples_.size(); ++i)
      if (descends(samples_[i].row.stack, s)) reach_[s].push_back(i);
}

void TrainingProblem::find_unknowns() {
  const auto constants = training_constants();
  for (std::size_t s = 0; s < parts_.stacks.size(); ++s) {
    if (reach_[s].empty()) continue;
    const bool shared = from_ == FitFrom::published_findings && parent_[s] == s;
    for (std::size_t c = 0; c < constants.size(); ++c) {
      const double sigma = shared ? constants[c].common : constants[c].release;
      if (sigma > 0 && !is_held(s, c)) unknowns_.push_back({s, c, sigma});
    }
  }
}

}  // namespace eigenbau::fit
