// Does the plan search keep what the user asked for, and do its answers hang together?
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "run_program.h"

using Json = nlohmann::json;

namespace {

const std::vector<std::string> kJob{"search", "--model", "llama3-70b",     "--gpu", "h100-sxm",
                                    "--gpus", "256",     "--global-batch", "512"};

Run ask(std::vector<std::string> more, std::vector<std::string> job = kJob) {
  job.insert(job.end(), more.begin(), more.end());
  return run(job);
}

Json answer(std::vector<std::string> more, const std::vector<std::string>& job = kJob) {
  more.push_back("--json");
  const Run result = ask(more, job);
  CAPTURE(result.err);
  REQUIRE(result.exit == 0);
  return Json::parse(result.out)["sections"]["search"];
}

/// The rows of a table, by column.
Json rows(const Json& section, const char* table) { return section["tables"][table]["rows"]; }

/// A row's plan as options of `train`: "selective (moe_act, layernorm)" are two modules, "full of 2 layers a chunk" two layers.
std::vector<std::string> options_of(const Json& row) {
  std::vector<std::string> options{"--json"};
  const auto add = [&](const char* option, const std::string& value) { options.insert(options.end(), {option, value}); };
  for (const char* degree : {"tp", "pp", "vp", "cp", "dp", "ep", "etp", "zero"})
    add(("--" + std::string(degree)).c_str(), row[degree].dump());
  add("--micro-batch", row["mbs"].dump());
  if (row["shard_group"] > 0) add("--shard-group", row["shard_group"].dump());
  for (const char* word : {"sp", "schedule"}) add(("--" + std::string(word)).c_str(), row[word]);
  if (row["cp_comm_type"].is_string()) add("--cp-comm-type", row["cp_comm_type"]);
  if (row["expert_overlap"] == "on") options.emplace_back("--expert-overlap");
  const std::string recompute = row["recompute"];
  const std::size_t list = recompute.find('('), layers = recompute.find(" of ");
  if (list != std::string::npos) add("--recompute-modules", recompute.substr(list + 1, recompute.size() - list - 2));
  else if (layers != std::string::npos) add("--recompute-num-layers", std::to_string(std::stoi(recompute.substr(layers + 4))));
  else add("--recompute", recompute);
  return options;
}

double step(const Json& section) { return section["figures"]["step_time_s"].get<double>(); }

}  // namespace

TEST_CASE("search, train and plan answer one job with one plan and one step time, in every scenario that trains") {
  int trains = 0;
  for (const std::string& name : scenario_names()) {
    CAPTURE(name);
    const Run trained = run({"train", scenario(name), "--json"});
    if (trained.exit == 2 && contains(trained.err, "no training job")) continue;
    REQUIRE(trained.exit == 0);
    ++trains;
    const Json train = Json::parse(trained.out)["sections"];
    const Json search = answer({}, {"search", scenario(name)}), searched = search["figures"];
    const std::string words = searched["best_plan"];
    CHECK(train["plan"]["figures"]["plan"] == words);
    CHECK(train["step"]["figures"]["step_time_s"] == searched["step_time_s"]);
    CHECK(train["step"]["ranges"] == search["ranges"]);
    const Run planned = run({"plan", scenario(name), "--samples", "0", "--json"});
    REQUIRE(planned.exit == 0);
    bool found = false;
    const Json jobs = Json::parse(planned.out)["sections"]["jobs"]["figures"];
    for (const auto& [key, value] : jobs.items())
      if (key.ends_with("_plan") && !found) {
        found = true;
        CHECK(words.starts_with(value.get<std::string>() + ","));
        CHECK(jobs[key.substr(0, key.size() - 4) + "step_s"] == searched["step_time_s"]);
      }
    CHECK(found);
  }
  CHECK(trains >= 10);
}

TEST_CASE("train with the degrees of any plan that the search prints gives the step and the memory that it prints") {
  std::set<std::string> kinds;  // of context parallelism
  const auto job = [](const char* model, const char* gpu, const char* gpus, const char* batch, const char* stack) {
    return std::vector<std::string>{"--model", model, "--gpu", gpu, "--gpus", gpus, "--global-batch", batch, "--stack", stack};
  };
  std::vector<std::string> long_job = job("llama3-8b", "h100-sxm", "32", "32", "megatron-core");
  long_job.insert(long_job.end(), {"--sequence-length", "131072"});
  for (const auto& words :
       {job("llama3-70b", "h100-sxm", "64", "256", "megatron-core"), job("llama2-7b", "a100-40", "16", "64", "pytorch-fsdp"),
        job("llama2-13b", "a100-40", "8", "64", "megatron-core"),
        job("qwen3-30b-a3b", "h100-sxm", "32", "256", "megatron-core-26.02"),
        job("deepseek-v3", "h800", "512", "4096", "deepseek"), long_job}) {
    std::vector<std::string> asked = words;
    asked.insert(asked.begin(), "search");
    const Json section = answer({"--free", "all", "--front", "--cp-comm-type", "a2a", "--cp-comm-type", "all_gather"}, asked);
    for (const char* table : {"best", "front"})
      for (const Json& row : rows(section, table)) {
        CAPTURE(row.dump());
        std::vector<std::string> options{"train"};
        options.insert(options.end(), words.begin(), words.end());
        const std::vector<std::string> plan = options_of(row);
        options.insert(options.end(), plan.begin(), plan.end());
        const Run trained = run(options);
        CAPTURE(trained.err);
        REQUIRE(trained.exit == 0);
        const Json found = Json::parse(trained.out)["sections"];
        CHECK(found["step"]["figures"]["step_time_s"] == row["step_s"]);
        CHECK(found["memory"]["figures"]["memory_bytes"] == row["memory_bytes"]);
        CHECK((row["cp"] > 1) == row["cp_comm_type"].is_string());
        if (row["cp"] > 1) kinds.insert(row["cp_comm_type"].get<std::string>());
      }
  }
  CHECK(kinds.contains("a2a"));
  CHECK(kinds.size() > 1);
}

TEST_CASE("how keys and values get around is settled by option and file, and told of plans that have it") {
  std::vector<std::string> job = kJob;
  job.insert(job.end(), {"--sequence-length", "65536", "--fix", "cp=4", "--fix", "tp=2"});
  for (const char* kind : {"p2p", "a2a", "all_gather"}) {
    const Json section = answer({"--fix", std::string("cp_comm_type=") + kind}, job);
    for (const Json& row : rows(section, "best")) CHECK(row["cp_comm_type"] == kind);
    const bool named = contains(section["figures"]["best_plan"], std::string("cp 4 (") + kind + ")");
    CHECK(named == (std::string(kind) != "p2p"));
  }
  CHECK(contains(ask({"--cp-comm-type", "a2a"}, job).out, "cp type"));
  CHECK_FALSE(contains(ask({"--fix", "cp=1"}).out, "cp type"));  // nothing gets around
  CHECK(ask({"--fix", "cp_comm_type=ring"}).exit == 2);
  // Heads that do not divide are exchanged by no plan, and another kind is named.
  const Run none = ask({"--fix", "cp=16", "--fix", "cp_comm_type=a2a", "--sequence-length", "65536"});
  CHECK(none.exit == 3);
  CHECK(contains(none.err, "cp_comm_type p2p instead of a2a"));
  const std::vector<std::string> file{"search", scenario("llama3-16k-h100"), "--set", "job[0].plan.cp=4"};
  std::vector<std::string> stated = file;
  stated.insert(stated.end(), {"--set", "job[0].plan.cp_comm_type=\"all_gather\""});
  CHECK(rows(answer({}, stated), "best")[0]["cp_comm_type"] == "all_gather");
  CHECK(step(answer({"--fix", "cp_comm_type=all_gather"}, file)) == step(answer({}, stated)));
  CHECK(step(answer({"--free", "cp_comm_type"}, stated)) == step(answer({}, file)));
}

TEST_CASE("what the user settles is in every plan of the answer, and makes no step faster") {
  const double free = step(answer({}));
  const Json tp = answer({"--fix", "tp=8", "--fix", "pp=4"});
  for (const Json& row : rows(tp, "best")) {
    CHECK(row["tp"] == 8);
    CHECK(row["pp"] == 4);
  }
  CHECK(step(tp) >= free);
  const Json narrow = answer({"--max-tp", "2"});
  for (const Json& row : rows(narrow, "best")) CHECK(row["tp"] <= 2);
  CHECK(step(narrow) >= free);
  const Json lean = answer({"--memory-margin", "50%"});
  for (const Json& row : rows(lean, "best")) CHECK(row["memory_bytes"].get<double>() <= 0.5 * 80 * 1024.0 * 1024 * 1024);
  CHECK(step(lean) >= free);
  for (const Json& row : rows(answer({"--min-mfu", "45%"}), "best")) CHECK(row["mfu"].get<double>() >= 0.45);
}

TEST_CASE("a batch in tokens is a batch in sequences, and a longer sequence makes fewer of them") {
  CHECK(step(answer({"--global-batch", "4194304 token", "--sequence-length", "8192"})) ==
        step(answer({"--global-batch", "512"})));
  CHECK(ask({"--global-batch", "4 Mtoken", "--sequence-length", "32768"}).out.find("128 sequences of 32,768") !=
        std::string::npos);
}

TEST_CASE("the least energy is no more than that of the fastest plan, whose step is no longer") {
  const Json fast = answer({}), lean = answer({"--objective", "energy"}), cheap = answer({"--objective", "money"});
  const char* const energy = "energy_per_token_j_per_tokens";
  REQUIRE(fast["figures"].contains(energy));
  CHECK(lean["figures"][energy].get<double>() <= fast["figures"][energy].get<double>());
  CHECK(step(fast) <= step(lean));
  CHECK(step(cheap) == step(fast));  // on one number of accelerators
  // Where waiting draws as much as computing, energy is time.
  CHECK(step(answer({"--objective", "energy", "--busy-power", "1 kW", "--waiting-power", "1 kW"})) == step(fast));
}

TEST_CASE("a sweep answers each machine as a search of its own would; a better machine is not slower") {
  const Json sweep = answer({"--sweep", "nic=200Gb/s,400Gb/s,800Gb/s", "--sweep", "oversubscription=1,4"});
  const Json table = rows(sweep, "sweep");
  REQUIRE(table.size() == 6);
  const auto at = [&](std::size_t i) { return table[i]["step_s"].get<double>(); };
  CHECK(at(0) == step(answer({"--nic", "200Gb/s", "--oversubscription", "1"})));
  CHECK(at(5) == step(answer({"--nic", "800Gb/s", "--oversubscription", "4"})));
  for (std::size_t i = 0; i + 2 < 6; ++i) CHECK(at(i + 2) <= at(i));
  for (std::size_t i = 0; i < 6; i += 2) CHECK(at(i) <= at(i + 1));
  const Json memory = rows(answer({"--sweep", "memory=1GiB,80GiB,141GiB"}), "sweep");
  CHECK(memory[0]["step_s"].is_null());  // nothing fits, and nothing is made up
  CHECK(memory[2]["step_s"].get<double>() <= memory[1]["step_s"].get<double>());
  CHECK(step(answer({"--memory", "80GiB"})) == step(answer({"--memory", "80GB"})));  // sold as decimal, built as binary
  const Json domain = rows(answer({"--sweep", "domain=8,64"}), "sweep");
  CHECK(domain[1]["step_s"].get<double>() <= domain[0]["step_s"].get<double>());
}

TEST_CASE("more of a resource is worth something or nothing, never less than nothing") {
  const Json section = answer({});
  const Json resources = rows(section, "resources");
  CHECK(resources.size() >= 3);
  for (const Json& row : resources) CHECK(row["step_s"].get<double>() <= step(section));
}

TEST_CASE("the scaling curve is in the terminal and on the page") {
  std::vector<std::string> job = kJob;
  job[6] = "64..512";
  const Run text = ask({"--html", "curve.html"}, job);
  REQUIRE(text.exit == 0);
  CHECK(contains(text.out, "Tokens per second"));
  CHECK(contains(read(playground() / "curve.html"), "<svg"));
  CHECK(contains(read(playground() / "curve.html"), "Tokens per second"));
  CHECK(rows(answer({}, job), "scaling").size() == 4);
  const Json front = rows(answer({"--front"}, job), "front");
  REQUIRE_FALSE(front.empty());
  for (std::size_t i = 1; i < front.size(); ++i) CHECK(front[i - 1]["gpus"] <= front[i]["gpus"]);
}

TEST_CASE("sharding is as the software has it, unless it is freed or fixed; what is free is never slower") {
  const Json usual = answer({}), all = answer({"--free", "all"}), zero3 = answer({"--fix", "zero=3"});
  for (const Json& row : rows(usual, "best")) {
    CHECK(row["zero"] == 1);
    CHECK(row["shard_group"] == 0);
  }
  for (const Json& row : rows(zero3, "best")) CHECK(row["zero"] == (row["pp"] == 1 ? 3 : 1));  // as Megatron's pipelines run it
  CHECK(step(all) <= step(usual));
  CHECK(step(all) <= step(zero3));
  CHECK(usual["figures"].contains("freed_plan"));
  CHECK_FALSE(all["figures"].contains("freed_plan"));  // nothing is left to free
  // What a file settles is kept, and freed by name.
  const std::vector<std::string> file{"search", scenario("llama3-16k-h100"), "--set", "job[0].plan.tp=2"};
  for (const Json& row : rows(answer({}, file), "best")) CHECK(row["tp"] == 2);
  const double freed = step(answer({"--free", "tp"}, file));
  CHECK(freed < step(answer({}, file)));
  CHECK(freed == step(answer({"--free", "tp"}, {"search", scenario("llama3-16k-h100")})));
  CHECK(step(answer({"--free", "tp", "--fix", "tp=2"}, file)) == step(answer({}, file)));
}

TEST_CASE("traffic of experts runs beside another micro-batch where the software can and that is faster, or as it is settled") {
  const auto asked = [](const char* stack, std::vector<std::string> more) {
    return answer(std::move(more), {"search", "--model", "qwen3-30b-a3b", "--gpu", "h100-sxm", "--gpus", "32", "--global-batch",
                                    "512", "--stack", stack});
  };
  const auto all = [](const Json& section, const char* word) {
    const Json best = rows(section, "best");
    return !best.empty() && std::ranges::all_of(best, [&](const Json& row) { return row["expert_overlap"] == word; });
  };
  const Json free = asked("megatron-core-25.11", {}), off = asked("megatron-core-25.11", {"--fix", "expert_overlap=off"});
  CHECK(rows(free, "best")[0]["expert_overlap"] == "on");
  CHECK(contains(free["figures"]["best_plan"], "expert overlap"));
  CHECK(all(off, "off"));
  CHECK(step(off) > step(free));
  CHECK(all(asked("megatron-core-25.09", {}), "off"));  // of before that release
  CHECK(all(asked("megatron-core-25.09", {"--fix", "expert_overlap=on"}), "on"));
  CHECK(ask({"--fix", "expert_overlap=maybe"}).exit == 2);
  for (const auto& [fix, said] : {std::pair{"expert_overlap=on", "expert_overlap on"}, {"ep=2", "ep 2"}, {"etp=2", "etp 2"}}) {
    const Run dense = ask({"--fix", fix});
    CHECK(dense.exit == 2);
    CHECK(contains(dense.err, std::string(said) + " is for models with experts, and llama3-70b has none"));
  }
  for (const char* fix : {"expert_overlap=off", "ep=1", "etp=1"}) CHECK(ask({"--fix", fix}).exit == 0);
}

TEST_CASE("a search says what the software refuses of what is settled, and chooses nothing of that by itself") {
  const auto asked = [](const char* stack, std::vector<std::string> more) {
    const Json section = answer(std::move(more), {"search", "--model", "qwen3-30b-a3b", "--gpu", "h100-sxm", "--gpus", "32",
                                                  "--global-batch", "512", "--stack", stack});
    return std::pair{rows(section, "best"), section["remarks"].dump()};
  };
  const auto [unsplit, told] = asked("megatron-core-25.09", {"--fix", "sp=off", "--fix", "tp=2"});
  CHECK(unsplit[0]["sp"] == "off");
  CHECK(contains(told, "refuses to train experts with tensor parallelism that does not split sequences (tp 2)"));
  const std::vector<std::string> curve{"search",         "--model", "qwen3-30b-a3b", "--gpu",  "h100-sxm", "--gpus", "16..64",
                                       "--global-batch", "512",     "--fix",         "sp=off", "--fix",    "tp=2"};
  const std::string points = answer({}, curve)["remarks"].dump();
  CHECK(contains(points, "refuses to train experts"));
  CHECK(points.find("refuses to train experts") == points.rfind("refuses to train experts"));
  CHECK_FALSE(contains(asked("deepspeed", {"--fix", "sp=off", "--fix", "tp=2"}).second, "refuses to train experts"));
  CHECK(contains(asked("megatron-core-25.09", {"--fix", "expert_overlap=on"}).second, "does not run traffic of experts beside"));
  for (const char* stack : {"megatron-core", "megatron-core-25.09", "megatron-core-26.04"}) {
    const auto [best, remarks] = asked(stack, {"--free", "all", "--top", "50"});
    for (const Json& row : best) CHECK((row["tp"] == 1 || row["sp"] == "on"));
    CHECK_FALSE(contains(remarks, "EB0015"));
  }
}

TEST_CASE("what a file settles against itself is named, with its keys, and `check` points at the place") {
  const std::string file = scenario("gpt5-as-expected-2024");
  const auto with = [&](std::vector<std::string> words, const std::vector<std::string>& plan) {
    words.insert(words.begin() + 1, file);
    for (const std::string& one : plan) {
      words.emplace_back("--set");
      words.push_back("job[0].plan." + one);
    }
    return run(words);
  };
  const std::string said = "expert_overlap on and recompute full contradict one another: the backward pass repeats the exchange";
  const std::vector<std::string> both{"expert_overlap=true", "recompute=\"full\""};
  for (const char* command : {"train", "search"}) {
    const Run told = with({command}, both);
    CHECK(told.exit == 3);
    CHECK(contains(told.err, "error[EB4004]: " + said));
  }
  const Run checked = with({"check"}, both);
  CHECK(checked.exit == 0);
  CHECK(contains(checked.err, "warning[EB0015]: " + said));
  CHECK_FALSE(contains(with({"check"}, {both[0]}).err, "contradict"));
  CHECK_FALSE(contains(with({"check"}, {both[1]}).err, "contradict"));
  CHECK(contains(with({"check"}, {"expert_overlap=true", "recompute_modules=[\"moe\"]"}).err,
                 "recompute selective (moe) contradict"));
  CHECK(contains(with({"check"}, {"expert_overlap=true", "ep=1"}).err, "one rank has all experts"));
}

TEST_CASE("a job that no plan spreads over all accelerators takes as many as help, and says why not more") {
  std::vector<std::string> job = kJob;
  job[6] = "250";
  const Json section = answer({}, job);
  const double gpus = section["figures"]["gpus"].get<double>();
  CHECK(gpus < 250);
  CHECK(gpus >= 125);
  bool said = false;
  for (const Json& remark : section["remarks"]) said = said || contains(remark["text"], "of 250 GPUs work");
  CHECK(said);
  std::vector<std::string> train = job;
  train[0] = "train";
  train.push_back("--json");
  const Json trained = Json::parse(run(train).out)["sections"];
  CHECK(trained["plan"]["figures"]["plan"] == section["figures"]["best_plan"]);
  CHECK(trained["step"]["figures"]["step_time_s"] == section["figures"]["step_time_s"]);
}

TEST_CASE("as many recomputed layers as a chunk has, or more, are all, and said so") {
  const Json all = answer({"--fix", "recompute=full"}), many = answer({"--fix", "recompute_num_layers=200"});
  CHECK(many["figures"]["best_plan"] == all["figures"]["best_plan"]);
  CHECK(many["figures"]["step_time_s"] == all["figures"]["step_time_s"]);
  const Json best = rows(many, "best");
  CHECK_FALSE(best.empty());
  for (const Json& row : best) CHECK(row["recompute"] == "full");
}

TEST_CASE("layers that memory asks to recompute are as few as fit, unless they are settled") {
  const std::vector<std::string> job{"search", "--model",        "llama3-8b", "--gpu", "h100-sxm", "--gpus",
                                     "8",      "--global-batch", "64",        "--fix", "tp=2",     "--fix",
                                     "pp=1",   "--fix",          "cp=1",      "--fix", "mbs=4"};
  const Json free = answer({}, job), full = answer({"--fix", "recompute=full"}, job);
  const std::string words = rows(free, "best")[0]["recompute"];
  REQUIRE(contains(words, "full of "));
  CHECK(step(free) < step(full));
  const int layers = std::stoi(words.substr(8));
  const auto settled = [&](int number) { return "recompute_num_layers=" + std::to_string(number); };
  CHECK(ask({"--fix", settled(layers - 1)}, job).exit == 3);
  CHECK(step(answer({"--fix", settled(layers)}, job)) == step(free));
  CHECK(step(answer({"--fix", settled(layers + 1)}, job)) > step(free));
  for (const Json& row : rows(answer({"--stack", "paxml", "--fix", "zero=1"}, job), "best"))
    CHECK(row["recompute"] == "full");  // one policy for all layers
}

TEST_CASE("modules that are recomputed are named with or without blanks, and those that the model lacks are told") {
  CHECK(contains(ask({"--fix", "recompute_modules=moe_act"}).out, "has no moe_act"));
  CHECK_FALSE(contains(ask({"--fix", "recompute_modules=mlp"}).out, "has no"));
  CHECK(answer({"--fix", "recompute_modules= mlp , layernorm"}) == answer({"--fix", "recompute_modules=mlp,layernorm"}));
}

TEST_CASE("an option that would change nothing is refused") {
  CHECK(ask({"--every", "64"}).exit == 2);
  CHECK(ask({"--free", "tq"}).exit == 2);
  for (const char* part : {"recompute_num_layers", "recompute_modules"}) {
    const Run freed = ask({"--free", part});
    CHECK(freed.exit == 2);
    CHECK(contains(freed.err, "hint: --free recompute\n"));
  }
  std::vector<std::string> range = kJob;
  range[6] = "64..256";
  CHECK(ask({"--every", "0"}, range).exit == 2);
  CHECK(ask({"--every", "64"}, range).exit == 0);
}

TEST_CASE("what cannot be searched is refused with a way out; what has no answer says why") {
  CHECK(ask({"--sweep", "memori=8GiB"}).exit == 2);
  CHECK(contains(ask({"--sweep", "memori=8GiB"}).err, "memory"));
  CHECK(ask({"--sweep", "nic=fast"}).exit == 2);
  CHECK(ask({"--sweep", "domain="}).exit == 2);
  CHECK(ask({"--sweep", "oversubscription=0.5"}).exit == 2);
  CHECK(ask({"--fix", "tq=8"}).exit == 2);
  CHECK(ask({"--memory-margin", "100%"}).exit == 2);
  CHECK(contains(ask({"--memory-margin", "4 W"}).err, "hint: as in"));
  CHECK(ask({"--stack", "none-such"}).exit == 2);
  CHECK(ask({"--objective", "energy", "--busy-power", "100 W", "--waiting-power", "200 W"}).exit == 2);
  const Run none = ask({"--memory", "2GiB"});
  CHECK(none.exit == 3);
  CHECK(contains(none.err, "too much"));
  const Run slow = ask({"--min-mfu", "95%"});
  CHECK(slow.exit == 3);
  CHECK(contains(slow.err, "the best has"));
}

TEST_CASE("a level of ZeRO that nobody settles is the optimizer's at most in a pipeline, whatever the other degrees are") {
  const std::vector<std::string> job{"search",         "--model", "bloom-1.7b", "--gpu",   "l40s",  "--gpus", "64",
                                     "--global-batch", "16",      "--stack",    "maxtext", "--top", "40"};
  const Json open = answer({}, job);
  for (const Json& row : rows(open, "best")) CHECK(row["zero"] == (row["pp"] == 1 ? 3 : 1));
  for (const char* stages : {"pp=2", "pp=4", "pp=8"}) CHECK(step(answer({"--fix", stages}, job)) >= step(open));
  for (const Json& row : rows(answer({"--fix", "zero=3"}, job), "best")) CHECK(row["zero"] == 3);
}

TEST_CASE("software that splits no model by itself: where nothing fits so, the degree with which a plan fits is named") {
  std::vector<std::string> words{"search",         "--model", "llama3-8b",         "--gpu",  "h100-sxm", "--gpus",      "64",
                                 "--global-batch", "8",       "--sequence-length", "131072", "--stack",  "pytorch-fsdp"};
  const Run none = run(words);
  CHECK(none.exit == 3);
  const std::size_t at = none.err.find("--fix cp=");
  REQUIRE(at != std::string::npos);
  words.insert(words.end(), {"--fix", none.err.substr(at + 6, none.err.find_first_of(" \n", at + 6) - at - 6)});
  CHECK(run(words).exit == 0);
}

TEST_CASE("cards without links of their own are searched as the server they share: tensor parallelism over the host") {
  const std::vector<std::string> job{"search", "--model", "megatron-22b",   "--gpu", "l40s",
                                     "--gpus", "256",     "--global-batch", "64"};
  const Json open = answer({}, job), alone = answer({"--max-tp", "1"}, job);
  CHECK(step(open) < 0.8 * step(alone));
  CHECK(rows(open, "best")[0]["tp"] > 1);
  CHECK(step(answer({"--domain", "1"}, job)) >= step(open));
}
