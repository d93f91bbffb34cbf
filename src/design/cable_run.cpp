// How long is the cable between two racks, and which length is ordered for it?
#include "design/cable_run.h"

#include <algorithm>
#include <cmath>

#include "design/place_racks.h"

namespace eigenbau::design {
namespace {

/// Way along a row of racks from a to b by way of the nearest crossing tray: none of it is in vain if one lies between.
double over_crossing(const HallPlan& plan, double a, double b) {
  const double block = kRackWidth.in(kMeter)*plan.racks_per_row, half = block / 2;
  const double aisle = (kRowPitch - kRackDepth).in(kMeter);
  const double left = std::min(a, b), right = std::max(a, b);
  const double start = plan.columns() > 1 && left >= 2 * aisle + block ? 2 * aisle + block : aisle;
  const double before = left >= start + half ? start + half : start, after = before + half;
  if (right >= after) return right - left;
  return std::min(left + right - 2 * before, 2 * after - left - right);
}

/// Way across the rows from a to b by the nearest tray that joins halls.
double over_joint(const HallPlan& plan, double a, double b) {
  const double depth = plan.depth.in(kMeter);
  double across = INFINITY;
  for (double joint : {0.0, depth / 2, depth}) across = std::min(across, std::abs(a - joint) + std::abs(b - joint));
  return across;
}

}  // namespace

Length cable_run(const HallPlan& plan, const RackPosition& a, const RackPosition& b) {
  const double ax = a.x.in(kMeter), ay = a.y.in(kMeter), bx = b.x.in(kMeter), by = b.y.in(kMeter);
  double tray = 0;
  if (a.hall != b.hall) {
    tray = over_joint(plan, ay, by) + std::abs((a.hall - b.hall) * plan.width.in(kMeter) + ax - bx);
  } else if (ay != by) {
    tray = over_crossing(plan, ax, bx) + std::abs(ay - by);
  } else if (ax != bx) {
    tray = std::abs(ax - bx);
  } else {
    return kWithinRack;
  }
  return over_tray(tray * kMeter);
}

Length orderable_length(int number) {
  if (number < sold::kListed) return sold::kMeters[number] * kMeter;
  return static_cast<double>(sold::kLongest + sold::kStepBeyond * (number - sold::kListed + 1)) * kMeter;
}

CableNumbers::CableNumbers(const HallPlan& plan, const std::vector<RackPosition>& racks)
    : plan_(plan),
      racks_(racks),
      slots_(plan.columns() * std::max(1, plan.racks_per_row)),
      lines_(plan.rows_per_hall / plan.columns() + 1),
      in_hall_(static_cast<std::size_t>(slots_) * static_cast<std::size_t>(slots_) * static_cast<std::size_t>(lines_), kUnknown),
      across_(static_cast<std::size_t>(lines_) * static_cast<std::size_t>(lines_)) {
  const int columns = plan.columns();
  places_.reserve(racks.size());
  std::vector<double> y(static_cast<std::size_t>(lines_));
  for (const RackPosition& rack : racks) {
    const int line = columns == 2 ? rack.row >> 1 : rack.row;
    const int slot = rack.column + (columns == 2 && rack.row % 2 != 0 ? plan.racks_per_row : 0);
    places_.push_back({rack.hall, line, slot, rack.hall * plan.width.in(kMeter) + rack.x.in(kMeter)});
    y[static_cast<std::size_t>(line)] = rack.y.in(kMeter);
  }
  for (std::size_t a = 0; a < y.size(); ++a)
    for (std::size_t b = 0; b < y.size(); ++b) across_[a * y.size() + b] = over_joint(plan, y[a], y[b]);
}

}  // namespace eigenbau::design
