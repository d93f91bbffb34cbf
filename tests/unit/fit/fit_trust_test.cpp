// Is it said where the constants of a fit cannot be believed, and is a useless fit left out?
#include "fit/fit_trust.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "builtin_parts.h"
#include "fit/calibrate_collectives.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

/// All-gathers over 8 H100 as the law has them, their times by `factor` of the row's number.
CollectiveCalibration calibration(double (*factor)(int row)) {
  std::string rows = "id,source,gpu,num_gpus,gpus_per_node,collective,bytes,time_us\n";
  const perf::Interconnect links{perf::scale_up_law("hopper", 450 * kGigabytePerSecond), {}};
  for (int i = 0; i < 24; ++i) {
    const Bytes message = std::exp2(10 + i) * kByte;
    const Time time = collective_time(perf::Collective::all_gather, message, {.ranks = 8, .ranks_per_domain = 8}, links);
    rows += fmt::format("r{},nccl-tests,H100,8,8,all_gather,{:.0f},{:.8g}\n", i, message.base(), time.in(kMicrosecond)*factor(i));
  }
  return calibrate_collectives({*Csv::parse({"rows.csv", rows})}, builtin_gpus(), "lab", "test", "today");
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a fit that meets its rows is trusted") {
  const auto good = calibration([](int) { return 1.0; });
  CHECK(good.trust.useless.empty());
  CHECK(good.part.scale_up.size() == 1);
  CHECK(good.trust.confidence != "low");
  CHECK_FALSE(has(good.text, "median error"));
}

TEST_CASE("of times in another unit no constants are written") {
  for (const auto factor : {+[](int) { return 1e-3; }, +[](int) { return 1e3; }}) {
    const auto wrong = calibration(factor);
    CHECK(wrong.part.scale_up.empty());
    REQUIRE(wrong.trust.useless.size() == 1);
    CHECK(has(wrong.trust.useless[0], "hopper all_gather"));
    CHECK(wrong.fitted.size() == 1);  // how far it is off is still shown
  }
}

TEST_CASE("where half of the rows are far off the part has low confidence, and says of which fit") {
  const auto apart = calibration([](int i) { return i % 2 ? 1.0 : 5.0; });
  CHECK(apart.part.scale_up.size() == 1);
  CHECK(apart.trust.confidence == "low");
  CHECK(has(apart.text, "confidence = \"low\""));
  CHECK(has(apart.text, "# Doubtful: hopper all_gather: median error"));
}

TEST_CASE("a constant is said to lie at a bound unless nature sets it") {
  const std::vector<eigenbau::fit::Range> ranges{{1, .5, 60, true}, {.85, .1, 1, true}};
  const std::vector<WatchedConstant> watched{{"launch"}, {"share", true, false}};
  const auto names = [&](double launch, double share) { return at_bounds(watched, ranges, std::vector{launch, share}); };
  using Names = std::vector<std::string_view>;
  CHECK(names(5, .8) == Names{});
  CHECK(names(60, 1) == Names{"launch"});
  CHECK(names(.5, .1) == Names{"launch", "share"});
  FitTrust trust;
  CHECK(trust.add("a", .02, 1.02, {"ramp"}, 5));
  CHECK(trust.confidence == "medium");
  CHECK(trust.add("b", .02, 1.02, {"launch", "hop", "ramp"}, 5));
  CHECK(trust.confidence == "low");
  CHECK(trust.doubts.size() == 2);
  CHECK_FALSE(trust.add("c", .9, 10, {}, 5));
  CHECK(trust.useless.size() == 1);
}
