// Does a fit move the constants that rows speak of and no others, and does a stack's file say what was fitted?
#include "fit/calibrate_training.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>

#include "base/random.h"
#include "catalog/records.h"
#include "fit/stack_file.h"
#include "fit/training_constants.h"
#include "published_runs.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

constexpr FitFrom kAfresh = FitFrom::published_findings;

/// Rows of `stack` as the catalog predicts them, times `factor`, said to be of `other`.
Csv predicted_runs(const std::string& stack, double factor, const std::string& other = "") {
  std::string text = "id,gpu,num_gpus,model,tp,pp,micro_batch,global_batch_seqs,seq_len,precision,stack,year,step_time_s\n";
  for (const int tp : {2, 4, 8})
    for (const int micro : {1, 2})
      text += fmt::format("own-{}{},H100,64,llama3-70b,{},8,{},128,8192,bf16,{},2024,1\n", tp, micro, tp, micro, stack);
  const auto rows = validate_training(Csv::parse(SourceText{"own.csv", text}).value(), builtin_training());
  for (const TrainingPrediction& row : rows) {
    const std::size_t place = text.find(row.id + ",");
    const std::size_t last = text.find(",1\n", place);
    text.replace(last, 3, fmt::format(",{}\n", factor * row.step.total.in(kSecond)));
  }
  if (!other.empty())
    for (std::size_t at = 0; (at = text.find("," + stack + ",", at)) != std::string::npos;)
      text.replace(at, stack.size() + 2, "," + other + ",");
  return Csv::parse(SourceText{"own.csv", text}).value();
}

/// The identity of a stack's file.
std::string header_of(const std::string& name, const std::string& parent) {
  return fmt::format(
      "format = \"eigenbau.part/1\"\nkind = \"stack\"\nname = \"{}\"\ntitle = \"Ours\"\nfamily = \"{}\"\nparent = \"{}\"\nyear = "
      "2026\n",
      name, name, parent);
}

const std::string kOwnBlock =
    "\n[[from]]\nsource = \"kernel test\"\ndate = \"2026-01\"\nconfidence = \"high\"\n[from.training]\ntp_overlap = false\n"
    "dp_unhidden = 0.5\ngemm_bf16.hopper = 0.6\n";

}  // namespace

TEST_CASE("a fit gives the same bytes whatever other fits the catalog holds") {
  TrainingParts other = builtin_training();
  for (std::size_t s = 0; s < other.stacks.size(); ++s)
    for (const TrainingConstant& c : training_constants())
      if ((c.common > 0 || c.release > 0) && !other.states(s, c.name))
        c.set(other.stacks[s].training, 1.3 * c.get(other.stacks[s].training));
  const TrainingFit first = calibrate_training(runs(), builtin_training(), kAfresh),
                    second = calibrate_training(runs(), other, kAfresh);
  REQUIRE(first.parts.stacks.size() == second.parts.stacks.size());
  for (std::size_t s = 0; s < first.parts.stacks.size(); ++s)
    CHECK(constants_toml(first.parts.stacks[s].training) == constants_toml(second.parts.stacks[s].training));
  CHECK(score_training(validate_training(runs(), first.parts)).groups.front().mean < 0.06);
}

TEST_CASE("a fit from the catalog moves the stacks that rows name, and no constant where the catalog is right") {
  const TrainingFit slower = calibrate_training(predicted_runs("megatron-core", 1.1), builtin_training(), FitFrom::catalog);
  const TrainingFit right = calibrate_training(predicted_runs("megatron-core", 1), builtin_training(), FitFrom::catalog);
  const auto& before = builtin_training().stacks;
  int moved = 0;
  for (std::size_t s = 0; s < before.size(); ++s) {
    const std::string as_it_was = constants_toml(before[s].training);
    CHECK(constants_toml(right.parts.stacks[s].training) == as_it_was);
    const bool changed = constants_toml(slower.parts.stacks[s].training) != as_it_was;
    CHECK(changed == (slower.rows[s] > 0));
    moved += changed;
  }
  CHECK(moved == 1);
  const double error = group(score_training(validate_training(predicted_runs("megatron-core", 1.1), slower.parts)), "all").mean;
  CHECK(error < 0.04);  // 9 % before
}

TEST_CASE("a row whose id stands in an earlier one is not fitted again") {
  const Csv once = predicted_runs("megatron-core", 1.1);
  std::string text;
  for (const std::string& column : once.columns()) text += (text.empty() ? "" : ",") + column;
  for (const int time : {1, 2})
    for (std::size_t i = 0; i < (time == 1 ? once.size() : 3); ++i) {
      text += '\n';
      for (std::size_t c = 0; c < once.columns().size(); ++c) (text += c ? "," : "") += csv_cell(once.row(i)[c]);
    }
  const Csv twice = Csv::parse(SourceText{"twice.csv", text}).value();
  REQUIRE(twice.size() == once.size() + 3);
  const TrainingFit one = calibrate_training(once, builtin_training(), FitFrom::catalog),
                    other = calibrate_training(twice, builtin_training(), FitFrom::catalog);
  CHECK(one.rows == other.rows);
  for (std::size_t s = 0; s < one.rows.size(); ++s)
    CHECK(constants_toml(one.parts.stacks[s].training) == constants_toml(other.parts.stacks[s].training));
}

TEST_CASE("what a stack's own file states is held by a fit, and by that of stacks that inherit it") {
  catalog::Catalog mine = builtin();
  REQUIRE(mine.add_part({"mycore.toml", header_of("mycore", "megatron-core") + kOwnBlock}));
  REQUIRE(mine.add_part({"mycore2.toml", header_of("mycore2", "mycore")}));
  const TrainingParts parts = training_parts(mine).value();
  const auto index = [&](std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(parts.stacks, name, &catalog::Stack::name) - parts.stacks.begin());
  };
  const std::size_t own = index("mycore"), heir = index("mycore2");
  const Csv table = predicted_runs("megatron-core", 1.1, "mycore");
  for (const FitFrom from : {FitFrom::catalog, kAfresh}) {
    const TrainingFit fit = calibrate_training(table, parts, from);
    REQUIRE(fit.rows[own] > 0);
    for (const std::size_t s : {own, heir}) {
      CHECK(fit.parts.stacks[s].training.dp_unhidden == 0.5);
      CHECK(fit.parts.stacks[s].training.gemm_bf16.hopper == 0.6);
    }
    catalog::Catalog written = mine;
    const auto file =
        stack_file(mine.text("stack", "mycore").value(), fit.parts.stacks[own], fit.parts.stacks, "test", "2026-01");
    REQUIRE(written.add_part({"mycore.toml", file}));
    const catalog::TrainingConstants read = written.stack("mycore").value().training;
    if (from == FitFrom::catalog)
      for (const TrainingConstant& c : training_constants())
        CHECK_MESSAGE(std::abs(c.get(read) / c.get(fit.parts.stacks[own].training) - 1) < 2e-3, c.name);
  }
}

TEST_CASE("files of all stacks say what was fitted, however many inherit from one another") {
  std::vector<catalog::Stack> stacks = builtin_training().stacks;
  Stream random(7, "constants of stacks");
  for (catalog::Stack& stack : stacks)
    for (const TrainingConstant& c : training_constants())
      c.set(stack.training, (1 - 0.02 * random.uniform()) * c.get(stack.training));
  catalog::Catalog other = builtin();
  for (const catalog::Stack& stack : stacks) {
    const std::string name = stack.name + ".toml";
    const std::string file = read_text(EIGENBAU_SOURCE_DIR "/catalog/stack/" + name).value().text;
    REQUIRE(other.add_part({name, stack_file(file, stack, stacks, "test", "2026-01")}));
  }
  const auto is_stated_elsewhere = [](const std::string& stack, std::string_view constant) {
    const auto source = [&](const std::string& field) {
      return builtin().provenance("stack", stack, "training." + field).source;
    };
    return source(std::string(constant)) != source("error_dense");
  };
  for (const catalog::Stack& stack : stacks) {
    const catalog::TrainingConstants read = other.stack(stack.name).value().training;
    for (const TrainingConstant& c : training_constants()) {
      const bool stated = is_stated_elsewhere(stack.name, c.name);
      const double said = c.get(stated ? builtin().stack(stack.name).value().training : stack.training);
      CHECK_MESSAGE(std::abs(c.get(read) / said - 1) < (stated ? 1e-12 : 2e-3), fmt::format("{} of {}", c.name, stack.name));
    }
  }
}

TEST_CASE("a stack's file says what was fitted: each constant is read back as it was, in whatever unit") {
  catalog::Stack stack = builtin().stack("baseline").value();
  for (const TrainingConstant& c : training_constants()) c.set(stack.training, 1.1 * c.get(stack.training));
  const std::string file = read_text(EIGENBAU_SOURCE_DIR "/catalog/stack/baseline.toml").value().text;
  catalog::Catalog other = builtin();
  REQUIRE(other.add_part({"baseline.toml", stack_file(file, stack, {}, "test", "2026-01")}));
  const catalog::TrainingConstants read = other.stack("baseline").value().training;
  for (const TrainingConstant& c : training_constants()) {
    CHECK_MESSAGE(std::abs(c.get(read) / c.get(stack.training) - 1) < 1e-3, c.name);
    const FieldInfo* field = record<catalog::TrainingConstants>().find(c.name.substr(0, c.name.find('.')));
    REQUIRE(field);
    CHECK_MESSAGE((field->type.kind == FieldType::Kind::quantity) == !c.unit.empty(), c.name);
  }
}

TEST_CASE("a fit replaces the block of the last one and no other, wherever that stands, and its texts are read back") {
  const std::string header = header_of("mycore", ""), own = kOwnBlock;
  catalog::Stack stack = builtin().stack("baseline").value();
  stack.name = "mycore";
  stack.runs = {{.model = "the \"large\" one", .gpu = "a\\b"}};
  const std::string source = "runs of C:\\lab\\\"new\", 8 × H100", broken = "\x7f\xff" + source + "\x01\xc3";
  const std::string once = stack_file(header, stack, {}, broken, "2026-01");
  for (const std::string& file : {once, header + own, once + own, stack_file(header + own, stack, {}, broken, "2025-12")}) {
    const std::string written = stack_file(file, stack, {}, broken, "2026-01");
    CAPTURE(written);
    CHECK(written == stack_file(written, stack, {}, broken, "2026-01"));
    catalog::Catalog mine = builtin();
    REQUIRE(mine.add_part({"mycore.toml", written}));
    const bool states = file != once;
    CHECK(mine.stack("mycore").value().training.tp_overlap != states);
    CHECK(mine.provenance("stack", "mycore", "training.dp_unhidden").source == (states ? "kernel test" : source));
    CHECK(mine.provenance("stack", "mycore", "training.nic_share").source == source);
    REQUIRE(mine.stack("mycore").value().runs.size() == 1);
    CHECK(mine.stack("mycore").value().runs[0].model == stack.runs[0].model);
    CHECK(mine.stack("mycore").value().runs[0].gpu == stack.runs[0].gpu);
  }
}
