// Laws of the replay of published training runs.
#include "fit/validate_training.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <map>

#include "fit/training_effects.h"
#include "perf/error_band.h"
#include "published_runs.h"
#include "tables/nic_note.h"
#include "tables/release_series.h"
#include "tables/run_text.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

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

TEST_CASE("generations of accelerators count as fitted that published runs are on") {
  std::map<std::string, bool> on_runs;
  for (const NamedGpu& known : builtin_training().gpus) on_runs[known.gpu.generation];
  for (std::size_t i = 0; i < runs().size(); ++i)
    on_runs[read_training_row(runs(), i, builtin_training()).machine.gpu.generation] = true;
  for (const auto& [generation, seen] : on_runs) CHECK_MESSAGE(perf::is_fitted_generation(generation) == seen, generation);
}
