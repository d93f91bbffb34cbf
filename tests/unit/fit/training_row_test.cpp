// Does a row of a table of training runs mean the same however it is written, and is what it leaves open said?
#include "tables/training_row.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "sample_rows.h"
#include "tables/cell_words.h"
#include "tables/count_words.h"
#include "tables/nic_note.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

TEST_CASE("a count is a whole number, however it is set") {
  for (const char* cell : {"1024", "1,024", " 1024 ", "1024.0", "1.024e3", "+1,024.0"}) CHECK(count_in(cell) == 1024);
  for (const char* cell : {"", "abc", "nan", "inf", "-1", "64GPUs", "63.6", "1,02", "1024,000", "2000000000"})
    CHECK(!count_in(cell));
}

TEST_CASE("a count may have a word or a suffix: thousands are binary of powers of two") {
  const auto same = [](const char* column, const char* plain, std::initializer_list<const char*> cells) {
    for (const char* cell : cells) {
      const auto p = dense({{column, cell}});
      CHECK_MESSAGE(p.step.total == dense({{column, plain}}).step.total, cell);
      CHECK(p.status == RowStatus::ok);
    }
  };
  same("seq_len", "8192", {"8k", "8K", "8192 tokens", "8,192"});
  same("seq_len", "131072", {"128k"});
  same("num_gpus", "64", {"64 GPUs", "64GPUs", "~64", "64 (8 nodes)", "8x8", "8 x 8 GPUs", "16X4", "64x1"});
  same("tp", "4", {"4-way", "4 (in a node)"});
  same("global_batch_seqs", "512", {"512 seqs", "4M tokens", "4,194,304 tokens", "0.5k"});
  same("micro_batch", "", {"auto", "?"});
  CHECK(worded_count("100k GPUs")->count == 100'000);
  for (int tenths = 11; tenths < 1000; ++tenths) {
    if (tenths % 10 == 0) continue;  // powers of two are binary
    CHECK(worded_count(fmt::format("{}.{}M", tenths / 10, tenths % 10))->count == tenths * 100'000);
    CHECK(worded_count(fmt::format("{}.{}k tokens", tenths / 10, tenths % 10))->count == tenths * 100);
  }
  for (const char* cell : {"4 nodes", "1 or 2", "1/2", "k", "8x64", "4M tokens tokens", "9999M", "1.0005k", "2.5 GPUs"})
    CHECK(!worded_count(cell));
  for (const char* cell : {"8", "8x", "x8", "2x4x8", "8x4 tokens", "100000x100000", "-8x8", "8x0.5"})
    CHECK(!counted_product(cell));
  for (const char* column : {"tp", "num_gpus", "micro_batch"}) CHECK(dense({{column, "4 tokens"}}).status == RowStatus::invalid);
}

TEST_CASE("whatever words say that a figure is not stated, its cell is blank") {
  for (const char* cell : {"not reported", "unspecified", "undisclosed", "Default", "n/s", "N.A.", "not given", "(not stated)",
                           "not available", "TBD", "missing", "not mentioned in the paper", "unreported", "??", "...", "unclear",
                           "unknown", "none reported", "\u2014"}) {
    CHECK_MESSAGE(says_nothing(cell), cell);
    for (const char* column : {"tp", "num_gpus", "micro_batch", "heads", "vocab", "sharding", "recompute"}) {
      const auto p = dense({{column, cell}}), blank = dense({{column, ""}});
      CHECK_MESSAGE(p.step.total == blank.step.total, column << " " << cell);
      CHECK_MESSAGE(p.error == blank.error, column << " " << cell);
    }
  }
  for (const char* cell : {"0", "no", "4", "not 8", "not stated; full", "undisclosed (8?)", "running", "uniform", "FSDP"})
    CHECK_MESSAGE(!says_nothing(cell), cell);
  for (const char* clause : {"recompute not stated", "sharding level unknown", "tp undisclosed", "no mention of overlap"}) {
    CHECK_MESSAGE(is_untold(clause), clause);
    CHECK_MESSAGE(dense({{"options", clause}, {"recompute", ""}, {"sharding", ""}}).reason ==
                      dense({{"recompute", ""}, {"sharding", ""}}).reason,
                  clause);
  }
  for (const char* clause : {"known", "restated", "full recompute", "not used", "run stated"}) CHECK(!is_untold(clause));
}

TEST_CASE("a number that cannot be read makes the row invalid, and the reason names column and text") {
  for (const auto& [column, text] : kDense) {
    if (!count_in(text) || column == "year" || column == "seq_parallel") continue;
    for (const char* cell : {"abc", "inf", "-1", "64x", "63.6", "100000000000000000000"}) {
      const auto p = dense({{column, cell}});
      CHECK(p.status == RowStatus::invalid);
      CHECK(says(p, column + " \"" + cell + "\""));
    }
  }
  CHECK(dense({{"options", "ETP=100000000000000000000"}}).status == RowStatus::invalid);
}

TEST_CASE("the largest counts are answered or refused, never undefined") {
  const std::string most = "100000000";
  for (const auto& [column, text] : kDense)
    for (const auto& [other, same] : kDense) {
      if (!count_in(text) || !count_in(same)) continue;
      const auto p = dense({{column, most}, {other, most}});
      CHECK((p.status != RowStatus::ok || is_finite(p.step.total)));
    }
}

TEST_CASE("what a row leaves out of a model that the catalog knows is as the catalog has it, and said") {
  for (const char* column : {"layers", "hidden", "heads", "kv_heads", "ffn_hidden", "vocab", "seq_len"}) {
    const auto p = dense({{column, ""}});
    CHECK(p.step.total == dense().step.total);
    CHECK(says(p, column));
  }
  for (const char* column : {"experts", "top_k", "moe_ffn_hidden"})
    CHECK(experts({{column, ""}}).step.total == experts({}).step.total);
  const Cells by_name{{"model", "meta-llama/Llama-3.1-70B"}, {"layers", ""}, {"kv_heads", ""}, {"vocab", ""}};
  CHECK(dense(by_name).step.total == dense().step.total);
  const Cells cut{{"model", "llama3-70b-12L"}, {"pp", "1"}, {"vpp", ""}, {"dp", "16"}};
  CHECK(dense(with(cut, {{"layers", ""}})).step.total == dense(with(cut, {{"layers", "12"}})).step.total);
}

TEST_CASE("a column that a table does not have is as one that is blank") {
  const auto without = [](const Cells& cells, std::initializer_list<const char*> columns) {
    Cells missing = cells, empty = cells;
    for (const char* column : columns) {
      missing.erase(column);
      empty[column] = "";
    }
    CHECK(answer(missing).step.total == answer(empty).step.total);
    CHECK(answer(missing).reason == answer(empty).reason);
    CHECK(answer(missing).status == RowStatus::ok);
  };
  for (const auto& [column, text] : kDense)
    if (column != "gpu" && column != "num_gpus" && column != "model" && column != "global_batch_seqs")
      without(kDense, {column.c_str()});
  without(kDense, {"layers", "hidden"});
  without(kExperts, {"layers", "hidden", "heads", "kv_heads", "ffn_hidden", "vocab", "seq_len", "experts", "top_k"});
}

TEST_CASE("what is assumed of a model that nobody knows is said") {
  const auto p = dense({{"model", "nobody's"}, {"kv_heads", ""}, {"ffn_hidden", ""}, {"vocab", ""}});
  CHECK(p.status == RowStatus::ok);
  for (const char* said : {"kv_heads taken as 64", "ffn_hidden taken as 22016", "vocab taken as"}) CHECK(says(p, said));
}

TEST_CASE("a number format is priced as the nearest that the GPU has, said; wide formats are not priced as narrow ones") {
  const auto same = [](const char* gpu, const char* known, std::initializer_list<const char*> words) {
    for (const char* word : words)
      CHECK(dense({{"gpu", gpu}, {"precision", word}}).step.total == dense({{"gpu", gpu}, {"precision", known}}).step.total);
  };
  same("H100", "bf16", {"bfloat16", "BF16 mixed"});
  same("H100", "fp16", {"half", "float16"});
  same("H100", "fp8", {"e4m3", "float8", "nvfp4", "mxfp4", "fp4"});
  same("B200", "nvfp4", {"mxfp4", "fp4", "NVFP4"});
  for (const char* word : {"bfloat16", "half", "float16", "e4m3"}) CHECK(dense({{"precision", word}}).doubt == 0);
  CHECK(says(dense({{"precision", "nvfp4"}}), "taken as fp8"));
  CHECK(dense({{"precision", "nvfp4"}}).doubt > 0);
  for (const char* word : {"fp32", "tf32", "float32"}) CHECK(dense({{"precision", word}}).status == RowStatus::unsupported);
}

TEST_CASE("a format that the GPU has not is another one, and one of two is in doubt by the other") {
  const auto mx = dense({{"precision", "MXFP8"}}), plain = dense({{"precision", "fp8"}});
  CHECK(mx.step.total == plain.step.total);
  CHECK(mx.doubt > plain.doubt);
  CHECK(says(mx, "no mxfp8 products"));
  CHECK(!says(dense({{"gpu", "B200"}, {"precision", "mxfp8"}}), "no mxfp8 products"));
  const auto wide = dense({{"precision", "bf16"}});
  for (const char* cell : {"bf16/fp8", "fp8/bf16", "FP8 or BF16"}) {
    const auto either = dense({{"precision", cell}});
    CHECK(either.step.total == plain.step.total);
    CHECK(says(either, "taken as fp8"));
    CHECK(either.step.total * (1 + either.error) > wide.step.total);
  }
  for (const char* cell : {"fp8 w/ bf16 weights", "fp8", "bf16 w/o fp8"})
    CHECK(!says(dense({{"precision", cell}}), "the band reaches bf16"));
}

TEST_CASE("the format in which tokens go to experts is not that of the products") {
  const auto in = [](const char* words) { return experts({{"precision", words}}); };
  for (const char* words :
       {"bf16 + fp8 dispatch", "bf16 (fp8 dispatch/combine)", "bf16 with fp8 dispatch", "fp8 dispatch, bf16"}) {
    CHECK_MESSAGE(in(words).step.total == in("bf16").step.total, std::string(words));
    CHECK_MESSAGE(says(in(words), "not modeled: fp8 dispatch"), std::string(words));
    CHECK_MESSAGE(in(words).error > in("bf16").error, std::string(words));
  }
  for (const char* words :
       {"bf16 + fp8 all-gather", "bf16 (fp8 param gather)", "bf16 + fp8 attention", "bf16 params, fp8 comm"}) {
    CHECK_MESSAGE(in(words).step.total == in("bf16").step.total, std::string(words));
    CHECK_MESSAGE(says(in(words), "of precision"), std::string(words));
    CHECK_MESSAGE(in(words).error > in("bf16").error, std::string(words));
  }
  for (const char* words : {"fp8 with bf16 combine", "fp8 + bf16 dispatch"})
    CHECK_MESSAGE(in(words).step.total == in("fp8").step.total, std::string(words));
}

TEST_CASE("a note says the network's rate of a GPU or of its node") {
  catalog::Gpu gpu;
  gpu.scale_up_domain = 8;
  gpu.generation = "hopper";
  const auto read = [&](const char* note) { return read_nic_note(note, gpu); };
  const auto rate = [&](const char* note) { return read(note).per_gpu.in(kGigabitPerSecond); };
  CHECK(rate("1x100GbE per node") == doctest::Approx(12.5));
  CHECK(rate("10GbE per node") == doctest::Approx(1.25));
  CHECK(rate("3200 Gbps EFA") == doctest::Approx(400));
  CHECK(rate("4x HDR100") == doctest::Approx(50));
  CHECK(rate("200 Gb/s TCPX") == doctest::Approx(200));
  CHECK(rate("HDR InfiniBand") == doctest::Approx(200));
  CHECK(rate("EDR") == doctest::Approx(100));
  CHECK(rate("8x400G") == doctest::Approx(400));
  CHECK(rate("400G IB per GPU") == doctest::Approx(400));
  for (const char* bytes : {"NVLink 900 GB/s", "8xH100 80GB", ""}) CHECK(!read(bytes).stated);
  CHECK(read("3200 Gbps EFA").transport == perf::NicTransport::efa);
  CHECK(read("GPUDirect-TCPX").transport == perf::NicTransport::tcpx);
  CHECK(read("GPUDirect-TCPXO").transport == perf::NicTransport::tcpxo);
  CHECK(read("default network, EFAv2").transport == perf::NicTransport::efa);
  CHECK(read("default network").transport == perf::NicTransport::infiniband);
  CHECK(read("100GbE").transport == perf::NicTransport::roce);
  CHECK(read("8x ConnectX-7 IB NDR 400Gb/s + 200Gb/s Ethernet NIC").transport == perf::NicTransport::infiniband);
  CHECK(read("8x HDR").transport == perf::NicTransport::infiniband);
}

TEST_CASE("a printed rate of FLOP/s with full attention is a step time by the work that the catalog counts for the row's model") {
  const auto of_rate = [](const auto& row, const Cells& cells, double tflops) {
    return row(with(cells, {{"model_tflops_per_gpu", fmt::format("{}", tflops)}, {"notes", "flops=full attention"}})).measured;
  };
  const auto plain = [](const Cells& cells) { return dense(cells); };
  const auto moe = [](const Cells& cells) { return experts(cells); };
  for (const char* model : {"llama3-70b", "gpt-70B", "Qwen2.5-70B", "falcon-70b"}) {
    const auto p = dense({{"model", model}});
    const auto model_of_row = read_training_row(table_of(with(kDense, {{"model", model}})), 0, builtin_training()).model;
    const double flop = catalog::training_flop(model_of_row, 8192).full.base() * 128 * 8192 / 64;
    CHECK(of_rate(plain, {{"model", model}}, 400)->in(kSecond) == doctest::Approx(flop / 400e12));
    // The rate that the prediction itself would print gives the prediction.
    const double printed = flop / p.step.total.in(kSecond) * 1e-12;
    CHECK(of_rate(plain, {{"model", model}}, printed)->in(kSecond) == doctest::Approx(p.step.total.in(kSecond)));
  }
  CHECK(*of_rate(plain, {}, 200) == 2 * *of_rate(plain, {}, 400));
  CHECK(of_rate(plain, {{"layers", ""}, {"hidden", ""}}, 400) == of_rate(plain, {}, 400));
  CHECK(of_rate(moe, {{"top_k", "4"}}, 400) > of_rate(moe, {}, 400));
  CHECK(!dense({{"model_tflops_per_gpu", "400"}}).measured);
}

TEST_CASE("a step time that no run takes is not a measurement, and rows without any are counted, not scored") {
  for (const char* seconds : {"0", "-1", "1e-308", "1e300", "abc"}) CHECK(!dense({{"step_time_s", seconds}}).measured);
  CHECK(dense({{"step_time_s", "10"}}).measured->in(kSecond) == doctest::Approx(10));
  const TrainingScore score = score_training({dense(), dense({{"gpu", "TPU"}})});
  CHECK(score.answered == 1);
  CHECK(score.rows == 2);
  for (const GroupScore& group : score.groups) CHECK(group.rows == 0);
}
