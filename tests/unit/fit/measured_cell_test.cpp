// Is a measurement that is none said and left out, is a row scored once, and does no measured cell move a prediction?
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "fit/validate_collectives.h"
#include "sample_rows.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

constexpr const char* kBroken[] = {"-1", "0", "inf", "-inf", "abc", "5 s"};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

KernelValidation kernels(const std::string& rows) {
  const std::string head = "id,gpu,op,dtype,m,n,k,causal,direction,time_us\n";
  return validate_kernels(*Csv::parse({"rows.csv", head + rows}), builtin_kernels(), builtin_gpus(), nccl());
}

CollectiveValidation collectives(const std::string& rows) {
  const std::string head = "id,gpu,num_gpus,collective,bytes,transport,algbw_gbs,busbw_gbs\n";
  return validate_collectives(*Csv::parse({"rows.csv", head + rows}), nccl(), builtin_gpus());
}

std::size_t scored(const std::vector<Score>& scores) { return scores.empty() ? 0 : scores.front().rows; }

}  // namespace

TEST_CASE("a measured step time that is none is said, not scored, and moves nothing") {
  const auto plain = dense(), measured = dense({{"step_time_s", "10"}});
  REQUIRE(measured.measured);
  CHECK(measured.reason == plain.reason);
  CHECK(measured.step.total == plain.step.total);
  for (const char* column : {"step_time_s", "tokens_per_s_per_gpu"})
    for (const char* cell : kBroken) {
      const auto p = dense({{column, cell}});
      CHECK(!p.measured);
      CHECK_MESSAGE(says(p, fmt::format("{} \"{}\"", column, cell)), p.reason);
      CHECK(p.status == RowStatus::ok);
      CHECK(p.step.total == plain.step.total);
    }
  CHECK(!dense({{"step_time_s", "inf"}, {"tokens_per_s_per_gpu", "400"}}).measured);
  for (const char* blank : {"", "-", "n/a", "NaN", "\u2013"})
    CHECK(dense({{"step_time_s", blank}, {"tokens_per_s_per_gpu", "400"}}).measured);
}

TEST_CASE("a measured kernel time that is none is said, not scored, and moves nothing") {
  const std::string row = "a,H100,gemm,bf16,4096,4096,4096,,,";
  const auto plain = kernels(row + "\n").rows.at(0);
  CHECK(kernels(row + "200\n").rows.at(0).reason == plain.reason);
  CHECK(scored(kernels(row + "200\n").by_operation) == 1);
  for (const char* cell : kBroken) {
    const auto answered = kernels(row + cell + "\n");
    CHECK(scored(answered.by_operation) == 0);
    CHECK(answered.rows.at(0).time_us == plain.time_us);
    CHECK_MESSAGE(contains(answered.rows.at(0).reason, fmt::format("time_us \"{}\"", cell)), answered.rows.at(0).reason);
  }
}

TEST_CASE("a measured bandwidth that is none is said, not scored, and moves nothing") {
  const std::string row = "a,H100,64,all_reduce,1GiB,roce,";
  const auto plain = collectives(row + ",\n").rows.at(0);
  CHECK(collectives(row + "20,40\n").rows.at(0).reason == plain.reason);
  for (const char* cell : kBroken) {
    const auto answered = collectives(row + fmt::format(",{}\n", cell));
    CHECK(scored(answered.scores) == 0);
    CHECK(answered.rows.at(0).bus == plain.bus);
    CHECK_MESSAGE(contains(answered.rows.at(0).reason, fmt::format("busbw_gbs \"{}\"", cell)), answered.rows.at(0).reason);
  }
}

TEST_CASE("a cell longer than any that says something makes its row invalid, in any table") {
  std::string words;
  while (words.size() < 100'000) words += "8x400G NIC zero ";
  for (const char* column : {"interconnect_note", "sharding", "options", "num_gpus", "model"}) {
    const auto p = dense({{column, words}});
    CHECK(p.status == RowStatus::invalid);
    CHECK_MESSAGE(says(p, fmt::format("{} has 100,000 bytes, and cells of more than 4,000 are not read", column)), p.reason);
  }
  CHECK(dense({{"options", std::string(3000, ' ')}}).status == RowStatus::ok);
  const auto c = collectives("a,H100,64,all_reduce,1GiB," + words + ",,\n").rows.at(0);
  CHECK(c.status == RowStatus::invalid);
  CHECK(contains(c.reason, "transport has 100,000 bytes"));
  const auto k = kernels("a," + words + ",gemm,bf16,4096,4096,4096,,,\n").rows.at(0);
  CHECK(k.status == RowStatus::invalid);
  CHECK(contains(k.reason, "gpu has 100,000 bytes"));
}

TEST_CASE("cells of a kernel that are not understood are said, and what cannot be counted is invalid") {
  const auto reason = [](const std::string& causal, const std::string& direction) {
    return kernels("a,H100,gemm,bf16,4096,4096,4096," + causal + "," + direction + ",\n").rows.at(0).reason;
  };
  CHECK(contains(reason("maybe", ""), "causal \"maybe\" not understood"));
  CHECK(contains(reason("", "sideways"), "direction \"sideways\" not understood"));
  for (const char* causal : {"", "1", "0", "true", "False", "NO"})
    for (const char* direction : {"", "fwd", "BWD", "fwd+bwd", "forward", "comm"})
      CHECK(!contains(reason(causal, direction), "not understood"));
  for (const char* size : {"12.5,4096,4096", "4096,12.5,4096", "4096,4096,0.5"}) {
    const auto row = kernels(fmt::format("a,H100,gemm,bf16,{},,,\n", size)).rows.at(0);
    CHECK(row.status == RowStatus::invalid);
    CHECK(contains(row.reason, "is no whole number"));
  }
}

TEST_CASE("a transport that is none between domains is not understood; inside one it does not matter") {
  const auto across = collectives("a,H100,64,all_reduce,1GiB,nvlink,,\n").rows.at(0);
  CHECK(across.status == RowStatus::ok);
  CHECK(contains(across.reason, "transport \"nvlink\" not understood"));
  CHECK(!contains(collectives("a,H100,8,all_reduce,1GiB,nvlink,,\n").rows.at(0).reason, "nvlink"));
  for (const char* known : {"infiniband", "RoCE", "EFA", "tcpxo", "tcp", ""})
    CHECK(!contains(collectives(fmt::format("a,H100,64,all_reduce,1GiB,{},,\n", known)).rows.at(0).reason, "not understood"));
}

TEST_CASE("a row whose id stands in an earlier one is predicted, and not scored again") {
  const std::string again = "stands in an earlier row";
  const auto k = kernels("a,H100,gemm,bf16,4096,4096,4096,,,200\na,H100,gemm,bf16,512,512,512,,,20\n");
  CHECK(scored(k.by_operation) == 1);
  CHECK(k.rows.at(1).time_us.value_or(0) > 0);
  CHECK(contains(k.rows.at(1).reason, again));
  const auto c = collectives("a,H100,64,all_reduce,1GiB,roce,,40\na,H100,64,all_reduce,1GiB,roce,,40\n");
  CHECK(scored(c.scores) == 1);
  CHECK(contains(c.rows.at(1).reason, again));
  std::vector<TrainingPrediction> runs(3, dense({{"step_time_s", "10"}}));
  runs[2].id = "other";
  score_once(runs);
  CHECK(runs[0].measured);
  CHECK(!runs[1].measured);
  CHECK(says(runs[1], again));
  CHECK(runs[2].measured);
  CHECK(scored(collectives(",H100,64,all_reduce,1GiB,roce,,40\n,H100,64,all_reduce,1GiB,roce,,40\n").scores) == 2);
}

TEST_CASE("a count of no GPUs is told from one that is left out") {
  CHECK(says(dense({{"num_gpus", "0"}}), "num_gpus must be at least 1"));
  CHECK(says(dense({{"num_gpus", ""}, {"dp", ""}}), "the number of GPUs is not stated"));
}

TEST_CASE("where degrees do not divide the GPUs, a degree that a reason names makes them") {
  for (const auto& [column, wrong] :
       {std::pair<std::string, std::string>{"tp", "3"}, {"pp", "3"}, {"pp", "5"}, {"cp", "3"}, {"tp", "16"}, {"pp", "6"}}) {
    const Cells cells =
        with({{"dp", ""}, {"vpp", ""}, {"tp", "2"}, {"pp", "2"}, {"cp", "1"}, {"num_gpus", "8"}}, {{column, wrong}});
    const auto p = dense(cells);
    CHECK(p.status == RowStatus::invalid);
    CHECK(!says(p, "data parallelism"));
    const std::size_t at = p.reason.find("nearest: " + column + " ");
    REQUIRE_MESSAGE(at != std::string::npos, p.reason);
    const std::string named = p.reason.substr(at + 10 + column.size());
    const auto right = dense(with(cells, {{column, named.substr(0, named.find_first_not_of("0123456789"))}}));
    CHECK_MESSAGE(right.status != RowStatus::invalid, right.reason);
  }
  // Nor one that the heads do not divide by.
  const auto p = dense({{"dp", ""}, {"vpp", ""}, {"num_gpus", "96"}, {"tp", "5"}, {"pp", "1"}});
  CHECK_MESSAGE(says(p, "nearest: tp 4 or 8"), p.reason);
}
