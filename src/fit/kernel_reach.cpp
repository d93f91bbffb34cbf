// How long does an exchange of a kernel table take that the links of one domain do not carry?
#include "fit/kernel_reach.h"

#include <fmt/format.h>

#include <cmath>

#include "fit/collective_book.h"

namespace eigenbau::fit {

using namespace tables;

namespace {

constexpr double kUsualNode = 8;  // GPUs

/// Ranks that a row counts, or that its nodes hold.
int ranks_of(const KernelRow& row) {
  if (collective_of(row.operation)) return static_cast<int>(row.n);
  if (row.expert_parallel > 1) return static_cast<int>(row.expert_parallel);
  return static_cast<int>(kUsualNode * std::max(1.0, row.nodes));
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
