// Do the sentences of the outside world agree with the model?
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/figure.h"
#include "cluster/cluster.h"
#include "study/answer.h"

namespace eigenbau::study {

/// holds: at the middle values and in at least 90 % of the samples. holds_if: for some values inside the stated ranges, or
/// with one named change. cannot_be: nowhere in the range, and beyond a floor or bound that is named. open: the model lacks a
/// figure (an unknown price) without which nobody can tell.
enum class Holding { holds, holds_if, cannot_be, open };

/// A number of a verdict: what the design gives, beside what was said of the same thing.
struct ClaimNumber {
  std::string key;  ///< stable, snake_case
  std::string label;
  Figure own;
  std::string unit{};  ///< to print in; empty: the usual one
  std::optional<double> said_low{}, said_high{};
};

/// What one answer says about one claim.
struct Finding {
  Holding holding = Holding::open;
  std::string because;  ///< one sentence with the numbers
  std::vector<ClaimNumber> numbers{};
  std::vector<std::string> closes{};  ///< what closes the gap, nearest first
};

struct Verdict {
  std::string text;
  std::string source;
  Finding finding;           ///< of the middle values; `holding` is the verdict over all samples
  double share_holding = 1;  ///< of the samples in which the claim holds
};

/// Judges one claim by one answer.
Finding judge(const cluster::Claim& claim, const Answer& answer);

/// The verdict over the middle values, the samples, and the answers with all ranges at their low and at their high ends.
Verdict verdict(const cluster::Claim& claim, const Answer& middle, std::span<const Answer> samples,
                std::span<const Answer> extremes);

/// Rounding that a sentence of the news is granted where it states no tolerance.
inline constexpr Share kUsualTolerance{0.05};

}  // namespace eigenbau::study
