// Laws of reading a cluster file: what is written is what is read, and what is wrong is told at its place.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/random.h"
#include "cluster/file.h"
#include "files.h"
#include "input/schema.h"

using namespace eigenbau;
using namespace eigenbau::cluster;
using namespace eigenbau::literals;
using namespace cluster_files;

namespace {

struct Read {
  Cluster cluster;
  Diagnostics problems;
  ReadLog log;
};

Read read(const std::string& text, const Draw& draw = Draw::middle()) {
  const auto document = parse_toml({"test.toml", text});
  REQUIRE_MESSAGE(document.has_value(), text);
  Read r;
  r.cluster = read_cluster(*document, draw, r.log, r.problems);
  return r;
}

Read read_file(const std::string& path, const Draw& draw = Draw::middle()) {
  const auto source = read_text(path);
  REQUIRE(source.has_value());
  return read(source->text, draw);
}

/// Findings in a file that is right but for the lines added.
std::vector<std::string> wrong_with(const std::string& lines) { return findings(read(kHead + lines).problems); }

using List = std::vector<std::string>;

}  // namespace

TEST_CASE("every scenario of the plan is there and reads without a finding") {
  const List names = {
      "aws-p5-ultracluster", "aws-rainier",     "gpt4-25k-a100",   "gpt5-as-estimated-2025", "gpt5-as-expected-2024",
      "grok3-100k-h100",     "lab-64",          "llama3-16k-h100", "memphis-100k-h100",      "memphis-grid-only",
      "meta-24k-ib",         "meta-24k-roce",   "meta-350k-h100",  "oracle-100k-b200",       "oracle-100k-h100-unsigned",
      "oracle-24k-h100",     "stargate-100busd"};
  for (const std::string& name : names) {
    CAPTURE(name);
    const Read r = read_file(scenario(name));
    CHECK(findings(r.problems) == List{});
    CHECK_FALSE(r.cluster.source.empty());
    CHECK_FALSE(r.cluster.servers.empty());
  }
  CHECK(scenarios().size() == names.size());
}

TEST_CASE("the founding case says what the news said") {
  const Cluster c = read_file(scenario("memphis-100k-h100")).cluster;
  int servers = 0, delivered = 0;
  for (const ServerGroup& group : c.servers) servers += group.count;
  for (const Delivery& delivery : c.build.deliveries) delivered += delivery.servers;
  CHECK(servers == 12500);
  CHECK(delivered == servers);

  REQUIRE(c.supplies.size() == 4);
  CHECK(c.supplies[0].total() + c.supplies[1].total() == 50_MW);
  CHECK(c.supplies[0].total() + c.supplies[1].total() + c.supplies[3].total() == 150_MW);
  CHECK(c.supplies[2].kind == SupplyKind::generator);
  CHECK(c.supplies[2].total() == 35_MW);
  CHECK(c.supplies[0].total() / 32000 == 250_W);
  CHECK((c.supplies[0].total() + c.supplies[2].total()).in(kWatt) / 32000 == doctest::Approx(1343.75));
  REQUIRE(c.batteries.size() == 1);
  CHECK_FALSE(c.batteries[0].from.has_value());

  REQUIRE(c.leases.size() == 2);
  CHECK_FALSE(c.leases[0].price_per_gpu().has_value());
  CHECK(c.leases[1].price_per_gpu()->in(kUsd / kHour) == doctest::Approx(2.852).epsilon(0.001));

  std::size_t online = 0, power = 0, pace = 0, money = 0, lease = 0, training = 0;
  for (const Claim& claim : c.claims) {
    online += std::holds_alternative<OnlineClaim>(claim.says);
    power += std::holds_alternative<PowerClaim>(claim.says);
    pace += std::holds_alternative<PaceClaim>(claim.says);
    money += std::holds_alternative<MoneyClaim>(claim.says);
    lease += std::holds_alternative<LeaseClaim>(claim.says);
    training += std::holds_alternative<TrainingClaim>(claim.says);
  }
  CHECK(List{std::to_string(online), std::to_string(power), std::to_string(pace), std::to_string(money), std::to_string(lease),
             std::to_string(training)} == List{"4", "2", "1", "3", "1", "1"});
}

TEST_CASE("a lease's price follows from its total: 10 GUSD for 100,000 over 3, 4, 5 years") {
  Lease lease{.count = 100000, .total = 10_GUSD};
  const double expected[] = {3.80, 2.85, 2.28};
  for (int years = 3; years <= 5; ++years) {
    lease.term = years * kYear;
    CHECK(lease.price_per_gpu()->in(kUsd / kHour) == doctest::Approx(expected[years - 3]).epsilon(0.002));
  }
  lease.price = 2 * kUsd / kHour;
  CHECK(lease.price_per_gpu() == lease.price);
}

TEST_CASE("units in reserve are not firm") {
  const Supply supply{.unit_power = 2.5_MW, .count = 14, .reserve = 1};
  CHECK(supply.total() == 35_MW);
  CHECK(supply.firm() == 32.5_MW);
  CHECK(Supply{}.total() == 0_W);
}

TEST_CASE("a range in a claim is what was said: no draw moves it") {
  for (std::uint32_t sample = 0; sample < 5; ++sample) {
    const Cluster c = read_file(scenario("memphis-100k-h100"), Draw::sample(7, sample)).cluster;
    const auto& power = std::get<PowerClaim>(c.claims[1].says);
    CHECK(power.gpus.low == 5300);
    CHECK(power.gpus.high == 5700);
    const auto& lease = std::get<LeaseClaim>(c.claims[10].says);
    CHECK(lease.price.low.in(kUsd / kHour) == doctest::Approx(2.28));
    CHECK(lease.price.high.in(kUsd / kHour) == doctest::Approx(3.80));
  }
}

TEST_CASE("every sample of every scenario reads without a finding, and ranges are drawn inside") {
  for (const std::string& path : scenarios()) {
    CAPTURE(path);
    for (std::uint32_t sample = 1; sample <= 20; ++sample)
      CHECK(findings(read_file(path, Draw::sample(1, sample)).problems) == List{});
  }
  for (std::uint32_t sample = 1; sample <= 50; ++sample) {
    const Cluster c = read_file(scenario("memphis-100k-h100"), Draw::sample(3, sample)).cluster;
    CHECK(c.supplies[1].from >= parse_date("2024-08-01"));
    CHECK(c.supplies[1].from <= parse_date("2024-11-07"));
    CHECK(*c.training[0].compute >= 2e26 * kFlopUnit);
    CHECK(*c.training[0].compute <= 2e27 * kFlopUnit);
  }
}

TEST_CASE("the middle of a range of work is its geometric mean") {
  const Cluster c = read_file(scenario("memphis-100k-h100")).cluster;
  CHECK(c.training[0].compute->base() == doctest::Approx(2e26 * std::sqrt(10.0)));
}

TEST_CASE("unknown stays unknown, and is written down") {
  const Read r = read_file(scenario("memphis-100k-h100"));
  CHECK_FALSE(r.cluster.leases[0].price.has_value());
  CHECK_FALSE(r.cluster.fabric.oversubscription.has_value());
  CHECK(std::find(r.log.unknown.begin(), r.log.unknown.end(), "lease[Oracle, running].price") != r.log.unknown.end());
  CHECK(read("location = 1\n").problems.has_errors());
}

TEST_CASE("a global batch is a count of sequences or an amount of tokens") {
  auto job = [](const std::string& batch) {
    return read(std::string(kHead) +
                "[[job]]\nname = \"j\"\nmodel = \"llama3-8b\"\ntokens = \"1 Ttoken\"\nglobal_batch = " + batch + "\n");
  };
  CHECK(job("512").cluster.training[0].global_batch_sequences == 512);
  CHECK(job("\"4 Mtoken\"").cluster.training[0].global_batch_tokens == 4e6 * kTokenUnit);
  CHECK(findings(job("0").problems) == List{"EB1106 12:16"});
  CHECK(findings(job("-5").problems) == List{"EB1106 12:16"});
  CHECK(findings(job("\"4 MB\"").problems) == List{"EB1105 12:16"});
}

TEST_CASE("wrong keys, units, counts and dates are told at their place") {
  CHECK(wrong_with("") == List{});
  CHECK(wrong_with("coling = \"air\"\n") == List{"EB1101 8:1"});
  CHECK(wrong_with("electricity_price = \"3 MW\"\n") == List{"EB1105 8:21"});
  CHECK(wrong_with("electricity_price = 0.07\n") == List{"EB1110 8:21"});
  CHECK(wrong_with("pue = 0.9\n") == List{"EB1106 8:7"});
  CHECK(wrong_with("cooling = \"water\"\n") == List{"EB1108 8:11"});
  CHECK(wrong_with("[[supply]]\npower = \"8 MW\"\n") == List{"EB1102 8:1"});
  CHECK(wrong_with("[[supply]]\nname = \"grid\"\npower = \"-8 MW\"\n") == List{"EB1106 10:9"});
  CHECK(wrong_with("[[supply]]\nname = \"grid\"\npower = \"8 MW\"\nprobability = \"120 %\"\n") == List{"EB1106 11:15"});
  CHECK(wrong_with("[[supply]]\nname = \"grid\"\npower = \"8 MW\"\nfrom = \"2024-13-01\"\n") == List{"EB1111 11:8"});
  CHECK(wrong_with("[[lease]]\nname = \"l\"\ngpu = \"h100-sxm\"\ncount = 64\nprice = \"2 USD/h\"\nterm = \"0 years\"\n") ==
        List{"EB1106 13:8"});
  CHECK(wrong_with("[[servers]]\nmodel = \"dgx-h100\"\ncount = -8\n") == List{"EB1106 10:9"});
  CHECK(wrong_with("[[servers]]\nmodel = \"dgx-h100\"\ncount = 2.5\n") == List{"EB1103 10:9"});
  CHECK(wrong_with("[[servers]]\nmodel = \"unknown\"\ncount = \"unknown\"\n") == List{"EB1109 9:9", "EB1109 10:9"});
  CHECK(findings(read("name = \"x\"\n").problems).size() == 2);
  CHECK(
      findings(read("format = \"eigenbau.cluster/9\"\nname = \"x\"\n[[servers]]\nmodel = \"dgx-h100\"\ncount = 1\n").problems) ==
      List{"EB2001 1:10"});
  for (const std::string line :
       {"from = 2024-02-30\n", "from = 2024-13-01\n", "from = { low = 2024-01-01, high = 2023-02-29 }\n"}) {
    const auto document = parse_toml({"t", "x = 1\n" + line});
    REQUIRE_FALSE(document.has_value());
    const std::size_t column = line.find(line.starts_with("from = {") ? "2023-02-29" : "2024-") + 1;
    CHECK(findings(document.error().diagnostics) == List{"EB1111 2:" + std::to_string(column)});
  }
}

TEST_CASE("all problems of a file are told in one reading") {
  CHECK(wrong_with("pue = 0.5\nfoo = 1\n[[supply]]\nname = \"g\"\npower = \"8 MB\"\n[[job]]\nname = \"j\"\n") ==
        List{"EB1106 8:7", "EB1101 9:1", "EB1105 12:9", "EB1102 13:1"});
}

TEST_CASE("a job has the keys of its kind only") {
  CHECK(wrong_with("[[job]]\nname = \"j\"\nkind = \"serving\"\nmodel = \"llama3-8b\"\ntokens = \"1 Ttoken\"\n") ==
        List{"EB2013 12:1"});
  CHECK(wrong_with("[[job]]\nname = \"j\"\nmodel = \"llama3-8b\"\ntokens = \"1 Ttoken\"\ninput_tokens = 5\n") ==
        List{"EB2013 12:1"});
}

TEST_CASE("a claim tests one sentence and has what that needs") {
  auto claim = [](const std::string& keys) { return wrong_with("[[claim]]\ntext = \"t\"\n" + keys); };
  CHECK(claim("gpus_online = 64\n") == List{});
  CHECK(claim("") == List{"EB2016 8:1"});
  CHECK(claim("site_power = \"8 MW\"\n") == List{"EB2017 10:1"});
  CHECK(claim("gpus = 64\nsite_power = \"8 MW\"\nwithin = \"19 days\"\n") == List{"EB2018 12:1"});
  CHECK(claim("gpus = 64\ntakes = \"70 days\"\n") == List{"EB2017 11:1"});
  CHECK(claim("gpus = { low = 70, high = 60 }\nsite_power = \"8 MW\"\n") == List{"EB1107 10:8"});
  CHECK(claim("gpus = { low = 70 }\nsite_power = \"8 MW\"\n") == List{"EB1107 10:8"});
}

TEST_CASE("every example of the declarations is accepted by its own declaration") {
  std::vector<const RecordInfo*> todo = {&record<ClusterFile>()};
  int examples = 0;
  for (std::size_t i = 0; i < todo.size(); ++i)
    for (const auto& field : todo[i]->fields()) {
      CAPTURE(field->key);
      CHECK_FALSE(field->doc.empty());
      if (field->type.kind == FieldType::Kind::record) todo.push_back(&field->type.nested());
      if (field->example_text.empty()) continue;
      ++examples;
      const auto document = parse_toml({"example", field->key + " = " + field->example_text + "\n"});
      REQUIRE(document.has_value());
      const bool named = todo[i]->name() == "cluster file";
      Diagnostics problems;
      ReadLog log;
      Reader reader(Draw::middle(), problems, log);
      ClusterFile file;
      JobTable job;
      ClaimTable claim;
      std::vector<std::string> missing;
      void* object = nullptr;
      if (named) object = &file;
      if (todo[i]->name() == "job") object = &job;
      if (todo[i]->name() == "claim") object = &claim;
      if (!object) continue;
      todo[i]->read(object, document->root, reader);
      for (const Diagnostic& d : problems.all()) CHECK_MESSAGE(d.code == "EB1102", d.message);
    }
  CHECK(examples > 80);
}

TEST_CASE("the starter file reads without a finding, whatever the name") {
  for (const std::string name : {"our first cluster", "quotes \" and \\ backslashes", "", "Zürich"}) {
    const Read r = read(starter_file(name));
    CHECK(findings(r.problems) == List{});
    CHECK(r.cluster.name == name);
    CHECK(r.cluster.supplies.size() == 1);
    CHECK(r.cluster.training.size() == 1);
    CHECK(r.cluster.claims.size() == 1);
  }
}

TEST_CASE(
    "the starter file shows every key: with all of them switched on, only the two kinds of job and claim get in each other's "
    "way") {
  const std::string starter = starter_file("x");
  std::string text;
  for (std::size_t at = 0; at < starter.size();) {
    const std::size_t end = starter.find('\n', at);
    std::string line = starter.substr(at, end - at);
    if (line.starts_with("# [") || (line.starts_with("# ") && line.find(" = ") < 40)) line.erase(0, 2);
    text += line + "\n";
    at = end + 1;
  }
  const Read r = read(text);
  for (const Diagnostic& d : r.problems.all()) CHECK_MESSAGE((d.code == "EB2013" || d.code == "EB2018"), d.message);
  auto shows = [&](const std::string& what) { return starter.find(what) != std::string::npos; };
  std::vector<const RecordInfo*> todo = {&record<ClusterFile>()};
  for (std::size_t i = 0; i < todo.size(); ++i)
    for (const auto& field : todo[i]->fields()) {
      const bool shown = shows(field->key + " = ") || shows("[" + field->key + "]") || shows("." + field->key + "]");
      CHECK_MESSAGE(shown, field->key);
      if (field->type.kind == FieldType::Kind::record && field->type.list) todo.push_back(&field->type.nested());
    }
}

/// Where each value of a tree is stated, by the key that overrides it: `supply["grid"].power`.
void list_values(const Node& node, const std::string& key, std::vector<std::pair<std::string, Span>>& out) {
  if (node.kind != Node::Kind::table && node.kind != Node::Kind::array) out.emplace_back(key, node.span);
  for (const Member& member : node.members) list_values(member.value, key.empty() ? member.key : key + "." + member.key, out);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Member* name = node.items[i].find("name");
    list_values(node.items[i], name ? fmt::format("{}[\"{}\"]", key, name->value.text) : fmt::format("{}[\"{}\"]", key, i), out);
  }
}

TEST_CASE("overriding a value of the file by itself changes nothing") {
  const auto source = read_text(scenario("memphis-100k-h100"));
  const Read plain = read(source->text);
  std::vector<std::pair<std::string, Span>> values;
  list_values(parse_toml(*source)->root, "", values);
  int overridden = 0;
  for (const auto& [key, span] : values) {
    std::string line = source->text;
    for (std::uint32_t i = 1; i < span.line; ++i) line.erase(0, line.find('\n') + 1);
    const std::string value = line.substr(span.column - 1, span.length);
    if (value.empty() || (value[0] != '"' && !std::isdigit(static_cast<unsigned char>(value[0])))) continue;
    CAPTURE(key);
    auto document = parse_toml(*source);
    REQUIRE(override_value(*document, fmt::format("{}={}", key, value)).has_value());
    Read r;
    r.cluster = read_cluster(*document, Draw::middle(), r.log, r.problems);
    CHECK(findings(r.problems) == List{});
    CHECK(r.log.unknown == plain.log.unknown);
    CHECK(r.log.uncertain.size() == plain.log.uncertain.size());
    CHECK(r.cluster.leases[1].price_per_gpu() == plain.cluster.leases[1].price_per_gpu());
    ++overridden;
  }
  CHECK(overridden > 80);
}

TEST_CASE("an override moves the value it names") {
  auto document = parse_toml(*read_text(scenario("memphis-100k-h100")));
  REQUIRE(override_value(*document, "supply.mobile gas generators.reserve=1").has_value());
  REQUIRE(override_value(*document, "power.gpu_cap=600 W").has_value());
  Read r;
  r.cluster = read_cluster(*document, Draw::middle(), r.log, r.problems);
  CHECK(findings(r.problems) == List{});
  CHECK(r.cluster.supplies[2].firm() == 32.5_MW);
  CHECK(r.cluster.power.gpu_cap == 600_W);
}

TEST_CASE("mutated scenarios never crash the reader: each gives a cluster or a finding") {
  std::vector<std::string> texts;
  for (const std::string& path : scenarios()) texts.push_back(read_text(path)->text);
  Stream random(20240722, "cluster-mutations");
  auto below = [&](std::size_t n) {
    return std::min(n - 1, static_cast<std::size_t>(random.uniform() * static_cast<double>(n)));
  };
  const std::string alphabet = "0123456789.-=[]{}\"'#,\n eMWGUnk%";
  int refused = 0, read_well = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text = texts[below(texts.size())];
    for (std::size_t edit = 0, edits = 1 + below(4); edit < edits; ++edit) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0:
          text[at] = alphabet[below(alphabet.size())];
          break;
        case 1:
          text.erase(at, 1 + below(30));
          break;
        case 2:
          text.insert(at, text.substr(below(text.size()), 1 + below(60)));
          break;
        default:
          text.insert(at, 1, alphabet[below(alphabet.size())]);
          break;
      }
    }
    const auto document = parse_toml({"mutant", text});
    if (!document) {
      CHECK(document.error().diagnostics.has_errors());
      ++refused;
      continue;
    }
    ReadLog log;
    Diagnostics problems;
    const Cluster cluster = read_cluster(*document, Draw::middle(), log, problems);
    for (const Diagnostic& d : problems.all()) CHECK_FALSE(d.message.empty());
    if (problems.has_errors()) ++refused;
    else ++read_well;
    if (!problems.has_errors()) CHECK_FALSE(cluster.servers.empty());
  }
  CHECK(refused > 500);
  CHECK(read_well > 100);
}

TEST_CASE("every code of the room is explained once") {
  std::vector<std::string> codes;
  for (const CodeText& text : cluster_codes()) {
    codes.emplace_back(text.code);
    CHECK(text.code.starts_with("EB20"));
    CHECK_FALSE(text.explanation.empty());
  }
  std::sort(codes.begin(), codes.end());
  CHECK(std::adjacent_find(codes.begin(), codes.end()) == codes.end());
}
