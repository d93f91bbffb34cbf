// Are the words of a row on traffic of experts, routing and graphs read as they are meant, and do they cost no more doubt than
// the part of the step that they speak of?
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
  for (const char* kernels :
       {"deep_ep", "deep-ep", "Deep EP", "flex dispatcher", "moe_token_dispatcher_type=flex", "moe-token-dispatcher-type flex"}) {
    INFO(std::string(kernels));
    CHECK(run(kernels).step.total == run("DeepEP").step.total);
  }
  check_same(run("flex dispatcher"), run("DeepEP"));
  CHECK(run("no flex dispatcher").step.total == run("no DeepEP").step.total);
  for (const char* one : {"DeepEP (not HybridEP)", "DeepEP, not HybridEP", "no HybridEP, DeepEP"})
    CHECK_MESSAGE(run(one).step.total == run("DeepEP").step.total, std::string(one));
  CHECK(run("flex attention").step.total == run("").step.total);
  CHECK(says(run("flex attention"), "not modeled"));
}

TEST_CASE(
    "expert traffic that is hidden runs beside another micro-batch; behind the shared expert it is in doubt as far as it shows") {
  for (const char* hidden : {"EP overlap", "overlap_moe_expert_parallel_comm", "overlap_moe_expert_parallel_comm=True",
                             "1F1B a2a overlap", "batch-level overlapping", "overlap dispatch", "a2a hidden"}) {
    INFO(std::string(hidden));
    const auto p = run(hidden);
    CHECK(!says(p, "not modeled"));
    CHECK(p.plan.expert_overlap);
    CHECK(p.step.total <= run("").step.total);
    CHECK(p.doubt == run("").doubt);
    check_same(dense({{"options", hidden}}), dense());
  }
  CHECK(run("DeepEP with EP overlap").plan.copies == run("DeepEP").plan.copies);
  for (const char* shared : {"shared expert overlap", "moe_shared_expert_overlap"}) {
    INFO(std::string(shared));
    const auto p = run(shared);
    CHECK(says(p, "not modeled"));
    CHECK(p.step.total == run("").step.total);
    CHECK(added(p) == doctest::Approx(p.step.expert_parallel / p.step.total));
    CHECK(dense({{"options", shared}}).doubt == dense().doubt);
  }
  CHECK(dense({{"options", "1F1B with TP overlap"}}).step.total == dense({{"options", "TP overlap"}}).step.total);
  for (const char* shown : {"no EP overlap", "EP overlap off", "overlap_moe_expert_parallel_comm=False", "a2a not hidden",
                            "without a2a overlap", "no CUDA graphs", "no LoRA"}) {
    INFO(std::string(shown));
    check_same(run(shown), run(""));
    CHECK(!says(run(shown), "not modeled"));
  }
}

TEST_CASE("dispatch in 8 bit is in doubt by a part of the experts' traffic") {
  const auto dispatch = run("FP8 dispatch");
  CHECK(added(dispatch) > 0);
  CHECK(added(dispatch) < added(run("shared expert overlap")));
  CHECK(says(dispatch, "not modeled"));
}

TEST_CASE("CUDA graphs are replayed as the options say, whatever the stack's runs did") {
  for (const char* on : {"CUDA graphs", "cuda_graph=True", "cuda_graph_scope=full_iteration", "CUDA graphs (full iteration)"}) {
    INFO(std::string(on));
    const auto p = run(on);
    CHECK(p.step.total < run("").step.total);
    CHECK(p.error > run("").error);
    CHECK(says(p, "CUDA graphs on"));
    CHECK(!says(p, "not modeled"));
  }
  for (const char* off : {"no CUDA graphs", "cuda graphs off", "cuda_graph_impl=none"})
    CHECK(run(off).step.total == run("").step.total);
  // What says more, or of another thing, is not modeled: host time is in doubt.
  for (const char* other : {"CUDA graphs for decoding", "cuda graph capture failed", "CUDA graphs turned off",
                            "CUDA graphs of attention", "CUDA graphs give 5 % on top (not used here)"}) {
    INFO(std::string(other));
    CHECK(run(other).step.total == run("").step.total);
    CHECK(run(other).error > run("").error);
    CHECK(says(run(other), "not modeled"));
  }
}

TEST_CASE("words that no reader knows are said, also those that share a word with what one knows") {
  for (const char* other : {"comm overlap", "overlapped", "no a2a", "zero-copy dispatch", "zero-centered gamma",
                            "group-limited routing", "group 8"}) {
    INFO(std::string(other));
    CHECK(says(run(other), "not modeled"));
    CHECK(run(other).step.total == run("").step.total);
    CHECK(added(run(other)) > 0);
  }
  const auto limited = [](const char* options) {
    return experts({{"model", "deepseek-v3"},
                    {"options", options},
                    {"layers", ""},
                    {"hidden", ""},
                    {"heads", ""},
                    {"kv_heads", ""},
                    {"ffn_hidden", ""},
                    {"vocab", ""},
                    {"experts", ""},
                    {"top_k", ""},
                    {"moe_ffn_hidden", ""},
                    {"num_gpus", "512"},
                    {"dp", "64"},
                    {"global_batch_seqs", "1024"},
                    {"ep", "64"}});
  };
  CHECK(!says(limited("group-limited routing"), "not modeled"));
  CHECK(limited("node-limited routing").step.total == limited("").step.total);
  CHECK(limited("no group-limited routing, DeepEP").step.expert_parallel > limited("DeepEP").step.expert_parallel);
}

TEST_CASE("a capacity factor is so many tokens on every expert, of any size; a negative one is no limit") {
  for (const char* none : {"capacity factor -1", "moe-expert-capacity-factor -1", "capacity_factor=-1", "CF -1", "no CF"})
    check_same(run(none), run(""));
  for (const char* spelled : {"CF=1.25", "cf 1.25", "capacity factor: 1.25", "moe_expert_capacity_factor 1.25"}) {
    INFO(std::string(spelled));
    check_same(run(spelled), run("capacity factor 1.25"));
  }
  CHECK(run("capacity factor 1.0").step.total == run("token drop").step.total);
  for (const char* one : {"capacity factor 100%", "CF1", "capacity 1.0", "drop and pad", "token dropping",
                          "--moe-train-capacity-factor 1.0 --moe-eval-capacity-factor 2.0"})
    check_same(run(one), run("capacity factor 1.0"));
  check_same(run("eval capacity factor 2"), run(""));
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
