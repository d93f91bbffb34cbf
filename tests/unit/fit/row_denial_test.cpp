// Does a feature that a row denies leave the run as one without it, wherever the row says so?
#include <doctest/doctest.h>

#include <string>

#include "sample_rows.h"

using namespace eigenbau;
using namespace eigenbau::fit;

namespace {

void check_same(const TrainingPrediction& a, const TrainingPrediction& b) {
  CHECK(a.status == b.status);
  CHECK(a.step.total == b.step.total);
  CHECK(a.doubt == b.doubt);
}

}  // namespace

TEST_CASE("an option that denies a feature changes nothing of a run that has none") {
  for (const char* off : {"no token drop", "token dropping: off", "no DualPipe", "no zero bubble", "capacity factor = -1",
                          "no capacity factor", "GA=0", "no LoRA"}) {
    INFO(std::string(off));
    check_same(experts({{"options", off}}), experts({}));
  }
  const auto run = [](const char* option) { return experts({{"options", option}, {"top_k", "4"}}); };
  for (const char* off : {"no DeepEP", "DeepEP=0", "alltoall dispatcher (no DeepEP)"})
    CHECK(run(off).step.expert_parallel == run("alltoall dispatcher").step.expert_parallel);
  for (const char* off : {"moe_router_force_load_balancing=False", "no force-balanced routing"})
    CHECK(run(off).step.experts == run("imbalanced routing").step.experts);
  CHECK(run("token dropping").step.experts == run("token-drop").step.experts);
}

TEST_CASE("what was not needed is not in use") {
  for (const char* off : {"activation checkpointing not required", "recompute unnecessary", "optimizer offload unnecessary",
                          "CPU offload avoided", "FSDP was not needed", "recompute not needed"}) {
    INFO(std::string(off));
    CHECK(dense({{"options", off}, {"recompute", "none"}}).step.total == dense({{"recompute", "none"}}).step.total);
  }
}

TEST_CASE("what a row only compares with, or planned, does not run; it is said and widens the band") {
  for (const char* mention :
       {"faster than FSDP", "compared to ZeRO-3", "ZeRO-3 ran out of memory", "HSDP planned", "unlike DualPipe", "DDP was slower",
        "full recompute instead of none was considered", "it was 10 s with ZeRO-3", "full recompute took 12.3 s/step before"}) {
    INFO(std::string(mention));
    const auto p = dense({{"options", mention}});
    CHECK(p.step.total == dense({}).step.total);
    CHECK(p.error > dense({}).error);
    CHECK((says(p, "not modeled") || says(p, "passed over")));
  }
}

TEST_CASE("a cell that denies a feature says the rest") {
  const auto same = [](const char* column, const char* cell, std::initializer_list<const char*> others) {
    for (const char* other : others) {
      INFO(std::string(other));
      check_same(dense({{column, other}}), dense({{column, cell}}));
    }
  };
  same("precision", "bf16", {"bf16 (no fp8)", "bf16, not fp8", "bf16, fp8 off"});
  same("sharding", "DDP", {"DDP not FSDP", "no ZeRO", "ZeRO off", "DP"});
  same("recompute", "none", {"full recompute off", "not full", "AC off", "without recompute", "disabled"});
  same("seq_parallel", "yes", {"SP", "enabled", "sequence parallel"});
  same("seq_parallel", "no", {"no SP", "SP off", "disabled"});
}

TEST_CASE("without interleaving a pipeline has one chunk on each stage") {
  for (const char* off : {"no interleaving", "no VPP", "vpp off", "non-interleaved 1F1B", "interleaving: off"}) {
    INFO(std::string(off));
    const auto p = dense({{"options", off}, {"vpp", ""}});
    CHECK(p.plan.vp == 1);
    CHECK(p.step.total == dense({{"vpp", "1"}}).step.total);
  }
  CHECK(dense({{"options", "interleaving"}, {"vpp", ""}}).plan.vp > 1);
}

TEST_CASE("software that runs DualPipe runs another schedule where the row denies it") {
  const Cells own{{"stack", "deepseek"}, {"recompute", "full"}, {"vpp", "1"}};
  CHECK(experts(own).plan.schedule == perf::Schedule::dual_pipe);
  CHECK(experts(with(own, {{"options", "no DualPipe"}})).plan.schedule != perf::Schedule::dual_pipe);
}

TEST_CASE("traffic that is not overlapped is not hidden") {
  for (const char* off : {"non-overlapped", "no overlapping", "overlap off"})
    CHECK(dense({{"options", off}}).step.data_parallel == dense({{"options", "no overlap"}}).step.data_parallel);
  CHECK(dense({{"options", "non-overlapped"}}).step.data_parallel > dense({{"options", "overlapped"}}).step.data_parallel);
}

TEST_CASE("a stack that is not stated may be left out in any way") {
  for (const char* nothing : {"N/A", "-", "?", "unknown", "not stated"})
    CHECK(dense({{"stack", nothing}}).reason == dense({{"stack", ""}}).reason);
}

TEST_CASE("the prediction of further tokens costs what its modules do; none cost nothing") {
  const auto run = [](const char* option) { return experts({{"model", "deepseek-v3"}, {"options", option}}).step.total; };
  CHECK(run("mtp_num_layers=0") == run("no MTP"));
  CHECK(run("mtp_num_layers=1") == run(""));
  CHECK(run("MTP depth 2") > run("MTP depth 1"));
}

TEST_CASE("a switch may stand behind what it switches off") {
  for (const char* off : {"offload optimizer off", "offload activations off", "offload optimizer: no", "cpu offload off"}) {
    INFO(std::string(off));
    check_same(dense({{"options", off}}), dense());
  }
  CHECK(dense({{"options", "offload optimizer"}}).step.memory.total() < dense().step.memory.total());
}

TEST_CASE("options say whether sequences are parallel where the column is blank, and only there") {
  const auto run = [](const char* cell, const char* options) { return dense({{"seq_parallel", cell}, {"options", options}}); };
  for (const char* off : {"sequence parallel off", "no SP", "sequence_parallel=False"}) {
    INFO(std::string(off));
    check_same(run("", off), run("no", ""));
    check_same(run("yes", off), run("yes", ""));
  }
  for (const char* on : {"SP", "sequence parallelism"}) {
    INFO(std::string(on));
    check_same(run("", on), run("yes", ""));
    check_same(run("no", on), run("no", ""));
  }
}
