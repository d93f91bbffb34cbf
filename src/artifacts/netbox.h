// Which files does NetBox import to know the whole machine, down to its cables?
#pragma once

#include <vector>

#include "artifacts/csv_text.h"
#include "artifacts/inventory.h"
#include "artifacts/names.h"

namespace eigenbau::artifacts {

/// CSV in the columns of NetBox's bulk import (4.x), numbered in the order in which they depend on one another: sites,
/// locations, racks, manufacturers, device types, device roles, devices, interfaces, cables. Interfaces are those that a
/// cable is plugged into; everything is "planned"; the site has the design's name.
std::vector<TextFile> netbox_files(const design::Design& design, const design::Floor& floor, const Names& names,
                                   const Inventory& inventory);

}  // namespace eigenbau::artifacts
