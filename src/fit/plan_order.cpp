// How well is the order of plans of one model told, and how well could it be?
#include "fit/plan_order.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <tuple>

#include "base/random.h"

namespace eigenbau::fit {
namespace {

using Rows = std::vector<const TrainingPrediction*>;

constexpr double kApart = 0.05;  // of the shorter measured time, below which two plans have no order
constexpr std::size_t kDraws = 1000;
constexpr double kEnough = 3;  // comparisons that make a spread of a family's own

const double kLeastRatio = std::log1p(kApart);

/// Times whose logarithms differ by so much have an order.
bool is_apart(double difference) { return std::abs(difference) > kLeastRatio; }

auto model_of(const TrainingPrediction& p) { return std::tie(p.model, p.gpu, p.gpus, p.global_batch); }

/// Squares of what repeated runs are off their mean, and how many comparisons they are.
struct Spread {
  double squares = 0, comparisons = 0;
  double deviation() const { return comparisons > 0 ? std::sqrt(squares / comparisons) : 0; }
};

/// A time that is printed twice was measured once.
Spread spread_of(const Rows& rows) {
  std::map<std::tuple<std::string, std::string, int, int, double>, std::set<double>> repeats;
  for (const TrainingPrediction* p : rows)
    repeats[{p->model, p->gpu, p->gpus, p->global_batch, p->step.total.base()}].insert(std::log(p->measured->base()));
  Spread spread;
  for (const auto& [plan, times] : repeats) {
    double mean = 0;
    for (const double t : times) mean += t / static_cast<double>(times.size());
    for (const double t : times) spread.squares += (t - mean) * (t - mean);
    spread.comparisons += static_cast<double>(times.size()) - 1;
  }
  return spread;
}

/// Of pairs: in order less not in order, and both together.
struct Concordance {
  double balance = 0, pairs = 0;
  double tau() const { return pairs > 0 ? balance / pairs : 0; }
  Concordance& operator+=(const Concordance& other) {
    balance += other.balance;
    pairs += other.pairs;
    return *this;
  }
};

/// Two rows by number, and ln of the first's predicted time over the second's.
struct RowPair {
  std::size_t a = 0, b = 0;
  double difference = 0;
};

/// What the exact law would see of a pair whose times differ by `difference` in ln, when runs spread by `deviation`.
Concordance expected(double difference, double deviation) {
  if (deviation <= 0) return is_apart(difference) ? Concordance{1, 1} : Concordance{};
  const double size = std::abs(difference);
  const double right = 0.5 * std::erfc((kLeastRatio - size) / (2 * deviation));
  const double wrong = 0.5 * std::erfc((kLeastRatio + size) / (2 * deviation));
  return {right - wrong, right + wrong};
}

/// What the exact law sees in each of the draws of times that spread so.
std::vector<Concordance> drawn(const std::string& family, const Rows& rows, const std::vector<RowPair>& pairs, double deviation) {
  std::vector<Concordance> draws(kDraws);
  std::vector<double> off(rows.size());
  for (std::size_t draw = 0; draw < kDraws; ++draw) {
    Stream stream(1, family, draw);
    for (double& each : off) each = deviation * stream.normal();
    for (const auto& [a, b, difference] : pairs) {
      const double measured = difference + off[a] - off[b];
      if (is_apart(measured)) draws[draw] += {(measured > 0) == (difference > 0) ? 1.0 : -1.0, 1};
    }
  }
  return draws;
}

double share_up_to(const std::vector<Concordance>& draws, double tau) {
  constexpr double kRounded = 1e-9;
  const auto up_to = std::ranges::count_if(draws, [&](const Concordance& c) { return c.tau() <= tau + kRounded; });
  return static_cast<double>(up_to) / static_cast<double>(draws.size());
}

/// Each two rows of one model and batch that the law tells apart.
std::vector<RowPair> pairs_of(const Rows& rows) {
  std::vector<RowPair> pairs;
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = i + 1; j < rows.size(); ++j)
      if (model_of(*rows[i]) == model_of(*rows[j]) && rows[i]->step.total != rows[j]->step.total)
        pairs.push_back({i, j, std::log(rows[i]->step.total / rows[j]->step.total)});
  return pairs;
}

OrderScore score_of(std::string family, const Concordance& seen, double spread, const Concordance& exact,
                    const std::vector<Concordance>& draws) {
  return {std::move(family), seen.tau(), static_cast<int>(seen.pairs), spread, exact.tau(), share_up_to(draws, seen.tau())};
}

}  // namespace

std::vector<OrderScore> order_of_plans(const std::map<std::string, Rows>& families) {
  std::map<std::string, Rows> answered;
  Spread common;
  for (const auto& [name, rows] : families) {
    Rows& kept = answered[name];
    std::ranges::copy_if(rows, std::back_inserter(kept), [](const auto* p) { return p->status == tables::RowStatus::ok; });
    const Spread own = spread_of(kept);
    common.squares += own.squares;
    common.comparisons += own.comparisons;
  }
  std::vector<OrderScore> scores;
  Concordance seen_in_all, exact_in_all;
  std::vector<Concordance> drawn_in_all(kDraws);
  for (const auto& [name, rows] : answered) {
    const Spread own = spread_of(rows);
    const double deviation = own.comparisons >= kEnough ? own.deviation() : common.deviation();
    const std::vector<RowPair> pairs = pairs_of(rows);
    Concordance seen, exact;
    for (const auto& [a, b, difference] : pairs) {
      exact += expected(difference, deviation);
      const double measured = std::log(*rows[a]->measured / *rows[b]->measured);
      if (is_apart(measured)) seen += {(measured > 0) == (difference > 0) ? 1.0 : -1.0, 1};
    }
    if (seen.pairs == 0) continue;
    const std::vector<Concordance> draws = drawn(name, rows, pairs, deviation);
    scores.push_back(score_of(name, seen, deviation, exact, draws));
    seen_in_all += seen;
    exact_in_all += exact;
    for (std::size_t draw = 0; draw < kDraws; ++draw) drawn_in_all[draw] += draws[draw];
  }
  if (!scores.empty()) scores.push_back(score_of("all", seen_in_all, common.deviation(), exact_in_all, drawn_in_all));
  return scores;
}

}  // namespace eigenbau::fit
