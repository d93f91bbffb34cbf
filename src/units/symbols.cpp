// Which unit symbols exist? One table, read by the parser and by the printer.
#include "units/symbols.h"

#include <array>

namespace eigenbau {
namespace {

constexpr double kHourSeconds = 3600;
constexpr double kFoot = 0.3048;
constexpr double kGallon = 3.785411784e-3;

constexpr auto kSymbols = std::to_array<UnitSymbol>({
    // time; months are a twelfth of the Julian year
    {"s", 1, kTime, Prefixes::decimal},
    {"min", 60, kTime, Prefixes::none},
    {"h", kHourSeconds, kTime, Prefixes::none},
    {"hour", kHourSeconds, kTime, Prefixes::none},
    {"hours", kHourSeconds, kTime, Prefixes::none},
    {"d", 24 * kHourSeconds, kTime, Prefixes::none},
    {"day", 24 * kHourSeconds, kTime, Prefixes::none},
    {"days", 24 * kHourSeconds, kTime, Prefixes::none},
    {"week", 168 * kHourSeconds, kTime, Prefixes::none},
    {"weeks", 168 * kHourSeconds, kTime, Prefixes::none},
    {"month", 730.5 * kHourSeconds, kTime, Prefixes::none},
    {"months", 730.5 * kHourSeconds, kTime, Prefixes::none},
    {"a", 8766 * kHourSeconds, kTime, Prefixes::none},
    {"year", 8766 * kHourSeconds, kTime, Prefixes::none},
    {"years", 8766 * kHourSeconds, kTime, Prefixes::none},
    {"Hz", 1, kDimensionless - kTime, Prefixes::decimal},
    // length, area, volume, mass; a rack unit is 1.75 inches
    {"m", 1, kLength, Prefixes::decimal},
    {"ft", kFoot, kLength, Prefixes::none},
    {"U", 0.04445, kLength, Prefixes::none},
    {"l", 1e-3, kLength * 3, Prefixes::decimal},
    {"gal", kGallon, kLength * 3, Prefixes::none},
    {"g", 1e-3, kMass, Prefixes::decimal},
    {"t", 1e3, kMass, Prefixes::decimal},
    {"lb", 0.45359237, kMass, Prefixes::none},
    {"K", 1, kTemperature, Prefixes::none},
    // energy and power
    {"J", 1, kEnergy, Prefixes::decimal},
    {"Wh", kHourSeconds, kEnergy, Prefixes::decimal},
    {"W", 1, kPower, Prefixes::decimal},
    {"VA", 1, kPower, Prefixes::decimal},
    // data
    {"B", 1, kData, Prefixes::decimal_and_binary},
    {"byte", 1, kData, Prefixes::none},
    {"bytes", 1, kData, Prefixes::none},
    {"b", 0.125, kData, Prefixes::decimal_and_binary},
    {"bit", 0.125, kData, Prefixes::decimal_and_binary},
    // work, tokens, money
    {"FLOP", 1, kFlop, Prefixes::decimal},
    {"token", 1, kToken, Prefixes::decimal},
    {"tokens", 1, kToken, Prefixes::decimal},
    {"USD", 1, kMoney, Prefixes::decimal},
    // words that count
    {"GPU", 1, kDimensionless, Prefixes::none},
    {"GPUs", 1, kDimensionless, Prefixes::none},
    {"node", 1, kDimensionless, Prefixes::none},
    {"nodes", 1, kDimensionless, Prefixes::none},
    {"server", 1, kDimensionless, Prefixes::none},
    {"servers", 1, kDimensionless, Prefixes::none},
    {"rack", 1, kDimensionless, Prefixes::none},
    {"racks", 1, kDimensionless, Prefixes::none},
    {"link", 1, kDimensionless, Prefixes::none},
    {"links", 1, kDimensionless, Prefixes::none},
    {"port", 1, kDimensionless, Prefixes::none},
    {"ports", 1, kDimensionless, Prefixes::none},
    {"seq", 1, kDimensionless, Prefixes::none},
    {"sequences", 1, kDimensionless, Prefixes::none},
    {"%", 0.01, kDimensionless, Prefixes::none},
});

}  // namespace

std::span<const UnitSymbol> unit_symbols() { return kSymbols; }

}  // namespace eigenbau
