// How many cables of which length does a network take, without listing one of them?
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "design/fabric_count.h"
#include "design/floor.h"

namespace eigenbau::design {

/// Zones of one tier whose longest cable is the same: they get the same parts.
struct ZoneClass {
  int longest = 0;           ///< orderable number
  std::vector<long> cables;  ///< by orderable number
  long switch_cages = 0;     ///< that these links occupy, at both ends
  long server_cages = 0;

  long links() const;
};

struct CableCount {
  std::array<std::vector<ZoneClass>, kZonedTiers> classes;
  std::array<std::vector<std::uint16_t>, kZonedTiers> class_of_zone;
};

/// Exact counts from the wiring rule and the places of the racks. All links between two racks have one length, and their
/// number is a product: servers in the rack times leaves in the other, leaves times spines times parallel links. The work
/// is in proportion to pairs of racks and to spines, not to links.
CableCount count_cables(const Fabric& fabric, int network, const Floor& floor);

/// Of the management network: managed devices take the ports of its leaves in the order of the floor; above them it is a fat
/// tree like the others.
CableCount count_management(const Fabric& fabric, const Floor& floor);

/// Zone that a link belongs to.
int zone_of(const network::Clos& clos, int tree, const network::Link& link);

/// Cages that links to the tier below occupy: `links` ports in a row from the first, of `ports` that are kept for them. The
/// cage that they would share with links upward is counted there; `upward` tells whether there are any.
long cages_down(long links, int ports, bool upward, int links_per_cage);
/// Cages that `links` ports in a row occupy, from port number `first` on.
long cages_up(int first, long links, int links_per_cage);

}  // namespace eigenbau::design
