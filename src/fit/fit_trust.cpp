// Can the constants that a fit ended at be believed?
#include "fit/fit_trust.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eigenbau::fit {

std::vector<std::string_view> at_bounds(std::span<const WatchedConstant> constants, std::span<const Range> ranges,
                                        std::span<const double> values) {
  constexpr double kRounding = 1e-3;  // of four digits
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool low = values[i] <= ranges[i].low * (1 + kRounding), high = values[i] >= ranges[i].high * (1 - kRounding);
    if ((low && constants[i].low) || (high && constants[i].high)) names.push_back(constants[i].name);
  }
  return names;
}

bool FitTrust::add(const std::string& group, double median, double factor, const std::vector<std::string_view>& bounds,
                   std::size_t constants) {
  constexpr double kUseless = 3, kLargeError = 0.25;
  if (!(factor < kUseless)) {
    useless.push_back(fmt::format("{}: half of its rows are off by {:.3g} times or more", group, factor));
    return false;
  }
  const bool large = median > kLargeError;
  if (!large && bounds.empty()) return true;
  if (large || 2 * bounds.size() >= constants) confidence = "low";
  else if (confidence == "high") confidence = "medium";
  std::string doubt = large ? fmt::format("median error {:.0f} %", 100 * median) : "";
  if (!bounds.empty()) doubt += fmt::format("{}{} at bounds of the fit", large ? "; " : "", fmt::join(bounds, ", "));
  doubts.push_back(fmt::format("{}: {}", group, doubt));
  return true;
}

}  // namespace eigenbau::fit
