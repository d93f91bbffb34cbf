// Which devices are there, of which type, in which rack and how high in it?
#pragma once

#include <string>
#include <vector>

#include "design/cables.h"

namespace eigenbau::artifacts {

/// What devices of one kind have in common, under the names that an inventory uses.
struct DeviceType {
  std::string manufacturer, model;
  double height_u = 0;  ///< 0: takes no place of its own
  std::string role;     ///< "GPU server", "leaf switch" ...
};

struct Placed {
  design::Device device;
  int type = 0;  ///< of Inventory::types
  int rack = 0;
  double position_u = 0;  ///< lowest unit, from 1; 0: none, or the rack is fuller than it is high
};

struct Inventory {
  std::vector<DeviceType> types;
  std::vector<Placed> devices;  ///< rack by rack, from the bottom up
  double rack_height_u = 0;
};

/// `rack_height_u`: of every rack, as [hall] states it or as the design takes it.
Inventory inventory_of(const design::Design& design, const design::Floor& floor, double rack_height_u);

}  // namespace eigenbau::artifacts
