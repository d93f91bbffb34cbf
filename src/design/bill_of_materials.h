// What has to be bought, how much of it, for what price, and how did each quantity come about?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/figure.h"
#include "units/quantity.h"

namespace eigenbau::design {

enum class BillClass { servers, network, optics_and_cables, storage, racks, power_plant, cooling_plant, shell, spares };
inline constexpr BillClass kBillClasses[] = {BillClass::servers,       BillClass::network, BillClass::optics_and_cables,
                                             BillClass::storage,       BillClass::racks,   BillClass::power_plant,
                                             BillClass::cooling_plant, BillClass::shell,   BillClass::spares};
std::string_view name_of(BillClass kind);

struct BillLine {
  BillClass kind = BillClass::servers;
  std::string item;  ///< catalog name, or what it is
  std::string title;
  double quantity = 0;
  std::string unit;                 ///< "server", "cable", "MW", "m"
  std::optional<Money> unit_price;  ///< unknown stays unknown
  bool in_shell_price = false;      ///< its money is part of the line "building and plant"; counted there
  Provenance price_from;
  std::string derivation;  ///< "12,500 servers x 8 NICs / 64 ports"

  std::optional<Money> cost() const {
    if (in_shell_price) return Money{};
    if (!unit_price) return std::nullopt;
    return *unit_price * quantity;
  }
};

struct BillOfMaterials {
  std::vector<BillLine> lines;

  /// Of the lines whose price is known.
  Money cost(BillClass kind) const;
  Money cost() const;
  /// Lines that need money and have no price.
  int unpriced() const;
};

}  // namespace eigenbau::design
