// Are the words of a row on traffic of experts and routing read as they are meant?
#include <doctest/doctest.h>

#include <string>

#include "sample_rows.h"

using namespace eigenbau;
using namespace eigenbau::fit;

namespace {

TrainingPrediction run(const char* options) { return experts({{"options", options}, {"top_k", "4"}}); }

double added(const TrainingPrediction& p) { return p.doubt - run("").doubt; }

void check_same(const TrainingPrediction& a, const TrainingPrediction& b) {
  CHECK(a.step.total == b.step.total);
  CHECK(a.doubt == b.doubt);
}

}  // namespace

TEST_CASE("exchange kernels send a token once to each rank, whatever the dispatcher that calls them is called") {
  for (const char* kernels : {"deep_ep", "deep-ep", "Deep EP", "flex dispatcher", "moe_token_dispatcher_type=flex",
                              "moe-token-dispatcher-type flex", "DeepEP with EP overlap"}) {
    INFO(std::string(kernels));
    CHECK(run(kernels).step.total == run("DeepEP").step.total);
  }
  check_same(run("flex dispatcher"), run("DeepEP"));
  CHECK(run("no flex dispatcher").step.total == run("no DeepEP").step.total);
  CHECK(run("flex attention").step.total == run("").step.total);
  CHECK(says(run("flex attention"), "not modeled"));
}

TEST_CASE("a capacity factor is so many tokens on every expert, of any size; a negative one is no limit") {
  for (const char* none : {"capacity factor -1", "moe-expert-capacity-factor -1", "capacity_factor=-1", "CF -1", "no CF"})
    check_same(run(none), run(""));
  for (const char* spelled : {"CF=1.25", "cf 1.25", "capacity factor: 1.25", "moe_expert_capacity_factor 1.25"}) {
    INFO(std::string(spelled));
    check_same(run(spelled), run("capacity factor 1.25"));
  }
  CHECK(run("capacity factor 1.0").step.total == run("token drop").step.total);
  Time last{};
  for (const char* factor : {"CF 0.5", "CF 0.8", "CF 1.0", "CF 1.25", "CF 2"}) {
    CHECK(run(factor).step.experts > last);
    last = run(factor).step.experts;
  }
  const auto both = run("dropless, capacity factor 1.0");
  CHECK(both.step.total == run("capacity factor 1.0").step.total);
  CHECK(says(both, "dropless passed over"));
  CHECK(added(both) > 0);
  CHECK(!says(run("dropless, capacity factor -1"), "passed over"));
}
