// Which value of a stated range does this reading take?
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "units/quantity.h"

namespace eigenbau {

/// How the values between low and high are spread. `two_piece`: half of the probability below mid and half above, even in
/// the value (in its logarithm for prices and rates). `triangular`: mode at mid.
enum class Distribution { two_piece, triangular };

/// A stated range, in base units.
struct Range {
  double low = 0;
  double mid = 0;
  double high = 0;
  Distribution distribution = Distribution::two_piece;
  bool logarithmic = false;

  /// The value below which a share `u` of the probability lies, u in [0, 1].
  double quantile(double u) const;
};

/// A figure that was stated as a range: what sensitivity and "what to ask next" are about.
struct Uncertain {
  std::string path;  ///< "site.electricity_price", "server/dell-xe9680-h100.training_power"
  Range range{};
  Dimension dimension{};
  bool is_date = false;
  std::string source;
};

/// The middle of every range (sample 0), a random sample, or all ranges at one quantile; one path can be pinned apart.
class Draw {
 public:
  static Draw middle() { return Draw(0, 0); }
  static Draw sample(std::uint64_t seed, std::uint32_t index) { return Draw(seed, index); }
  /// Every range at the same quantile: 0 takes all low ends, 1 all high ends.
  static Draw level(double quantile);

  /// The same draw, but `path` takes the given quantile.
  Draw pinned(std::string path, double quantile) const;

  double value(const std::string& path, const Range& range) const;

 private:
  Draw(std::uint64_t seed, std::uint32_t index) : seed_(seed), index_(index) {}
  std::uint64_t seed_;
  std::uint32_t index_;
  std::optional<double> level_;
  std::optional<std::string> pinned_path_;
  double pinned_quantile_ = 0.5;
};

}  // namespace eigenbau
