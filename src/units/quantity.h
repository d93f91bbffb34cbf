// How does code hold a physical value? A double in base units whose dimension the compiler checks.
#pragma once

#include <cmath>
#include <compare>

#include "units/dimension.h"

namespace eigenbau {

/// A physical value of dimension `D`, stored in base units (s, m, kg, K, byte, FLOP, token, USD; W = kg·m²/s³).
/// There is no conversion to or from double: a value is born from a literal (`8_MW`), a unit constant (`3 * kHour`) or
/// the parser, and leaves through `in(unit)`. A product or quotient whose dimensions cancel is a plain double.
template <Dimension D>
class Quantity {
 public:
  static constexpr Dimension dimension = D;

  constexpr Quantity() = default;

  /// The value whose magnitude in base units is `value`. For units and parsers; laws use literals and constants.
  static constexpr Quantity from_base(double value) { return Quantity(value); }

  /// Magnitude in base units.
  constexpr double base() const { return value_; }

  /// Magnitude counted in `unit`: `power.in(kMegawatt)`.
  constexpr double in(Quantity unit) const { return value_ / unit.value_; }

  constexpr Quantity operator-() const { return Quantity(-value_); }
  constexpr Quantity& operator+=(Quantity other) {
    value_ += other.value_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    value_ -= other.value_;
    return *this;
  }
  constexpr Quantity& operator*=(double factor) {
    value_ *= factor;
    return *this;
  }
  constexpr Quantity& operator/=(double divisor) {
    value_ /= divisor;
    return *this;
  }

  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.value_ + b.value_); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.value_ - b.value_); }
  friend constexpr Quantity operator*(Quantity a, double factor) { return Quantity(a.value_ * factor); }
  friend constexpr Quantity operator*(double factor, Quantity a) { return Quantity(a.value_ * factor); }
  friend constexpr Quantity operator/(Quantity a, double divisor) { return Quantity(a.value_ / divisor); }
  friend constexpr auto operator<=>(Quantity, Quantity) = default;
  // One comparison each; an ordering of two doubles, asked afterwards, takes several.
  friend constexpr bool operator<(Quantity a, Quantity b) { return a.value_ < b.value_; }
  friend constexpr bool operator>(Quantity a, Quantity b) { return a.value_ > b.value_; }
  friend constexpr bool operator<=(Quantity a, Quantity b) { return a.value_ <= b.value_; }
  friend constexpr bool operator>=(Quantity a, Quantity b) { return a.value_ >= b.value_; }

 private:
  explicit constexpr Quantity(double value) : value_(value) {}
  double value_ = 0;
};

template <Dimension A, Dimension B>
constexpr auto operator*(Quantity<A> a, Quantity<B> b) {
  if constexpr (A + B == kDimensionless) return a.base() * b.base();
  else return Quantity<A + B>::from_base(a.base() * b.base());
}

template <Dimension A, Dimension B>
constexpr auto operator/(Quantity<A> a, Quantity<B> b) {
  if constexpr (A == B) return a.base() / b.base();
  else return Quantity<A - B>::from_base(a.base() / b.base());
}

template <Dimension D>
constexpr auto operator/(double a, Quantity<D> b) {
  return Quantity<kDimensionless - D>::from_base(a / b.base());
}

template <Dimension D>
constexpr Quantity<D> abs(Quantity<D> q) {
  return q.base() < 0 ? -q : q;
}

template <Dimension D>
bool is_finite(Quantity<D> q) {
  return std::isfinite(q.base());
}

using Length = Quantity<kLength>;
using Area = Quantity<kLength * 2>;
using Volume = Quantity<kLength * 3>;
using Mass = Quantity<kMass>;
using Time = Quantity<kTime>;
using Frequency = Quantity<kDimensionless - kTime>;
using Temperature = Quantity<kTemperature>;
using Energy = Quantity<kEnergy>;
using Power = Quantity<kPower>;
using Bytes = Quantity<kData>;
using Bandwidth = Quantity<kData - kTime>;
using Flop = Quantity<kFlop>;
using FlopRate = Quantity<kFlop - kTime>;
using FlopPerByte = Quantity<kFlop - kData>;
using Tokens = Quantity<kToken>;
using TokenRate = Quantity<kToken - kTime>;
using FlopPerToken = Quantity<kFlop - kToken>;
using BytesPerToken = Quantity<kData - kToken>;
using EnergyPerToken = Quantity<kEnergy - kToken>;
using Money = Quantity<kMoney>;
using MoneyRate = Quantity<kMoney - kTime>;
using MoneyPerEnergy = Quantity<kMoney - kEnergy>;
using MoneyPerPower = Quantity<kMoney - kPower>;
using MoneyPerPowerTime = Quantity<kMoney - kPower - kTime>;
using MoneyPerToken = Quantity<kMoney - kToken>;
using MoneyPerData = Quantity<kMoney - kData>;
using MoneyPerLength = Quantity<kMoney - kLength>;
using MassPerEnergy = Quantity<kMass - kEnergy>;
using MassPerArea = Quantity<kMass - kLength * 2>;
using PowerPerData = Quantity<kPower - kData>;
using VolumeRate = Quantity<kLength * 3 - kTime>;
using VolumePerEnergy = Quantity<kLength * 3 - kEnergy>;

inline constexpr Time kSecond = Time::from_base(1);
inline constexpr Time kMicrosecond = 1e-6 * kSecond;
inline constexpr Time kMillisecond = 1e-3 * kSecond;
inline constexpr Time kMinute = 60 * kSecond;
inline constexpr Time kHour = 60 * kMinute;
inline constexpr Time kDay = 24 * kHour;
inline constexpr Time kYear = 8766 * kHour;  // Julian year, 365.25 days
inline constexpr Length kMeter = Length::from_base(1);
inline constexpr Mass kKilogram = Mass::from_base(1);
inline constexpr Mass kTonne = 1000 * kKilogram;
inline constexpr Temperature kKelvin = Temperature::from_base(1);
inline constexpr Power kWatt = Power::from_base(1);
inline constexpr Power kKilowatt = 1e3 * kWatt;
inline constexpr Power kMegawatt = 1e6 * kWatt;
inline constexpr Power kGigawatt = 1e9 * kWatt;
inline constexpr Energy kJoule = Energy::from_base(1);
inline constexpr Energy kKilowattHour = kKilowatt * kHour;
inline constexpr Energy kMegawattHour = kMegawatt * kHour;
inline constexpr Bytes kByte = Bytes::from_base(1);
inline constexpr Bytes kGigabyte = 1e9 * kByte;
inline constexpr Bytes kTerabyte = 1e12 * kByte;
inline constexpr Bytes kKibibyte = 1024 * kByte;
inline constexpr Bytes kMebibyte = 1024 * kKibibyte;
inline constexpr Bytes kGibibyte = 1024 * kMebibyte;
inline constexpr Bandwidth kGigabytePerSecond = kGigabyte / kSecond;
inline constexpr Bandwidth kGigabitPerSecond = kGigabytePerSecond / 8;
inline constexpr Flop kFlopUnit = Flop::from_base(1);
inline constexpr FlopRate kTeraflopPerSecond = 1e12 * kFlopUnit / kSecond;
inline constexpr Tokens kTokenUnit = Tokens::from_base(1);
inline constexpr Money kUsd = Money::from_base(1);
inline constexpr Money kKiloUsd = 1e3 * kUsd;
inline constexpr Money kMegaUsd = 1e6 * kUsd;
inline constexpr Money kGigaUsd = 1e9 * kUsd;

namespace literals {
#define EIGENBAU_LITERAL(suffix, unit)                                                                  \
  constexpr auto operator""_##suffix(long double value) { return static_cast<double>(value) * (unit); } \
  constexpr auto operator""_##suffix(unsigned long long value) { return static_cast<double>(value) * (unit); }
EIGENBAU_LITERAL(us, kMicrosecond)
EIGENBAU_LITERAL(ms, kMillisecond)
EIGENBAU_LITERAL(s, kSecond)
EIGENBAU_LITERAL(min, kMinute)
EIGENBAU_LITERAL(h, kHour)
EIGENBAU_LITERAL(d, kDay)
EIGENBAU_LITERAL(years, kYear)
EIGENBAU_LITERAL(m, kMeter)
EIGENBAU_LITERAL(kg, kKilogram)
EIGENBAU_LITERAL(K, kKelvin)
EIGENBAU_LITERAL(W, kWatt)
EIGENBAU_LITERAL(kW, kKilowatt)
EIGENBAU_LITERAL(MW, kMegawatt)
EIGENBAU_LITERAL(GW, kGigawatt)
EIGENBAU_LITERAL(J, kJoule)
EIGENBAU_LITERAL(kWh, kKilowattHour)
EIGENBAU_LITERAL(MWh, kMegawattHour)
EIGENBAU_LITERAL(B, kByte)
EIGENBAU_LITERAL(GB, kGigabyte)
EIGENBAU_LITERAL(TB, kTerabyte)
EIGENBAU_LITERAL(KiB, kKibibyte)
EIGENBAU_LITERAL(MiB, kMebibyte)
EIGENBAU_LITERAL(GiB, kGibibyte)
EIGENBAU_LITERAL(GBps, kGigabytePerSecond)
EIGENBAU_LITERAL(Gbps, kGigabitPerSecond)
EIGENBAU_LITERAL(FLOP, kFlopUnit)
EIGENBAU_LITERAL(TFLOPps, kTeraflopPerSecond)
EIGENBAU_LITERAL(tokens, kTokenUnit)
EIGENBAU_LITERAL(USD, kUsd)
EIGENBAU_LITERAL(kUSD, kKiloUsd)
EIGENBAU_LITERAL(MUSD, kMegaUsd)
EIGENBAU_LITERAL(GUSD, kGigaUsd)
#undef EIGENBAU_LITERAL
}  // namespace literals

/// A share of a whole, 0 to 1: written "3 %" in files. A type of its own so that 3 and 0.03 cannot be confused.
struct Share {
  double fraction = 0;
  friend constexpr auto operator<=>(Share, Share) = default;
};

}  // namespace eigenbau
