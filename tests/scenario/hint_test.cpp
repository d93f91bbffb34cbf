// Does a hint work when it is followed, and does a message name the cause?
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "run_program.h"

namespace {

using Words = std::vector<std::string>;

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// The hint of the first diagnostic.
std::string hint_of(const Run& result) {
  const std::size_t at = result.err.find("hint: ");
  return at == std::string::npos ? "" : result.err.substr(at + 6, result.err.find('\n', at) - at - 6);
}

Words without(Words words, const std::string& option) {
  const auto at = std::find(words.begin(), words.end(), option);
  if (at != words.end()) words.erase(at, at + 2);
  return words;
}

/// The command as each of the values of "nearest: tp 4 or 8, or pp 2, with dp left out" makes it.
std::vector<Words> followed(const Words& words, std::string hint) {
  REQUIRE(hint.starts_with("nearest: "));
  const bool frees = contains(hint, ", with dp left out");
  hint = hint.substr(9, hint.find(", with dp left out") - 9);
  std::istringstream text(hint);
  std::vector<Words> commands;
  std::string option;
  for (std::string word; text >> word;) {
    if (word.ends_with(',')) word.pop_back();
    if (word == "or") continue;
    if (word.find_first_not_of("0123456789") != std::string::npos) {
      option = "--" + word;
      continue;
    }
    commands.push_back(with(without(frees ? without(words, "--dp") : words, option), {option, word}));
  }
  return commands;
}

/// Words that lines and columns part, on one line.
std::string flat(const std::string& text) {
  std::string one;
  for (const char c : text)
    if (c == '\n') one += one.ends_with(' ') ? "" : " ";
    else if (c != ' ' || !one.ends_with(' ')) one += c;
  return one;
}

const Words kLlama{"train", "--model", "llama3-70b", "--gpu", "h100-sxm", "--gpus", "512", "--global-batch", "1024"};
const Words kSearch{"search", "--model", "llama3-70b", "--gpu", "h100-sxm", "--gpus", "64", "--global-batch", "64"};

}  // namespace

TEST_CASE("a plan with a degree that a hint names runs") {
  const Words oss{"train", "--model", "gpt-oss-120b", "--gpu", "gb200", "--gpus", "72", "--global-batch", "720"};
  const Words qwen{"train", "--model", "qwen3-30b-a3b", "--gpu", "b200", "--gpus", "64", "--global-batch", "512"};
  for (const Words& refused :
       {with(oss, {"--pp", "8", "--cp", "8", "--dp", "1", "--schedule", "dual-pipe"}), with(kLlama, {"--tp", "6", "--dp", "64"}),
        with(kLlama, {"--tp", "8", "--pp", "7", "--dp", "5"}), with(kLlama, {"--tp", "4", "--dp", "64"}),
        with(kLlama, {"--tp", "7", "--dp", "73"}), with(kLlama, {"--tp", "8", "--pp", "3", "--schedule", "dual-pipe"}),
        with(qwen, {"--etp", "3"}), with(qwen, {"--ep", "3"}), with(qwen, {"--ep", "5", "--dp", "64"})}) {
    CAPTURE(refused);
    const Run told = run(refused);
    REQUIRE(told.exit == 2);
    const auto commands = followed(refused, hint_of(told));
    CHECK_FALSE(commands.empty());
    for (const Words& command : commands) {
      CAPTURE(command);
      CHECK(run(command).exit == 0);
    }
  }
}

TEST_CASE("of a plan with several faults each hint that is followed mends one") {
  Words command{"train", "--model", "deepseek-v3", "--gpu", "h800", "--gpus", "2048", "--global-batch", "15360", "--tp",
                "2",     "--cp",    "3",           "--dp",  "1",    "--ep",   "5",    "--micro-batch",  "7"};
  int steps = 0;
  for (Run told = run(command); told.exit == 2 && steps < 8; told = run(command), ++steps) {
    CAPTURE(command);
    command = followed(command, hint_of(told)).back();
  }
  CHECK(run(command).exit == 0);
}

TEST_CASE("where no degree alone mends a plan, the search is named") {
  const Run told = run({"train", "--model", "llama3-70b", "--gpu", "h100-sxm", "--gpus", "509", "--global-batch", "509", "--tp",
                        "2", "--pp", "3"});
  CHECK(told.exit == 2);
  CHECK(contains(hint_of(told), "eigenbau search"));
}

TEST_CASE("chunks are held against the layers, and these with embedding and output") {
  const Words job{"train", "--model",        "llama3.1-405b", "--gpu", "h100-sxm", "--gpus",
                  "2048",  "--global-batch", "2048",          "--pp",  "16"};
  const Run told = run(with(job, {"--vp", "5"}));
  CHECK(contains(told.err, "pp 16 x vp 5 is 80 chunks, which divide neither the 126 layers nor 128"));
  for (const Words& command : followed(with(job, {"--vp", "5"}), hint_of(told))) CHECK(run(command).err.empty());
}

TEST_CASE("a settled number has a range, and the example of a hint is in it") {
  for (const char* wrong : {"zero=4", "zero=9", "zero=x", "tp=0", "mbs=0", "pp=-1", "shard_group=x", "dp=20000000"}) {
    CAPTURE(wrong);
    const Run told = run(with(kSearch, {"--fix", wrong}));
    CHECK(told.exit == 2);
    const std::string hint = hint_of(told);
    REQUIRE(hint.starts_with("as in --fix "));
    CHECK_FALSE(contains(run(with(kSearch, {"--fix", hint.substr(12)})).err, "EB0003"));
  }
  for (const char* level : {"zero=0", "zero=3"}) CHECK_FALSE(contains(run(with(kSearch, {"--fix", level})).err, "EB0003"));
}

TEST_CASE("more layers to compute again than a chunk has are all of them, and said to be") {
  const auto says = [](const Words& words, const std::string& remark) { return contains(flat(run(words).out), remark); };
  const std::string many = "are more than the ";
  CHECK(says(with(kSearch, {"--fix", "recompute_num_layers=500"}), many));
  CHECK(says(with(kLlama, {"--recompute-num-layers", "500"}), many));
  const auto told = [&](const char* layers, const Words& degrees) {
    return flat(run(with(with(kLlama, {"--recompute-num-layers", layers}), degrees)).out);
  };
  CHECK(contains(told("500", {"--tp", "8"}), "500 layers of a chunk are more than the 80 that the largest has"));
  CHECK_FALSE(contains(told("80", {"--tp", "8"}), many));
  for (const auto& [vp, chunk] : {std::pair{"1", 20}, {"5", 4}}) {
    const Words degrees{"--pp", "4", "--vp", vp, "--tp", "8"};
    const std::string beyond = told(std::to_string(chunk + 1).c_str(), degrees);
    CHECK(contains(beyond, fmt::format("{} layers of a chunk are more than the {} that", chunk + 1, chunk)));
    CHECK_FALSE(contains(beyond, "layers a chunk"));
    CHECK_FALSE(contains(told(std::to_string(chunk).c_str(), degrees), many));
    CHECK(contains(told(std::to_string(chunk - 1).c_str(), degrees), "layers a chunk"));
  }
}

TEST_CASE("what is stated of recompute, context or adapters and changes nothing is told, and nothing else is") {
  const Words llama{"--model", "llama3-8b", "--gpu", "h100-sxm", "--gpus", "64", "--global-batch", "128"};
  const auto trains = [&](const Words& more) { return flat(run(with(with({"train"}, llama), more)).out); };
  const auto searches = [&](const Words& more) { return flat(run(with(with({"search"}, llama), more)).out); };
  const std::string attention = "core_attn takes time to compute again, and nothing is freed";
  CHECK(contains(trains({"--tp", "2", "--recompute-modules", "core_attn"}), attention));
  CHECK(contains(trains({"--tp", "2", "--recompute-modules", "core_attn,layernorm"}), attention));
  CHECK(contains(searches({"--fix", "recompute_modules=core_attn"}), attention));
  CHECK_FALSE(contains(trains({"--tp", "2", "--recompute-modules", "layernorm"}), attention));
  CHECK_FALSE(contains(trains({"--tp", "2", "--recompute-modules", "core_attn", "--stack", "megatron-lm"}), attention));
  CHECK(contains(trains({"--tp", "2", "--recompute-modules", "moe,mla_up_proj"}), "llama3-8b has no mla_up_proj, moe"));

  const std::string around = "cp_comm_type a2a changes nothing";
  CHECK(contains(trains({"--tp", "2", "--cp-comm-type", "a2a"}), around));
  CHECK(contains(trains({"--cp-comm-type", "a2a"}), around));  // the fastest plan has cp 1
  CHECK(contains(searches({"--fix", "cp_comm_type=a2a"}), around));
  CHECK_FALSE(contains(trains({"--tp", "2", "--cp", "2", "--cp-comm-type", "a2a"}), around));
  CHECK_FALSE(contains(trains({"--tp", "2"}), "cp_comm_type"));

  const std::string wide = "train such products whole trains no more";
  CHECK(contains(trains({"--tp", "1", "--lora", "2048"}), wide));  // half of the width
  CHECK_FALSE(contains(trains({"--tp", "1", "--lora", "2047"}), wide));
}

TEST_CASE("recompute that the software has not is warned of, whoever states it") {
  const Words llama{"--model", "llama3-8b", "--gpu", "h100-sxm", "--gpus", "64", "--global-batch", "128", "--stack"};
  const auto trains = [&](const char* stack, const Words& more) {
    return run(with(with(with({"train"}, llama), {stack, "--tp", "1"}), more)).err;
  };
  const auto searches = [&](const char* stack, const Words& more) {
    return flat(run(with(with(with({"search"}, llama), {stack}), more)).out);
  };
  const std::string selective = "the software has no selective recompute: PyTorch FSDP";
  CHECK(contains(trains("pytorch-fsdp", {"--recompute", "selective"}), selective));
  CHECK(contains(searches("pytorch-fsdp", {"--fix", "recompute=selective"}), selective));
  const std::string layers = "the software recomputes all layers of a chunk or none";
  CHECK(contains(trains("pytorch-fsdp", {"--recompute-num-layers", "2"}), layers));
  CHECK(contains(searches("pytorch-fsdp", {"--fix", "recompute_num_layers=2"}), layers));
  CHECK_FALSE(contains(trains("pytorch-fsdp", {"--recompute-num-layers", "32"}), layers));  // all there are
  const std::string modules = "takes no modules of selective recompute by name";
  CHECK(contains(trains("megatron-core", {"--recompute-modules", "layernorm"}), modules));
  CHECK(trains("megatron-core-25.04", {"--recompute-modules", "layernorm"}).empty());
}

TEST_CASE("tensor parallelism beyond the scale-up domain is told as what keeps a search from it") {
  const Words refused = with(kSearch, {"--fix", "tp=16"});
  const Run told = run(refused);
  CHECK(told.exit == 3);
  CHECK(contains(hint_of(told), "--max-tp 16"));
  CHECK(run(with(refused, {"--max-tp", "16"})).exit == 0);
}

TEST_CASE("the example of a hint is a value that the option takes") {
  for (const Words& words :
       {Words{"collective", "--factor", "0.5"}, Words{"collective", "--factor", "1"}, Words{"collective", "--gpus", "0"},
        Words{"collective", "--gpus", "1"}, Words{"collective", "--domain", "x"}, Words{"network", "--fat-tree", "1"}}) {
    CAPTURE(words);
    const std::string hint = hint_of(run(words));
    REQUIRE(hint.starts_with("for example: "));
    std::istringstream text(hint.substr(13));
    std::string option, value;
    text >> option >> value;
    CHECK(run({words[0], option, value}).exit == 0);
  }
}

TEST_CASE("a number without its unit is said to lack it, with an example that is taken") {
  for (const auto& [words, example] : {std::pair{with(kLlama, {"--nic", "400"}), std::string("400 Gb/s")},
                                       {with(kLlama, {"--power-cap", "500"}), "500 W"},
                                       {with(kLlama, {"--memory", "141"}), "141 GB"},
                                       {Words{"collective", "--nic", "400"}, "400 Gb/s"}}) {
    CAPTURE(words);
    const Run told = run(words);
    CHECK(told.exit == 2);
    CHECK(contains(told.err, "has no unit"));
    CHECK(contains(hint_of(told), "\"" + example + "\""));
    Words right = words;
    right.back() = example;
    CHECK(run(right).exit == 0);
  }
  const Run batch = run(with(kLlama, {"--global-batch", "nan"}));
  CHECK(contains(hint_of(batch), "1536"));
  CHECK_FALSE(contains(batch.err, "MW"));
}

TEST_CASE("what a file says of its jobs is named with the key that changes it") {
  const std::string lab = scenario("lab-64");
  for (const char* command : {"train", "search"}) {
    const Run none = run({command, lab, "--job", "none"});
    CHECK(none.exit == 2);
    CHECK(contains(hint_of(none), "Llama 3 8B from scratch"));
    CHECK_FALSE(contains(none.err, "--model"));
    CHECK(contains(hint_of(run({command, lab, "--model", "grok-1"})), "job[0].model=\"grok-1\""));
    CHECK(contains(hint_of(run({command, lab, "--stack", "nemo"})), "job[0].stack=\"nemo\""));
    CHECK(contains(hint_of(run({command, lab, "--gpu", "b200"})), "servers[0].model="));
  }
}

TEST_CASE("an accelerator with as much memory as a search says it lacks is enough") {
  Words words{"search", "--model", "llama3.1-405b", "--gpu", "h100-sxm", "--gpus", "8", "--global-batch", "2048"};
  const Run none = run(words);
  CHECK(none.exit == 3);
  const std::string before = "the leanest of", after = " needs ";
  const std::size_t at = none.err.find(after, none.err.find(before)) + after.size();
  const std::string needed = none.err.substr(at, none.err.find(" of ", at) - at);
  CHECK(run(with(words, {"--memory", needed})).exit == 0);
}

TEST_CASE("a word that means a name is answered with it, and a price with a price") {
  CHECK(hint_of(run(with(kLlama, {"--precision", "fp4"}))) == "did you mean nvfp4?");
  CHECK(hint_of(run(with(kLlama, {"--stack", "megatron"}))) == "did you mean \"megatron-core\"?");
  CHECK(contains(run({"collective", "--library", "foo"}).err, "the catalog has no collectives \"foo\""));
  CHECK(contains(hint_of(run({"infer", "--model", "llama3-8b", "--gpu-hour", "2 USD"})), "2 USD/h"));
  CHECK(hint_of(run(with(kSearch, {"--top", "0"}))) == "as in --top 8");
}

TEST_CASE("a quantity without a number is answered with one of the kind that its key takes") {
  const Run told = run({"check", scenario("lab-64"), "--set", "supply[0].power=\"x MW\""});
  CHECK(told.exit == 1);
  CHECK(contains(hint_of(told), "\"8 MW\""));
  CHECK(run({"check", scenario("lab-64"), "--set", "supply[0].power=\"8 MW\""}).exit == 0);
}

TEST_CASE("the parts of a step are a table too") {
  const std::string parts = run(with(kLlama, {"--tp", "8", "--csv", "step.bar"})).out;
  CHECK(parts.starts_with("part,"));
  CHECK(contains(parts, "\nMatrix products,"));
  CHECK(contains(run(with(kLlama, {"--tp", "8", "--csv", "none"})).err, "step.bar"));
}

TEST_CASE("the options with which a plan is said to fit make it fit") {
  const std::vector<Words> jobs{{"--model", "llama3.1-405b", "--gpu", "h100-sxm", "--gpus", "1024", "--global-batch", "2048",
                                 "--stack", "deepseek", "--tp", "8", "--pp", "4", "--micro-batch", "2"},
                                {"--model", "mixtral-8x22b", "--gpu", "a100-40", "--gpus", "64", "--global-batch", "64", "--lora",
                                 "16", "--tp", "2", "--ep", "4"},
                                {"--model",
                                 "deepseek-v3",
                                 "--gpu",
                                 "h100-sxm",
                                 "--gpus",
                                 "1024",
                                 "--global-batch",
                                 "8192",
                                 "--stack",
                                 "megatron-core-25.11",
                                 "--tp",
                                 "1",
                                 "--pp",
                                 "8",
                                 "--vp",
                                 "4",
                                 "--ep",
                                 "32",
                                 "--micro-batch",
                                 "4",
                                 "--expert-overlap"},
                                {"--model", "qwen3-30b-a3b", "--gpu", "h100-sxm", "--gpus", "32", "--global-batch", "512", "--tp",
                                 "2", "--ep", "2", "--micro-batch", "8", "--recompute-modules", "moe_act"},
                                {"--model", "llama3-70b", "--gpu", "h100-sxm", "--gpus", "64", "--global-batch", "512", "--tp",
                                 "8", "--micro-batch", "8", "--recompute", "none"}};
  for (const Words& job : jobs) {
    CAPTURE(job);
    Words words = with({"train"}, job);
    const Run first = run(words);
    REQUIRE(first.exit == 0);
    std::string flat;
    for (const char c : first.out)
      if (c != '\n' && !(c == ' ' && flat.ends_with(' '))) flat += c;
    const std::size_t at = flat.find("this fits: ");
    REQUIRE(at != std::string::npos);
    std::istringstream hint(flat.substr(at + 11));
    std::string option, value;
    while (hint >> option >> value && option.starts_with("--")) {
      const auto said = std::ranges::find(words, option);
      if (said == words.end()) words.insert(words.end(), {option, value});
      else *std::next(said) = value;
    }
    CAPTURE(words);
    const Run followed = run(words);
    CHECK(followed.exit == 0);
    CHECK_FALSE(contains(followed.out, "does not fit"));
    CHECK_FALSE(contains(followed.out, "cannot run beside another micro-batch"));
  }
}
