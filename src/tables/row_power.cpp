// At how many watts do the options of a row hold its accelerators?
#include "tables/feature_words.h"
#include "tables/row_reading.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

constexpr double kLeastWatts = 50;  // of an accelerator in training

/// Watts that a clause states anywhere: "500W", "500 watts", "0.5 kW".
std::optional<Power> watts_in(std::string_view clause) {
  for (std::size_t at = 0; at < clause.size(); ++at) {
    std::size_t length = 0;
    const double number = leading_number(clause.substr(at), length);
    const std::string_view rest = trimmed(clause.substr(at + length)), unit = rest.substr(0, rest.find(' '));
    if (length > 0 && (unit == "w" || unit == "watt" || unit == "watts")) return number * kWatt;
    if (length > 0 && unit == "kw") return 1000 * number * kWatt;
    at += length;
  }
  return std::nullopt;
}

}  // namespace

bool read_power(Reading& r, std::string_view clause) {
  const auto take = [&](Power power) {
    const bool caps = power < r.out.machine.gpu.tdp && power > kLeastWatts * kWatt;
    if (caps) r.out.machine.power_cap = power;
    return caps;
  };
  for (const std::string_view word : {"power cap", "power limit", "tdp"})
    if (const auto watts = figure_of(clause, word); watts && take(*watts * kWatt)) return true;
  const bool measured = use_of_one(clause, {"draw", "average", "mean", "consumption"}).has_value();
  const auto watts = use_of_one(clause, {"cap", "limit", "tdp"}) == true && !measured ? watts_in(clause) : std::nullopt;
  return watts && take(*watts);
}

}  // namespace eigenbau::tables
