// In which rack, and how high in it, does every device stand?
#pragma once

#include <array>
#include <span>
#include <vector>

#include "design/fabric_count.h"
#include "design/racks.h"

namespace eigenbau::design {

/// A device that has a network port.
enum class DeviceKind : std::uint8_t { server, storage, leaf, spine, core, rack_pdu, rack_cdu };

struct Device {
  DeviceKind kind = DeviceKind::server;
  int network = 0;  ///< of a switch
  int number = 0;   ///< servers through all groups; rack PDUs two to a rack of the floor, rack CDUs one
  friend bool operator==(const Device&, const Device&) = default;
};

/// Of a switch: its tier.
constexpr network::Node node_of(DeviceKind kind) {
  return kind == DeviceKind::leaf ? network::Node::leaf : kind == DeviceKind::spine ? network::Node::spine : network::Node::core;
}

/// Rack PDUs of every rack.
inline constexpr int kPdusPerRack = 2;

/// The racks in the order of the floor, and what stands in them.
class Floor {
 public:
  Floor(const Racks& racks, std::span<const Fabric* const> networks);

  const std::vector<RackPosition>& racks() const { return positions_; }
  const HallPlan& plan() const { return plan_; }
  /// Position in `racks()`.
  int rack_of(const Device& device) const;
  int rack_of_switch(int network, network::Node tier, int number) const {
    return switches_[static_cast<std::size_t>(network)][static_cast<std::size_t>(tier)][static_cast<std::size_t>(number)];
  }
  /// Rack of the `number`-th device of server group `group`; -1: of storage.
  int rack_of_group(int group, int device) const;
  /// Last device of the rack that this one stands in.
  int last_in_rack(int group, int device) const;
  /// Devices in a rack that are managed over the network, switches of the management network itself aside.
  int managed(int rack) const { return managed_[static_cast<std::size_t>(rack)]; }

 private:
  struct Filled {
    int group = -1, first_device = 0, units = 0, per_rack = 1;
    std::vector<int> racks;  ///< on the floor
  };
  const Filled& filled(int group) const;

  std::vector<RackPosition> positions_;
  HallPlan plan_;
  std::vector<Filled> filled_;
  std::array<std::array<std::vector<int>, 4>, kNetworks> switches_;
  std::vector<int> managed_;
};

}  // namespace eigenbau::design
