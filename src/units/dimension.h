// What kind of thing does a number measure? The exponents of the base dimensions, usable as a template argument.
#pragma once

namespace eigenbau {

/// Exponents of the eight base dimensions: m, kg, s, K, byte, FLOP, token, USD.
/// Watts are kg·m²/s³ as in SI; data, work, tokens and money stand on their own, so that a byte never adds to a FLOP.
struct Dimension {
  signed char length = 0;
  signed char mass = 0;
  signed char time = 0;
  signed char temperature = 0;
  signed char data = 0;
  signed char flop = 0;
  signed char token = 0;
  signed char money = 0;

  friend constexpr bool operator==(const Dimension&, const Dimension&) = default;

  friend constexpr Dimension operator+(Dimension a, Dimension b) { return combine(a, b, 1); }
  friend constexpr Dimension operator-(Dimension a, Dimension b) { return combine(a, b, -1); }
  friend constexpr Dimension operator*(Dimension a, int power) { return combine(Dimension{}, a, power); }

 private:
  static constexpr Dimension combine(Dimension a, Dimension b, int sign) {
    auto sum = [sign](signed char x, signed char y) { return static_cast<signed char>(x + sign * y); };
    return {sum(a.length, b.length), sum(a.mass, b.mass), sum(a.time, b.time),   sum(a.temperature, b.temperature),
            sum(a.data, b.data),     sum(a.flop, b.flop), sum(a.token, b.token), sum(a.money, b.money)};
  }
};

inline constexpr Dimension kDimensionless{};
inline constexpr Dimension kLength{.length = 1};
inline constexpr Dimension kMass{.mass = 1};
inline constexpr Dimension kTime{.time = 1};
inline constexpr Dimension kTemperature{.temperature = 1};
inline constexpr Dimension kData{.data = 1};
inline constexpr Dimension kFlop{.flop = 1};
inline constexpr Dimension kToken{.token = 1};
inline constexpr Dimension kMoney{.money = 1};
inline constexpr Dimension kEnergy{.length = 2, .mass = 1, .time = -2};
inline constexpr Dimension kPower = kEnergy - kTime;

}  // namespace eigenbau
