// Is the schedule of a pipeline read from words that name one, and from no others?
#include "tables/schedule_words.h"

#include <doctest/doctest.h>

#include <string>

#include "tables/feature_words.h"

using namespace eigenbau;
using namespace eigenbau::tables;

namespace {

std::optional<ScheduleWords> said(const char* option) { return schedule_in(clauses_of(option).front()); }

}  // namespace

TEST_CASE("a schedule is the same however its words are joined") {
  const auto same = [](perf::Schedule schedule, std::initializer_list<const char*> options) {
    for (const char* option : options) {
      INFO(std::string(option));
      const auto words = said(option);
      REQUIRE(words);
      CHECK(words->schedule == schedule);
      CHECK(words->in_use);
    }
  };
  same(perf::Schedule::interleaved, {"interleaved 1F1B", "Interleaved1F1B", "interleaved_1f1b", "vpp", "LoopedBFS",
                                     "--pipeline-parallel-schedule Interleaved1F1B", "InterleavedZeroBubble"});
  same(perf::Schedule::zero_bubble, {"zero bubble", "ZeroBubble", "ZB-H1", "ZBV", "ZBVZeroBubble", "zb-v"});
  same(perf::Schedule::one_f_one_b, {"1F1B", "pipeline_parallel_schedule=1F1B", "GPipe"});
  same(perf::Schedule::dual_pipe, {"DualPipe", "DualPipeV", "dual-pipe"});
}

TEST_CASE("a schedule that another stands in for is said") {
  for (const char* other :
       {"ZBVZeroBubble", "InterleavedZeroBubble", "interleaved zero bubble", "LoopedBFS", "DualPipeV", "GPipe"})
    CHECK_MESSAGE(!said(other)->said.empty(), std::string(other));
  for (const char* itself : {"Interleaved1F1B", "1F1B", "ZB-H1", "no ZBV"})
    CHECK_MESSAGE(said(itself)->said.empty(), std::string(itself));
}

TEST_CASE("what is denied is not in use, and layers that alternate are no pipeline") {
  for (const char* denied : {"no interleaving", "w/o ZBV", "DualPipe off"})
    CHECK_MESSAGE(!said(denied)->in_use, std::string(denied));
  for (const char* other : {"interleave_moe_layer_step=2", "MoE layers interleaved with dense layers", "interleaved MoE",
                            "interleaved sliding-window attention", "1F1B overlap", "EP 8"})
    CHECK_MESSAGE(!said(other), std::string(other));
}
