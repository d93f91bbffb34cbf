// How long is the cable between two racks, and which length is ordered for it?
#pragma once

#include "design/racks.h"
#include "units/quantity.h"

namespace eigenbau::design {

/// From the tray above the racks down to a device, its service loop included; any height in the rack can be reached.
inline constexpr Length kTrayDrop = 2.5 * kMeter;
/// Between two devices of one rack, along its side.
inline constexpr Length kWithinRack = 2 * kMeter;
/// On what lies in trays: bends, and trays that are not quite straight. A usual allowance; no file states it.
inline constexpr double kTraySlack = 0.05;

/// Length of cable between two racks, along trays. One runs above every row; crossing trays run over both ends and the
/// middle of each block of racks; halls stand side by side and are joined by trays at the front, in the middle, at the back.
///   same rack    L = c
///   same line    L = 2 d + (1 + s) |xa - xb|
///   same hall    L = 2 d + (1 + s) (min_k (|xa - xk| + |xk - xb|) + |ya - yb|)
///   other hall   L = 2 d + (1 + s) (min_k (|ya - yk| + |yk - yb|) + |Ha W + xa - Hb W - xb|)
/// c within a rack, d drop from the tray [m], s slack, x along and y across the rows [m], xk crossing and yk joining trays,
/// W width of a hall [m], H number of the hall.
/// Holds for one floor without columns or fire walls in the way of a tray; a builder's own tray plan goes before it.
Length cable_run(const HallPlan& plan, const RackPosition& a, const RackPosition& b);

/// Lengths that cables are sold in, numbered from the shortest; beyond the longest of the list in steps of 100 m.
int orderable(Length run);
Length orderable_length(int number);

}  // namespace eigenbau::design
