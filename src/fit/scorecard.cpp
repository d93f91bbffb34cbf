// How far are predictions from what was measured?
#include "fit/scorecard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fit/quantile.h"

namespace eigenbau::fit {

void Scorecard::add(const std::string& group, double ratio) {
  constexpr double kNoMeasurement = 1e6;  // predicted over what a table states of a call that did not run
  if (!(ratio >= 0 && ratio < kNoMeasurement)) return;
  auto at = std::lower_bound(groups_.begin(), groups_.end(), group,
                             [](const Group& g, const std::string& name) { return g.name < name; });
  if (at == groups_.end() || at->name != group) at = groups_.insert(at, {group, {}, 0});
  ++at->rows;
  if (ratio > 0) at->ratios.push_back(ratio);
}

std::vector<Score> Scorecard::scores() const {
  std::vector<Score> result;
  for (const Group& group : groups_) {
    Score score{.group = group.name, .rows = group.rows, .answered = group.ratios.size()};
    if (score.answered > 0) {
      std::vector<double> off, away;
      for (const double ratio : group.ratios) {
        off.push_back(ratio - 1);
        away.push_back(std::abs(ratio - 1));
        score.mean += std::abs(ratio - 1) / static_cast<double>(score.answered);
      }
      score.median = median(away);
      score.bias = median(off);
      score.p90 = quantile(away, 0.9);
    }
    result.push_back(std::move(score));
  }
  return result;
}

std::string render(const std::vector<Score>& scores, const std::string& heading) {
  std::size_t width = heading.size();
  for (const Score& score : scores) width = std::max(width, score.group.size());
  std::string text = fmt::format("{:{}}    rows  answered  median %   mean %    p90 %   bias %\n", heading, width);
  for (const Score& s : scores) {
    text += fmt::format("{:{}}  {:6}  {:8}", s.group, width, s.rows, s.answered);
    if (s.answered > 0)
      text += fmt::format("  {:8.1f} {:8.1f} {:8.1f} {:+8.1f}", 100 * s.median, 100 * s.mean, 100 * s.p90, 100 * s.bias);
    text += "\n";
  }
  return text;
}

}  // namespace eigenbau::fit
