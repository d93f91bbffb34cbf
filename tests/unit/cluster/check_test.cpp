// Laws of checking: a file that contradicts itself or the catalog is refused, with all of its contradictions at their places.
#include <doctest/doctest.h>

#include <chrono>

#include "files.h"

using namespace eigenbau;
using namespace eigenbau::cluster;
using namespace cluster_files;

namespace {

const catalog::Catalog& parts() {
  static const catalog::Catalog kCatalog = catalog::Catalog::built_in();
  return kCatalog;
}

using List = std::vector<std::string>;

Diagnostics check(const std::string& text) {
  const auto document = parse_toml({"test.toml", text});
  REQUIRE_MESSAGE(document.has_value(), text);
  const auto reading = load_cluster(*document, parts());
  return reading ? reading->remarks : reading.error().diagnostics;
}

/// Findings in a file that is right but for the lines added.
List wrong_with(const std::string& lines) { return findings(check(kHead + lines)); }

}  // namespace

TEST_CASE("every scenario passes, with parts that the catalog has") {
  for (const std::string& path : scenarios()) {
    CAPTURE(path);
    const auto source = read_text(path);
    REQUIRE(source.has_value());
    const Diagnostics problems = check(source->text);
    CHECK_MESSAGE(problems.all().empty(), render(problems, false));
  }
}

TEST_CASE("the starter file passes") { CHECK(findings(check(starter_file("our first cluster"))) == List{}); }

TEST_CASE("parts that do not exist are told at their place, with the nearest that does") {
  CHECK(wrong_with("") == List{});
  CHECK(wrong_with("[[servers]]\nmodel = \"dgx-h10\"\ncount = 1\n") == List{"EB1201 9:9"});
  CHECK(wrong_with("[fabric]\nswitch = \"nvidia-qm970\"\n") == List{"EB1201 9:10"});
  CHECK(wrong_with("[[job]]\nname = \"j\"\nmodel = \"llama3-9b\"\ntokens = \"1 Ttoken\"\n") == List{"EB1201 10:9"});
  CHECK(wrong_with("[[job]]\nname = \"j\"\nmodel = \"llama3-8b\"\nstack = \"no-such-stack\"\ntokens = \"1 Ttoken\"\n") ==
        List{"EB1201 11:9"});
  CHECK(wrong_with("[[lease]]\nname = \"l\"\ngpu = \"h1000-sxm\"\ncount = 8\nprice = \"2 USD/h\"\n") == List{"EB1201 10:7"});
  const Diagnostics problems = check(std::string(kHead) + "[[servers]]\nmodel = \"dgx-h10\"\ncount = 1\n");
  CHECK(problems.all().front().hint.find("dgx-h100") != std::string::npos);
}

TEST_CASE("no more GPUs than are bought: 8 servers of 8") {
  auto job = [](const std::string& keys) {
    return wrong_with("[[job]]\nname = \"j\"\nmodel = \"llama3-8b\"\ntokens = \"1 Ttoken\"\n" + keys);
  };
  CHECK(job("gpus = 64\n") == List{});
  CHECK(job("gpus = 65\n") == List{"EB2010 12:8"});
  CHECK(job("start = { gpus_online = 64 }\n") == List{});
  CHECK(job("start = { gpus_online = 72 }\n") == List{"EB2010 12:25"});
  CHECK(job("plan = { tp = 8, pp = 8 }\n") == List{});
  CHECK(job("plan = { tp = 8, pp = 9 }\n") == List{"EB2015 12:8"});
  CHECK(job("plan = { recompute = \"selective\", recompute_num_layers = 2 }\n") == List{"EB2030 12:22"});
  CHECK(job("plan = { recompute_num_layers = 2, recompute_modules = [\"mlp\"] }\n") == List{"EB2030 12:56"});
  CHECK(job("plan = { recompute_num_layers = 2 }\n") == List{});
  CHECK(job("plan = { recompute_modules = [\"moe_act\", \"layernorm\"] }\n") == List{});
  CHECK(wrong_with("[[claim]]\ntext = \"t\"\ngpus_online = 64\n") == List{});
  CHECK(wrong_with("[[claim]]\ntext = \"t\"\ngpus_online = 32000\n") == List{"EB2010 10:15"});
  CHECK(wrong_with("[[job]]\nname = \"j\"\nkind = \"serving\"\nmodel = \"llama3-8b\"\ngpus_per_replica = 128\n") ==
        List{"EB2010 12:20"});
  const Diagnostics problems = check(std::string(kHead) + "[[claim]]\ntext = \"t\"\ngpus_online = 32000\n");
  CHECK(problems.all().front().message.find("32,000") != std::string::npos);
  CHECK(problems.all().front().message.find("64") != std::string::npos);
}

TEST_CASE("no more servers arrive than are bought") {
  auto build = [](const std::string& deliveries) { return wrong_with("[build]\nstart = 2025-01-01\n" + deliveries); };
  CHECK(build("[[build.delivery]]\nservers = 8\n") == List{});
  CHECK(build("[[build.delivery]]\nservers = 9\n") == List{"EB2008 11:11"});
  CHECK(build("[[build.delivery]]\nservers = 5\n[[build.delivery]]\nservers = 5\n") == List{"EB2008 13:11"});
  CHECK(build("[[build.delivery]]\nservers = 8\nmodel = \"dgx-b200\"\n") == List{"EB2009 12:9"});
  CHECK(build("[[build.delivery]]\nservers = 5\n") == List{"EB2026 10:1"});
}

TEST_CASE("supplies and batteries make sense by themselves") {
  CHECK(wrong_with("[[supply]]\nname = \"g\"\n") == List{"EB2004 8:1"});
  CHECK(wrong_with("[[supply]]\nname = \"g\"\npower = \"unknown\"\n") == List{});
  CHECK(wrong_with("[[supply]]\nname = \"g\"\npower = \"8 MW\"\nunit_power = \"1 MW\"\ncount = 8\n") ==
        List{"EB2004 11:1", "EB2004 12:1"});
  CHECK(wrong_with("[[supply]]\nname = \"g\"\nunit_power = \"1 MW\"\ncount = 2\nreserve = 2\n") == List{"EB2005 12:11"});
  CHECK(wrong_with("[[supply]]\nname = \"g\"\npower = \"8 MW\"\nfrom = 2025-01-01\nuntil = 2024-01-01\n") == List{"EB2006 12:9"});
  CHECK(wrong_with("[[supply]]\nname = \"g\"\npower = \"8 MW\"\n[[supply]]\nname = \"g\"\npower = \"1 MW\"\n") ==
        List{"EB2003 12:8"});
  CHECK(wrong_with("[[battery]]\npower = \"8 MW\"\n") == List{"EB2007 8:1"});
  CHECK(wrong_with("[[supply]]\nname = \"g\"\npower = \"8 MW\"\nfrom = 1024-01-01\n") == List{"EB2019 11:8"});
}

TEST_CASE("jobs and leases make sense by themselves") {
  auto job = [](const std::string& keys) { return wrong_with("[[job]]\nname = \"j\"\nmodel = \"llama3-8b\"\n" + keys); };
  CHECK(job("") == List{"EB2011 8:1"});
  CHECK(job("tokens = \"1 Ttoken\"\ncompute = \"1e20 FLOP\"\n") == List{"EB2011 12:1"});
  CHECK(job("tokens = \"1 Ttoken\"\ndeadline = 2024-01-01\nstart = { on = 2025-01-01 }\n") == List{"EB2012 12:12"});
  CHECK(job("tokens = \"1 Ttoken\"\nshape = { heads = 32, kv_heads = 7 }\n") == List{"EB2014 12:34"});

  auto lease = [](const std::string& keys) {
    return wrong_with("[[lease]]\nname = \"l\"\ngpu = \"h100-sxm\"\ncount = 1000\n" + keys);
  };
  CHECK(lease("") == List{"EB2023 8:1"});
  CHECK(lease("price = \"unknown\"\n") == List{});
  CHECK(lease("total = \"10 MUSD\"\n") == List{"EB2023 12:9"});
  // 1,000 GPUs x 8,766 h x 2 USD/h = 17.532 MUSD
  CHECK(lease("price = \"2 USD/GPU-h\"\ntotal = \"17.532 MUSD\"\nterm = \"1 year\"\n") == List{});
  CHECK(lease("price = \"2 USD/GPU-h\"\ntotal = \"17.6 MUSD\"\nterm = \"1 year\"\n") == List{});
  CHECK(lease("price = \"2 USD/GPU-h\"\ntotal = \"18 MUSD\"\nterm = \"1 year\"\n") == List{"EB2022 13:9"});
}

TEST_CASE("claims speak of supplies and leases that exist") {
  const std::string supply = "[[supply]]\nname = \"grid\"\npower = \"8 MW\"\n";
  CHECK(wrong_with(supply + "[[claim]]\ntext = \"t\"\ngpus_online = 64\nsupplied_by = [\"grid\"]\n") == List{});
  CHECK(wrong_with(supply + "[[claim]]\ntext = \"t\"\ngpus_online = 64\nsupplied_by = [\"grid\", \"gird\"]\n") ==
        List{"EB2020 14:24"});
  CHECK(wrong_with("[[claim]]\ntext = \"t\"\nlease = \"l\"\nprice = \"2 USD/h\"\n") == List{"EB2021 10:9"});
  CHECK(wrong_with("[[claim]]\ntext = \"t\"\ngpus = 64\nmoney = \"4 GUSD\"\nforeign_amount = 29e9\n") == List{"EB2017 8:1"});
}

TEST_CASE("halls hold what is bought") {
  CHECK(wrong_with("[hall]\nracks = 4\nservers_per_rack = 2\n") == List{});
  CHECK(wrong_with("[hall]\nracks = 3\nservers_per_rack = 2\n") == List{"EB2027 9:9"});
}

TEST_CASE("a value that could not be read draws no second finding, but the rest of its table is checked") {
  CHECK(wrong_with("[[supply]]\nname = \"g\"\nunit_power = \"1 MW\"\ncount = -3\nreserve = 2\n") == List{"EB1106 11:9"});
  CHECK(wrong_with("[[job]]\nname = \"j\"\nkind = \"serves\"\nmodel = \"llama3-8b\"\n") == List{"EB1108 10:8"});
  CHECK(
      wrong_with(
          "[[lease]]\nname = \"l\"\ngpu = \"nothing\"\ncount = 0\nprice = \"2 USD/h\"\ntotal = \"1 USD\"\nterm = \"1 year\"\n") ==
      List{"EB1201 10:7", "EB1106 11:9"});
  CHECK(wrong_with("[[claim]]\ntext = \"t\"\ngpus_online = 32000\nsupplied_by = [\"gird\"]\nwithin = \"19 days\"\n") ==
        List{"EB2010 10:15", "EB2020 11:16", "EB2018 12:1"});
}

TEST_CASE("contradictions of one file are told together, with what could not be read") {
  CHECK(
      wrong_with("[[supply]]\nname = \"g\"\npower = \"8 MB\"\n[[job]]\nname = \"j\"\nmodel = \"nothing\"\ntokens = \"1 Ttoken\"\n"
                 "gpus = 1000\n[[battery]]\nfoo = 1\n") == List{"EB1105 10:9", "EB1201 13:9", "EB2010 15:8", "EB1101 17:1"});
  // The group whose count could not be read buys an unknown number: nothing is said of more GPUs than that.
  CHECK(wrong_with("[[servers]]\nmodel = \"dgx-h100\"\ncount = \"8 W\"\n[[claim]]\ntext = \"t\"\ngpus_online = 32000\n") ==
        List{"EB1105 10:9"});
}

TEST_CASE("a file that says nothing is refused, and so is one that is too deep") {
  for (const std::string text : {"", "\n\n", "# a comment\n"}) {
    const auto document = parse_toml({"empty.toml", text});
    if (document) {
      const auto reading = load_cluster(*document, parts());
      REQUIRE_FALSE(reading.has_value());
      CHECK(reading.error().exit == ExitCode::bad_input);
      CHECK(findings(reading.error().diagnostics) == List{"EB1007 0:0"});
    } else {
      CHECK(document.error().exit == ExitCode::bad_input);
      CHECK(document.error().diagnostics.all().front().code == "EB1007");
    }
  }
  std::string deep = "a";
  for (int i = 0; i < 100; ++i) deep += ".a";
  CHECK_FALSE(parse_toml({"deep.toml", deep + " = 1\n"}).has_value());
}
