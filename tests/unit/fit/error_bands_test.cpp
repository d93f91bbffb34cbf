// Do error bands hold the runs that did not set them, and does no small table narrow them?
#include "fit/error_bands.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>

#include "fit/stack_file.h"
#include "published_runs.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

TEST_CASE("bands hold runs that did not set them, as often as they say, and are narrower where runs are foretold well") {
  constexpr std::size_t kParts = 10;
  int inside = 0, near = 0, far = 0;
  double near_bands = 0, far_bands = 0;
  for (std::size_t part = 0; part < kParts; ++part) {
    std::vector<TrainingPrediction> seen, unseen;
    for (std::size_t i = 0; i < predictions().size(); ++i) (i % kParts == part ? unseen : seen).push_back(predictions()[i]);
    TrainingParts settled = builtin_training();
    set_error_bands(settled, seen, FitFrom::published_findings);
    for (const TrainingPrediction& p : unseen) {
      if (p.status != RowStatus::ok || !p.measured) continue;
      const double error = std::abs(std::log(p.step.total / *p.measured)), band = band_of(p, settled.stacks[p.stack]);
      inside += error <= std::log1p(band);
      ++(error < 0.02 ? near : far);
      (error < 0.02 ? near_bands : far_bands) += band;
    }
  }
  const double rows = near + far, share = inside / rows;
  const double scatter = std::sqrt(0.95 * 0.05 / rows);
  CHECK(share > 0.95 - 2 * scatter);
  CHECK(share < 0.95 + 2 * scatter);
  CHECK(near_bands / near < far_bands / far);
}

TEST_CASE("a few runs never narrow bands below those of many") {
  for (const std::size_t count : {1u, 5u, 18u}) {
    TrainingParts few = builtin_training();
    const auto first = predictions().begin();
    set_error_bands(few, {first, first + static_cast<std::ptrdiff_t>(count)}, FitFrom::published_findings);
    for (std::size_t s = 0; s < few.stacks.size(); ++s) {
      const catalog::TrainingConstants &now = few.stacks[s].training, &many = builtin_training().stacks[s].training;
      CHECK(now.error_dense >= many.error_dense);
      CHECK(now.error_scale_dense >= many.error_scale_dense);
      CHECK(now.error_moe >= many.error_moe);
      CHECK(now.error_scale_moe >= many.error_scale_moe);
    }
  }
}

TEST_CASE("bands from the catalog: own runs join those of their stack, other stacks keep theirs") {
  TrainingParts own = builtin_training();
  TrainingPrediction one = predictions().front();
  one.run.tp = 3;
  CHECK(set_error_bands(own, {one}, FitFrom::catalog) == 0);
  for (std::size_t s = 0; s < own.stacks.size(); ++s) {
    const catalog::Stack &now = own.stacks[s], &before = builtin_training().stacks[s];
    CHECK(now.runs.size() == before.runs.size() + (s == one.stack ? 1 : 0));
    if (s != one.stack) CHECK(constants_toml(now.training) == constants_toml(before.training));
    CHECK(now.training.error_scale_dense >= before.training.error_scale_dense);
  }
}

TEST_CASE("bands from the catalog: runs that it was fitted to are counted once and narrow no band, however often they come") {
  TrainingParts again = builtin_training();
  std::vector<TrainingPrediction> seen;  // by a fit that has seen them all
  for (const TrainingPrediction& p : predictions())
    if (p.status == RowStatus::ok && p.measured) seen.push_back(p);
  const auto runs_of = [](const TrainingParts& parts) {
    std::size_t runs = 0;
    for (const catalog::Stack& stack : parts.stacks) runs += stack.runs.size();
    return runs;
  };
  for (const int time : {1, 2}) {
    CAPTURE(time);
    const TrainingParts before = again;
    const int known = set_error_bands(again, seen, FitFrom::catalog);
    const std::size_t others = seen.size() - static_cast<std::size_t>(known);
    CHECK(runs_of(again) == runs_of(before) + others);
    // At first a few others: a plan may leave the recompute open, and that of a fit which had not seen the row differs.
    CHECK(others <= (time == 1 ? seen.size() / 100 : 0));
    for (std::size_t s = 0; s < again.stacks.size(); ++s) {
      const catalog::Stack &now = again.stacks[s], &then = before.stacks[s];
      for (std::size_t r = 0; r < then.runs.size(); ++r) CHECK(now.runs[r].error >= then.runs[r].error);
      CHECK(now.training.error_dense >= then.training.error_dense);
      CHECK(now.training.error_moe >= then.training.error_moe);
      CHECK(now.training.error_scale_dense >= then.training.error_scale_dense);
      CHECK(now.training.error_scale_moe >= then.training.error_scale_moe);
    }
  }
}
