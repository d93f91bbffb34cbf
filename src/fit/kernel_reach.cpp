// How long does an exchange of a kernel table take that the links of one domain do not carry?
#include "fit/kernel_reach.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "fit/collective_book.h"

namespace eigenbau::fit {

using namespace tables;

namespace {

constexpr double kUsualNode = 8;  // GPUs

/// Ranks that a row counts, or that its nodes hold.
int ranks_of(const KernelRow& row) {
  if (collective_of(row.operation)) return static_cast<int>(row.n);
  if (row.ranks > 0) return static_cast<int>(std::min(row.ranks, kMostRanks));
  if (row.expert_parallel > 1) return static_cast<int>(row.expert_parallel);
  return static_cast<int>(kUsualNode * std::max(1.0, row.nodes));
}

/// Why no law tells the time of an exchange over NICs; empty if one does.
std::string unpriced(const KernelRow& row) {
  if (!row.over_nics) return {};
  if (row.operation.ends_with("lowlat")) return "no law covers low-latency exchange over NICs";
  const bool counted = row.ranks > 0 || row.expert_parallel > 1 || row.nodes > 1;
  return counted ? "" : "over NICs, among ranks that the row does not count (\"n=EP ranks\", \"EP8x2\", nodes=2, ep=16)";
}

bool within_tables(const GpuFigures& gpu, int ranks) {
  return gpu.domain <= 0 || (gpu.link > Bandwidth{} && gpu.layout.mesh == 0 && gpu.layout.torus == 0 && ranks <= gpu.domain);
}

Time exchange_time(const KernelRow& row, const CollectiveCase& c) {
  const bool combines = row.operation.find("combine") != std::string::npos;
  perf::ExpertTraffic traffic{.tokens = row.m, .hidden = row.k, .experts_per_token = std::max(1.0, row.experts_per_token)};
  if (row.format == "bf16") traffic.dispatch_bytes = 2;
  const auto exchange = combines ? perf::expert_combine_time : perf::expert_dispatch_time;
  return exchange(traffic, perf::ExpertExchange::deduplicated, c.group, c.links);
}

}  // namespace

std::optional<KernelAnswer> beyond_tables(const KernelRow& row, const GpuFigures& gpu, const catalog::CollectivePart& library) {
  const auto operation = collective_of(row.operation);
  if (!operation && !row.operation.starts_with("ep_")) return std::nullopt;
  if (std::string why = unpriced(row); !why.empty()) return KernelAnswer{0, std::move(why)};
  const int ranks = ranks_of(row);
  const int node = row.nodes > 1 ? static_cast<int>(std::ceil(ranks / row.nodes)) : 0;
  if (within_tables(gpu, ranks) && row.nodes <= 1) return std::nullopt;
  CollectiveRow asked{.operation = row.operation, .gpu = gpu.name, .ranks = ranks, .ranks_per_domain = node};
  const CollectiveCase c = collective_case(asked, library, [&](std::string_view) { return gpu; });
  const Time time = operation ? case_time(*operation, row.m * kByte, c) : exchange_time(row, c);
  return KernelAnswer{time.in(kMicrosecond),
                      fmt::format("{} over {} ranks by the law of collectives: {}", row.operation, ranks, c.assumed)};
}

}  // namespace eigenbau::fit
