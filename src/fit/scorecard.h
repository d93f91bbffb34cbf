// How far are predictions from what was measured?
#pragma once

#include <string>
#include <vector>

namespace eigenbau::fit {

/// Errors of one group of rows: |predicted/measured - 1|, and the median of its signed form.
struct Score {
  std::string group;
  std::size_t rows = 0;      ///< with a measured value
  std::size_t answered = 0;  ///< of those, predicted
  double median = 0, mean = 0, p90 = 0, bias = 0;
};

/// Collects rows into groups, in the order of their names.
class Scorecard {
 public:
  /// `ratio`: predicted over measured; 0 where the row was not answered. One that is negative, not finite or so high that
  /// nothing can have been measured is left out.
  void add(const std::string& group, double ratio);

  std::vector<Score> scores() const;

 private:
  struct Group {
    std::string name;
    std::vector<double> ratios;
    std::size_t rows = 0;
  };
  std::vector<Group> groups_;  ///< sorted by name
};

/// A table for a terminal, errors in %.
std::string render(const std::vector<Score>& scores, const std::string& heading);

}  // namespace eigenbau::fit
