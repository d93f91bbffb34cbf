// What is a number in an answer worth? Its unit, its range, who says so, how it was derived.
#pragma once

#include <optional>
#include <string>

#include "units/quantity.h"

namespace eigenbau {

/// Who says so, when, and how far it can be trusted.
struct Provenance {
  std::string source;      ///< document, table, or "cluster file, line 14", or "derived"
  std::string date;        ///< as the source gives it: "2024-08", "2022-09-20"; empty if not stated
  std::string confidence;  ///< high, medium, low, memory, guess; empty for what the user wrote or the product derived
  friend bool operator==(const Provenance&, const Provenance&) = default;
};

/// One number of an answer. Low and high are quantiles over samples (5 % and 95 %), never interval arithmetic.
struct Figure {
  double value = 0;  ///< base units
  Dimension dimension{};
  std::optional<double> low{};
  std::optional<double> high{};
  Provenance provenance{};
  std::string derivation{};  ///< the arithmetic in words: "6,250 servers × 6 supplies"
};

template <Dimension D>
Figure figure(Quantity<D> value, Provenance provenance, std::string derivation = "") {
  return {.value = value.base(), .dimension = D, .provenance = std::move(provenance), .derivation = std::move(derivation)};
}
inline Figure figure(double value, Provenance provenance, std::string derivation = "") {
  return {.value = value, .dimension = kDimensionless, .provenance = std::move(provenance), .derivation = std::move(derivation)};
}

}  // namespace eigenbau
