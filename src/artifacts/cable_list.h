// What does the crew that pulls the cables need: one line a cable, in the order of the racks, and what to bring?
#pragma once

#include <vector>

#include "artifacts/csv_text.h"
#include "artifacts/inventory.h"
#include "artifacts/names.h"

namespace eigenbau::artifacts {

/// - cables.csv: every cable, rack by rack of its lower end, with both ends, length, parts, and the label of each end
/// - trunks.csv: how many cables of one kind and length run between two racks, to be pulled together
/// - lengths.csv: cables to order, by network, tier, kind and length
/// - optics.csv: modules to bring to each rack
/// A cable has the same label here and in NetBox's file.
std::vector<TextFile> cable_list(const design::Design& design, const design::Floor& floor, const Names& names,
                                 const Inventory& inventory);

}  // namespace eigenbau::artifacts
