// In which rack, and how high in it, does every device stand?
#include "design/floor.h"

#include <algorithm>

namespace eigenbau::design {

Floor::Floor(const Racks& racks, std::span<const Fabric* const> networks)
    : positions_(rack_positions(racks)), plan_(racks.plan), managed_(positions_.size()) {
  std::vector<std::size_t> filled_of(racks.kinds.size());
  int servers = 0;
  for (std::size_t kind = 0; kind < racks.kinds.size(); ++kind) {
    const RackKind& rack = racks.kinds[kind];
    if (rack.use == RackUse::network) continue;
    const bool holds_servers = rack.use == RackUse::servers;
    filled_of[kind] = filled_.size();
    filled_.push_back({holds_servers ? rack.group : -1, holds_servers ? servers : 0, rack.units, std::max(1, rack.per_rack), {}});
    filled_.back().racks.reserve(static_cast<std::size_t>(rack.count));
    if (holds_servers) servers += rack.units;
  }
  for (std::size_t n = 0; n < networks.size(); ++n) {
    if (!networks[n]) continue;
    const SwitchCount& count = networks[n]->wiring.switches;
    switches_[n][static_cast<std::size_t>(network::Node::leaf)].resize(static_cast<std::size_t>(count.leaf));
    switches_[n][static_cast<std::size_t>(network::Node::spine)].resize(static_cast<std::size_t>(count.spine));
    switches_[n][static_cast<std::size_t>(network::Node::core)].resize(static_cast<std::size_t>(count.core));
  }
  std::size_t next = 0;
  for (std::size_t at = 0; at < positions_.size(); ++at) {
    const std::size_t kind = static_cast<std::size_t>(positions_[at].kind);
    managed_[at] = racks.managed_beside(racks.kinds[kind]);
    if (racks.kinds[kind].use != RackUse::network) {
      Filled& filled = filled_[filled_of[kind]];
      const int before = static_cast<int>(filled.racks.size()) * filled.per_rack;
      managed_[at] += std::min(filled.per_rack, filled.units - before);
      filled.racks.push_back(static_cast<int>(at));
      continue;
    }
    for (const SwitchRun& run : racks.switches[next].runs) {
      auto& of_tier = switches_[static_cast<std::size_t>(run.network)][static_cast<std::size_t>(run.tier)];
      std::fill_n(of_tier.begin() + run.first, run.count, static_cast<int>(at));
      if (run.network != kManagement) managed_[at] += run.count;
    }
    ++next;
  }
}

const Floor::Filled& Floor::filled(int group) const { return *std::ranges::find(filled_, group, &Filled::group); }

int Floor::rack_of_group(int group, int device) const {
  const Filled& of = filled(group);
  return of.racks[static_cast<std::size_t>((device - of.first_device) / of.per_rack)];
}

int Floor::last_in_rack(int group, int device) const {
  const Filled& of = filled(group);
  const int local = device - of.first_device;
  return of.first_device + std::min(of.units, (local / of.per_rack + 1) * of.per_rack) - 1;
}

int Floor::rack_of(const Device& device) const {
  switch (device.kind) {
    case DeviceKind::server:
      for (const Filled& of : filled_)
        if (of.group >= 0 && device.number < of.first_device + of.units) return rack_of_group(of.group, device.number);
      return 0;
    case DeviceKind::storage:
      return rack_of_group(-1, device.number);
    case DeviceKind::leaf:
      return rack_of_switch(device.network, network::Node::leaf, device.number);
    case DeviceKind::spine:
      return rack_of_switch(device.network, network::Node::spine, device.number);
    case DeviceKind::core:
      return rack_of_switch(device.network, network::Node::core, device.number);
    case DeviceKind::rack_pdu:
      return device.number / kPdusPerRack;
    case DeviceKind::rack_cdu:
      return device.number;
  }
  return 0;
}

}  // namespace eigenbau::design
