// Laws of the catalog: every shipped part reads, names lead to parts, ranges draw within their bounds, figures have sources.
#include "catalog/catalog.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "catalog/part_file.h"
#include "catalog/records.h"

using namespace eigenbau;
using namespace eigenbau::catalog;
using namespace eigenbau::literals;

namespace {

std::string problems_of(const Catalog& catalog, const Entry& entry) {
  const PartFile* file = catalog.file(entry.kind, entry.name);
  Diagnostics problems = file->problems;
  ReadLog log;
  Reader reader(Draw::middle(), problems, log);
  find_kind(entry.kind)->check(file->fields, reader);
  return render(problems, false);
}

constexpr const char* kLabGpu = R"(format = "eigenbau.part/1"
kind = "gpu"
name = "lab-gpu"
title = "A card of the lab"
aliases = ["Lab Card"]
vendor = "lab"
generation = "lab"
[[from]]
source = "bench"
date = "2026"
confidence = "high"
memory = "24 GB"
memory_bandwidth = "1 TB/s"
tdp = { low = "200 W", mid = "250 W", high = "400 W" }
[from.peak]
bf16 = "100 TFLOP/s"
[[from]]
source = "second bench"
date = "2026"
confidence = "low"
[from.peak]
fp8 = "200 TFLOP/s"
)";

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

}  // namespace

TEST_CASE("every shipped part reads without a finding") {
  const Catalog catalog = Catalog::built_in();
  const auto all = catalog.list();
  CHECK(all.size() > 100);
  for (const Entry& entry : all) {
    INFO(entry.kind, "/", entry.name);
    CHECK(problems_of(catalog, entry) == "");
    CHECK_FALSE(entry.title.empty());
  }
}

TEST_CASE("the fixed names are there") {
  const Catalog catalog = Catalog::built_in();
  for (const char* name : {"gpt3-175b", "llama3-8b", "llama3-70b", "llama3.1-405b", "deepseek-v3", "grok-1", "mixtral-8x7b",
                           "gpt5-scale-dense", "gpt5-scale-moe"})
    CHECK_MESSAGE(catalog.model(name).has_value(), name);
  for (const char* name : {"a100-40", "a100-80", "h100-sxm", "h100-pcie", "h100-96gb-500w", "h800", "h200", "b200", "b300",
                           "gb200", "gb300", "mi300x", "mi325x", "mi350x", "mi355x", "trainium2"})
    CHECK_MESSAGE(catalog.gpu(name).has_value(), name);
  for (const char* name :
       {"megatron-core", "megatron-core-2024", "megatron-lm", "megatron-deepspeed", "deepspeed", "composer-fsdp", "torchtitan",
        "pytorch-fsdp", "internevo", "paxml", "maxtext", "deepseek", "meta-llama", "megascale"})
    CHECK_MESSAGE(catalog.stack(name).has_value(), name);
}

TEST_CASE("published tables' names of accelerators lead to the part") {
  const Catalog catalog = Catalog::built_in();
  for (const auto& [alias, name] : {std::pair{"H100", "h100-sxm"},
                                    {"h100 sxm", "h100-sxm"},
                                    {"H100-SXM-80GB", "h100-sxm"},
                                    {"A100", "a100-80"},
                                    {"A100-SXM4-80GB", "a100-80"},
                                    {"H100(96GB HBM2e,500W)", "h100-96gb-500w"},
                                    {"B200-SXM-180GB", "b200"},
                                    {"GB200-NVL72", "gb200"},
                                    {"H200_SXM", "h200"},
                                    {"AMD Instinct MI300X 192GB HBM3", "mi300x"}})
    CHECK(catalog.gpu(alias)->name == name);
}

TEST_CASE("models of the catalog have the parameters that their makers publish") {
  const Catalog catalog = Catalog::built_in();
  const auto total = [&](const char* name) { return parameters(*catalog.model(name)); };
  for (const auto& [name, published] : {std::pair{"llama3-8b", 8.03e9},
                                        {"llama3-70b", 70.55e9},
                                        {"llama3.1-405b", 405.85e9},
                                        {"gpt3-175b", 175e9},
                                        {"deepseek-v3", 671e9},
                                        {"mixtral-8x7b", 46.7e9},
                                        {"mixtral-8x22b", 141e9},
                                        {"grok-1", 314e9},
                                        {"llama2-7b", 6.74e9},
                                        {"llama2-70b", 69e9},
                                        {"llama4-maverick-400b", 400e9},
                                        {"qwen3-30b-a3b", 30.5e9},
                                        {"qwen3-235b-a22b", 235e9},
                                        {"gpt-oss-120b", 117e9},
                                        {"kimi-k2", 1.03e12},
                                        {"nemotron4-340b", 341e9},
                                        {"nemotron4-15b", 15.6e9},
                                        {"bloom-176b", 176.2e9},
                                        {"mpt-30b", 29.97e9},
                                        {"megatron-39.1b", 39.1e9},
                                        {"megatron-529.6b", 529.6e9},
                                        {"megatron-1t", 1.008e12},
                                        {"internlm-7b", 7.32e9},
                                        {"llama3.2-1b", 1.24e9},
                                        {"llama3.2-3b", 3.21e9},
                                        {"qwen3-32b", 32.8e9},
                                        {"gpt-oss-20b", 20.9e9},
                                        {"deepseek-v2", 235.7e9},
                                        {"deepseek-v2-lite", 15.7e9},
                                        {"deepseek-moe-16b", 16.4e9},
                                        {"moonlight-16b-a3b", 16e9},
                                        {"glm-4.5", 355e9},
                                        {"glm-4.5-air", 106e9},
                                        {"llama4-scout-109b", 109e9},
                                        {"qwen3-4b", 4.02e9},
                                        {"qwen3-14b", 14.8e9},
                                        {"qwen2.5-7b", 7.62e9},
                                        {"qwen2.5-72b", 72.7e9},
                                        {"qwen2-57b-a14b", 57.4e9},
                                        {"qwen1.5-moe-a2.7b", 14.3e9},
                                        {"gemma-7b", 8.54e9},
                                        {"gemma2-9b", 9.24e9},
                                        {"gemma2-27b", 27.2e9},
                                        {"mistral-7b", 7.24e9},
                                        {"mistral-nemo-12b", 12.25e9},
                                        {"mistral-small-24b", 23.6e9},
                                        {"dbrx-132b", 131.6e9},
                                        {"phi-3.5-moe", 41.9e9},
                                        {"phi-4", 14.7e9},
                                        {"olmoe-1b-7b", 6.92e9},
                                        {"olmo2-32b", 32.2e9},
                                        {"minimax-m2", 229e9},
                                        {"hunyuan-large", 389e9},
                                        {"hunyuan-a13b", 80.4e9},
                                        {"ernie-4.5-300b-a47b", 300e9},
                                        {"ernie-4.5-21b-a3b", 21.8e9},
                                        {"gpt-neox-20b", 20.6e9},
                                        {"falcon-40b", 41.8e9},
                                        {"falcon-180b", 179.5e9},
                                        {"starcoder2-15b", 16e9},
                                        {"opt-175b", 175e9},
                                        {"llama1-7b", 6.74e9},
                                        {"llama1-13b", 13.02e9},
                                        {"llama1-65b", 65.3e9},
                                        {"llama2-34b", 33.7e9},
                                        {"codellama-34b", 33.7e9},
                                        {"gpt3-1.3b", 1.316e9},
                                        {"gpt3-2.7b", 2.65e9},
                                        {"gpt3-6.7b", 6.66e9},
                                        {"gpt3-13b", 12.85e9},
                                        {"gpt2-1.5b", 1.558e9},
                                        {"opt-1.3b", 1.316e9},
                                        {"opt-6.7b", 6.66e9},
                                        {"opt-13b", 12.85e9},
                                        {"opt-30b", 29.97e9},
                                        {"opt-66b", 65.7e9},
                                        {"bloom-560m", 559e6},
                                        {"bloom-1.7b", 1.722e9},
                                        {"bloom-3b", 3.003e9},
                                        {"bloom-7.1b", 7.069e9},
                                        {"falcon-7b", 7.22e9},
                                        {"gemma3-1b", 1.0e9},
                                        {"qwen2.5-0.5b", 494e6},
                                        {"olmo-7b", 6.89e9},
                                        {"olmo-1b", 1.177e9},
                                        {"yi-6b", 6.06e9},
                                        {"yi-9b", 8.83e9},
                                        {"internlm-20b", 20.1e9},
                                        {"internlm2-7b", 7.74e9},
                                        {"internlm2-20b", 19.86e9},
                                        {"baichuan-13b", 13.26e9},
                                        {"baichuan2-7b", 7.51e9},
                                        {"baichuan2-13b", 13.9e9},
                                        {"phi-1.5", 1.418e9},
                                        {"phi-2", 2.78e9},
                                        {"phi-3-medium", 13.96e9},
                                        {"pythia-160m", 162.3e6},
                                        {"pythia-410m", 405.3e6},
                                        {"pythia-1b", 1.012e9},
                                        {"pythia-1.4b", 1.415e9},
                                        {"pythia-2.8b", 2.775e9},
                                        {"pythia-6.9b", 6.857e9},
                                        {"pythia-12b", 11.846e9},
                                        {"yi-34b", 34.4e9}})
    CHECK_MESSAGE(total(name) == doctest::Approx(published).epsilon(0.012), name);
  for (const auto& [name, published] : {std::pair{"deepseek-v3", 37e9},
                                        {"mixtral-8x7b", 12.9e9},
                                        {"llama4-maverick-400b", 17e9},
                                        {"qwen3-235b-a22b", 22e9},
                                        {"qwen3-30b-a3b", 3.3e9},
                                        {"deepseek-v2", 21e9},
                                        {"deepseek-moe-16b", 2.8e9},
                                        {"llama4-scout-109b", 17e9},
                                        {"qwen2-57b-a14b", 14.2e9},
                                        {"dbrx-132b", 36e9},
                                        {"phi-3.5-moe", 6.6e9},
                                        {"hunyuan-large", 52e9},
                                        {"hunyuan-a13b", 13e9},
                                        {"ernie-4.5-300b-a47b", 47e9},
                                        {"kimi-k2", 32e9}})
    CHECK_MESSAGE(active_parameters(*catalog.model(name)) == doctest::Approx(published).epsilon(0.04), name);
  CHECK(total("gpt5-scale-moe") == doctest::Approx(2e12).epsilon(0.1));
  CHECK(catalog.model("gpt5-scale-moe")->assumed);
}

TEST_CASE("no name leads to two parts") {
  const Catalog catalog = Catalog::built_in();
  for (const PartKind& kind : part_kinds()) {
    std::set<std::string> seen;
    for (std::string name : catalog.names(kind.name)) CHECK_MESSAGE(seen.insert(name).second, kind.name, " ", name);
  }
}

TEST_CASE("an unknown name fails and suggests the nearest") {
  const auto missing = Catalog::built_in().gpu("h100-sxn");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().diagnostics.all().front().code == "EB1201");
  CHECK(missing.error().diagnostics.all().front().hint.find("h100-sxm") != std::string::npos);
  CHECK_FALSE(Catalog::built_in().gpu("").has_value());
}

TEST_CASE("every figure of the middle sample lies within its range, and samples differ but repeat") {
  const Catalog catalog = Catalog::built_in();
  const auto ranges = catalog.uncertain("server", "dell-xe9680-h100");
  REQUIRE_FALSE(ranges.empty());
  for (const Uncertain& figure : ranges) {
    INFO(figure.path);
    CHECK(figure.range.low <= figure.range.mid);
    CHECK(figure.range.mid <= figure.range.high);
    CHECK_FALSE(figure.source.empty());
  }
  CHECK(catalog.server("dell-xe9680-h100")->training_power == 8.48_kW);
  CHECK(catalog.drawn(7, 0).server("dell-xe9680-h100")->training_power == 8.48_kW);
  const auto sample = [&](std::uint32_t i) { return *catalog.drawn(7, i).server("dell-xe9680-h100")->training_power; };
  CHECK(sample(1) == sample(1));
  std::set<double> seen;
  for (std::uint32_t i = 1; i <= 50; ++i) {
    CHECK(sample(i) >= 7.75_kW);
    CHECK(sample(i) <= 8.48_kW);
    seen.insert(sample(i).base());
  }
  CHECK(seen.size() > 20);
  const auto pinned = catalog.drawn(Draw::middle().pinned("server/dell-xe9680-h100.training_power", 0));
  CHECK(pinned.server("dell-xe9680-h100")->training_power == 7.75_kW);
}

TEST_CASE("figures know who says them") {
  const Catalog catalog = Catalog::built_in();
  const Provenance tdp = catalog.provenance("gpu", "H100", "tdp");
  CHECK(tdp.source.find("Epoch") != std::string::npos);
  CHECK(tdp.date == "2022-09-20");
  CHECK(tdp.confidence == "high");
  CHECK(catalog.provenance("gpu", "h100-sxm", "peak.fp8").confidence == "high");
  CHECK_FALSE(catalog.provenance("price", "h100-lease", "lease[0].per_gpu").source.empty());
  CHECK(catalog.provenance("gpu", "h100-sxm", "nonsense").source.empty());
  CHECK(catalog.stated_at("gpu", "h100-sxm", "peak.fp8").line > 1);
}

TEST_CASE("a part of the user's own replaces and adds") {
  Catalog catalog = Catalog::built_in();
  REQUIRE(catalog.add_part({"lab.toml", kLabGpu}).has_value());
  CHECK(catalog.gpu("lab card")->tdp == 250_W);
  CHECK(catalog.gpu("lab-gpu")->peak.fp8 == 200_TFLOPps);
  CHECK(catalog.provenance("gpu", "lab-gpu", "peak.fp8").source == "second bench");
  CHECK_FALSE(Catalog::built_in().gpu("lab-gpu").has_value());
  REQUIRE(catalog.add_part({"h100.toml", replaced(kLabGpu, "\"lab-gpu\"", "\"h100-sxm\"")}).has_value());
  CHECK(catalog.gpu("h100-sxm")->tdp == 250_W);
}

TEST_CASE("a bad part is refused with its place") {
  Catalog catalog = Catalog::built_in();
  struct Case {
    const char *what, *with, *code;
  };
  for (const Case& c :
       {Case{"memory = \"24 GB\"", "memory = \"24 W\"", "EB1105"}, Case{"tdp = {", "tpd = {", "EB1101"},
        Case{"fp8 = \"200", "bf16 = \"200", "EB1203"}, Case{"source = \"bench\"", "sauce = \"bench\"", "EB1204"},
        Case{"confidence = \"low\"", "confidence = \"sure\"", "EB1204"}, Case{"eigenbau.part/1", "eigenbau.part/2", "EB1202"},
        Case{"kind = \"gpu\"", "kind = \"gnu\"", "EB1202"}}) {
    INFO(c.with);
    const auto added = catalog.add_part({"lab.toml", replaced(kLabGpu, c.what, c.with)});
    REQUIRE_FALSE(added.has_value());
    const auto& all = added.error().diagnostics.all();
    CHECK(std::any_of(all.begin(), all.end(), [&](const Diagnostic& d) { return d.code == c.code && d.span.line > 0; }));
  }
  CHECK_FALSE(catalog.gpu("lab-gpu").has_value());
}

namespace {

/// A catalog directory in the temporary folder, gone at the end.
struct PartsDirectory {
  std::filesystem::path path = std::filesystem::temp_directory_path() / "eigenbau-catalog-test";
  PartsDirectory() {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path / "gpu");
  }
  ~PartsDirectory() { std::filesystem::remove_all(path); }
  void write(const std::string& file, const std::string& text) const { std::ofstream(path / file, std::ios::binary) << text; }
};

}  // namespace

TEST_CASE("a directory of parts is added whole or not at all, and every bad file is told with its place") {
  const PartsDirectory own;
  own.write("gpu/lab-gpu.toml", kLabGpu);
  own.write("gpu/readme.txt", "not a part");
  Catalog catalog = Catalog::built_in();
  REQUIRE(catalog.add_directory(own.path.string()).has_value());
  CHECK(catalog.gpu("lab-gpu")->tdp == 250_W);
  CHECK(catalog.gpu("h100-sxm").has_value());

  own.write("gpu/other.toml", kLabGpu);  // says another name than its file
  own.write("gpu/empty.toml", "");
  own.write("gpu/broken.toml", "format = \n");
  Catalog untouched = Catalog::built_in();
  const auto added = untouched.add_directory(own.path.string());
  REQUIRE_FALSE(added.has_value());
  CHECK(added.error().exit == ExitCode::bad_input);
  const std::string text = render(added.error().diagnostics, false);
  for (const char* file : {"other.toml:", "empty.toml:", "broken.toml:1:"})
    CHECK_MESSAGE(text.find(file) != std::string::npos, text);
  CHECK_FALSE(untouched.gpu("lab-gpu").has_value());
  CHECK(untouched.add_directory((own.path / "nowhere").string()).error().exit == ExitCode::bad_usage);
  // A directory whose files stand beside the folders of their kinds, where nobody reads them.
  CHECK(untouched.add_directory((own.path / "gpu").string()).error().exit == ExitCode::bad_usage);
}

TEST_CASE("nonsense in a part's file is refused, never a crash") {
  for (const char* text : {"", "\x01", "from = 3", "kind = \"gpu\"\nname = \"x\"\nfrom = [1, 2]", "kind = \"gpu\"\nname = 3",
                           "kind = \"gpu\"\nname = \"x\"\naliases = [1, {}]\npeak = 3\n[[from]]\n[from.peak.bf16]\nlow = 1",
                           "kind = \"stack\"\nname = \"x\"\nparent = 3", "kind = \"price\"\nname = \"x\"\nlease = [{}, 3]"}) {
    INFO(text);
    Catalog catalog = Catalog::built_in();
    const auto added = catalog.add_part({"x", text});
    REQUIRE_FALSE(added.has_value());
    CHECK(added.error().diagnostics.has_errors());
  }
}

TEST_CASE("a stack has from its parent what it does not state") {
  Catalog catalog = Catalog::built_in();
  const std::string head = "format = \"eigenbau.part/1\"\nkind = \"stack\"\ntitle = \"t\"\n";
  const std::string from = "[[from]]\nsource = \"s\"\ndate = \"2026\"\nconfidence = \"guess\"\nyear = 2026\n";
  REQUIRE(catalog.add_part({"a", head + "name = \"root\"\n" + from + "[from.training]\ngrouped_gemm = 0.5\nbubble = 0.25\n"}));
  REQUIRE(catalog.add_part({"b", head + "name = \"child\"\nparent = \"root\"\n" + from + "[from.training]\nbubble = 0.75\n"}));
  const Stack child = *catalog.stack("child");
  CHECK(child.training.grouped_gemm == 0.5);
  CHECK(child.training.bubble == 0.75);
  CHECK(child.parent == "root");
  CHECK(catalog.stack("root")->training.bubble == 0.25);
  REQUIRE(catalog.add_part({"c", head + "name = \"round\"\nparent = \"round\"\n" + from}));
  CHECK_FALSE(catalog.stack("round").has_value());
}

TEST_CASE("threads that ask for the same parts get the same answers") {
  const Catalog catalog = Catalog::built_in();
  std::vector<double> watts(4, 0);
  {
    std::vector<std::jthread> threads;
    for (double& w : watts)
      threads.emplace_back([&w, &catalog] {
        for (const Entry& entry : catalog.list("gpu")) w += catalog.gpu(entry.name)->tdp.base();
      });
  }
  for (const double w : watts) CHECK(w == watts.front());
}
