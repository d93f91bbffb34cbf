// Which links does a row of a collective table mean, and how long does the law say it takes?
#include "fit/collective_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "tables/row_words.h"
#include "tables/run_text.h"
#include "tables/server_links.h"

namespace eigenbau::fit {

using namespace tables;

namespace {

/// The links and the NIC of an H100.
const GpuFigures kUsualGpu{.name = "h100-sxm",
                           .generation = "hopper",
                           .link = 450 * kGigabytePerSecond,
                           .host = 64 * kGigabytePerSecond,
                           .nic = 50 * kGigabytePerSecond,
                           .domain = 8};

perf::DomainLaw domain_law(const catalog::DomainConstants& c) {
  return {.launch = c.launch, .hop = c.hop, .share = c.share, .knee = c.knee, .ramp = c.ramp};
}

/// Where nobody says what timed the calls, a loop is meant in one domain and a benchmark of the library across several, since
/// that starts the ranks of many servers; more ranks are never faster for it.
void set_loop(const CollectiveRow& row, bool alone, CollectiveCase& result) {
  if (row.timed_by == TimedBy::library) return;
  if (alone || row.timed_by == TimedBy::framework) result.loop = kFrameworkLoop;
  else result.server_loop = kFrameworkLoop;
}

Bandwidth nic_of(const CollectiveRow& row, const GpuFigures& gpu, std::string& assumed) {
  add_note(assumed, row.machine);
  if (row.gpu_nic) return *row.gpu_nic;
  if (row.server_nics) return *row.server_nics / static_cast<double>(usual_server(gpu.domain));
  add_note(assumed, fmt::format("one {:.0f} Gb/s NIC a GPU", gpu.nic.in(kGigabitPerSecond)));
  return gpu.nic;
}

/// Which of their links the ranks of one domain use, where that is not all.
std::string share_of_links(const CollectiveRow& row, const perf::CollectiveGroup& group, const perf::LinkLayout& layout) {
  const auto operation = collective_of(row.operation);
  const int members = std::min(group.ranks, group.ranks_per_domain);
  if (members < 2 || !operation) return {};
  const double share = perf::share_of_links(*operation, members, layout);
  if (share > 0.999) return {};
  if (layout.torus > 0) return fmt::format("a torus of {} dimensions: {:.2g} % of its links", layout.torus, 100 * share);
  return fmt::format("{:.0f} of the {} links of a full mesh", share * (layout.mesh - 1), layout.mesh - 1);
}

/// What stands in for constants that a part lacks; `operation`: of which alone, or empty.
std::string lacking(const catalog::CollectivePart& part, const std::string& generation, std::string_view operation) {
  const std::string_view of = operation.empty() ? "" : " of ";
  if (perf::has_scale_up_law(generation))
    return fmt::format("{} has no constants{}{} inside a domain of {}: those of nccl", part.name, of, operation, generation);
  return generation.empty() ? "" : fmt::format("shares of Hopper for {}{}{}", operation, of, generation);
}

}  // namespace

std::string_view constants_of(perf::Collective operation) {
  using enum perf::Collective;
  switch (operation) {
    case all_reduce:
      return "all_reduce";
    case all_gather:
    case broadcast:
      return "all_gather";
    case reduce_scatter:
    case reduce:
      return "reduce_scatter";
    default:
      return "alltoall";
  }
}

perf::ScaleUp scale_up_of(const catalog::CollectivePart& part, const std::string& generation, Bandwidth link,
                          std::optional<perf::Collective> asked, std::string& assumed) {
  perf::ScaleUp scale_up = perf::scale_up_law(generation, link);
  const auto known = std::ranges::find(part.scale_up, generation, &catalog::GenerationConstants::generation);
  if (known == part.scale_up.end()) {
    add_note(assumed, lacking(part, generation, ""));
    return scale_up;
  }
  scale_up.ring_across = known->ring_across * link;
  scale_up.in_switch = known->in_switch * link;
  for (const auto& law : known->law)
    if (const auto operation = collective_of(law.operation)) scale_up.law(*operation) = domain_law(law);
  const std::string_view word = asked ? constants_of(*asked) : "";
  if (asked && std::ranges::find(known->law, word, &catalog::DomainConstants::operation) == known->law.end())
    add_note(assumed, lacking(part, generation, word));
  return scale_up;
}

std::vector<perf::KnownTransport> known_transports(const catalog::CollectivePart& part) {
  std::vector<perf::KnownTransport> known;
  for (const auto& t : part.across) known.push_back({t.transport, {.hop = t.hop, .efficiency = t.efficiency, .ramp = t.ramp}});
  return known;
}

perf::Transport transport_of(const catalog::CollectivePart& part, const std::string& transport, std::string& assumed) {
  constexpr std::array<std::string_view, 6> kWords{"roce", "efa", "efa_100g", "tcpxo", "tcpx", "tcp"};
  auto known = known_transports(part);
  const auto is_in = [&](std::span<const perf::KnownTransport> list) {
    return std::ranges::find(list, transport, &perf::KnownTransport::name) != list.end();
  };
  if (is_in(known)) return perf::transport_law(known, transport);
  if (is_in(perf::known_transports())) {
    add_note(assumed, fmt::format("{} has no constants over {}: those of nccl", part.name, transport));
    return perf::transport_law(perf::known_transports(), transport);
  }
  if (std::ranges::find(kWords, transport) == kWords.end())
    add_note(assumed, fmt::format("transport \"{}\" not understood: taken as RDMA of a kind that is not measured", transport));
  else
    add_note(assumed, fmt::format("{} is not measured: {}", transport,
                                  transport == "tcp"    ? "half of the wire, and steps as slow as any measured"
                                  : transport == "tcpx" ? "halfway between TCPXO's class and plain sockets"
                                                        : "taken as others of its class"));
  for (const perf::KnownTransport& standard : perf::known_transports())
    if (std::ranges::find(known, standard.name, &perf::KnownTransport::name) == known.end()) known.push_back(standard);
  return perf::transport_law(known, transport);
}

CollectiveCase collective_case(const CollectiveRow& row, const catalog::CollectivePart& part, const GpuLookup& lookup) {
  CollectiveCase result;
  const auto known = gpu_of_name(lookup, row.gpu);
  GpuFigures gpu = known.value_or(kUsualGpu);
  result.generation = gpu.generation;
  if (!known)
    add_note(result.assumed, row.gpu.empty() ? "no GPU is named: links of an H100"
                                             : fmt::format("the catalog does not know the GPU {}: links of an H100", row.gpu));
  int stated = row.ranks_per_domain;
  if (row.most_joined > 0) {
    const bool rack = gpu.domain > kLargestServer && (stated == 0 || stated > kLargestServer);
    gpu.domain = std::min(gpu.domain, row.most_joined);
    if (rack) stated = gpu.domain;
  }
  const ServerLinks server = server_links(gpu, row.ranks, stated, row.joined);
  add_note(result.assumed, server.assumed);
  result.scale_up = server.scale_up;
  result.group = {.ranks = row.ranks, .ranks_per_domain = std::min(row.ranks, server.gpus)};
  result.links.inside = scale_up_of(part, result.generation, server.link, collective_of(row.operation), result.assumed);
  result.links.inside.layout = server.layout;
  result.links.inside.over_host = !server.scale_up;
  add_note(result.assumed, share_of_links(row, result.group, server.layout));
  const bool alone = row.ranks <= server.gpus;
  set_loop(row, alone, result);
  if (!server.scale_up || !row.algorithms.in_switch) result.links.inside.in_switch = {};
  result.links.allowed = row.algorithms.allowed;
  add_note(result.assumed, row.algorithms.unused);
  if (alone) return result;

  result.group.nic = nic_of(row, gpu, result.assumed);
  if (row.transport_assumed)
    add_note(result.assumed, fmt::format("transport taken as {}, that of the machine type", row.transport));
  if (row.transport.empty()) add_note(result.assumed, "transport taken as RDMA (InfiniBand or RoCE)");
  result.transport = row.transport.empty() ? "roce" : perf::measured_as(row.transport, result.group.nic);
  result.links.across = transport_of(part, result.transport, result.assumed);
  result.links.across.in_network = row.algorithms.in_network;
  return result;
}

Time case_time(perf::Collective operation, Bytes message, const CollectiveCase& at) {
  const Time time = collective_time(operation, message, at.group, at.links) + at.loop;
  if (!(at.server_loop > Time{})) return time;
  const int local = at.group.ranks_per_domain;
  return std::max(time,
                  collective_time(operation, message, {.ranks = local, .ranks_per_domain = local}, at.links) + at.server_loop);
}

std::string invalid(const CollectiveRow& row) {
  if (!row.unreadable.empty()) return row.unreadable;
  if (row.ranks < 1) return "num_gpus is missing or not positive";
  if (row.message && !(*row.message > Bytes{})) return "bytes is not positive";
  if (row.message && *row.message < kByte) return "bytes is less than one byte";
  return {};
}

}  // namespace eigenbau::fit
