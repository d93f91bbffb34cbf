// Can the constants that a fit ended at be believed?
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fit/minimize.h"

namespace eigenbau::fit {

/// A constant of a fit, and at which bounds of its range the rows, and not nature, stopped it: no link beats its wire.
struct WatchedConstant {
  std::string_view name;
  bool low = true, high = true;
};

/// Names of the constants that lie at such bounds.
std::vector<std::string_view> at_bounds(std::span<const WatchedConstant> constants, std::span<const Range> ranges,
                                        std::span<const double> values);

/// What is to be said of the fits of a part.
struct FitTrust {
  std::vector<std::string> doubts;       ///< "hopper all_gather: median error 57 %; launch, ramp at bounds of the fit"
  std::vector<std::string> useless;      ///< of fits that nothing is written of
  std::string_view confidence = "high";  ///< of the part: low, medium or high

  /// Takes a fit into account. `median`: of |predicted/measured - 1|; `factor`: by which half of the rows are off at least,
  /// either way; `bounds`: constants at bounds, of `constants`. False: the fit is useless.
  bool add(const std::string& group, double median, double factor, const std::vector<std::string_view>& bounds,
           std::size_t constants);
};

}  // namespace eigenbau::fit
