// Which constants of a collective library follow from measured collectives?
#include "fit/calibrate_collectives.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>

#include "fit/collective_text.h"
#include "fit/minimize.h"
#include "fit/quantile.h"
#include "tables/kernel_row.h"
#include "tables/row_words.h"
#include "units/counted.h"

namespace eigenbau::fit {

using namespace tables;

namespace {

constexpr std::size_t kLeastRows = 6;
constexpr int kEvaluations = 3000;

/// Four significant digits: those that the part states.
double rounded(double value) {
  const std::string text = fmt::format("{:.4g}", value);
  double result = value;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

std::vector<CollectiveRow> rows_of(const Csv& table) {
  if (table.column("collective")) return collective_rows(table);
  std::vector<CollectiveRow> rows;
  for (const KernelRow& kernel : kernel_rows(table)) {
    if (!collective_of(kernel.operation) || kernel.family != "nccl" || !kernel.measured_us) continue;
    rows.push_back({.id = kernel.id,
                    .operation = kernel.operation,
                    .gpu = kernel.gpu,
                    .ranks = static_cast<int>(kernel.n),
                    .ranks_per_domain = static_cast<int>(kernel.n),
                    .message = kernel.m * kByte,
                    .measured_time = *kernel.measured_us * kMicrosecond});
  }
  return rows;
}

/// Rows of all tables, in each of which an id stands for one row.
std::vector<CollectiveRow> all_rows(const std::vector<Csv>& tables, std::map<std::string, int>& skipped) {
  std::vector<CollectiveRow> rows;
  for (const Csv& table : tables) {
    std::set<std::string> seen;
    for (CollectiveRow& row : rows_of(table)) {
      if (row.id.empty() || seen.insert(row.id).second) rows.push_back(std::move(row));
      else ++skipped["the id of an earlier row"];
    }
  }
  return rows;
}

/// One measured collective as the fit sees it; `inside` and `across` are replaced by what is being fitted.
struct Point {
  perf::Collective operation{};
  CollectiveCase at;
  Bytes message{};
  Time measured{};
};

/// Sums of rounded numbers depend on their order, and a search that ends at a kink on them: the same rows in any order, from any
/// number of files, give the same part.
void put_in_order(std::vector<Point>& points) {
  std::ranges::sort(points, {}, [](const Point& p) {
    return std::tuple(p.message.base(), p.measured.base(), p.at.group.ranks, p.at.group.ranks_per_domain, p.at.group.nic.base());
  });
}

double misfit(const std::vector<Point>& points) {
  double sum = 0;
  for (const Point& p : points) {
    const double e = std::log(case_time(p.operation, p.message, p.at) / p.measured);
    sum += std::sqrt(e * e + 4e-4);  // rounded at 2 %, the noise of a repeat
  }
  return sum / static_cast<double>(points.size());
}

struct Fit {
  Share median, mean;
  double factor = 1;  ///< by which half of the rows are off at least, either way
};
Fit errors(const std::vector<Point>& points, Scorecard& card, const std::string& group) {
  std::vector<double> away, factors;
  double sum = 0;
  for (const Point& p : points) {
    const double ratio = case_time(p.operation, p.message, p.at) / p.measured;
    card.add(group, ratio);
    away.push_back(std::abs(ratio - 1));
    factors.push_back(std::max(ratio, 1 / ratio));
    sum += away.back();
  }
  return {{median(away)}, {sum / static_cast<double>(away.size())}, median(factors)};
}

/// Operations that have constants of their own inside a domain; the others take those of their kin.
bool has_constants(perf::Collective operation) {
  using enum perf::Collective;
  return operation == all_reduce || operation == all_gather || operation == reduce_scatter || operation == all_to_all;
}

constexpr std::array<WatchedConstant, 6> kDomainConstants{
    {{"launch"}, {"hop", false}, {"share", true, false}, {"knee"}, {"ramp"}, {"in_switch"}}};
constexpr std::array<WatchedConstant, 3> kTransportConstants{{{"hop"}, {"efficiency", true, false}, {"ramp"}}};

/// Where the constants of an operation may lie; `switched`: with the rate of an all-reduce that the switch adds up.
std::vector<Range> ranges_inside(bool switched) {
  std::vector<Range> ranges{
      {6, .5, 60, true}, {.9, .001, 6, false}, {.85, .1, 1, true}, {8, .05, 100, true}, {.4, .05, .95, false}};
  if (switched) ranges.push_back({.55, .3, .8, true});
  return ranges;
}

/// The constants of one operation by which the points are then predicted.
std::vector<double> constants_inside(std::vector<Point>& points, perf::Collective operation, bool switched) {
  const auto apply = [&](std::span<const double> c) {
    for (Point& p : points) {
      perf::ScaleUp& inside = p.at.links.inside;
      inside.law(operation) = {
          .launch = c[0] * kMicrosecond, .hop = c[1] * kMicrosecond, .share = c[2], .knee = c[3] * 1e6 * kByte, .ramp = c[4]};
      if (!switched) inside.in_switch = {};
      else if (inside.in_switch > Bandwidth{}) inside.in_switch = c[5] * inside.link;
    }
  };
  auto best = minimize(ranges_inside(switched), kEvaluations, [&](std::span<const double> c) {
    apply(c);
    return misfit(points);
  });
  for (double& value : best) value = rounded(value);
  if (operation == perf::Collective::all_to_all) best[1] = 0;  // one step: its latency is part of the launch
  apply(best);
  return best;
}

/// Fits one operation of one generation inside domains; for all-reduce the rate in the switch as well, 0 where the runs are
/// better told without one. Nothing if it is useless.
std::optional<catalog::DomainConstants> fit_inside(std::vector<Point> points, perf::Collective operation, double& in_switch,
                                                   Scorecard& card, FitTrust& trust, const std::string& generation) {
  put_in_order(points);
  bool switched = operation == perf::Collective::all_reduce && in_switch > 0;
  std::vector<double> best = constants_inside(points, operation, switched);
  if (switched) {
    std::vector<Point> alone = points;
    const std::vector<double> without = constants_inside(alone, operation, false);
    if (misfit(alone) < misfit(points)) {
      best = without;
      points = std::move(alone);
      switched = false;
    }
  }
  const std::string group = fmt::format("{} {}", generation, constants_of(operation));
  const Fit fit = errors(points, card, group);
  if (!trust.add(group, fit.median.fraction, fit.factor, at_bounds(kDomainConstants, ranges_inside(switched), best), best.size()))
    return std::nullopt;
  if (operation == perf::Collective::all_reduce) in_switch = switched ? best[5] : 0;
  return catalog::DomainConstants{.operation = std::string(constants_of(operation)),
                                  .launch = best[0] * kMicrosecond,
                                  .hop = best[1] * kMicrosecond,
                                  .share = best[2],
                                  .knee = best[3] * 1e6 * kByte,
                                  .ramp = best[4],
                                  .rows = static_cast<int>(points.size()),
                                  .median_error = fit.median,
                                  .mean_error = fit.mean};
}

/// Latency and ramp show in messages below 64 MiB only.
bool tells_latency(const std::vector<Point>& points) {
  return std::count_if(points.begin(), points.end(), [](const Point& p) { return p.message < 64 * kMebibyte; }) >=
         static_cast<std::ptrdiff_t>(kLeastRows);
}

std::optional<catalog::TransportConstants> fit_across(std::vector<Point> points, const std::string& transport,
                                                      const perf::Transport& usual, Scorecard& card, FitTrust& trust) {
  put_in_order(points);
  const bool all = tells_latency(points);
  const Range efficiency{.9, .3, .985, true};
  const auto ranges =
      all ? std::vector<Range>{{20, 1, 300, true}, efficiency, {1, .05, 10, true}} : std::vector<Range>{efficiency};
  const auto apply = [&](std::span<const double> c) {
    for (Point& p : points) {
      perf::Transport& across = p.at.links.across;
      across.hop = all ? c[0] * kMicrosecond : usual.hop;
      across.efficiency = all ? c[1] : c[0];
      across.ramp = all ? c[2] : usual.ramp;
    }
  };
  auto best = minimize(ranges, kEvaluations, [&](std::span<const double> c) {
    apply(c);
    return misfit(points);
  });
  for (double& value : best) value = rounded(value);
  apply(best);
  const Fit fit = errors(points, card, "across " + transport);
  const auto watched = std::span(kTransportConstants).subspan(all ? 0 : 1, best.size());
  if (!trust.add("across " + transport, fit.median.fraction, fit.factor, at_bounds(watched, ranges, best), best.size()))
    return std::nullopt;
  return catalog::TransportConstants{.transport = transport,
                                     .hop = all ? best[0] * kMicrosecond : usual.hop,
                                     .efficiency = all ? best[1] : best[0],
                                     .ramp = all ? best[2] : rounded(usual.ramp),
                                     .rows = static_cast<int>(points.size()),
                                     .median_error = fit.median,
                                     .mean_error = fit.mean};
}

/// Every transport with enough rows: the well measured ones first, then those that take latency and ramp from their class.
void fit_transports(const std::map<std::string, std::vector<Point>>& across, catalog::CollectivePart& part, Scorecard& card,
                    FitTrust& trust) {
  for (const bool well : {true, false}) {
    const catalog::CollectivePart measured = part;
    for (const auto& [transport, points] : across)
      if (points.size() >= kLeastRows && tells_latency(points) == well)
        if (auto fit = fit_across(points, transport, perf::usual_transport(known_transports(measured), transport), card, trust))
          part.across.push_back(*std::move(fit));
  }
  std::sort(part.across.begin(), part.across.end(), [](const auto& a, const auto& b) { return a.transport < b.transport; });
}

/// Why a row tells nothing; empty if it does.
std::string useless(const CollectiveRow& row, const GpuLookup& gpu) {
  if (const std::string wrong = invalid(row); !wrong.empty()) return wrong;
  if (!collective_of(row.operation)) return fmt::format("no law covers the operation {}", row.operation);
  if (!row.message || !row.measured_time) return "no size (bytes), or none of time_us, algbw_gbs, busbw_gbs above zero";
  if (row.degraded) return "marked as an anomaly";
  if (row.ranks < 2) return "one rank has nothing to exchange";
  if (row.ranks <= row.ranks_per_domain && !gpu_of_name(gpu, row.gpu))
    return fmt::format("the catalog does not know the GPU {}", row.gpu);
  return {};
}

int size_of(const std::vector<Point>& points) { return static_cast<int>(points.size()); }

bool in_one_domain(const CollectiveCase& at) { return at.group.ranks <= at.group.ranks_per_domain; }

}  // namespace

CollectiveCalibration calibrate_collectives(const std::vector<Csv>& tables, const GpuLookup& gpu, const std::string& name,
                                            const std::string& source, const std::string& date) {
  CollectiveCalibration result{
      .part = {.name = name, .title = "Collectives: " + name, .aliases = {}, .scale_up = {}, .across = {}}};
  Scorecard card;
  std::map<std::string, int> skipped;
  const auto rows = all_rows(tables, skipped);
  int loops = 0;  ///< rows that are taken as timed from one
  std::map<std::string, std::map<perf::Collective, std::vector<Point>>> inside;
  for (const CollectiveRow& row : rows) {
    if (const std::string why = useless(row, gpu); !why.empty()) {
      ++skipped[why];
      continue;
    }
    const auto at = collective_case(row, result.part, gpu);
    if (!in_one_domain(at)) {
      if (row.algorithms.in_network) ++skipped["the network adds up (SHARP), for which a transport has no constants"];
      continue;
    }
    if (!has_constants(*collective_of(row.operation))) {
      ++skipped[fmt::format("{} has no constants of its own", row.operation)];
      continue;
    }
    if (!at.scale_up) {
      ++skipped["inside a server over PCIe"];
      continue;
    }
    if (at.loop > Time{} && row.timed_by == TimedBy::unknown) ++loops;
    inside[at.generation][*collective_of(row.operation)].push_back(
        {*collective_of(row.operation), at, *row.message, *row.measured_time});
  }
  for (auto& [generation, operations] : inside) {
    const perf::ScaleUp known = perf::scale_up_law(generation, kGigabytePerSecond);
    catalog::GenerationConstants constants{.generation = generation,
                                           .ring_across = rounded(known.ring_across / kGigabytePerSecond),
                                           .in_switch = rounded(known.in_switch / kGigabytePerSecond),
                                           .law = {}};
    for (auto& [operation, points] : operations)
      if (points.size() >= kLeastRows) {
        if (auto fit = fit_inside(points, operation, constants.in_switch, card, result.trust, generation))
          constants.law.push_back(*std::move(fit));
      } else
        skipped[fmt::format("{} inside a domain of {}, of which six are the least", constants_of(operation), generation)] +=
            size_of(points);
    if (!constants.law.empty()) result.part.scale_up.push_back(std::move(constants));
  }

  std::map<std::string, std::vector<Point>> across;
  for (const CollectiveRow& row : rows) {
    if (!useless(row, gpu).empty() || row.algorithms.in_network) continue;
    const auto at = collective_case(row, result.part, gpu);
    if (in_one_domain(at)) continue;
    across[at.transport].push_back({*collective_of(row.operation), at, *row.message, *row.measured_time});
  }
  for (const auto& [transport, points] : across)
    if (points.size() < kLeastRows) skipped[fmt::format("over {}, of which six are the least", transport)] += size_of(points);
  fit_transports(across, result.part, card, result.trust);
  for (const auto& [why, count] : skipped) result.skipped.push_back(fmt::format("{}: {}", counted(count, "row"), why));
  if (loops > 0)
    result.assumed.push_back(
        fmt::format("{}: no benchmark is named: taken as timed from a framework's loop, which adds {:.3g} us to a call; "
                    "\"library\" in a column `loop` says that nccl-tests timed them",
                    counted(loops, "row"), kFrameworkLoop.in(kMicrosecond)));
  result.fitted = card.scores();
  result.text = collective_part_text(result.part, source, date, result.trust);
  return result;
}

}  // namespace eigenbau::fit
