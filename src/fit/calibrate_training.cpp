// Which constants make the training law fit published runs best?
#include "fit/calibrate_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "fit/release_series.h"
#include "fit/run_text.h"
#include "fit/stack_priors.h"
#include "fit/training_constants.h"

namespace eigenbau::fit {
namespace {

constexpr double kSigmaDense = 0.05, kSigmaMoe = 0.09;  // of ln(predicted/measured): repeats of one plan differ by 4 % (mean)
constexpr double kSeriesDoubt = 1.5;                    // runs of one plan under several releases share its errors
constexpr double kHuber = 2.0;                          // in sigmas
constexpr double kStep = 0.02;                          // of the numerical derivative, in ln
constexpr int kMostIterations = 60;

struct Sample {
  TrainingRow row;
  double log_measured = 0;
  double sigma = 0;
};

/// One number that the fit moves: a constant of the root, or a stack's departure from its parent, in ln.
struct Unknown {
  std::size_t stack = 0;
  std::size_t constant = 0;
  double sigma = 0;
};

std::string family_of(std::string_view id) { return std::string(id.substr(0, id.find('-'))); }

using Constants = std::vector<catalog::TrainingConstants>;  // of each stack, in the order of the parts

/// The problem: rows, stacks in order of descent, unknowns.
class Problem {
 public:
  Problem(const Csv& table, const TrainingParts& start, const std::function<bool(std::string_view)>& use) : parts_(start) {
    find_parents();
    set_priors();
    for (std::size_t i = 0; i < table.size(); ++i) {
      const auto measured = measured_step_time(table, i);
      if (!measured || (use && !use(table.cell(i, "id")))) continue;
      add_sample(read_training_row(table, i, start), *measured, 1);
      // The same plan under other releases: what changes from one to the next is the software alone.
      const double own = release_in(table.cell(i, "source_locator")).value_or(0);
      for (const ReleaseFigure& other : release_series(table.cell(i, "notes"))) {
        if (std::abs(other.release - own) < 0.005) continue;
        TrainingRow row = read_training_row(table, i, start, other.release);
        const double tokens = static_cast<double>(row.plan.global_batch) * row.plan.sequence_length / row.machine.gpus;
        add_sample(std::move(row), tokens / other.tokens_per_gpu * kSecond, kSeriesDoubt);
      }
    }
    find_reach();
    const auto constants = training_constants();
    for (std::size_t s = 0; s < parts_.stacks.size(); ++s) {
      if (reach_[s].empty()) continue;
      for (std::size_t c = 0; c < constants.size(); ++c) {
        const double sigma = parent_[s] == s ? constants[c].common : constants[c].release;
        if (sigma > 0) unknowns_.push_back({s, c, sigma});
      }
    }
  }

  std::size_t size() const { return unknowns_.size(); }
  std::size_t rows() const { return samples_.size(); }
  const std::vector<Unknown>& unknowns() const { return unknowns_; }

  /// Rows that a departure of `stack` reaches: its own and those of its descendants.
  const std::vector<std::size_t>& reach(std::size_t stack) const { return reach_[stack]; }

  /// Constants that `x` means: prior · exp(sum of the departures up to the root), never beyond what physics allows.
  Constants constants(const std::vector<double>& x) const {
    const auto list = training_constants();
    std::vector<std::vector<double>> shift(parts_.stacks.size(), std::vector<double>(list.size(), 0.0));
    for (std::size_t j = 0; j < unknowns_.size(); ++j) shift[unknowns_[j].stack][unknowns_[j].constant] = x[j];
    Constants out = prior_;
    for (const std::size_t s : order_) {
      for (std::size_t c = 0; c < list.size(); ++c) {
        if (parent_[s] != s) shift[s][c] += shift[parent_[s]][c];
        if (shift[s][c] == 0) continue;
        const double value = list[c].get(prior_[s]) * std::exp(shift[s][c]);
        list[c].set(out[s], list[c].highest > 0 ? std::min(value, list[c].highest) : value);
      }
    }
    return out;
  }

  /// The same with one unknown moved by `step`: only that constant of that stack and of its descendants changes.
  void move(Constants& constants, std::size_t unknown, double step) const {
    const TrainingConstant& c = training_constants()[unknowns_[unknown].constant];
    for (const std::size_t s : order_)
      if (descends(s, unknowns_[unknown].stack)) {
        const double value = c.get(constants[s]) * std::exp(step);
        c.set(constants[s], c.highest > 0 ? std::min(value, c.highest) : value);
      }
  }

  TrainingParts parts(const std::vector<double>& x) const {
    TrainingParts out = parts_;
    const Constants fitted = constants(x);
    for (std::size_t s = 0; s < fitted.size(); ++s) out.stacks[s].training = fitted[s];
    return out;
  }

  double residual(std::size_t i, const Constants& constants) const {
    const Sample& sample = samples_[i];
    const perf::TrainingStep step =
        perf::training_step(sample.row.model, sample.row.machine, sample.row.plan, constants[sample.row.stack]);
    return (std::log(step.total.in(kSecond)) - sample.log_measured) / sample.sigma;
  }

 private:
  /// `doubt` widens the sigma.
  void add_sample(TrainingRow row, Time measured, double doubt) {
    if (row.status != RowStatus::ok) return;
    // What a row leaves open is settled once, before the fit, by the constants it starts from.
    const TrainingPrediction settled = predict_row(row, parts_);
    if (settled.status != RowStatus::ok) return;
    row.plan = settled.plan;
    const double sigma = row.model.experts ? kSigmaMoe : kSigmaDense;
    samples_.push_back({std::move(row), std::log(measured.in(kSecond)), doubt * sigma});
  }

  bool descends(std::size_t s, std::size_t ancestor) const {
    while (s != ancestor && parent_[s] != s) s = parent_[s];
    return s == ancestor;
  }

  void find_parents() {
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

  /// Fitted constants start from what is known without the runs, whatever the catalog holds: a fit does not build on a fit.
  void set_priors() {
    const catalog::TrainingConstants known;
    const auto list = training_constants();
    prior_.resize(parts_.stacks.size());
    for (const std::size_t s : order_) {
      prior_[s] = parts_.stacks[s].training;
      for (const TrainingConstant& c : list) {
        double value = parent_[s] == s ? c.get(known) : c.get(prior_[parent_[s]]);
        for (const StackPrior& p : stack_priors())
          if (p.stack == parts_.stacks[s].name && p.constant == c.name) value *= p.ratio;
        c.set(prior_[s], value);
      }
    }
  }

  void find_reach() {
    reach_.resize(parts_.stacks.size());
    for (std::size_t s = 0; s < parts_.stacks.size(); ++s)
      for (std::size_t i = 0; i < samples_.size(); ++i)
        if (descends(samples_[i].row.stack, s)) reach_[s].push_back(i);
  }

  TrainingParts parts_;
  std::vector<Sample> samples_;
  Constants prior_;
  std::vector<std::size_t> parent_, order_;
  std::vector<std::vector<std::size_t>> reach_;
  std::vector<Unknown> unknowns_;
};

/// Solves a symmetric positive definite system by Cholesky's method; only the lower triangle of `a` is read.
std::vector<double> solve(std::vector<double> a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) a[j * n + j] -= a[j * n + k] * a[j * n + k];
    a[j * n + j] = std::sqrt(std::max(a[j * n + j], 1e-12));
    for (std::size_t i = j + 1; i < n; ++i) {
      double sum = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = sum / a[j * n + j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
  return b;
}

double huber(double r) {
  const double a = std::abs(r);
  return a <= kHuber ? 0.5 * r * r : kHuber * (a - 0.5 * kHuber);
}

std::vector<double> residuals(const Problem& problem, const Constants& constants) {
  std::vector<double> r(problem.rows());
  for (std::size_t i = 0; i < r.size(); ++i) r[i] = problem.residual(i, constants);
  return r;
}

double objective(const Problem& problem, const std::vector<double>& r, const std::vector<double>& x) {
  double sum = 0;
  for (const double value : r) sum += huber(value);
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double pull = x[j] / problem.unknowns()[j].sigma;
    sum += 0.5 * pull * pull;
  }
  return sum;
}

/// Columns of the Jacobian: (row, derivative) for the rows that an unknown reaches.
using Column = std::vector<std::pair<std::size_t, double>>;

std::vector<Column> jacobian(const Problem& problem, const std::vector<double>& x, const std::vector<double>& r) {
  std::vector<Column> columns(problem.size());
  const Constants here = problem.constants(x);
  for (std::size_t j = 0; j < problem.size(); ++j) {
    Constants moved = here;
    problem.move(moved, j, kStep);
    for (const std::size_t i : problem.reach(problem.unknowns()[j].stack)) {
      const double slope = (problem.residual(i, moved) - r[i]) / kStep;
      if (slope != 0) columns[j].emplace_back(i, slope);
    }
  }
  return columns;
}

/// Minimizes ½(r + J·d)ᵀW(r + J·d) + ½(x + d)ᵀP⁻¹(x + d) + ½λ·dᵀP⁻¹d over d. There are more unknowns than rows, so the system
/// is solved among rows: d = Q·g - Q·Jᵀ(W⁻¹ + J·Q·Jᵀ)⁻¹J·Q·g with Q = P/(1 + λ) and g = -JᵀWr - P⁻¹x (Woodbury).
std::vector<double> gauss_newton_step(const Problem& problem, const std::vector<Column>& columns, const std::vector<double>& r,
                                      const std::vector<double>& x, double damping) {
  const std::size_t n = problem.size(), m = r.size();
  std::vector<double> weight(m), gradient(n), a(m * m, 0.0), b(m, 0.0);
  for (std::size_t i = 0; i < m; ++i) {
    weight[i] = std::abs(r[i]) <= kHuber ? 1 : kHuber / std::abs(r[i]);
    a[i * m + i] = 1 / weight[i];
  }
  const auto spread = [&](std::size_t j) { return problem.unknowns()[j].sigma * problem.unknowns()[j].sigma; };
  for (std::size_t j = 0; j < n; ++j) {
    const double q = spread(j) / (1 + damping);
    gradient[j] = -x[j] / spread(j);
    for (const auto& [i, slope] : columns[j]) gradient[j] -= slope * weight[i] * r[i];
    for (std::size_t u = 0; u < columns[j].size(); ++u) {
      const auto& [i, slope] = columns[j][u];
      b[i] += slope * q * gradient[j];
      for (std::size_t v = 0; v <= u; ++v) a[i * m + columns[j][v].first] += slope * q * columns[j][v].second;
    }
  }
  const std::vector<double> y = solve(std::move(a), std::move(b));
  std::vector<double> step(n);
  for (std::size_t j = 0; j < n; ++j) {
    double along = gradient[j];
    for (const auto& [i, slope] : columns[j]) along -= slope * y[i];
    step[j] = spread(j) / (1 + damping) * along;
  }
  return step;
}

}  // namespace

TrainingFit calibrate_training(const Csv& table, const TrainingParts& start,
                               const std::function<bool(std::string_view id)>& use) {
  const Problem problem(table, start, use);
  std::vector<double> x(problem.size(), 0.0);
  std::vector<double> r = residuals(problem, problem.constants(x));
  double best = objective(problem, r, x);
  double damping = 0.1;
  TrainingFit fit;
  for (fit.iterations = 0; fit.iterations < kMostIterations; ++fit.iterations) {
    const std::vector<Column> columns = jacobian(problem, x, r);
    bool improved = false;
    double gain = 0;
    for (int attempt = 0; attempt < 6 && !improved; ++attempt) {
      const std::vector<double> step = gauss_newton_step(problem, columns, r, x, damping);
      std::vector<double> candidate = x;
      for (std::size_t j = 0; j < x.size(); ++j) candidate[j] += std::clamp(step[j], -0.5, 0.5);
      const std::vector<double> candidate_r = residuals(problem, problem.constants(candidate));
      const double value = objective(problem, candidate_r, candidate);
      improved = value < best;
      if (improved) {
        gain = best - value;
        best = value;
        x = candidate;
        r = candidate_r;
        damping = std::max(1e-3, damping / 3);
      } else {
        damping = damping * 4 + 0.1;
      }
    }
    if (!improved || gain < 2e-4 * best) break;
  }
  fit.parts = problem.parts(x);
  fit.objective = best;
  return fit;
}

namespace {

/// Rows of one group predicted by a fit of all others, for every group.
std::vector<TrainingPrediction> leave_one_group_out(const Csv& table, const TrainingParts& start,
                                                    const std::function<std::string(std::string_view id)>& group_of) {
  std::vector<std::string> groups;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const std::string group = group_of(table.cell(i, "id"));
    if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
  }
  std::vector<TrainingPrediction> out;
  for (const std::string& group : groups) {
    const TrainingFit fit = calibrate_training(table, start, [&](std::string_view id) { return group_of(id) != group; });
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (group_of(table.cell(i, "id")) != group) continue;
      out.push_back(predict_row(read_training_row(table, i, fit.parts), fit.parts));
      out.back().measured = measured_step_time(table, i);
    }
  }
  return out;
}

/// FNV-1a: the same on every machine.
std::uint32_t hash(std::string_view text) {
  std::uint32_t h = 2166136261u;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 16777619u;
  return h;
}

}  // namespace

std::vector<TrainingPrediction> leave_one_family_out(const Csv& table, const TrainingParts& start) {
  return leave_one_group_out(table, start, family_of);
}

std::vector<TrainingPrediction> ten_fold(const Csv& table, const TrainingParts& start) {
  return leave_one_group_out(table, start, [](std::string_view id) { return std::to_string(hash(id) % 10); });
}

void set_error_bands(TrainingParts& parts, const std::vector<TrainingPrediction>& unseen) {
  // Rows that the fit did not see, per stack, with as many rows' worth of the common error as keeps small stacks honest.
  constexpr double kCommonRows = 6, kLargest = 0.3;
  constexpr double kNormal = 1.9;  // 95 % of rows: errors are a little more peaked than normal ones
  struct Sum {
    double squares = 0, rows = 0;
  };
  std::vector<std::array<Sum, 2>> own(parts.stacks.size());
  std::array<Sum, 2> common{};
  for (const TrainingPrediction& p : unseen) {
    if (p.status != RowStatus::ok || !p.measured) continue;
    const double error = std::min(kLargest, std::abs(std::log(p.step.total / *p.measured)));
    for (Sum* sum : {&own[p.stack][p.moe], &common[p.moe]}) {
      sum->squares += error * error;
      sum->rows += 1;
    }
  }
  for (std::size_t s = 0; s < parts.stacks.size(); ++s)
    for (const bool moe : {false, true}) {
      const double typical = common[moe].rows > 0 ? common[moe].squares / common[moe].rows : 0.01;
      const Sum& sum = own[s][moe];
      const double band = kNormal * std::sqrt((sum.squares + kCommonRows * typical) / (sum.rows + kCommonRows));
      (moe ? parts.stacks[s].training.error_moe : parts.stacks[s].training.error_dense) = std::exp(band) - 1;
    }
}

std::string constants_toml(const catalog::Stack& stack, const catalog::Stack* parent) {
  std::string flat, nested, group;
  for (const TrainingConstant& c : training_constants()) {
    const double value = c.get(stack.training);
    if (parent && std::abs(std::log(value / c.get(parent->training))) < 0.01) continue;
    const std::string name(c.name);
    const std::size_t dot = name.find('.');
    const bool is_time = name.starts_with("host_") || name == "fixed" || name == "hop_latency";
    const std::string text = is_time ? fmt::format("\"{:.4g} ms\"", value * 1e3) : fmt::format("{:.4g}", value);
    if (dot == std::string::npos) {
      flat += fmt::format("{} = {}\n", name, text);
      continue;
    }
    if (name.substr(0, dot) != group) {
      group = name.substr(0, dot);
      nested += fmt::format("[from.training.{}]\n", group);
    }
    nested += fmt::format("{} = {}\n", name.substr(dot + 1), text);
  }
  return "[from.training]\n" + flat + nested;
}

std::string stack_file(const std::string& file, const catalog::Stack& stack, const std::vector<catalog::Stack>& all,
                       const std::string& source, const std::string& date) {
  // The block of a fit is the last of the file and is known by this note.
  static constexpr std::string_view kNote = "note       = \"fitted constants, replaced by each fit\"";
  std::string text = file;
  if (const std::size_t note = text.find(kNote); note != std::string::npos) text.resize(text.rfind("[[from]]", note));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const catalog::Stack* parent = nullptr;
  for (const catalog::Stack& other : all)
    if (other.name == stack.parent) parent = &other;
  const std::string constants = constants_toml(stack, parent);
  if (constants == "[from.training]\n") return text + "\n";
  return text + fmt::format("\n\n[[from]]\nsource     = \"{}\"\ndate       = \"{}\"\nconfidence = \"medium\"\n{}\n{}", source,
                            date, kNote, constants);
}

}  // namespace eigenbau::fit
