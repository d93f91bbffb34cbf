// How long is the cable between two racks, and which length is ordered for it?
#include "design/cable_run.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>

#include "design/place_racks.h"

namespace eigenbau::design {
namespace {

/// Meters. Copper and fiber of 400G links are listed in these by their makers.
constexpr int kSold[] = {1,  2,  3,  5,  7,   10,  15,  20,  25,  30,  35,  40,  50,
                         60, 70, 80, 90, 100, 125, 150, 175, 200, 250, 300, 400, 500};
constexpr int kListed = static_cast<int>(std::size(kSold));
constexpr int kLongest = kSold[kListed - 1];
constexpr int kStepBeyond = 100;

/// Number of the shortest that is so many whole meters long or longer.
constexpr auto kNumberOfMeters = [] {
  std::array<std::uint8_t, kLongest + 1> numbers{};
  int number = 0;
  for (int meters = 0; meters <= kLongest; ++meters) {
    if (meters > kSold[number]) ++number;
    numbers[static_cast<std::size_t>(meters)] = static_cast<std::uint8_t>(number);
  }
  return numbers;
}();

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
  const double meters = std::ceil(std::max(0.0, run.in(kMeter)-1e-9));
  if (meters <= kLongest) return kNumberOfMeters[static_cast<std::size_t>(meters)];
  return kListed - 1 + static_cast<int>(std::ceil((meters - kLongest) / kStepBeyond));
}

Length orderable_length(int number) {
  if (number < kListed) return kSold[number] * kMeter;
  return static_cast<double>(kLongest + kStepBeyond * (number - kListed + 1)) * kMeter;
}

}  // namespace eigenbau::design
