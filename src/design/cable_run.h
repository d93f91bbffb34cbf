// How long is the cable between two racks, and which length is ordered for it?
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <vector>

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

/// Cable whose way along trays is so long.
inline Length over_tray(Length tray) { return 2 * kTrayDrop + (1 + kTraySlack) * tray; }

namespace sold {

/// Meters. Copper and fiber of 400G links are listed in these by their makers.
inline constexpr int kMeters[] = {1,  2,  3,  5,  7,   10,  15,  20,  25,  30,  35,  40,  50,
                                  60, 70, 80, 90, 100, 125, 150, 175, 200, 250, 300, 400, 500};
inline constexpr int kListed = static_cast<int>(std::size(kMeters));
inline constexpr int kLongest = kMeters[kListed - 1];
inline constexpr int kStepBeyond = 100;

/// Number of the shortest that is so many whole meters long or longer.
inline constexpr auto kNumberOfMeters = [] {
  std::array<std::uint8_t, kLongest + 1> numbers{};
  int number = 0;
  for (int meters = 0; meters <= kLongest; ++meters) {
    if (meters > kMeters[number]) ++number;
    numbers[static_cast<std::size_t>(meters)] = static_cast<std::uint8_t>(number);
  }
  return numbers;
}();

}  // namespace sold

/// Lengths that cables are sold in, numbered from the shortest; beyond the longest of the list in steps of 100 m.
inline int orderable(Length run) {
  const double least = std::max(0.0, run.in(kMeter)-1e-9);
  const int whole = static_cast<int>(least), meters = whole < least ? whole + 1 : whole;
  if (meters <= sold::kLongest) return sold::kNumberOfMeters[static_cast<std::size_t>(meters)];
  return sold::kListed - 1 + (meters - sold::kLongest + sold::kStepBeyond - 1) / sold::kStepBeyond;
}
Length orderable_length(int number);

/// The orderable numbers of the cables between the racks of one floor. Within a hall a number follows from the places of both in
/// their lines and from how many lines lie between, so that each such pair is worked out once.
class CableNumbers {
 public:
  CableNumbers(const HallPlan& plan, const std::vector<RackPosition>& racks);

  int between(int rack_a, int rack_b) {
    const Place &a = place(rack_a), &b = place(rack_b);
    if (a.hall != b.hall) return other_hall(a, b);
    int& number = in_hall_[static_cast<std::size_t>((a.slot * slots_ + b.slot) * lines_ + std::abs(a.line - b.line))];
    if (number == kUnknown)
      number = orderable(cable_run(plan_, racks_[static_cast<std::size_t>(rack_a)], racks_[static_cast<std::size_t>(rack_b)]));
    return number;
  }

  bool in_one_hall(int rack_a, int rack_b) const { return place(rack_a).hall == place(rack_b).hall; }
  /// Whether b stands on the same line of racks as a, at a or beyond it.
  bool follows_in_line(int rack_a, int rack_b) const {
    const Place &a = place(rack_a), &b = place(rack_b);
    return a.hall == b.hall && a.line == b.line && a.x <= b.x;
  }

 private:
  struct Place {
    int hall, line, slot;
    double x;  ///< from the corner of the first hall
  };
  static constexpr int kUnknown = -1;

  const Place& place(int rack) const { return places_[static_cast<std::size_t>(rack)]; }

  int other_hall(const Place& a, const Place& b) const {
    const double tray = across_[static_cast<std::size_t>(a.line * lines_ + b.line)] + std::abs(a.x - b.x);
    return orderable(over_tray(tray * kMeter));
  }

  const HallPlan& plan_;
  const std::vector<RackPosition>& racks_;
  int slots_, lines_;  ///< of a hall
  std::vector<Place> places_;
  std::vector<int> in_hall_;
  std::vector<double> across_;  ///< way from line to line by a joint between halls, meters
};

}  // namespace eigenbau::design
