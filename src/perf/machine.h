// What the laws need to know of a cluster: accelerators, links, NICs, fabric tiers, watts.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "catalog/gpu.h"
#include "perf/link_layout.h"
#include "units/quantity.h"

namespace eigenbau::perf {

/// How messages leave a scale-up domain.
enum class NicTransport {
  none,
  infiniband,
  roce,
  efa,    ///< of Amazon
  tcpxo,  ///< GPUDirect-TCPXO of Google: its adapters carry the payload between GPUs
  tcpx,   ///< GPUDirect-TCPX of Google: the kernel's TCP, whose payload goes straight to the GPU
  tcp     ///< plain sockets
};

/// Distances between neighbors of a ring for which a fabric's share is known: a leaf's accelerators times 2^-6 to 2^6.
inline constexpr int kNearest = -6, kFarthest = 6;
using RingShares = std::array<double, kFarthest - kNearest + 1>;
inline constexpr RingShares kWholeNic = [] {
  RingShares all{};
  all.fill(1);
  return all;
}();

/// One tier of the fabric: up to `gpus` accelerators reach one another.
struct FabricTier {
  int gpus = 0;
  double bandwidth_share = 1;  ///< of its NIC that the worst flow gets when every NIC sends through the tier
  /// The same in rings, whose neighbors are near one another so that few of their flows leave a leaf; by distance.
  RingShares ring_share = kWholeNic;
};

/// From an accelerator to its host's memory, one way, as data sheets state it; 16 lanes of PCIe 4.0 where none does: 16 GT/s
/// each. Source: PCI-SIG, PCI Express Base Specification 4.0 (2017).
Bandwidth host_link(const catalog::Gpu& gpu);

/// How links join so many accelerators: AMD's in a full mesh.
LinkLayout link_layout(const catalog::Gpu& gpu, int domain);

/// Accelerators that reach one another without a NIC: those that links join, as sold; without any those of a server, over the
/// host.
int usual_domain(const catalog::Gpu& gpu);

struct CollectiveLibrary;

/// A cluster as a job sees it. `design` fills it from the machine that is built; `machine_of` from catalog figures alone.
struct Machine {
  catalog::Gpu gpu;
  int gpus = 0;             ///< accelerators of the job
  int scale_up_domain = 8;  ///< accelerators that share NVLink or its like, or without links a host
  Bandwidth nic_per_gpu{};  ///< wire rate, one way
  int nics_per_domain = 8;
  int rails_apart = 1;  ///< rails that are fabrics of their own; 1: switches join them
  NicTransport transport = NicTransport::infiniband;
  std::array<FabricTier, 3> tiers{};                   ///< from the leaf outward; `gpus` 0: not there
  Power power_cap{};                                   ///< per accelerator; 0: its rating
  std::shared_ptr<const CollectiveLibrary> library{};  ///< measured on accelerators like these; none: NCCL as published
  double host_speed = 1;                               ///< launching CPU against a 2023 server CPU

  Bandwidth host_link() const { return perf::host_link(gpu); }
  /// From one accelerator of a scale-up domain to the others; without links of their own, over the host.
  Bandwidth scale_up_link() const { return gpu.scale_up_bandwidth > Bandwidth{} ? gpu.scale_up_bandwidth : host_link(); }
  LinkLayout link_layout() const { return perf::link_layout(gpu, scale_up_domain); }
  Power power_limit() const { return power_cap > Power{} ? power_cap : gpu.tdp; }

  /// Share of the NIC rate that the worst flow of a group spread over `span` accelerators gets, when all send far.
  double fabric_share(int span) const {
    const FabricTier* tier = tier_of(span);
    return tier ? tier->bandwidth_share : 1;
  }

  /// The same in a ring over `span` accelerators, `distance` from one domain's members to the next.
  double ring_share(int span, double distance) const {
    const FabricTier* tier = tier_of(span);
    if (!tier || tier == tiers.data()) return tier ? tier->bandwidth_share : 1;
    const double ratio = distance / tiers[0].gpus;
    int step = kNearest;
    for (double nearer = 1.0 / (1 << -kNearest); nearer < ratio && step <= kFarthest; nearer *= 2) ++step;
    return step > kFarthest ? tier->bandwidth_share : tier->ring_share[static_cast<std::size_t>(step - kNearest)];
  }

 private:
  /// The nearest tier that joins so many; null: no tier is known.
  const FabricTier* tier_of(int span) const {
    const FabricTier* found = nullptr;
    for (const FabricTier& tier : tiers) {
      if (tier.gpus == 0) break;
      found = &tier;
      if (span <= tier.gpus) break;
    }
    return found;
  }
};

/// A machine of `gpus` such accelerators as they are usually sold: their own scale-up domain, one NIC each.
Machine machine_of(const catalog::Gpu& gpu, int gpus);

/// What a slot lets through to the network: the rate of its link to the host. Nothing where that is not known, nor where the
/// usual NIC is faster: it is on the accelerator itself (Gaudi).
std::optional<Bandwidth> network_limit(const catalog::Gpu& gpu);

/// NIC rate per accelerator in the servers it is usually sold in, as the catalog states it; 400 Gb/s where it does not, that of
/// most accelerators for training since 2022.
Bandwidth usual_nic(const catalog::Gpu& gpu);

}  // namespace eigenbau::perf
