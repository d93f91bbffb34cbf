// Laws of what blank cells cost.
#include "fit/blank_cells.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "sample_rows.h"

using namespace eigenbau;
using namespace eigenbau::fit;

namespace {

/// A table of one row, whose step took as long as is predicted, times `measured`.
std::vector<BlankScore> blanks_of(Cells cells, double measured = 1) {
  cells["step_time_s"] = std::to_string(measured * dense(cells).step.total.base());
  return score_blanks(table_of(cells), builtin_training());
}

const BlankScore* find(const std::vector<BlankScore>& scores, const std::string& blank) {
  const auto found = std::ranges::find(scores, blank, &BlankScore::blank);
  return found == scores.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("what no run states costs nothing, and is not told") {
  const auto scores = blanks_of(with(kDense, {{"sharding", ""}, {"vpp", ""}}));
  CHECK_FALSE(find(scores, "sharding"));
  CHECK_FALSE(find(scores, "vpp"));
  CHECK_FALSE(find(scores, "experts"));
  CHECK(find(scores, "tp"));
}

TEST_CASE("a cell that holds what is assumed anyway costs nothing when it is blank") {
  const auto scores = blanks_of(kDense);
  for (const char* column : {"seq_len", "precision", "kv_heads"}) {
    const BlankScore* score = find(scores, column);
    REQUIRE(score);
    CHECK(score->score.mean == doctest::Approx(score->stated_mean).epsilon(1e-9));
  }
  CHECK(find(scores, "precision")->score.half_width >= find(scores, "kv_heads")->score.half_width);
}

TEST_CASE("the cost of a blank cell is that of the row without it") {
  const Cells unusual = with(kDense, {{"recompute", "full"}});
  const auto scores = blanks_of(unusual);
  const BlankScore* recompute = find(scores, "recompute");
  REQUIRE(recompute);
  const double ratio = dense(with(unusual, {{"recompute", ""}})).step.total / dense(unusual).step.total;
  CHECK(recompute->stated_mean == doctest::Approx(0).epsilon(1e-5));
  CHECK(recompute->score.mean == doctest::Approx(std::abs(ratio - 1)).epsilon(1e-4));
  CHECK(recompute->score.rows == 1);
}
