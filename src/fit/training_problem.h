// Which rows and which unknown constants make up a fit of the training law?
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "fit/fit_from.h"
#include "input/csv.h"
#include "tables/training_parts.h"
#include "tables/training_row.h"

namespace eigenbau::fit {

/// Switches effects of the law off, constant by constant.
using Without = std::function<void(catalog::TrainingConstants&)>;

/// One number that the fit moves: a constant of the root, or a stack's departure from its parent, in ln.
struct Unknown {
  std::size_t stack = 0;
  std::size_t constant = 0;
  double sigma = 0;
};

/// Constants of each stack, in the order of the parts.
using StackConstants = std::vector<catalog::TrainingConstants>;

/// Rows, stacks in order of descent, unknowns. A constant that a stack's own file states, other than by a fit, is held, also for
/// the stacks that inherit it. From the catalog each stack stands alone, a root whose constants may stray as far
/// as a release from the one before.
class TrainingProblem {
 public:
  TrainingProblem(const Csv& table, const tables::TrainingParts& start, FitFrom from,
                  const std::function<bool(std::string_view)>& use, const Without& without);

  std::size_t size() const { return unknowns_.size(); }
  std::size_t rows() const { return samples_.size(); }
  const std::vector<Unknown>& unknowns() const { return unknowns_; }

  /// Rows that a departure of `stack` reaches: its own and those of its descendants.
  const std::vector<std::size_t>& reach(std::size_t stack) const { return reach_[stack]; }

  /// How many rows each stack has of its own.
  std::vector<int> rows_of_stacks() const;

  /// Constants that `x` means: prior · exp(sum of the departures up to the root), never beyond what physics allows.
  StackConstants constants(const std::vector<double>& x) const;

  /// The same with one unknown moved by `step`: only that constant of that stack and of its descendants changes.
  void move(StackConstants& constants, std::size_t unknown, double step) const;

  /// The stacks with those constants and the runs that they were fitted to.
  tables::TrainingParts parts(const std::vector<double>& x) const;

  /// ln(predicted/measured) of a row, in sigmas.
  double residual(std::size_t row, const StackConstants& constants) const;

 private:
  struct Sample {
    tables::TrainingRow row;
    double log_measured = 0;
    double sigma = 0;
    bool printed = true;  ///< false: another release of a row's plan
  };

  void add_sample(tables::TrainingRow row, Time measured, bool printed, const tables::TrainingParts& known);
  bool descends(std::size_t s, std::size_t ancestor) const;

  /// Whether what moves that constant of `ancestor` moves that of `s`.
  bool inherits(std::size_t s, std::size_t ancestor, std::size_t constant) const;
  bool is_held(std::size_t s, std::size_t constant) const;
  void stand_alone();
  void find_parents();
  void set_priors();
  void find_reach();
  void find_unknowns();

  FitFrom from_;
  tables::TrainingParts parts_;
  std::vector<Sample> samples_;
  StackConstants prior_;
  std::vector<std::size_t> parent_, order_;
  std::vector<std::vector<std::size_t>> reach_;
  std::vector<Unknown> unknowns_;
};

}  // namespace eigenbau::fit
