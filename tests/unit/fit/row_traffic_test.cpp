// Are the words of a row on traffic of experts and routing read as they are meant?
#include <doctest/doctest.h>

#include <string>

#include "sample_rows.h"

using namespace eigenbau;
using namespace eigenbau::fit;

namespace {

TrainingPrediction run(const char* options) { return experts({{"options", options}, {"top_k", "4"}}); }

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
