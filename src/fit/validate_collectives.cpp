// What does the product predict for the rows of a collective table, and how far is it off?
#include "fit/validate_collectives.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "perf/distinct_targets.h"
#include "tables/measured_cell.h"
#include "tables/run_text.h"
#include "units/print.h"

namespace eigenbau::fit {

using namespace tables;

namespace {

const Time kLongestCall = 1e7 * kSecond;    // a third of a year; NICs of next to no rate
const Bytes kLongMessage = 16 * kGibibyte;  // meant where a table gives a bandwidth without a size

/// The usual micro-benchmark of expert exchange: 4,096 tokens of 7,168 elements to 8 experts, fp8 out, bf16 back.
constexpr perf::ExpertTraffic kExpertBenchmark{
    .tokens = 4096, .hidden = 7168, .experts_per_token = 8, .dispatch_bytes = 1, .combine_bytes = 2};

/// The exchange that a row names; what it leaves out is the usual benchmark's. `bytes` are those that one rank holds.
perf::ExpertTraffic traffic_of(const CollectiveRow& row, bool dispatch) {
  perf::ExpertTraffic traffic = kExpertBenchmark;
  if (row.hidden > 0) traffic.hidden = row.hidden;
  if (row.experts_per_token > 0) traffic.experts_per_token = row.experts_per_token;
  const double token = traffic.hidden * (dispatch ? traffic.dispatch_bytes : traffic.combine_bytes);
  if (row.tokens > 0) traffic.tokens = row.tokens;
  else if (row.message) traffic.tokens = std::max(1.0, row.message->base() / token);
  return traffic;
}

/// Its bandwidth as published: each token counted once per distinct node (per distinct rank inside one domain), its own too.
void predict_exchange(const CollectiveRow& row, const CollectiveCase& c, bool dispatch, CollectivePrediction& prediction) {
  using perf::ExpertExchange;
  const perf::ExpertTraffic traffic = traffic_of(row, dispatch);
  prediction.time = dispatch ? expert_dispatch_time(traffic, ExpertExchange::deduplicated, c.group, c.links)
                             : expert_combine_time(traffic, ExpertExchange::deduplicated, c.group, c.links);
  const double domains = std::ceil(static_cast<double>(c.group.ranks) / c.group.ranks_per_domain);
  const double places = domains > 1 ? domains : c.group.ranks;
  const double copies = perf::distinct_targets(places, traffic.experts_per_token);
  const double bytes = dispatch ? traffic.dispatch_bytes : traffic.combine_bytes;
  prediction.bus = traffic.tokens * traffic.hidden * copies * bytes * kByte / *prediction.time;
  add_note(prediction.reason, fmt::format("{} tokens of {} elements to {} experts", print_count(std::llround(traffic.tokens)),
                                          print_count(std::llround(traffic.hidden)), traffic.experts_per_token));
}

void predict_collective(const CollectiveRow& row, const CollectiveCase& c, perf::Collective operation,
                        CollectivePrediction& prediction) {
  add_note(prediction.reason, row.message ? row.size_taken : "no size given: 16 GiB");
  const Bytes message = row.message.value_or(kLongMessage);
  prediction.time = case_time(operation, message, c);
  if (c.loop > Time{})
    add_note(prediction.reason, row.timed_by == TimedBy::unknown ? "no benchmark is named: taken as timed from a framework's loop"
                                                                 : "timed from a framework's loop");
  prediction.bus = bus_bandwidth(operation, message, row.ranks, *prediction.time);
}

std::string size_class(Bytes message) {
  if (message >= 64 * kMebibyte) return ">= 64 MiB";
  return message >= 64 * kKibibyte ? "64 KiB to 64 MiB" : "< 64 KiB";
}

}  // namespace

CollectivePrediction predict(const CollectiveRow& row, const catalog::CollectivePart& part, const GpuLookup& gpu) {
  CollectivePrediction prediction{.id = row.id};
  const auto refuse = [&](RowStatus status, std::string reason) {
    prediction.status = status;
    prediction.reason = std::move(reason);
    return prediction;
  };
  if (const auto wrong = invalid(row); !wrong.empty()) return refuse(RowStatus::invalid, wrong);
  const auto operation = collective_of(row.operation);
  const bool dispatch = row.operation == "ep_dispatch", combine = row.operation == "ep_combine";
  if (!operation && !dispatch && !combine)
    return refuse(RowStatus::unsupported, fmt::format("no law covers the operation {}", row.operation));
  const CollectiveCase c = collective_case(row, part, gpu);
  prediction.reason = c.assumed;
  prediction.one_domain = c.group.ranks <= c.group.ranks_per_domain;
  if (row.ranks == 1) return refuse(RowStatus::infeasible, "one rank has nothing to exchange");
  if (operation) predict_collective(row, c, *operation, prediction);
  else predict_exchange(row, c, dispatch, prediction);
  // Comparisons with what is no number do not hold.
  if (*prediction.time > Time{} && *prediction.time < kLongestCall && *prediction.bus > Bandwidth{}) return prediction;
  prediction.time.reset();
  prediction.bus.reset();
  return refuse(RowStatus::unsupported, "no call takes as long as the law says");
}

CollectiveValidation validate_collectives(const Csv& table, const catalog::CollectivePart& part, const GpuLookup& gpu) {
  CollectiveValidation result;
  Scorecard card;
  std::set<std::string> seen;
  for (const CollectiveRow& row : collective_rows(table)) {
    CollectivePrediction& prediction = result.rows.emplace_back(predict(row, part, gpu));
    const bool again = !row.id.empty() && !seen.insert(row.id).second;
    for (const std::string& what : {row.passed_over, again ? repeated_id(row.id) : ""}) add_note(prediction.reason, what);
    if (again || !row.measured_bus || row.degraded) continue;
    prediction.measured_bus = row.measured_bus;
    const auto& bus = prediction.bus;
    const double ratio = bus ? *bus / *row.measured_bus : 0;
    const std::string size = size_class(row.message.value_or(kLongMessage));
    const std::string reach = prediction.one_domain ? "one domain" : "several domains";
    for (const std::string& group : {std::string("all"), reach, row.operation})
      card.add(fmt::format("{}, {}", group, size), ratio);
  }
  result.scores = card.scores();
  return result;
}

std::string csv_text(const std::vector<CollectivePrediction>& rows) {
  std::string text = "id,status,time_us,busbw_gbs,reason\n";
  for (const auto& row : rows)
    text += fmt::format("{},{},{},{},{}\n", csv_cell(row.id), name_of(row.status),
                        row.time ? fmt::format("{:.5g}", row.time->in(kMicrosecond)) : "",
                        row.bus ? fmt::format("{:.5g}", row.bus->in(kGigabytePerSecond)) : "", csv_cell(row.reason));
  return text;
}

std::string render(const CollectiveValidation& validation) { return render(validation.scores, "bus bandwidth"); }

}  // namespace eigenbau::fit
