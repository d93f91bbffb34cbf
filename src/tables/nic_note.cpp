// Which network does a note on a run describe?
#include "tables/nic_note.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tables/machine_type.h"
#include "tables/negation.h"
#include "tables/nic_rates.h"
#include "tables/run_text.h"
#include "tables/server_links.h"

namespace eigenbau::tables {
namespace {

constexpr double kFastestNic = 800;  // Gb/s of a ConnectX-8
constexpr double kOfOneGpu = 200;    // Gb/s: slower NICs are shared by the GPUs of a node
constexpr double kOfCloud = 400;     // Gb/s that the slowest of the clouds' nodes with eight GPUs has in all
constexpr double kOfHost = 0.5;      // of one GPU's usual adapter: no network of a whole node trains with less

/// Of each GPU where the note says how the rate is shared.
std::optional<double> clear_rate(const NicRate& rate, double per_node) {
  constexpr int kOfList = 4;  // fewer NICs, named at a distance from their rate, serve storage or management
  if (rate.gpus > 1) return (rate.count_next && rate.count <= rate.gpus ? rate.count : 1) * rate.gigabits / rate.gpus;
  if (rate.share == NicShare::of_gpu) {
    const double all = rate.count_next ? rate.count * rate.gigabits : rate.gigabits;
    return all <= kFastestNic ? all : rate.gigabits;  // "8x400G per GPU" counts those of a node
  }
  if (rate.count > 0 && (rate.count_next || rate.count >= kOfList)) return rate.count * rate.gigabits / per_node;
  if (rate.share == NicShare::of_node) return (rate.count_near ? rate.count : 1) * rate.gigabits / per_node;
  return std::nullopt;
}

bool is_of_cloud(perf::NicTransport transport) {
  using enum perf::NicTransport;
  return transport == efa || transport == tcpxo || transport == tcpx || transport == tcp;
}

bool names_infiniband(std::string_view note) { return use_of(note, "infiniband") == Use::on || use_of(note, "ib") == Use::on; }

/// Whether GPUs of this generation are sold with the fastest adapters there are, in whichever server.
bool takes_fastest(const catalog::Gpu& gpu) { return gpu.generation == "blackwell"; }

/// Gb/s that an adapter of this GPU's generation has at most.
double fastest_adapter(const catalog::Gpu& gpu) {
  if (takes_fastest(gpu)) return kFastestNic;
  const Bandwidth usual = perf::usual_nic(gpu);
  return std::min(usual, perf::network_limit(gpu).value_or(usual)).in(kGigabitPerSecond);
}

/// Of each GPU, where the note does not say how the rate is shared.
double likely_rate(const NicRate& stated, perf::NicTransport transport, double per_node, const catalog::Gpu& gpu) {
  const double rate = stated.gigabits;
  if (stated.named || stated.of_adapter) return rate;  // each GPU has an adapter
  const auto limit = perf::network_limit(gpu);
  const double host = limit ? limit->in(kGigabitPerSecond) : kFastestNic;
  const double most = takes_fastest(gpu) ? kFastestNic : std::min(kFastestNic, host);
  const bool of_node = rate > most || rate < kOfOneGpu || (is_of_cloud(transport) && rate >= kOfCloud);
  return of_node ? rate / per_node : rate;
}

/// Whether a note says that Ethernet is all there is.
bool denies_infiniband(std::string_view note) {
  return use_of(note, "infiniband") == Use::off || use_of(note, "ib") == Use::off || use_of(note, "rdma") == Use::off;
}

/// Whether the adapters of a rate are ports of the host, for storage or management.
bool is_of_host(const NicRate& rate, const catalog::Gpu& gpu) {
  const double of_node = std::max(rate.count, 1) * rate.gigabits;
  if (rate.of_host) return true;
  return rate.of_ethernet && rate.share == NicShare::unsaid && rate.gigabits < kOfOneGpu &&
         of_node <= kOfHost * perf::usual_nic(gpu).in(kGigabitPerSecond);
}

bool names_ethernet(std::string_view note) { return has_one_of(note, {"roce", "ethernet", "rdma", "gbe", "slingshot"}); }

perf::NicTransport transport_in(std::string_view note) {
  const MachineType* type = machine_type(note);
  const std::string_view machine = type ? type->transport : std::string_view();
  if (stands_alone(note, "efa") || contains(note, "efav") || machine == "efa") return perf::NicTransport::efa;
  if (contains(note, "tcpxo") || machine == "tcpxo") return perf::NicTransport::tcpxo;
  if (contains(note, "tcpx") || machine == "tcpx") return perf::NicTransport::tcpx;
  if (machine == "tcp") return perf::NicTransport::tcp;
  // A second network of Ethernet serves storage.
  if (names_infiniband(note)) return perf::NicTransport::infiniband;
  if (use_of(note, "tcp") == Use::on || use_of(note, "rdma") == Use::off) return perf::NicTransport::tcp;
  if (names_ethernet(note)) return perf::NicTransport::roce;
  return machine == "roce" || denies_infiniband(note) ? perf::NicTransport::roce : perf::NicTransport::infiniband;
}

/// Whether GPUs of a server have no links of their own: "no NVLink", "PCIe only".
bool denies_links(std::string_view note) {
  if (has_one_of(note, {"pcie only", "pcie-only", "only pcie"})) return true;
  for (const std::string_view link : {"nvlink", "xgmi", "infinity fabric"})
    if (use_of(note, link) == Use::off) return true;
  return false;
}

/// "4 GPUs per node", "8 GPUs/node".
std::optional<int> node_gpus_in(std::string_view note) {
  for (const std::string_view words : {"gpus per node", "gpus/node", "gpu per node", "gpus per server"}) {
    std::size_t at = note.find(words);
    if (at == std::string_view::npos) continue;
    while (at > 0 && note[at - 1] == ' ') --at;
    std::size_t begin = at;
    while (begin > 0 && is_digit(note[begin - 1])) --begin;
    std::size_t length = 0;
    const double count = leading_number(note.substr(begin, at - begin), length);
    if (count >= 1 && count <= kLargestServer) return static_cast<int>(count);
  }
  return std::nullopt;
}

}  // namespace

NicNote read_nic_note(std::string_view written, const catalog::Gpu& gpu, int node_gpus) {
  const std::string note = lower(written);
  NicNote out;
  out.transport = transport_in(note);
  const MachineType* type = machine_type(note);
  out.node_gpus = node_gpus_in(note);
  if (!out.node_gpus && type && type->unusual_server() > 0) out.node_gpus = type->unusual_server();
  out.no_links = denies_links(note);
  const bool known = node_gpus > 0 && node_gpus <= kLargestServer;
  const double per_node = known ? node_gpus : out.node_gpus.value_or(usual_server(gpu.scale_up_domain));
  std::vector<NicRate> rates = nic_rates_in(written);
  const bool joins = is_of_cloud(out.transport) || denies_infiniband(note);
  const bool of_host = !joins && std::erase_if(rates, [&](const NicRate& rate) { return is_of_host(rate, gpu); }) > 0;
  double best = 0;
  for (NicRate& rate : rates) {
    if (rate.named) rate.gigabits = std::min(rate.gigabits, fastest_adapter(gpu));
    best = std::max(best, clear_rate(rate, per_node).value_or(0));
  }
  const bool two_networks = contains(note, "gbe") && names_infiniband(note);
  if (best <= 0 && type) best = type->per_gpu().in(kGigabitPerSecond);
  if (best <= 0 && rates.size() == 1 && rates[0].count == 0 && !two_networks) {
    best = likely_rate(rates[0], out.transport, per_node, gpu);
    out.guessed = true;
  }
  out.stated = best > 0;
  out.of_host = of_host && !out.stated && !names_infiniband(note);
  out.per_gpu = out.stated ? best * kGigabitPerSecond : perf::usual_nic(gpu);
  out.denied = denies_infiniband(note) && !names_ethernet(note) && out.transport == perf::NicTransport::roce;
  const auto limit = perf::network_limit(gpu);
  out.by_host = limit && out.per_gpu > *limit;
  if (out.by_host) out.per_gpu = *limit;
  return out;
}

}  // namespace eigenbau::tables
