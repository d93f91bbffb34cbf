// Which value of a stated range does this reading take?
#include "input/draw.h"

#include <cmath>

#include "base/random.h"

namespace eigenbau {

double Range::quantile(double u) const {
  if (!(high > low)) return mid;
  if (distribution == Distribution::triangular) {
    const double mode = (mid - low) / (high - low);
    return u < mode ? low + std::sqrt(u * (high - low) * (mid - low)) : high - std::sqrt((1 - u) * (high - low) * (high - mid));
  }
  const double from = u < 0.5 ? low : mid, to = u < 0.5 ? mid : high;
  const double share = u < 0.5 ? 2 * u : 2 * u - 1;
  if (logarithmic && from > 0) return from * std::pow(to / from, share);
  return from + share * (to - from);
}

Draw Draw::pinned(std::string path, double quantile) const {
  Draw draw = *this;
  draw.pinned_path_ = std::move(path);
  draw.pinned_quantile_ = quantile;
  return draw;
}

Draw Draw::level(double quantile) {
  Draw draw = middle();
  draw.level_ = quantile;
  return draw;
}

double Draw::value(const std::string& path, const Range& range) const {
  if (pinned_path_ == path) return range.quantile(pinned_quantile_);
  if (level_) return range.quantile(*level_);
  if (index_ == 0) return range.mid;
  return range.quantile(Stream(seed_, path, index_).uniform());
}

}  // namespace eigenbau
