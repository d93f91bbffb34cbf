// Does `eigenbau train` run what options say of sharding, experts and overlap, and say where the rest is from?
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "run_program.h"

using Json = nlohmann::json;

namespace {

Json sections(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.begin(), "train");
  words.insert(words.end(), more.begin(), more.end());
  words.emplace_back("--json");
  const Run result = run(words);
  CAPTURE(result.err);
  REQUIRE(result.exit == 0);
  return Json::parse(result.out)["sections"];
}

double seconds(const Json& answer) { return answer["step"]["figures"]["step_time_s"]; }

const std::vector<std::string> kDense{"--model",        "llama3-8b", "--gpu", "a100-80", "--gpus", "256",
                                      "--global-batch", "256",       "--nic", "50 Gb/s", "--zero", "3"};
const std::vector<std::string> kExperts{"--model", "deepseek-v3",    "--gpu", "h100-sxm", "--gpus", "512",  "--tp",
                                        "1",       "--global-batch", "4096",  "--pp",     "8",      "--ep", "64"};

}  // namespace

TEST_CASE("a sharding group is what options say, and one of all ranks is none") {
  const Json all = sections(kDense, {"--tp", "1"}), whole = sections(kDense, {"--tp", "1", "--shard-group", "256"}),
             domain = sections(kDense, {"--tp", "1", "--shard-group", "8"});
  CHECK(seconds(whole) == seconds(all));
  CHECK(seconds(domain) < seconds(all));  // weights stay inside the server
  CHECK(domain["memory"]["figures"]["weights_bytes"].get<double>() > all["memory"]["figures"]["weights_bytes"].get<double>());
  CHECK(all["plan"]["figures"]["shard_group"] == 256);
  CHECK(domain["plan"]["figures"]["shard_group"] == 8);
  CHECK(domain["plan"]["basis"]["shard_group"]["source"] == "command line");
  // Without degrees the plan is searched within the group.
  CHECK(sections(kDense, {"--shard-group", "8"})["plan"]["figures"]["shard_group"] == 8);
}

TEST_CASE("the traffic of experts beside another micro-batch is hidden") {
  const Json alone = sections(kExperts, {}), beside = sections(kExperts, {"--expert-overlap"});
  CHECK(seconds(beside) < seconds(alone));
  // Without degrees the plan is searched among those that can.
  const std::vector<std::string> open{"--model", "qwen3-30b-a3b", "--gpu", "h100-sxm", "--gpus", "32", "--global-batch", "512"};
  CHECK_FALSE(sections(open, {})["plan"]["figures"].contains("expert_overlap"));
  CHECK(sections(open, {"--expert-overlap"})["plan"]["figures"].contains("expert_overlap"));
  CHECK(run({"train", "--model", "llama3-8b", "--gpu", "h100-sxm", "--gpus", "8", "--tp", "8", "--expert-overlap"}).exit == 2);
}

TEST_CASE("keys and values get around as options say: with another step, and said where the sequence is split") {
  const std::vector<std::string> job{"--model", "llama3-8b",         "--gpu", "h100-sxm", "--gpus", "64", "--global-batch",
                                     "32",      "--sequence-length", "65536", "--tp",     "2"};
  const auto plan = [](const Json& answer) { return answer["plan"]["figures"]; };
  const Json ring = sections(job, {"--cp", "4"});
  CHECK(plan(ring)["cp_comm_type"] == "p2p");
  CHECK(plan(ring)["plan"] == plan(sections(job, {"--cp", "4", "--cp-comm-type", "p2p"}))["plan"]);
  for (const char* kind : {"a2a", "all_gather"}) {
    const Json other = sections(job, {"--cp", "4", "--cp-comm-type", kind});
    CHECK(plan(other)["cp_comm_type"] == kind);
    CHECK(contains(plan(other)["plan"], std::string("cp 4 (") + kind + ")"));
    CHECK(other["plan"]["basis"]["cp_comm_type"]["remark"] == "command line");
    CHECK(seconds(other) != seconds(ring));
    // Where one rank has all of the sequence there is nothing to get around.
    CHECK(seconds(sections(job, {"--cp-comm-type", kind})) == seconds(sections(job, {})));
    CHECK_FALSE(plan(sections(job, {"--cp-comm-type", kind})).contains("cp_comm_type"));
  }
  std::vector<std::string> words = job;
  words.insert(words.begin(), "train");
  words.insert(words.end(), {"--cp", "8", "--cp-comm-type", "a2a"});  // 8 heads of keys and values over tp 2
  CHECK(contains(run(words).out, "nearest: cp 4"));
}

TEST_CASE("what the software refuses of a stated plan is said, and the plan is predicted") {
  const std::vector<std::string> job{"train",  "--model", "qwen3-30b-a3b",  "--gpu", "h100-sxm",
                                     "--gpus", "32",      "--global-batch", "512"};
  const auto told = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = job;
    words.insert(words.end(), more.begin(), more.end());
    const Run result = run(words);
    CAPTURE(result.err);
    REQUIRE(result.exit == 0);
    return result.err;
  };
  const std::vector<std::string> sliced{"--tp", "2", "--ep", "8", "--sp", "off"};
  CHECK(contains(told(sliced), "refuses to train experts"));
  CHECK_FALSE(contains(told({"--tp", "2", "--ep", "8", "--sp", "on"}), "refuses to train experts"));
  CHECK_FALSE(contains(told({"--tp", "2", "--ep", "8", "--sp", "off", "--stack", "deepspeed"}), "refuses to train experts"));
  CHECK(contains(told(sliced), "hint: sp on, or tp 1"));
  CHECK(contains(told({"--tp", "4", "--ep", "8", "--sequence-length", "4098"}), "nearest that splits the sequence: tp 2"));
  const std::vector<std::string> odd{"--cp", "2", "--sequence-length", "4098"};
  CHECK(contains(told(odd), "2 x cp equal parts, and these do not divide it (4 against 4,098)"));
  CHECK(contains(told(odd), "nearest: cp 1"));
  CHECK_FALSE(contains(told({"--cp", "2", "--sequence-length", "4096"}), "equal parts"));
  const auto overlapped = [&](std::vector<std::string> more, const char* stack = "megatron-core-25.11") {
    more.insert(more.end(), {"--expert-overlap", "--stack", stack});
    return told(more);
  };
  constexpr const char* kNone = "cannot run beside another micro-batch";
  CHECK_FALSE(contains(overlapped({"--ep", "8"}), kNone));
  CHECK(contains(overlapped({"--ep", "1", "--tp", "2"}), "one rank has all experts"));
  CHECK(contains(overlapped({"--ep", "8", "--recompute", "full"}), "repeats the exchange"));
  CHECK(contains(overlapped({"--ep", "8", "--pp", "2", "--schedule", "1f1b"}), "without interleaved chunks"));
  CHECK_FALSE(contains(overlapped({"--ep", "8", "--pp", "2", "--vp", "4"}), kNone));
  CHECK(contains(overlapped({"--ep", "8"}, "megatron-core-25.09"), "does not run traffic of experts beside"));
}

TEST_CASE("adapters alone are trained where options say so") {
  const Json all = sections(kDense, {"--tp", "1"}), adapters = sections(kDense, {"--tp", "1", "--lora", "16"});
  CHECK(seconds(adapters) < seconds(all));
  CHECK(adapters["memory"]["figures"]["optimizer_state_bytes"].get<double>() <
        0.1 * all["memory"]["figures"]["optimizer_state_bytes"].get<double>());
  CHECK(adapters["plan"]["figures"]["adapter_rank"] == 16);
  const auto reach = [](const Json& answer) {
    return answer["step"]["ranges"]["step_time_s"]["high"].get<double>() / seconds(answer);
  };
  CHECK(reach(adapters) > reach(all) + 0.2);
  std::string notes = adapters["plan"].dump();
  CHECK(contains(notes, "the range is wider by 25 points"));
  CHECK(!all["plan"]["figures"].contains("adapter_rank"));
  CHECK(run({"train", "--model", "llama3-8b", "--gpu", "h100-sxm", "--gpus", "8", "--global-batch", "64", "--lora", "16"}).exit ==
        2);
}

TEST_CASE("experts are split as the software splits them, unless options say otherwise") {
  const std::vector<std::string> job{"--model", "mixtral-8x22b", "--gpu", "h100-sxm",       "--gpus", "128",    "--tp",
                                     "4",       "--pp",          "4",     "--global-batch", "256",    "--stack"};
  const auto split = [&](const char* stack, const std::vector<std::string>& more) {
    std::vector<std::string> words = job;
    words.emplace_back(stack);
    return sections(words, more)["plan"]["figures"]["etp"].get<int>();
  };
  CHECK(split("megatron-core-24.11", {"--ep", "8"}) == 4);
  CHECK(split("megatron-core-26.02", {"--ep", "8"}) == 1);
  CHECK(split("megatron-core-24.11", {"--ep", "8", "--etp", "1"}) == 1);
}

TEST_CASE("a sequence is split between products where tensor parallelism divides it, and the plan says where it does not") {
  const auto split = [](const char* tokens, const char* tp, const char* cp) {
    return sections({"--model", "llama3-8b", "--gpu", "h100-sxm", "--gpus", "64", "--global-batch", "64"},
                    {"--tp", tp, "--cp", cp, "--sequence-length", tokens});
  };
  CHECK(split("8192", "8", "4")["plan"]["figures"]["sp"] == "on");
  for (const auto& [tokens, tp, cp] : {std::tuple{"1", "8", "1"}, {"8191", "8", "1"}, {"4", "8", "4"}})
    CHECK(split(tokens, tp, cp)["plan"]["figures"]["sp"] == "off");
  const Run told = run({"train", "--model", "llama3-8b", "--gpu", "h100-sxm", "--gpus", "64", "--global-batch", "64", "--tp", "8",
                        "--cp", "4", "--sequence-length", "4"});
  CHECK(contains(told.out, "tp 8 x cp 4 does not divide a sequence of 4 tokens"));
}

TEST_CASE("what nobody says of context parallelism is as the software does it, in a stated plan and in a search") {
  const std::vector<std::string> job{"--model", "llama3-8b",         "--gpu", "h100-sxm", "--gpus",    "64", "--global-batch",
                                     "32",      "--sequence-length", "65536", "--stack",  "meta-llama"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), job.begin(), job.end());
    return more;
  };
  const Json stated = sections(with({"--tp", "2", "--cp", "4"}), {});
  CHECK(stated["plan"]["figures"]["cp_comm_type"] == "all_gather");
  CHECK(stated["plan"]["basis"]["cp_comm_type"]["remark"] == "not given: as meta-llama does");
  CHECK(seconds(stated) == seconds(sections(with({"--tp", "2", "--cp", "4", "--cp-comm-type", "all_gather"}), {})));
  CHECK(seconds(stated) != seconds(sections(with({"--tp", "2", "--cp", "4", "--cp-comm-type", "p2p"}), {})));
  std::vector<std::string> search = with({"--fix", "cp=4", "--fix", "tp=2"});
  search.insert(search.begin(), "search");
  CHECK(contains(run(search).out, "cp 4 (all_gather)"));
}

TEST_CASE("DualPipe is what DeepSeek's code runs where micro-batches fill it, with one chunk per stage") {
  const std::vector<std::string> job{"--model",  "deepseek-v2", "--gpu", "h800", "--gpus", "640",  "--stack",
                                     "deepseek", "--tp",        "1",     "--pp", "10",     "--ep", "32"};
  const auto plan = [&](const char* batch, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = job;
    words.insert(words.end(), {"--global-batch", batch});
    return sections(words, more);
  };
  const Json filled = plan("1280"), short_of = plan("640");
  CHECK(filled["plan"]["figures"]["schedule"] == "dual-pipe");
  CHECK(filled["plan"]["figures"]["vp"] == 1);
  CHECK(contains(filled["plan"]["basis"]["vp"]["derivation"], "DualPipe runs one chunk"));
  CHECK(short_of["plan"]["figures"]["schedule"] == "interleaved");
  CHECK(seconds(filled) == seconds(plan("1280", {"--schedule", "dual-pipe"})));
}

TEST_CASE(
    "CUDA graphs that an option asks for shorten what waits for the host, widen the range, and are no news to who has them") {
  const std::vector<std::string> job{"--model", "qwen3-30b-a3b", "--gpu", "h100-sxm",       "--gpus", "32", "--tp", "1", "--ep",
                                     "32",      "--micro-batch", "1",     "--global-batch", "512"};
  const auto width = [](const Json& answer) {
    return answer["step"]["ranges"]["step_time_s"]["high"].get<double>() / seconds(answer);
  };
  const Json eager = sections(job, {}), replayed = sections(job, {"--cuda-graphs", "on"});
  CHECK(seconds(replayed) < seconds(eager));
  CHECK(width(replayed) > width(eager));
  CHECK(seconds(sections(job, {"--cuda-graphs", "off"})) == seconds(eager));
  const std::vector<std::string> new_stack{"--stack", "megatron-core-26.06"};
  const Json has = sections(job, new_stack), asked = sections(job, {"--stack", "megatron-core-26.06", "--cuda-graphs", "on"});
  CHECK(seconds(asked) == seconds(has));
  CHECK(width(asked) == width(has));
  std::vector<std::string> search{"search", "--model", "qwen3-30b-a3b",  "--gpu", "h100-sxm",
                                  "--gpus", "32",      "--global-batch", "512"};
  const Run before = run(search);
  search.insert(search.end(), {"--cuda-graphs", "on"});
  CHECK(before.out != run(search).out);
}
