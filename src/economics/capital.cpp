// What does it cost to build, by class, and which prices are not known?
#include "economics/capital.h"

#include <algorithm>

#include "economics/time_value.h"

namespace eigenbau::economics {

std::string_view name_of(Asset asset) {
  constexpr std::array<std::string_view, kAssets> names{"servers", "network", "storage", "building", "plant", "other"};
  return names[static_cast<std::size_t>(asset)];
}

Capital capital(const std::vector<Purchase>& purchases) {
  Capital result;
  for (const Purchase& purchase : purchases) {
    if (purchase.quantity <= 0) continue;
    if (!purchase.unit_price) {
      if (std::ranges::find(result.unknown, purchase.what) == result.unknown.end()) result.unknown.push_back(purchase.what);
      continue;
    }
    const Money cost = purchase.quantity * *purchase.unit_price;
    result.by_asset[static_cast<std::size_t>(purchase.asset)] += cost;
    result.at_least += cost;
  }
  return result;
}

Time Lives::of(Asset asset) const {
  if (asset == Asset::shell) return shell;
  return asset == Asset::plant ? plant : it;
}

Share Lives::residual_of(Asset asset) const { return asset == Asset::shell || asset == Asset::plant ? Share{} : residual; }

Money capital_per_year(const Capital& capital, const Lives& lives) {
  Money sum{};
  for (std::size_t i = 0; i < kAssets; ++i) {
    const Asset asset = static_cast<Asset>(i);
    sum += annuity(capital.of(asset), lives.rate, lives.of(asset), lives.residual_of(asset));
  }
  return sum;
}

Money value_left(const Capital& capital, const Lives& lives, Time age) {
  Money sum{};
  for (std::size_t i = 0; i < kAssets; ++i) {
    const Asset asset = static_cast<Asset>(i);
    const double residual = lives.residual_of(asset).fraction;
    const double used = lives.of(asset) > Time{} ? std::clamp(age / lives.of(asset), 0.0, 1.0) : 1.0;
    sum += capital.of(asset) * (1 - (1 - residual) * used);
  }
  return sum;
}

}  // namespace eigenbau::economics
