// Does a calibration find the law behind its rows, and does a validation answer as it must?
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "fit/calibrate_kernels.h"
#include "fit/residual_fit.h"
#include "fit/validate_kernels.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

const GpuFigures kGpu{.name = "h100-sxm",
                      .generation = "hopper",
                      .peak_bf16 = 989 * kTeraflopPerSecond,
                      .peak_fp8 = 1979 * kTeraflopPerSecond,
                      .memory = 3350 * kGigabytePerSecond,
                      .link = 450 * kGigabytePerSecond,
                      .multiprocessors = 132};

std::optional<GpuFigures> lookup(std::string_view name) {
  if (name == "unheard-of") return std::nullopt;
  GpuFigures gpu = kGpu;
  if (name != "H100" && name != "h100-sxm") {
    gpu.name = "h200";
    gpu.memory = 4800 * kGigabytePerSecond;
  }
  return gpu;
}

const std::vector<double> kTrue{3, .8, .85, 120, 4, 10, 6, .8, 0};

double true_time(double m, double n, double k) {
  KernelRow row{.format = "bf16", .m = m, .n = n, .k = k};
  return kernel_operation("gemm")->time_us(kTrue, row, kGpu);
}

/// Rows as the law makes them, without noise; `first` is the smallest m.
std::string rows_of_law(double first, bool measured) {
  std::string text = "id,source,locator,gpu,op,dtype,m,n,k,notes" + std::string(measured ? ",time_us" : "") + "\n";
  int id = 0;
  for (double m = first; m <= 20000; m *= 4)
    for (const double n : {512., 1536., 4096., 12288.})
      for (const double k : {1024., 4096., 14336.}) {
        text += fmt::format("r{},s,l,H100,gemm,bfloat16,{:.0f},{},{},trtllm 1.0", id++, m, n, k);
        text += measured ? fmt::format(",{:.6g}\n", true_time(std::round(m), n, k)) : "\n";
      }
  return text;
}

Csv csv(const std::string& text) { return *Csv::parse({"rows.csv", text}); }

KernelCalibration calibrate(unsigned threads = 1) {
  return calibrate_kernels(csv(rows_of_law(1, true)), lookup,
                           {.effort = {.points = 32}, .folds = 0, .threads = threads, .source = "test"});
}

KernelBook book() {
  std::vector<catalog::KernelPart> parts;
  for (const auto& part : calibrate().parts) parts.push_back(part.part);
  return KernelBook(parts);
}

}  // namespace

TEST_CASE("tables that no row is fitted to stay with their source, and a part that kept them reads as it was written") {
  const catalog::KernelPart fitted = calibrate().parts.at(0).part;
  SourcedTables published{{"published", "2024", "high"}, fitted.table};
  catalog::KernelTable other = fitted.table.front();
  other.format = "fp8";
  published.tables.push_back(other);
  const auto kept =
      calibrate_kernels(csv(rows_of_law(1, true)), lookup,
                        {.effort = {.points = 32}, .folds = 0, .source = "mine", .known = {{"h100-sxm", {published}}}});
  const catalog::KernelPart& part = kept.parts.at(0).part;
  REQUIRE(part.table.size() == fitted.table.size() + 1);
  CHECK(part.table.back().format == "fp8");
  CHECK(part.table.front().format == fitted.table.front().format);
  CHECK(kept.kept.size() == 1);
  catalog::Catalog catalog;
  catalog = catalog::Catalog::built_in();
  REQUIRE(catalog.add_part({"part.toml", kept.parts.at(0).text}).has_value());
  const auto read = catalog.kernels("h100-sxm");
  REQUIRE(read.has_value());
  CHECK(read->table.size() == part.table.size());
  CHECK(catalog.provenance("kernels", "h100-sxm", "table[0]").source == "mine");
  CHECK(catalog.provenance("kernels", "h100-sxm", fmt::format("table[{}]", part.table.size() - 1)).source == "published");
}

TEST_CASE("a correction goes through its points when nothing is smoothed, and dies out far from them") {
  std::vector<Leftover> rows;
  for (int i = 0; i < 12; ++i) rows.push_back({{static_cast<double>(i), static_cast<double>(i * i % 7)}, .1 * std::sin(i)});
  const auto residual = fit_residual(rows, {{2, 2}, 1e-9}, {{2, 2}, 1e-9}, 100);
  for (const auto& row : rows) CHECK(perf::log_correction(residual, row.at) == doctest::Approx(row.log_ratio).epsilon(1e-3));
  const std::vector<double> far{1000, 1000};
  CHECK(perf::log_correction(residual, far) == doctest::Approx(residual.mean));
}

TEST_CASE("a correction stays inside the residuals it has seen") {
  const std::vector<Leftover> rows{{{0}, .2}, {{1}, -.1}, {{2}, .15}};
  const auto residual = fit_residual(rows, {{5}, 1e-6}, {{1}, 1e-6}, 3);
  for (double x = -5; x < 8; x += .1) {
    const std::vector<double> at{x};
    CHECK(perf::log_correction(residual, at) <= .2);
    CHECK(perf::log_correction(residual, at) >= -.1);
  }
}

TEST_CASE("a kernel that the library picked badly does not move other shapes, and is still found where it was measured") {
  std::vector<Leftover> rows;
  for (int i = 0; i < 40; ++i) rows.push_back({{static_cast<double>(i % 8), std::floor(i / 8.)}, .02 * std::sin(i)});
  rows[13].log_ratio = 2;
  const auto residual = fit_residual(rows, {{20, 20}, .01}, {{.5, .5}, .01}, 100);
  CHECK(perf::log_correction(residual, rows[13].at) > 1);
  const std::vector<double> elsewhere{3.5, 6};
  CHECK(std::abs(perf::log_correction(residual, elsewhere)) < .05);
}

TEST_CASE("of several degrees of smoothness the one that foretells unseen shapes is taken") {
  std::vector<Leftover> rows;
  std::vector<std::size_t> shape;
  for (std::size_t i = 0; i < 200; ++i) {
    const double x = static_cast<double>(i % 20), y = std::floor(static_cast<double>(i) / 20);
    rows.push_back({{x, y}, .3 * std::sin(.4 * x)});  // the second coordinate, the shape, does not matter
    shape.push_back(static_cast<std::size_t>(y));
  }
  const Smoothness carries{{2, 100}, .01}, stays{{2, .2}, .01};
  CHECK(best_smoothness(rows, shape, {stays, carries}) == 1);
  CHECK(best_smoothness(rows, shape, {carries, stays}) == 0);
}

TEST_CASE("a calibration on rows of a law predicts shapes of the law that it has not seen") {
  const KernelBook fitted = book();
  std::vector<double> ratios;
  for (const double m : {3., 30., 300., 3000.})
    for (const double n : {768., 2048., 8192.})
      for (const double k : {2048., 8192.}) {
        const KernelRow row{.operation = "gemm", .gpu = "H100", .format = "bf16", .family = "trtllm", .m = m, .n = n, .k = k};
        ratios.push_back(fitted.answer(row, kGpu).time_us / true_time(m, n, k));
      }
  const Errors errors = errors_of(ratios);
  CHECK(errors.median < .03);
  CHECK(errors.mean < .05);
}

TEST_CASE("the same rows give the same bytes, for any number of threads") {
  const auto once = calibrate(1), again = calibrate(3);
  REQUIRE(once.parts.size() == 1);
  CHECK(once.parts[0].text == again.parts[0].text);
  CHECK(once.parts[0].text.find("nan") == std::string::npos);
}

TEST_CASE("a row whose id stands in an earlier one is not fitted again") {
  const std::string rows = rows_of_law(1, true);
  const CalibrationOptions options{.effort = {.points = 32}, .folds = 0, .threads = 1, .source = "test"};
  const auto again = calibrate_kernels(csv(rows + "r0,s,l,H100,gemm,bfloat16,1,512,1024,trtllm 1.0,900\n"), lookup, options);
  CHECK(again.parts.at(0).text == calibrate_kernels(csv(rows), lookup, options).parts.at(0).text);
  CHECK(again.skipped == std::vector<std::string>{"1 row: the id of an earlier row"});
}

TEST_CASE("what was measured does not change what is predicted") {
  const KernelBook fitted = book();
  const auto with = validate_kernels(csv(rows_of_law(2, true)), fitted, lookup, {});
  const auto without = validate_kernels(csv(rows_of_law(2, false)), fitted, lookup, {});
  CHECK(csv_text(with.rows) == csv_text(without.rows));
  CHECK(!with.by_operation.empty());
  CHECK(without.by_operation.empty());
}

TEST_CASE("an unknown family, GPU or format is answered by the nearest table, which is said; nonsense is named") {
  const std::string text =
      "id,gpu,op,dtype,m,n,k,notes\n"
      "exact,H100,gemm,bfloat16,512,4096,4096,trtllm 9\n"
      "family,H100,gemm,bfloat16,512,4096,4096,never-heard\n"
      "other,H100,gemm,bfloat16,512,4096,4096,vllm 9\n"
      "gpu,H200,gemm,bfloat16,512,4096,4096,trtllm\n"
      "format,H100,gemm,fp8,512,4096,4096,trtllm\n"
      "nowhere,unheard-of,gemm,bfloat16,512,4096,4096,trtllm\n"
      "incomplete,H100,gemm,bfloat16,512,,4096,trtllm\n"
      "negative,H100,gemm,bfloat16,-512,4096,4096,trtllm\n"
      "operation,H100,fourier,bfloat16,512,4096,4096,trtllm\n";
  const auto rows = validate_kernels(csv(text), book(), lookup, {}).rows;
  REQUIRE(rows.size() == 9);
  CHECK(rows[0].reason.empty());
  for (const std::size_t i : {1u, 2u, 3u, 4u, 5u}) {
    CHECK(rows[i].status == RowStatus::ok);
    CHECK(rows[i].time_us.value_or(0) > 0);
    CHECK(!rows[i].reason.empty());
  }
  CHECK(rows[3].time_us < rows[0].time_us);  // the faster memory of the H200
  CHECK(rows[6].status == RowStatus::invalid);
  CHECK(rows[7].status == RowStatus::invalid);
  CHECK(rows[8].status == RowStatus::unsupported);
}

TEST_CASE("what contradicts itself is invalid, and one rank has nothing to exchange") {
  const std::string text =
      "id,gpu,op,dtype,m,n,k,heads,seqlen,notes\n"
      "a,H100,moe_ffn,bf16,64,1024,1024,,,experts=8;topk=16\n"
      "b,H100,moe_ffn,bf16,64,1024,1024,,,experts=256;topk=8;ep=512\n"
      "c,H100,attention_decode,bf16,,,,8,128,kv_heads=32\n"
      "d,H100,gemm,bf16,many,1024,1024,,,\n"
      "e,H100,all_reduce,half,1024,1,,,,NCCL\n";
  const auto rows = validate_kernels(csv(text), book(), lookup, {}).rows;
  for (std::size_t i = 0; i < 4; ++i) CHECK(rows[i].status == RowStatus::invalid);
  CHECK(rows[3].reason.find("m 'many'") != std::string::npos);
  CHECK(rows[4].status == RowStatus::infeasible);
}

TEST_CASE("figures that are none are refused, and never printed") {
  const std::string text =
      "id,gpu,op,dtype,m,n,k,notes\n"
      "a,H100,gemm,bfloat16,nan,4096,4096,trtllm\n"
      "b,H100,gemm,bfloat16,1e300,4096,4096,trtllm\n"
      "c,H100,all_reduce,half,1024,1,,NCCL\n"
      "d,H100,moe_ffn,bfloat16,64,1024,1024,experts=8;topk=2;tp=1;ep=nan;routing=power_law_nan;trtllm\n";
  const auto rows = validate_kernels(csv(text), book(), lookup, {}).rows;
  for (const auto& row : rows) {
    CHECK(row.status != RowStatus::ok);
    CHECK(!row.reason.empty());
  }
  CHECK(csv_text(rows).find(",nan") == std::string::npos);
}

TEST_CASE("a scorecard's median, mean and bias are those of its ratios") {
  Scorecard card;
  for (const double ratio : {1.1, 0.8, 1.05, 0.0}) card.add("group", ratio);
  const auto scores = card.scores();
  REQUIRE(scores.size() == 1);
  CHECK(scores[0].rows == 4);
  CHECK(scores[0].answered == 3);
  CHECK(scores[0].median == doctest::Approx(.1));
  CHECK(scores[0].mean == doctest::Approx(.35 / 3));
  CHECK(scores[0].bias == doctest::Approx(.05));
}

TEST_CASE("published products of an H100: shapes of a third that two thirds have not shown, within 6 % median and 9 % mean") {
  const std::filesystem::path path = std::filesystem::path(EIGENBAU_SOURCE_DIR) / "../shared/truth/kernels.csv";
  if (!std::filesystem::exists(path)) {
    MESSAGE("skipped: " << path.string() << " is missing");
    return;
  }
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  const auto rows = kernel_rows(csv(text.str()));
  std::vector<const KernelRow*> table;
  for (const auto& row : rows)
    if (row.operation == "gemm" && row.gpu == "H100-SXM-80GB" && row.format == "bf16" && row.family == "trtllm")
      table.push_back(&row);
  REQUIRE(table.size() > 500);
  const Errors errors = errors_of(held_out_ratios(*kernel_operation("gemm"), kGpu, table, {.evaluations = 600}, true, 3));
  CHECK(errors.median < .06);
  CHECK(errors.mean < .09);
}
