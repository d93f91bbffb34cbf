// How long does a collective take from small to large messages, as nccl-tests would print it?
#include "fit/collective_sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "tables/message_size.h"
#include "units/counted.h"

namespace eigenbau::fit {

using namespace tables;

namespace {

constexpr std::array<std::string_view, 4> kRooted{"broadcast", "reduce", "gather", "scatter"};

}  // namespace

Sweep sweep(CollectiveRow row, Bytes first, Bytes last, double factor, const catalog::CollectivePart& part,
            const GpuLookup& gpu) {
  Sweep result{.operation = row.operation, .row = row, .assumed = "", .lines = {}};
  const auto operation = collective_of(row.operation);
  if (!operation || row.ranks < 1 || !(factor > 1)) return result;
  const CollectiveCase at = collective_case(row, part, gpu);
  result.assumed = at.assumed;
  result.row.ranks_per_domain = at.group.ranks_per_domain;
  for (Bytes message = first; message <= last * (1 + 1e-9); message *= factor) {
    SweepLine line{.message = message,
                   .time = case_time(*operation, message, at),
                   .least = collective_bound(*operation, message, at.group, at.links)};
    if (line.time > Time{}) line.algorithm = message / line.time;
    line.bus = bus_bandwidth(*operation, message, row.ranks, line.time);
    result.lines.push_back(line);
  }
  return result;
}

std::string render(const Sweep& sweep) {
  const bool reduces = sweep.operation.find("reduce") != std::string::npos;
  const double parts = counts_parts(sweep.operation) ? sweep.row.ranks : 1;
  const bool rooted = std::find(kRooted.begin(), kRooted.end(), sweep.operation) != kRooted.end();
  std::string text = fmt::format("# {} over {}, {} in a domain; predicted\n", sweep.operation, counted(sweep.row.ranks, "GPU"),
                                 sweep.row.ranks_per_domain);
  if (!sweep.assumed.empty()) text += fmt::format("# assumed: {}\n", sweep.assumed);
  text += "#\n#       size         count      type   redop    root     time   algbw   busbw\n";
  text += "#        (B)    (elements)                               (us)  (GB/s)  (GB/s)\n";
  double sum = 0;
  for (const SweepLine& line : sweep.lines) {
    const double us = line.time.in(kMicrosecond);
    text += fmt::format("{:12.0f}  {:12.0f}  {:>8}  {:>6}  {:>6}  {:>7}  {:6.2f}  {:6.2f}\n", line.message.base(),
                        std::floor(line.message.base() / sweep.element_bytes / parts), "float", reduces ? "sum" : "none",
                        rooted ? "0" : "-1",
                        us < 1e5 ? fmt::format("{:.{}f}", us,
                                               us < 100    ? 2
                                               : us < 1000 ? 1
                                                           : 0)
                                 : fmt::format("{:.0f}", us),
                        line.algorithm.in(kGigabytePerSecond), line.bus.in(kGigabytePerSecond));
    sum += line.bus.in(kGigabytePerSecond);
  }
  if (!sweep.lines.empty())
    text += fmt::format("# Avg bus bandwidth    : {:.4g}\n", sum / static_cast<double>(sweep.lines.size()));
  return text;
}

}  // namespace eigenbau::fit
