// How is a quantity shown to a person, and under which key in JSON?
#include "units/print.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "units/parse.h"

namespace eigenbau {
namespace {

constexpr int kMemoryDigits = 3;

struct Scale {
  double factor;  ///< value of one such unit in base units
  std::string_view text;
};
struct Ladder {
  Dimension dimension;
  std::span<const Scale> scales;  ///< ascending
};

constexpr Scale kTimes[] = {{1e-9, "ns"}, {1e-6, "us"}, {1e-3, "ms"},  {1, "s"},
                            {120, "min"}, {7200, "h"},  {172800, "d"}, {2 * 8766 * 3600.0, "years"}};
constexpr Scale kLengths[] = {{1e-3, "mm"}, {1, "m"}, {1e3, "km"}};
constexpr Scale kAreas[] = {{1, "m2"}};
constexpr Scale kVolumes[] = {{1, "m3"}};
constexpr Scale kMasses[] = {{1e-3, "g"}, {1, "kg"}, {1e3, "t"}, {1e6, "kt"}, {1e9, "Mt"}};
constexpr Scale kTemperatures[] = {{1, "K"}};
constexpr Scale kEnergies[] = {{1e-3, "mJ"}, {1, "J"}, {3.6e6, "kWh"}, {3.6e9, "MWh"}, {3.6e12, "GWh"}, {3.6e15, "TWh"}};
constexpr Scale kPowers[] = {{1, "W"}, {1e4, "kW"}, {1e6, "MW"}, {1e9, "GW"}};
constexpr Scale kDataSizes[] = {{1, "B"}, {1e3, "kB"}, {1e6, "MB"}, {1e9, "GB"}, {1e12, "TB"}, {1e15, "PB"}, {1e18, "EB"}};
constexpr Scale kRates[] = {{1, "B/s"}, {1e3, "kB/s"}, {1e6, "MB/s"}, {1e9, "GB/s"}, {1e12, "TB/s"}, {1e15, "PB/s"}};
constexpr Scale kWork[] = {{1, "FLOP"}};
constexpr Scale kWorkRates[] = {{1, "FLOP/s"},     {1e9, "GFLOP/s"},  {1e12, "TFLOP/s"},
                                {1e16, "PFLOP/s"}, {1e18, "EFLOP/s"}, {1e21, "ZFLOP/s"}};
constexpr Scale kTokenCounts[] = {{1, "tokens"}, {1e6, "Mtokens"}, {1e9, "Gtokens"}, {1e12, "Ttokens"}};
constexpr Scale kTokenRates[] = {{1, "tokens/s"}, {1e6, "Mtokens/s"}};
constexpr Scale kMoneys[] = {{1, "USD"}, {1e4, "kUSD"}, {1e6, "MUSD"}, {1e9, "GUSD"}};
constexpr Scale kMoneyRates[] = {
    {1.0 / 3600, "USD/h"}, {1e6 / (8766 * 3600.0), "MUSD/year"}, {1e9 / (8766 * 3600.0), "GUSD/year"}};
constexpr Scale kMoneyPerEnergies[] = {{1 / 3.6e6, "USD/kWh"}};
constexpr Scale kMoneyPerPowers[] = {{1e-3, "USD/kW"}, {1, "MUSD/MW"}};
constexpr Scale kMoneyPerTokens[] = {{1e-6, "USD/Mtoken"}};
constexpr Scale kMassPerEnergies[] = {{1 / 3.6e6, "kg/kWh"}};
constexpr Scale kEnergyPerTokens[] = {{1, "J/token"}};
constexpr Scale kFrequencies[] = {{1e-9, "/s"}, {1, "Hz"}, {1e3, "kHz"}, {1e6, "MHz"}, {1e9, "GHz"}};
constexpr Scale kVolumeRates[] = {{1e-3 / 60, "l/min"}, {1, "m3/s"}};

const Ladder kLadders[] = {{kTime, kTimes},
                           {kLength, kLengths},
                           {kLength * 2, kAreas},
                           {kLength * 3, kVolumes},
                           {kMass, kMasses},
                           {kTemperature, kTemperatures},
                           {kEnergy, kEnergies},
                           {kPower, kPowers},
                           {kData, kDataSizes},
                           {kData - kTime, kRates},
                           {kFlop, kWork},
                           {kFlop - kTime, kWorkRates},
                           {kToken, kTokenCounts},
                           {kToken - kTime, kTokenRates},
                           {kMoney, kMoneys},
                           {kMoney - kTime, kMoneyRates},
                           {kMoney - kEnergy, kMoneyPerEnergies},
                           {kMoney - kPower, kMoneyPerPowers},
                           {kMoney - kToken, kMoneyPerTokens},
                           {kMass - kEnergy, kMassPerEnergies},
                           {kEnergy - kToken, kEnergyPerTokens},
                           {kDimensionless - kTime, kFrequencies},
                           {kLength * 3 - kTime, kVolumeRates}};

/// Times and powers step up late (90 min, not 1.5 h; 9,500 W, not 9.5 kW): the ladder holds the step, this the unit.
double unit_value(const Scale& scale) {
  const auto unit = parse_unit(scale.text == "/s" ? "Hz" : scale.text);
  return unit ? unit->value : scale.factor;
}

/// The base unit split into what is multiplied and what divides. Powers of W and J are recognized first.
void split_base(Dimension d, std::string& over, std::string& under, bool key) {
  auto add = [&](int exponent, std::string_view symbol, std::string_view key_symbol) {
    if (exponent == 0) return;
    std::string& side = exponent > 0 ? over : under;
    if (!side.empty()) side += key ? "_" : "·";
    side += key ? key_symbol : symbol;
    if (std::abs(exponent) != 1) side += std::to_string(std::abs(exponent));
  };
  if (d.mass != 0 && d.length == 2 * d.mass) {
    if (d.time == -3 * d.mass) {
      add(d.mass, "W", "w");
      d = d - kPower * d.mass;
    } else if (d.time == -2 * d.mass) {
      add(d.mass, "J", "j");
      d = d - kEnergy * d.mass;
    } else if (d.time == -4 * d.mass) {
      add(d.mass, "W", "w");
      d = d - kPower * d.mass;
    }
  }
  add(d.money, "USD", "usd");
  add(d.flop, "FLOP", "flop");
  add(d.token, "token", "tokens");
  add(d.data, "byte", "bytes");
  add(d.mass, "kg", "kg");
  add(d.length, "m", "m");
  add(d.temperature, "K", "k");
  add(d.time, "s", "s");
}

std::string_view memory_unit(Bytes size) {
  constexpr double kLeastInGib = 0.1;
  return abs(size) < kLeastInGib * kGibibyte ? "MiB" : "GiB";
}

}  // namespace

std::string print_count(long long value) {
  std::string digits = std::to_string(value);
  const std::size_t first = value < 0 ? 1 : 0;
  for (std::size_t i = digits.size(); i > first + 3;) {
    i -= 3;
    digits.insert(i, ",");
  }
  return digits;
}

std::string print_plain(double value) {
  if (!std::isfinite(value)) return "-";
  if (std::abs(value) < 1e15 && value == std::floor(value)) return print_count(static_cast<long long>(value));
  return fmt::format("{}", value);
}

std::string print_number(double value, int significant) {
  if (!std::isfinite(value)) return "-";
  if (value == 0) return "0";
  const double magnitude = std::abs(value);
  if (magnitude < 1e-4 || magnitude >= 1e15) return fmt::format("{:.{}g}", value, significant);
  const int digits_before = static_cast<int>(std::floor(std::log10(magnitude))) + 1;
  const int decimals = std::max(0, significant - digits_before);
  std::string text = fmt::format("{:.{}f}", value, decimals);
  const std::size_t point = text.find('.');
  const std::string fraction = point == std::string::npos ? "" : text.substr(point);
  return (text.starts_with("-0") && point == 2 ? "-0" : print_count(std::stoll(text.substr(0, point)))) + fraction;
}

std::string print_quantity(double base_value, Dimension dimension, int significant) {
  if (!std::isfinite(base_value)) return "-";
  if (dimension == kDimensionless) return print_number(base_value, significant);
  for (const Ladder& ladder : kLadders) {
    if (!(ladder.dimension == dimension)) continue;
    if (base_value == 0) return "0 " + std::string(ladder.dimension == kTime ? "s" : ladder.scales.front().text);
    const Scale* chosen = &ladder.scales.front();
    for (const Scale& scale : ladder.scales)
      if (std::abs(base_value) >= scale.factor * (1 - 1e-9)) chosen = &scale;
    return print_number(base_value / unit_value(*chosen), significant) + " " + std::string(chosen->text);
  }
  return print_number(base_value, significant) + " " + base_unit(dimension);
}

std::string print_in(double base_value, std::string_view unit, int significant) {
  const auto parsed = parse_unit(unit);
  const double scale = parsed ? parsed->value : 1;
  return print_number(base_value / scale, significant) + " " + std::string(unit);
}

std::string print_memory(Bytes size) { return print_in(size.base(), memory_unit(size), kMemoryDigits); }

std::string print_needed_memory(Bytes size) {
  const std::string_view text = memory_unit(size);
  const Bytes unit = text == "MiB" ? kMebibyte : kGibibyte;
  const double value = std::max(size / unit, 1e-3);
  const double step = std::pow(10.0, std::min(0.0, std::floor(std::log10(value)) + 1 - kMemoryDigits));
  return print_in((std::ceil(value / step - 1e-9) * step * unit).base(), text, kMemoryDigits);
}

std::string print(Share share, int significant) { return print_number(100 * share.fraction, significant) + " %"; }

std::string base_unit(Dimension dimension) {
  std::string over, under;
  split_base(dimension, over, under, false);
  if (over.empty()) over = "1";
  return under.empty() ? over : over + "/" + under;
}

std::string json_suffix(Dimension dimension) {
  if (dimension == kDimensionless) return "";
  std::string over, under;
  split_base(dimension, over, under, true);
  return (over.empty() ? "" : "_" + over) + (under.empty() ? "" : "_per_" + under);
}

}  // namespace eigenbau
