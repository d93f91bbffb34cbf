// Laws of the replay of published training runs.
#include "fit/validate_training.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/random.h"
#include "builtin_parts.h"
#include "catalog/records.h"
#include "fit/calibrate_training.h"
#include "fit/error_bands.h"
#include "fit/stack_file.h"
#include "fit/training_constants.h"
#include "fit/training_effects.h"
#include "fit/training_score.h"
#include "input/document.h"
#include "perf/error_band.h"
#include "tables/nic_note.h"
#include "tables/release_series.h"
#include "tables/run_text.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

const Csv& runs() {
  static const Csv kRuns = Csv::parse(read_text(EIGENBAU_SOURCE_DIR "/validation/training.csv").value()).value();
  return kRuns;
}

const std::vector<TrainingPrediction>& predictions() {
  static const std::vector<TrainingPrediction> kPredictions = validate_training(runs(), builtin_training());
  return kPredictions;
}

/// The table without its measured columns.
Csv blinded() {
  std::string text;
  const auto& columns = runs().columns();
  for (std::size_t c = 0; c < columns.size(); ++c) text += (c ? "," : "") + columns[c];
  for (std::size_t i = 0; i < runs().size(); ++i)
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const bool measured = columns[c] == "step_time_s" || columns[c] == "tokens_per_s_per_gpu" ||
                            columns[c] == "model_tflops_per_gpu" || columns[c] == "mfu_pct" || columns[c] == "total_time" ||
                            columns[c] == "notes";
      text += (c ? "," : "\n") + (measured ? std::string() : csv_cell(runs().row(i)[c]));
    }
  return Csv::parse(SourceText{"blinded.csv", text}).value();
}

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

const GroupScore& group(const TrainingScore& score, const std::string& name) {
  return *std::find_if(score.groups.begin(), score.groups.end(), [&](const GroupScore& g) { return g.name == name; });
}

}  // namespace

TEST_CASE("a prediction does not look at what was measured") {
  const auto blind = validate_training(blinded(), builtin_training());
  CHECK(prediction_csv(blind) == prediction_csv(predictions()));
}

TEST_CASE("published runs come out within the errors that the product promises") {
  const TrainingScore score = score_training(predictions());
  const GroupScore &all = group(score, "all"), &dense = group(score, "dense"), &moe = group(score, "MoE");
  CHECK(all.answered >= 0.97 * all.rows);
  // A fifth above the figures of validation/training.txt.
  CHECK(dense.median < 0.030);
  CHECK(dense.mean < 0.044);
  CHECK(dense.p90 < 0.096);
  CHECK(moe.median < 0.035);
  CHECK(moe.mean < 0.065);
  CHECK(moe.p90 < 0.143);
  CHECK(all.in_band > 0.95);
}

TEST_CASE("numbers in an answer are finite and ordered") {
  for (const TrainingPrediction& p : predictions()) {
    if (p.status != RowStatus::ok) continue;
    CHECK(is_finite(p.step.total));
    CHECK(p.step.total > Time{});
    CHECK(p.error > 0);
    CHECK(p.step.mfu_causal <= p.step.mfu_full);
  }
}

TEST_CASE("the peak memory of the published single-node runs comes out within 10 %") {
  int rows = 0;
  for (std::size_t i = 0; i < runs().size(); ++i) {
    const auto peak = number_after(runs().cell(i, "notes"), "real peak alloc");
    if (!peak) continue;
    ++rows;
    const TrainingPrediction& p = predictions()[i];
    // What the allocator reports leaves out the context of the driver.
    const double predicted = (p.step.memory.total() - p.step.memory.context).in(kGibibyte);
    CHECK_MESSAGE(std::abs(predicted / *peak - 1) < 0.10, p.id << " " << predicted << " of " << *peak);
  }
  CHECK(rows == 16);
}

TEST_CASE("what published runs lose and gain with scale and software comes out within 10 %") {
  const auto off = [](std::string_view id) {
    const auto row = std::find_if(predictions().begin(), predictions().end(), [&](const auto& p) { return p.id == id; });
    REQUIRE(row != predictions().end());
    return row->step.total / *row->measured;
  };
  struct Scaling {
    std::string_view what, from, to;
  };
  constexpr Scaling kScaling[] = {
      {"GPT-3 in 8 bit from 512 to 10,752 H100: 797 to 584 TFLOP/s", "nemo-013", "mlperf-004"},
      {"ZeRO-3 over 200 Gb/s from 384 to 1,536 A100: 144 to 44 TFLOP/s", "megatron-2021-011", "megatron-2021-013"},
      {"ZeRO-1 on 1,024 A100, global and in a node: 2,271 to 3,625 tokens/s", "internevo-008", "internevo-016"},
      {"DeepSeek-V3 on GB200, software of 2025 and of 2026: 249 to 1,290 TFLOP/s", "dgxc-269", "mbridge-002"},
  };
  for (const Scaling& scaling : kScaling) {
    CAPTURE(scaling.what);
    CHECK(std::abs(off(scaling.from) - 1) < 0.1);
    CHECK(std::abs(off(scaling.to) - 1) < 0.1);
    CHECK(std::abs(off(scaling.to) / off(scaling.from) - 1) < 0.1);
  }
}

TEST_CASE("the order of plans of one model is kept") {
  const TrainingScore score = score_training(predictions());
  double agree = 0, pairs = 0;
  for (const OrderScore& order : score.order) {
    agree += order.tau * order.pairs;
    pairs += order.pairs;
  }
  CHECK(agree / pairs > 0.85);
}

TEST_CASE("the release of a stack is read from containers and tags") {
  CHECK(release_in("docs, container 25.09").value() == doctest::Approx(25.09));
  CHECK(release_in("tag v24.11.1 readme").value() == doctest::Approx(24.11));
  CHECK(release_in("eos_ngc25.04_nemo").value() == doctest::Approx(25.04));
  CHECK_FALSE(release_in("Megatron-Core r0.8.0, 2024-07").has_value());
}

TEST_CASE("notes on the network become NIC rates per GPU") {
  catalog::Gpu gpu;
  gpu.scale_up_domain = 8;
  gpu.generation = "ampere";
  const auto rate = [&](const char* note) { return read_nic_note(note, gpu).per_gpu.in(kGigabitPerSecond); };
  CHECK(rate("4x100gb roce per node") == doctest::Approx(50));
  CHECK(rate("selene dgx a100, 8x200gb hdr") == doctest::Approx(200));
  CHECK(rate("1600 gbps node-node interconnect (roce)") == doctest::Approx(200));
  CHECK(rate("8 gpus/node, 800 gb/s per node (config), 1f1b") == doctest::Approx(100));
  CHECK(rate("400gb/s rdma per gpu") == doctest::Approx(400));
}

TEST_CASE("an unknown stack, GPU or precision is answered with the nearest known one and a wider band") {
  const std::string head =
      "id,year,gpu,num_gpus,model,layers,hidden,heads,kv_heads,ffn_hidden,vocab,seq_len,tp,pp,dp,micro_batch,global_batch_seqs,"
      "precision,stack\n";
  const std::string shape = ",8,llama3-8b,32,4096,32,8,14336,128256,8192,1,1,8,1,128,";
  const auto table =
      Csv::parse(SourceText{"t.csv", head + "a-1,2025,H100" + shape + "bf16,megatron-core\n" + "b-1,2025,H100" + shape +
                                         "bf16,nobody-knows\n" + "c-1,2025,H100 XYZ" + shape + "bf16,megatron-core\n"});
  const auto rows = validate_training(table.value(), builtin_training());
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].status == RowStatus::ok);
  for (const int i : {1, 2}) {
    CHECK(rows[i].status == RowStatus::ok);
    CHECK(rows[i].error > rows[0].error);
    CHECK(rows[i].reason.find("taken as") != std::string::npos);
  }
}

TEST_CASE("a broken row says what is wrong and what would be right") {
  const std::string head =
      "id,gpu,num_gpus,model,layers,hidden,heads,kv_heads,ffn_hidden,vocab,seq_len,tp,pp,dp,micro_batch,global_batch_seqs,"
      "precision,stack\n";
  const auto table = Csv::parse(
      SourceText{"t.csv", head + "a-1,H100,8,llama3-8b,32,4096,32,8,14336,128256,8192,3,1,,1,128,bf16,megatron-core\n"});
  const auto rows = validate_training(table.value(), builtin_training());
  CHECK(rows[0].status == RowStatus::invalid);
  CHECK(rows[0].reason.find("nearest") != std::string::npos);
}

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

TEST_CASE("a series of releases is read from the notes of a row; patch releases count as their month") {
  const auto series = release_series("x; releases tok/s/GPU: 26.02=3955 26.02.01=4021 26.04=4193; tokens 25.01=7");
  REQUIRE(series.size() == 2);
  CHECK(series[0].release == doctest::Approx(26.02));
  CHECK(series[0].tokens_per_gpu == doctest::Approx(4021));
  CHECK(series[1].tokens_per_gpu == doctest::Approx(4193));
  CHECK(release_series("no series").empty());
}

TEST_CASE("every effect that can be switched off matters to some published run") {
  for (const TrainingEffect& effect : training_effects()) {
    TrainingParts without = builtin_training();
    for (catalog::Stack& stack : without.stacks) effect.switch_off(stack.training);
    const auto rows = validate_training(runs(), without);
    int changed = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
      changed += rows[i].status == RowStatus::ok && rows[i].step.total != predictions()[i].step.total;
    CHECK_MESSAGE(changed > 0, effect.name);
  }
}

TEST_CASE("bands hold runs that did not set them, as often as they say, and are narrower where runs are foretold well") {
  constexpr std::size_t kParts = 10;
  int inside = 0, near = 0, far = 0;
  double near_bands = 0, far_bands = 0;
  for (std::size_t part = 0; part < kParts; ++part) {
    std::vector<TrainingPrediction> seen, unseen;
    for (std::size_t i = 0; i < predictions().size(); ++i) (i % kParts == part ? unseen : seen).push_back(predictions()[i]);
    TrainingParts settled = builtin_training();
    set_error_bands(settled, seen, kAfresh);
    for (const TrainingPrediction& p : unseen) {
      if (p.status != RowStatus::ok || !p.measured) continue;
      const double error = std::abs(std::log(p.step.total / *p.measured)), band = band_of(p, settled.stacks[p.stack]);
      inside += error <= std::log1p(band);
      ++(error < 0.02 ? near : far);
      (error < 0.02 ? near_bands : far_bands) += band;
    }
  }
  const double rows = near + far, share = inside / rows;
  const double scatter = std::sqrt(0.95 * 0.05 / rows);
  CHECK(share > 0.95 - 2 * scatter);
  CHECK(share < 0.95 + 2 * scatter);
  CHECK(near_bands / near < far_bands / far);
}

TEST_CASE("a few runs never narrow bands below those of many") {
  for (const std::size_t count : {1u, 5u, 18u}) {
    TrainingParts few = builtin_training();
    const auto first = predictions().begin();
    set_error_bands(few, {first, first + static_cast<std::ptrdiff_t>(count)}, kAfresh);
    for (std::size_t s = 0; s < few.stacks.size(); ++s) {
      const catalog::TrainingConstants &now = few.stacks[s].training, &many = builtin_training().stacks[s].training;
      CHECK(now.error_dense >= many.error_dense);
      CHECK(now.error_scale_dense >= many.error_scale_dense);
      CHECK(now.error_moe >= many.error_moe);
      CHECK(now.error_scale_moe >= many.error_scale_moe);
    }
  }
}

TEST_CASE("bands from the catalog: own runs join those of their stack, other stacks keep theirs") {
  TrainingParts own = builtin_training();
  TrainingPrediction one = predictions().front();
  one.run.tp = 3;
  CHECK(set_error_bands(own, {one}, FitFrom::catalog) == 0);
  for (std::size_t s = 0; s < own.stacks.size(); ++s) {
    const catalog::Stack &now = own.stacks[s], &before = builtin_training().stacks[s];
    CHECK(now.runs.size() == before.runs.size() + (s == one.stack ? 1 : 0));
    if (s != one.stack) CHECK(constants_toml(now.training) == constants_toml(before.training));
    CHECK(now.training.error_scale_dense >= before.training.error_scale_dense);
  }
}

TEST_CASE("bands from the catalog: runs that it was fitted to are counted once and narrow no band, however often they come") {
  TrainingParts again = builtin_training();
  std::vector<TrainingPrediction> seen;  // by a fit that has seen them all
  for (const TrainingPrediction& p : predictions())
    if (p.status == RowStatus::ok && p.measured) seen.push_back(p);
  const auto runs_of = [](const TrainingParts& parts) {
    std::size_t runs = 0;
    for (const catalog::Stack& stack : parts.stacks) runs += stack.runs.size();
    return runs;
  };
  for (const int time : {1, 2}) {
    CAPTURE(time);
    const TrainingParts before = again;
    const int known = set_error_bands(again, seen, FitFrom::catalog);
    const std::size_t others = seen.size() - static_cast<std::size_t>(known);
    CHECK(runs_of(again) == runs_of(before) + others);
    // At first a few others: a plan may leave the recompute open, and that of a fit which had not seen the row differs.
    CHECK(others <= (time == 1 ? seen.size() / 100 : 0));
    for (std::size_t s = 0; s < again.stacks.size(); ++s) {
      const catalog::Stack &now = again.stacks[s], &then = before.stacks[s];
      for (std::size_t r = 0; r < then.runs.size(); ++r) CHECK(now.runs[r].error >= then.runs[r].error);
      CHECK(now.training.error_dense >= then.training.error_dense);
      CHECK(now.training.error_moe >= then.training.error_moe);
      CHECK(now.training.error_scale_dense >= then.training.error_scale_dense);
      CHECK(now.training.error_scale_moe >= then.training.error_scale_moe);
    }
  }
}

TEST_CASE("generations of accelerators count as fitted that published runs are on") {
  std::map<std::string, bool> on_runs;
  for (const NamedGpu& known : builtin_training().gpus) on_runs[known.gpu.generation];
  for (std::size_t i = 0; i < runs().size(); ++i)
    on_runs[read_training_row(runs(), i, builtin_training()).machine.gpu.generation] = true;
  for (const auto& [generation, seen] : on_runs) CHECK_MESSAGE(perf::is_fitted_generation(generation) == seen, generation);
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
