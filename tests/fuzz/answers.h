// What holds for the answers to any table of measured rows?
#pragma once

#include <cmath>
#include <string>

#include "fuzz.h"
#include "input/csv.h"

namespace eigenbau {

/// The table that `validate --csv` prints has a line for each row, with a status, a reason where there is no answer, and numbers.
inline void require_answers(const std::string& printed, const Csv& asked) {
  const auto answers = Csv::parse({"answers", printed});
  require(answers.has_value(), "answers are a table");
  require(answers->size() == asked.size(), "every row has an answer");
  for (std::size_t row = 0; row < answers->size(); ++row) {
    const bool ok = answers->cell(row, "status") == "ok";
    require(ok || !answers->cell(row, "reason").empty(), "a row without an answer has a reason");
    for (const std::string& column : answers->columns()) {
      if (column == "id" || column == "status" || column == "reason") continue;
      const auto number = answers->number(row, column);
      require(number.has_value() == (ok && !answers->cell(row, column).empty()),
              "an answer is a number, and no other line has one");
    }
  }
}

/// Scores of groups of rows.
void require_scores(const auto& groups) {
  for (const auto& group : groups)
    for (const double figure : {group.median, group.mean, group.p90, group.bias})
      require(std::isfinite(figure), "a score is a number");
}

}  // namespace eigenbau
