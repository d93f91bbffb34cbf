// What feeds the site on a given day?
#include "campaign/supply.h"

#include <algorithm>

#include "base/random.h"

namespace eigenbau::campaign {

namespace {

bool in_effect(const cluster::Supply& supply, Date day) {
  return supply.from && *supply.from <= day && (!supply.until || day <= *supply.until);
}

}  // namespace

std::vector<bool> likely_supplies(const std::vector<cluster::Supply>& supplies) {
  std::vector<bool> comes;
  for (const cluster::Supply& supply : supplies) comes.push_back(supply.probability.fraction > 0.5);
  return comes;
}

std::vector<bool> drawn_supplies(const std::vector<cluster::Supply>& supplies, std::uint64_t seed, std::uint64_t sample) {
  std::vector<bool> comes;
  for (const cluster::Supply& supply : supplies)
    comes.push_back(Stream(seed, "supply " + supply.name, sample).uniform() < supply.probability.fraction);
  return comes;
}

SupplyOnDay supply_on(const std::vector<cluster::Supply>& supplies, const std::vector<bool>& comes, Date day) {
  return supply_on(supplies, comes, day, {});
}

SupplyOnDay supply_on(const std::vector<cluster::Supply>& supplies, const std::vector<bool>& comes, Date day,
                      std::span<const std::string> named) {
  SupplyOnDay result;
  for (std::size_t i = 0; i < supplies.size(); ++i) {
    const cluster::Supply& supply = supplies[i];
    if (!in_effect(supply, day)) continue;
    if (!named.empty() && std::ranges::find(named, supply.name) == named.end()) continue;
    result.expected += supply.probability.fraction * supply.firm();
    if (supply.probability.fraction >= 1) result.firm += supply.firm();
    if (i >= comes.size() || !comes[i]) continue;
    result.counted += supply.firm();
    result.stretch += supply.total();
    if (supply.kind == cluster::SupplyKind::grid) result.grid += supply.firm();
  }
  return result;
}

}  // namespace eigenbau::campaign
