// What does it cost to build, by class, and which prices are not known?
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "units/quantity.h"

namespace eigenbau::economics {

/// Things that wear out alike: the first three live as long as the IT, the shell and the plant have lives of their own.
enum class Asset : unsigned char { servers, network, storage, shell, plant, other };
inline constexpr std::size_t kAssets = 6;
std::string_view name_of(Asset asset);

/// One line of the bill of materials with its price.
struct Purchase {
  std::string what;
  Asset asset = Asset::other;
  double quantity = 0;
  std::optional<Money> unit_price;  ///< absent: unknown
};

struct Capital {
  std::array<Money, kAssets> by_asset{};  ///< what is known
  Money at_least{};                       ///< sum of the lines with a price: the whole, if `unknown` is empty
  std::vector<std::string> unknown;       ///< what has no price, each once
  Money of(Asset asset) const { return by_asset[static_cast<std::size_t>(asset)]; }
  bool complete() const { return unknown.empty(); }
};

Capital capital(const std::vector<Purchase>& purchases);

/// How long each class lasts and what money costs.
struct Lives {
  Share rate;  ///< discount rate a year
  Time it{}, shell{}, plant{};
  Share residual;  ///< of the IT at the end of its life
  Time of(Asset asset) const;
  Share residual_of(Asset asset) const;  ///< building and plant are written off whole
};

/// Yearly cost of the capital: each class as an annuity over its own life.
Money capital_per_year(const Capital& capital, const Lives& lives);

/// What it is still worth after `age`: each class falls in a straight line from its price to its residual over its life.
/// A convention, not a market: used accelerators have sold above and below it.
Money value_left(const Capital& capital, const Lives& lives, Time age);

}  // namespace eigenbau::economics
