// What feeds the site on a given day?
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/date.h"
#include "cluster/cluster.h"
#include "units/quantity.h"

namespace eigenbau::campaign {

/// Power on one day, four ways to count it.
struct SupplyOnDay {
  Power firm{};      ///< certain supplies only, reserve units standing by
  Power counted{};   ///< supplies that come, reserve units standing by: what the build-out runs on
  Power expected{};  ///< every supply times its probability, reserve units standing by
  Power stretch{};   ///< supplies that come, reserve units running too
  Power grid{};      ///< part of `counted` that is not made on site
  friend bool operator==(const SupplyOnDay&, const SupplyOnDay&) = default;
};

/// Which supplies come: those that are more likely than not.
std::vector<bool> likely_supplies(const std::vector<cluster::Supply>& supplies);

/// Which supplies come in one sample, each drawn by its probability.
std::vector<bool> drawn_supplies(const std::vector<cluster::Supply>& supplies, std::uint64_t seed, std::uint64_t sample);

/// S(t) = sum over the supplies in effect that day. A supply without a date is never counted on.
/// `comes` has one entry a supply.
SupplyOnDay supply_on(const std::vector<cluster::Supply>& supplies, const std::vector<bool>& comes, Date day);

/// The same, of the named supplies alone; no name: all of them.
SupplyOnDay supply_on(const std::vector<cluster::Supply>& supplies, const std::vector<bool>& comes, Date day,
                      std::span<const std::string> named);

}  // namespace eigenbau::campaign
