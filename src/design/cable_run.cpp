#include "design/cable_run.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "design/place_racks.h"

namespace eigenbau::design {
namespace {

/// Meters. Copper and fiber of 400G links are listed in these by their makers.
constexpr double kSold[] = {1,  2,  3,  5,  7,   10,  15,  20,  25,  30,  35,  40,  50,
                            60, 70, 80, 90, 100, 125, 150, 175, 200, 250, 300, 400, 500};
constexpr int kListed = static_cast<int>(std::size(kSold));
constexpr double kStepBeyond = 100;

/// Way along a row of racks from a to b by way of the nearest crossing tray.
double over_crossing(const HallPlan& plan, double a, double b) {
  const double block = kRackWidth.in(kMeter)*plan.racks_per_row;
  const double aisle = (kRowPitch - kRackDepth).in(kMeter);
  const int columns = plan.columns();
  double least = INFINITY;
  for (int side = 0; side < columns; ++side) {
    const double start = aisle * (side + 1) + block * side;
    for (double crossing : {start, start + block / 2, start + block})
      least = std::min(least, std::abs(a - crossing) + std::abs(b - crossing));
  }
  return least;
}

}  // namespace

Length cable_run(const HallPlan& plan, const RackPosition& a, const RackPosition& b) {
  const double ax = a.x.in(kMeter), ay = a.y.in(kMeter), bx = b.x.in(kMeter), by = b.y.in(kMeter);
  double tray = 0;
  if (a.hall != b.hall) {
    const double depth = plan.depth.in(kMeter);
    double across = INFINITY;
    for (double joint : {0.0, depth / 2, depth}) across = std::min(across, std::abs(ay - joint) + std::abs(by - joint));
    tray = across + std::abs((a.hall - b.hall) * plan.width.in(kMeter) + ax - bx);
  } else if (ay != by) {
    tray = over_crossing(plan, ax, bx) + std::abs(ay - by);
  } else if (ax != bx) {
    tray = std::abs(ax - bx);
  } else {
    return kWithinRack;
  }
  return 2 * kTrayDrop + (1 + kTraySlack) * tray * kMeter;
}

int orderable(Length run) {
  const double meters = run.in(kMeter)-1e-9;
  if (meters <= kSold[kListed - 1]) return static_cast<int>(std::lower_bound(std::begin(kSold), std::end(kSold), meters) - kSold);
  return kListed - 1 + static_cast<int>(std::ceil((meters - kSold[kListed - 1]) / kStepBeyond));
}

Length orderable_length(int number) {
  if (number < kListed) return kSold[number] * kMeter;
  return (kSold[kListed - 1] + kStepBeyond * (number - kListed + 1)) * kMeter;
}

}  // namespace eigenbau::design
