// Does `eigenbau train` take its step apart without losing any of it, from a file or from options?
#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "run_program.h"

using Json = nlohmann::json;

namespace {

Json sections(std::vector<std::string> words) {
  words.insert(words.begin(), "train");
  words.emplace_back("--json");
  const Run result = run(words);
  CAPTURE(result.err);
  REQUIRE(result.exit == 0);
  return Json::parse(result.out)["sections"];
}

const std::vector<std::string> kLlama{"--model", "llama3-70b", "--gpu", "h100-sxm", "--gpus", "512", "--global-batch", "512"};

std::vector<std::string> llama(std::vector<std::string> more) {
  more.insert(more.begin(), kLlama.begin(), kLlama.end());
  return more;
}

std::string lab() { return std::string(EIGENBAU_SOURCE_DIR) + "/scenarios/lab-64.toml"; }

}  // namespace

TEST_CASE("memory is that of one stage, whose parts add up to it, and a pipeline says which") {
  for (const auto& [pp, recompute, stage] : {std::tuple{"4", "none", "first"}, {"4", "full", "last"}, {"1", "full", nullptr}}) {
    const Json memory =
        sections(llama({"--tp", "8", "--pp", pp, "--micro-batch", "1", "--recompute", recompute}))["memory"]["figures"];
    double sum = 0;
    for (const char* part : {"weights", "gradients", "optimizer_state", "activations", "buffers"})
      sum += memory[std::string(part) + "_bytes"].get<double>();
    CHECK(sum == doctest::Approx(memory["memory_bytes"].get<double>()));
    CHECK(memory.contains("fullest_stage") == (stage != nullptr));
    if (stage) CHECK(memory["fullest_stage"] == stage);
  }
}

TEST_CASE("the parts of a step add up to it") {
  const Json answer = sections(llama({"--tp", "8", "--pp", "4"}));
  double sum = 0;
  for (const auto& [part, time] : answer["step"]["stacks"]["bar"]["bars"]["step"]["parts"].items()) sum += time.get<double>();
  CHECK(sum == doctest::Approx(answer["step"]["figures"]["step_time_s"].get<double>()).epsilon(1e-4));
}

TEST_CASE("without degrees no stated plan is faster than the one that is found") {
  const double found = sections(kLlama)["step"]["figures"]["step_time_s"];
  for (const char* tp : {"2", "4", "8"})
    for (const char* pp : {"2", "4", "8"})
      CHECK(sections(llama({"--tp", tp, "--pp", pp}))["step"]["figures"]["step_time_s"].get<double>() >= found);
}

TEST_CASE("a schedule of the software's own is among the plans that are tried, and one that is asked for is taken") {
  const std::vector<std::string> job{"--model", "deepseek-v3", "--gpu", "h800", "--gpus", "512", "--global-batch", "2048",
                                     "--stack", "deepseek",    "--tp",  "2",    "--ep",   "64",  "--pp",           "8"};
  const std::vector<std::string> open(job.begin(), job.end() - 6);
  CHECK(sections(job)["memory"]["figures"]["memory_bytes"].get<double>() <=
        sections(job)["memory"]["figures"]["memory_available_bytes"].get<double>());
  const auto time = [](std::vector<std::string> words) -> double { return sections(words)["step"]["figures"]["step_time_s"]; };
  CHECK(time(open) <= time(job));
  std::vector<std::string> settled = open;
  settled.insert(settled.end(), {"--schedule", "zero-bubble"});
  CHECK(sections(settled)["plan"]["figures"]["schedule"] == "zero-bubble");
}

TEST_CASE("a batch of tokens is as many sequences for train as for search") {
  const std::vector<std::string> job{"--model", "llama3-8b", "--gpu", "h100-sxm", "--gpus", "64", "--global-batch", "4 Mtoken"};
  std::vector<std::string> words{"search"};
  words.insert(words.end(), job.begin(), job.end());
  words.emplace_back("--json");
  const Json found = Json::parse(run(words).out)["sections"]["search"]["figures"];
  CHECK(sections(job)["step"]["figures"]["step_time_s"].get<double>() ==
        doctest::Approx(found["step_time_s"].get<double>()).epsilon(1e-3));
}

TEST_CASE("a file's job trains as the plan of the file says") {
  const Json jobs = Json::parse(run({"plan", lab(), "--json", "--samples", "0"}).out)["sections"]["jobs"]["figures"];
  const Json step = sections({lab()})["step"]["figures"];
  bool same = false;
  for (const auto& [key, value] : jobs.items())
    same = same || (key.ends_with("_step_s") && value.get<double>() == doctest::Approx(step["step_time_s"].get<double>()));
  CHECK(same);
}

TEST_CASE("degrees that do not divide are named with the nearest that do") {
  const Run heads = run({"train", "--model", "llama3-70b", "--gpu", "h100-sxm", "--gpus", "512", "--global-batch", "512", "--tp",
                         "7", "--dp", "73"});
  CHECK(heads.exit == 2);
  CHECK(heads.err.find("nearest: tp 4 or 8") != std::string::npos);
  CHECK(run({"train", "--model", "llama3-70b", "--gpu", "h100-sxm", "--gpus", "512"}).exit == 2);
  CHECK(run({"train", lab(), "--job", "none"}).exit == 2);
  CHECK(run({"train", lab(), "--model", "grok-1"}).exit == 2);  // the file names its model
  CHECK(run({"train", "--model", "llama3.1-405b", "--gpu", "h100-sxm", "--gpus", "8", "--global-batch", "8"}).exit == 3);
}

TEST_CASE("a trace is written whole") {
  const auto path = std::filesystem::temp_directory_path() / "eigenbau_train_test.pftrace";
  sections(llama({"--tp", "8", "--pp", "4", "--trace", path.string()}));
  CHECK(std::filesystem::file_size(path) > 1000);
  std::filesystem::remove(path);
}

TEST_CASE("a power cap below what an accelerator draws without work has no answer; one above its rating changes nothing") {
  const auto capped = [&](const char* watts) {
    return run([&] {
      std::vector<std::string> words = llama({"--power-cap", watts, "--json"});
      words.insert(words.begin(), "train");
      return words;
    }());
  };
  CHECK(capped("1 W").exit == 3);
  CHECK(contains(capped("1 W").err, "cannot be held"));
  const double free = sections(kLlama)["step"]["figures"]["step_time_s"];
  const Run half = capped("350 W"), beyond = capped("2 kW");
  REQUIRE(half.exit == 0);
  REQUIRE(beyond.exit == 0);
  CHECK(Json::parse(half.out)["sections"]["step"]["figures"]["step_time_s"].get<double>() > free);
  CHECK(Json::parse(beyond.out)["sections"]["step"]["figures"]["step_time_s"].get<double>() == free);
  CHECK(run({"check", lab(), "--set", "power.gpu_cap=1 W"}).exit == 1);
}

namespace {

Run train(std::vector<std::string> words) {
  words.insert(words.begin(), "train");
  return run(words);
}

/// 405 billion parameters on 2,048 accelerators, eight leaves of them.
double step_time(std::vector<std::string> more) {
  std::vector<std::string> words{"--model",        "llama3.1-405b", "--gpu", "h100-sxm", "--gpus", "2048",
                                 "--global-batch", "512",           "--tp",  "8",        "--pp",   "16"};
  words.insert(words.end(), more.begin(), more.end());
  return sections(words)["step"]["figures"]["step_time_s"];
}

}  // namespace

TEST_CASE("a fabric that is oversubscribed beyond the leaf slows a job spread over several leaves, never one inside a leaf") {
  double before = step_time({"--oversubscription", "1"});
  for (const char* ratio : {"8", "64", "512"}) {
    const double slower = step_time({"--oversubscription", ratio});
    CHECK(slower > before);
    before = slower;
  }
  const auto small = [](const char* ratio) -> double {
    return sections({"--model", "llama3-8b", "--gpu", "h100-sxm", "--gpus", "64", "--global-batch", "128", "--tp", "1",
                     "--oversubscription", ratio})["step"]["figures"]["step_time_s"];
  };
  CHECK(small("1") == small("64"));
  const auto searched = [](const char* ratio) -> double {
    const Run found = run({"search", "--model", "llama3.1-405b", "--gpu", "h100-sxm", "--gpus", "2048", "--global-batch", "512",
                           "--oversubscription", ratio, "--json"});
    return Json::parse(found.out)["sections"]["search"]["figures"]["step_time_s"];
  };
  CHECK(searched("64") > searched("1"));
}

TEST_CASE("a number format is taken as it is, or refused with those that there are") {
  for (const char* format : {"fp32", "tf32", "int8", "nvfp4", "mxfp8"}) {
    const Run refused = train(llama({"--precision", format}));
    CHECK(refused.exit == 3);
    CHECK(contains(refused.err, "EB0014"));
    CHECK(contains(refused.err, "bf16, fp16, fp8, fp8_block"));
  }
  CHECK(run({"search", "--model", "llama3-8b", "--gpu", "a100-80", "--gpus", "64", "--global-batch", "128", "--precision", "fp8"})
            .exit == 3);
  CHECK(train({lab(), "--precision", "nvfp4"}).exit == 3);
}

TEST_CASE("each degree says whether an option, the file or nobody stated it") {
  const Run stated = train(llama({"--tp", "8", "--pp", "4", "--zero", "1"}));
  const auto origin = [&](const std::string& label) {
    const std::size_t line = stated.out.find("\n", stated.out.find("  " + label)) + 1;
    return stated.out.substr(line, stated.out.find("\n", line) - line);
  };
  CHECK(contains(origin("Tensor parallel  "), "command line"));
  CHECK(contains(origin("ZeRO level  "), "command line"));
  CHECK(contains(origin("Context parallel  "), "not given"));
  CHECK(contains(origin("Chunks per stage  "), "megatron-core interleaves"));
  CHECK(contains(origin("Data parallel  "), "GPUs /"));
  const Run chosen = train({scenario("llama3-16k-h100")});
  CHECK(contains(chosen.out, "The file states tp 8, pp 16"));
  CHECK(contains(chosen.out, "cluster file"));
}

TEST_CASE("an option beside a file's plan changes that degree and keeps the others") {
  const Json plan = sections({scenario("llama3-16k-h100"), "--micro-batch", "1"})["plan"]["figures"];
  CHECK(plan["tp"] == 8);
  CHECK(plan["pp"] == 16);
  CHECK(sections({scenario("llama3-16k-h100"), "--tp", "4"})["plan"]["figures"]["pp"] == 16);
}

TEST_CASE("a transport with longer hops takes longer") {
  const auto step = [](const char* transport) {
    return sections(llama({"--tp", "8", "--pp", "1", "--transport", transport}))["step"]["figures"]["step_time_s"].get<double>();
  };
  CHECK(step("infiniband") == doctest::Approx(step("roce")));
  CHECK(step("efa") > step("infiniband"));
  CHECK(train(llama({"--transport", "pigeons"})).exit == 2);
}

TEST_CASE("a recompute that is chosen fits wherever one does") {
  for (const char* micro : {"1", "2", "4"}) {
    const Run result = train(llama({"--tp", "8", "--pp", "4", "--micro-batch", micro}));
    CHECK((!contains(result.out, "does not fit") || contains(result.out, "recompute full")));
  }
}

TEST_CASE("notes and warnings are of the plan that is answered, and in the answer") {
  const Run slow = train(llama({"--nic", "100 Gb/s", "--tp", "8"}));
  CHECK(contains(slow.out, "100 Gb/s of RoCE"));
  CHECK_FALSE(contains(slow.out, "400 Gb/s"));
  const std::vector<std::string> uneven{"--model",        "llama3-70b", "--gpu", "h100-sxm", "--gpus", "48",
                                        "--global-batch", "96",         "--tp",  "8",        "--pp",   "3"};
  std::vector<std::string> json = uneven;
  json.emplace_back("--json");
  for (const std::vector<std::string>& words : {uneven, json}) {
    const std::string out = train(words).out;
    CHECK(contains(out, "pp 3 does not divide 80 layers"));
    CHECK(contains(out, "the last 26"));
  }
}

TEST_CASE("values that cannot be taken as they are written are refused, with the range") {
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{{"--sequence-length", "1000000000000"},
                                                                                     {"--global-batch", "4.7"},
                                                                                     {"--gpus", "4294967296"},
                                                                                     {"--power-cap", "0 W"},
                                                                                     {"--tp", "99999999999"},
                                                                                     {"--tp", "0"},
                                                                                     {"--zero", "4"},
                                                                                     {"--job", "foo"},
                                                                                     {"--set", "a=b"}}) {
    CAPTURE(wrong[0]);
    CHECK(train(llama(wrong)).exit == 2);
  }
  CHECK(contains(train(llama({"--tp", "0"})).err, "from 1 to"));
}

TEST_CASE("words are taken as people spell them, and help lists them") {
  const auto words_of = [](const char* schedule) {
    return sections(llama({"--tp", "8", "--pp", "4", "--schedule", schedule}))["step"]["figures"]["step_time_s"].get<double>();
  };
  CHECK(words_of("1F1B") == words_of("1f1b"));
  CHECK(words_of("ZeroBubble") == words_of("zero-bubble"));
  CHECK(words_of("dualpipe") == words_of("dual_pipe"));
  const std::string help = run({"train", "--help"}).out;
  for (const char* word : {"1f1b", "zero-bubble", "selective", "activations", "fp8_block"}) CHECK(contains(help, word));
}

TEST_CASE("one mistake is told once, with values that work") {
  const auto errors = [](const std::string& text) {
    int count = 0;
    for (std::size_t at = text.find("error["); at != std::string::npos; at = text.find("error[", at + 1)) ++count;
    return count;
  };
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
           {"--tp", "3"}, {"--tp", "8", "--pp", "128"}, {"--tp", "8", "--micro-batch", "3"}, {"--tp", "7", "--dp", "73"}}) {
    const Run result = train(llama(wrong));
    CHECK(result.exit == 2);
    CHECK(errors(result.err) == 1);
    CHECK(contains(result.err, "EB0015"));
    CHECK(contains(result.err, "nearest: "));
  }
  CHECK(contains(train(llama({"--tp", "8", "--micro-batch", "3"})).err, "micro-batch 2 or 4"));
}

TEST_CASE("every constant of a stack is told with its meaning, and whether it was fitted") {
  const Json rows = sections(llama({"--tp", "8", "--explain"}))["constants"]["tables"]["constants"]["rows"];
  std::map<std::string, Json> told;
  for (const Json& row : rows) told[row["name"]] = row;
  // One for each line of the reference page of the part.
  const std::string page = read(std::filesystem::path(EIGENBAU_SOURCE_DIR) / "docs/reference/parts/stack.md");
  const std::size_t table = page.find("\n## training\n");
  REQUIRE(table != std::string::npos);
  const std::string fields = page.substr(table, page.find("\n## ", table + 1) - table);
  int found = 0;
  for (std::size_t at = fields.find("\n| `"); at != std::string::npos; at = fields.find("\n| `", at + 1), ++found) {
    const std::string name = fields.substr(at + 4, fields.find('`', at + 4) - at - 4);
    CAPTURE(name);
    CHECK((told.contains(name) || told.contains(name + ".hopper")));
  }
  CHECK(found > 50);
  CHECK(told["ep_exposed"]["found"] == "fitted");
  CHECK(told["expert_nic_ceiling"]["found"] == "held");
  CHECK(told["error_moe"]["found"] == "errors of the fit");
  CHECK(told["single_copies"]["value"] == "no");  // Megatron sends a copy to each expert
  for (const auto& [name, row] : told) CHECK_FALSE(row["meaning"].get<std::string>().empty());
}

TEST_CASE("an accelerator without a server has the network of those that it is sold in") {
  const auto network = [](const char* gpu, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--model", "llama3-8b", "--gpu", gpu, "--gpus", "64", "--global-batch", "256", "--tp", "1",
                               "--precision", "fp16"});
    const Run told = train(more);
    const std::size_t at = told.out.find("no server with");
    return at == std::string::npos ? told.out : told.out.substr(at);
  };
  CHECK(contains(network("a800"), "200 Gb/s"));
  CHECK(contains(network("v100"), "50.0 Gb/s"));
  CHECK(contains(network("l40s"), "200 Gb/s"));
  CHECK(contains(network("rtx-4090"), "25.0 Gb/s"));
  CHECK(contains(network("rtx-4090"), "catalog show rtx-4090"));
  CHECK_FALSE(contains(network("rtx-4090", {"--nic", "100 Gb/s"}), "catalog show"));
  // The same silicon with slower links is never the faster one.
  const auto step = [](const char* gpu) -> double {
    return sections(
        {"--model", "llama3-70b", "--gpu", gpu, "--gpus", "256", "--global-batch", "512"})["step"]["figures"]["step_time_s"];
  };
  CHECK(step("a800") >= step("a100-80"));
}

namespace {

const std::vector<std::string> kDeepSeek{"--model", "deepseek-v3", "--gpu", "h800", "--gpus", "2048", "--global-batch", "15360",
                                         "--tp",    "1",           "--pp",  "16",   "--ep",   "64",   "--precision",    "fp8"};

std::vector<std::string> deepseek(std::vector<std::string> more) {
  more.insert(more.begin(), kDeepSeek.begin(), kDeepSeek.end());
  return more;
}

}  // namespace

TEST_CASE("the answer has every degree of its plan, and where it is from") {
  const Json plan = sections(deepseek({"--tp", "2", "--etp", "2", "--ep", "32"}))["plan"];
  CHECK(plan["figures"]["etp"] == 2);
  CHECK(plan["basis"]["etp"]["source"] == "command line");
  CHECK(plan["figures"]["sp"] == "on");
  CHECK(plan["figures"]["schedule"] == "1f1b");
  CHECK(contains(plan["basis"]["schedule"]["remark"], "not given"));
  const Json dense = sections(llama({"--tp", "1", "--pp", "4", "--schedule", "zero-bubble"}))["plan"];
  CHECK(dense["figures"]["etp"] == 1);
  CHECK(dense["figures"]["sp"] == "off");
  CHECK(dense["figures"]["schedule"] == "zero-bubble");
  CHECK(dense["basis"]["schedule"]["remark"] == "command line");
  CHECK_FALSE(dense["figures"].contains("dispatch"));
  const Run refused = train(llama({"--tp", "2", "--etp", "2"}));
  CHECK(refused.exit == 2);
  CHECK(contains(refused.err, "nearest: etp 1"));
}

TEST_CASE("how tokens get to their experts is as an option says, else as the stack does") {
  const auto plan_of = [](std::vector<std::string> more) { return sections(deepseek(std::move(more)))["plan"]["figures"]; };
  const auto time_of = [](std::vector<std::string> more) -> double {
    return sections(deepseek(std::move(more)))["step"]["figures"]["step_time_s"];
  };
  CHECK(contains(plan_of({"--dispatch", "all-to-all"})["dispatch"], "one copy for each expert"));
  CHECK(contains(plan_of({"--dispatch", "DeepEP"})["dispatch"], "one copy for each rank"));
  CHECK(time_of({"--dispatch", "deepep"}) < time_of({"--dispatch", "all-to-all"}));
  const double stack = time_of({});
  CHECK((stack == time_of({"--dispatch", "deepep"}) || stack == time_of({"--dispatch", "all-to-all"})));
  CHECK(time_of({"--routing", "dropless"}) == stack);
  CHECK(plan_of({})["expert_imbalance"].get<double>() > 1);
  CHECK(plan_of({"--routing", "token-drop"})["expert_imbalance"] == 1);
  CHECK(plan_of({"--routing", "balanced"})["expert_imbalance"] == 1);
  CHECK(time_of({"--routing", "balanced"}) < stack);
  // Also of the plan that is found where no degree is given.
  const auto found = [](const char* way) -> double {
    return sections({"--model", "mixtral-8x7b", "--gpu", "h100-sxm", "--gpus", "64", "--global-batch", "256", "--dispatch",
                     way})["step"]["figures"]["step_time_s"];
  };
  CHECK(found("deepep") <= found("all-to-all"));
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"--dispatch", "deepep"}, {"--routing", "dropless"}}) {
    const Run dense = train(llama({words[0], words[1], "--tp", "8"}));
    CHECK(dense.exit == 2);
    CHECK(contains(dense.err, "llama3-70b has none"));
  }
  const Run open =
      train({"--model", "mixtral-8x7b", "--gpu", "h100-sxm", "--gpus", "64", "--global-batch", "256", "--routing", "token-drop"});
  CHECK(open.exit == 2);
  CHECK(contains(open.err, "state the degrees"));
}

TEST_CASE("a schedule that is asked for runs, or the answer says which one does") {
  const auto figures = [](std::vector<std::string> more) { return sections(deepseek(std::move(more)))["plan"]["figures"]; };
  CHECK(figures({"--schedule", "interleaved"})["schedule"] == "1f1b");
  const Run uneven = train(deepseek({"--schedule", "interleaved"}));
  CHECK(contains(uneven.out, "61 layers over 16 stages"));
  CHECK(contains(uneven.out, "1F1B runs"));
  CHECK(contains(uneven.out, "nearest: pp 7"));
  CHECK_FALSE(contains(train(deepseek({})).out, "1F1B runs"));
  const Json even = sections(llama({"--tp", "8", "--pp", "4", "--schedule", "interleaved"}))["plan"]["figures"];
  CHECK(even["schedule"] == "interleaved");
  CHECK(even["vp"] > 1);
  const Json plain = sections(llama({"--tp", "8", "--pp", "1"}));
  for (const char* schedule : {"zero-bubble", "dual-pipe"}) {
    const std::vector<std::string> one_stage = llama({"--tp", "8", "--pp", "1", "--schedule", schedule});
    CHECK(contains(train(one_stage).out, std::string("no pipeline for ") + schedule + " to fill: 1F1B runs"));
    const Json answer = sections(one_stage);
    CHECK(answer["plan"]["figures"]["schedule"] == "1f1b");
    CHECK(answer["step"]["figures"] == plain["step"]["figures"]);
    CHECK_FALSE(contains(train(llama({"--tp", "8", "--pp", "4", "--schedule", schedule})).out, "1F1B runs"));
  }
  const Run both = train(llama({"--tp", "8", "--pp", "4", "--schedule", "1f1b", "--vp", "2"}));
  CHECK(both.exit == 2);
  CHECK(contains(both.err, "one chunk per stage"));
}

TEST_CASE("sharding that the software runs as less is told, and costs what the less does") {
  const auto torchtitan = [](const char* pp, const char* zero) {
    return llama({"--stack", "torchtitan", "--tp", "2", "--pp", pp, "--zero", zero});
  };
  for (const char* zero : {"2", "3"}) {
    CHECK(contains(train(torchtitan("4", zero)).out, "ZeRO 1 runs"));
    CHECK(sections(torchtitan("4", zero))["step"]["figures"] == sections(torchtitan("4", "1"))["step"]["figures"]);
    CHECK(sections(torchtitan("4", zero))["plan"]["figures"]["zero_level"] == 1);
    CHECK(contains(train(torchtitan("4", zero)).out, ", ZeRO 1,"));
    CHECK_FALSE(contains(train(torchtitan("1", zero)).out, "ZeRO 1 runs"));
  }
  CHECK_FALSE(contains(train(torchtitan("4", "1")).out, "ZeRO 1 runs"));
}

TEST_CASE("sharding that is not given is the software's own, and in a pipeline no more than the optimizer's") {
  const auto level = [](const char* stack, const char* pp) {
    return sections(llama({"--stack", stack, "--tp", "2", "--pp", pp}))["plan"]["figures"]["zero_level"];
  };
  for (const char* stack : {"maxtext", "torchtitan", "deepspeed"}) {
    CHECK(level(stack, "1") == 3);
    CHECK(level(stack, "4") == 1);
  }
  CHECK(contains(train(llama({"--stack", "maxtext", "--tp", "2", "--pp", "4"})).out, "would travel for every micro-batch"));
}

TEST_CASE("no adapter gives an accelerator more than its link to the host carries") {
  const auto time = [](const char* nic) -> double {
    return sections({"--model", "llama2-7b", "--gpu", "l40s", "--gpus", "64", "--domain", "1", "--tp", "1", "--zero", "3",
                     "--global-batch", "64", "--nic", nic})["step"]["figures"]["step_time_s"];
  };
  CHECK(time("100 Gb/s") > time("200 Gb/s"));
  CHECK(time("200 Gb/s") > time("256 Gb/s"));
  CHECK(time("800 Gb/s") == time("256 Gb/s"));  // PCIe 4 of 16 lanes: 32 GB/s
}

TEST_CASE("a collective library of one's own changes a step and a search, the built-in one does not, an unknown one is refused") {
  const auto time_of = [](std::vector<std::string> more) -> double {
    return sections(llama(std::move(more)))["step"]["figures"]["step_time_s"];
  };
  CHECK(time_of({"--tp", "8", "--library", "nccl"}) == time_of({"--tp", "8"}));
  const Run unknown = train(llama({"--tp", "8", "--library", "nobody"}));
  CHECK(unknown.exit == 2);
  CHECK(contains(unknown.err, "nobody"));
}
