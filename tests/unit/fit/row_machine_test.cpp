// Which accelerators, how many and with which links does a row of a table of training runs have?
#include <doctest/doctest.h>

#include "sample_rows.h"
#include "tables/gpu_count.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

perf::Machine machine_of(const Cells& cells) {
  return read_training_row(table_of(with(kDense, cells)), 0, builtin_training()).machine;
}

std::string gpu_of(const Cells& cells) { return machine_of(cells).gpu.name; }

}  // namespace

TEST_CASE("a die of a module is half of it in everything, however the row says that it counts dies") {
  const catalog::Gpu whole = machine_of({{"gpu", "MI250X"}}).gpu, half = machine_of({{"gpu", "MI250X GCD"}}).gpu;
  CHECK(half.memory == whole.memory / 2.0);
  CHECK(half.tdp == whole.tdp / 2.0);
  CHECK(2 * half.multiprocessors == whole.multiprocessors);
  CHECK(half.peak.bf16->base() == doctest::Approx(whole.peak.bf16->base() / 2));
  CHECK(half.memory_bandwidth.base() == doctest::Approx(whole.memory_bandwidth.base() / 2).epsilon(0.001));
  CHECK(half.scale_up_bandwidth == whole.scale_up_bandwidth / 2.0);
  CHECK(half.scale_up_domain == 2 * whole.scale_up_domain);
  CHECK(*half.usual_nic == *whole.usual_nic / 2.0);
  for (const auto& [gpu, count] : {std::pair{"MI250X GCD", "64"},
                                   {"MI250X (64 GCDs)", "64"},
                                   {"MI250X", "64 GCDs"},
                                   {"AMD Instinct MI250X GCDs", "64 GCDs"},
                                   {"MI250X", "16 nodes (64 GCDs)"}}) {
    const auto p = dense({{"gpu", gpu}, {"num_gpus", count}});
    CHECK_MESSAGE(p.step.total == dense({{"gpu", "mi250x-gcd"}}).step.total, gpu << ", " << count);
    CHECK_MESSAGE(!says(p, "not understood"), p.reason);
  }
  CHECK(gpu_of({{"gpu", "MI250X"}, {"num_gpus", "64"}}) == "mi250x");
  CHECK(says(dense({{"gpu", "H100"}, {"num_gpus", "64 GCDs"}}), "\"gcd\" not understood"));
}

TEST_CASE("a card's memory and how it is plugged in are both part of its name") {
  for (const char* name : {"A100-40GB PCIe", "A100-PCIE-40GB", "A100 PCIe 40GB", "NVIDIA A100 40G PCIe"})
    CHECK_MESSAGE(gpu_of({{"gpu", name}}) == "a100-pcie-40", name);
  for (const char* name : {"A100-PCIE-80GB", "NVIDIA A100 80GB PCIe", "A100 PCIe"})
    CHECK_MESSAGE(gpu_of({{"gpu", name}}) == "a100-pcie", name);
  for (const char* name : {"A100-SXM4-40GB", "A100 40GB"}) CHECK_MESSAGE(gpu_of({{"gpu", name}}) == "a100-40", name);
  CHECK(gpu_of({{"gpu", "H100 80GB PCIe"}}) == "h100-pcie");
  CHECK(gpu_of({{"gpu", "trn2.48xlarge"}}) == "trainium2");
}

TEST_CASE("accelerators are counted by the server, by their name or as a remark says") {
  const auto& gpus = builtin_training().gpus;
  for (const char* cell : {"8*8",
                           "8x8",
                           "8 \u00d7 8",
                           "8 nodes x 8",
                           "8 nodes * 8 GPUs",
                           "8 nodes (64 GPUs)",
                           "64 H100",
                           "64x H100",
                           "64xH100",
                           "64 GPUs",
                           "64 NVIDIA H100 80GB",
                           "64 GCDs",
                           "8x8 H100",
                           "8 x 8 H100s",
                           "64 H100s",
                           "64 ranks",
                           "8x8 DGX H100",
                           "8 nodes of 8 GPUs",
                           "8 nodes (8 GPUs each)",
                           "8 nodes, 8 GPUs per node",
                           "8 nodes (8 GPUs)",
                           "8 8-GPU nodes",
                           "8 8-way servers",
                           "H100 x 64",
                           "H100 x64",
                           "64 GPUs total",
                           "64 H100 in total"}) {
    const auto counted = accelerators_in(gpus, cell);
    REQUIRE_MESSAGE(counted, cell);
    CHECK_MESSAGE(counted->count == 64, cell);
    CHECK_MESSAGE(!counted->of_servers, cell);
  }
  for (const char* cell :
       {"8 nodes", "8 nodes (2 racks)", "8 DGX H100", "8x DGX-H100", "8 HGX", "8 servers", "8 H100 nodes", "8 DGX nodes"}) {
    const auto counted = accelerators_in(gpus, cell);
    REQUIRE_MESSAGE(counted, cell);
    CHECK_MESSAGE(counted->count == 8, cell);
    CHECK_MESSAGE(counted->of_servers, cell);
    const auto p = dense({{"num_gpus", cell}});
    CHECK_MESSAGE(p.step.total == dense().step.total, cell);
    CHECK(p.doubt == dense().doubt);  // the degrees multiply to 64
    CHECK(says(p, "taken as 64 GPUs, 8 a server"));
    CHECK(dense({{"num_gpus", cell}, {"dp", ""}}).doubt > dense({{"dp", ""}}).doubt);
    CHECK(dense({{"num_gpus", cell}, {"dp", "2"}}).step.total == dense({{"num_gpus", "32"}, {"dp", "2"}}).step.total);
  }
  CHECK(machine_of({{"gpu", "GB200"}, {"num_gpus", "18 nodes"}}).gpus == 72);
  CHECK(machine_of({{"gpu", "A100"}, {"num_gpus", "16 nodes"}, {"interconnect_note", "4 GPUs per node"}}).gpus == 64);
  for (const char* cell : {"64", "64 Abacus", "8 nodes unheard-of", "8 racks", "64 H100 unheard-of", "", "many"})
    CHECK_MESSAGE(!accelerators_in(gpus, cell), cell);
  CHECK(dense({{"num_gpus", "64+"}}).step.total == dense().step.total);
  CHECK(dense({{"num_gpus", "64 H100"}}).step.total == dense().step.total);
  CHECK(dense({{"num_gpus", "64 H100"}}).doubt == dense().doubt);
  const auto other = dense({{"num_gpus", "64 A100"}});
  CHECK(other.doubt > dense().doubt);
  CHECK(says(other, "counts other accelerators"));
  Cells measured = with(kDense, {{"step_time_s", ""}, {"tokens_per_s_per_gpu", "1000"}, {"quality", "good"}});
  const auto step = [&](const char* count) {
    measured["num_gpus"] = count;
    return measured_step_time(table_of(measured), 0, builtin_training());
  };
  REQUIRE(step("64"));
  CHECK(step("64 H100") == step("64"));
  for (const char* cell : {"8 nodes", "8x8 H100", ""}) CHECK(step(cell) == step("64"));
  CHECK(dense({{"num_gpus", "8 nodes (64 GPUs)"}}).step.total == dense().step.total);
  const auto blank = dense({{"num_gpus", ""}});
  CHECK(blank.step.total == dense().step.total);
  CHECK(says(blank, "64 GPUs: tp x pp x cp x dp"));
  CHECK(dense({{"num_gpus", ""}, {"cp", ""}, {"dp", ""}, {"options", "DP 4"}}).step.total == dense().step.total);
}

TEST_CASE("GPUs are as many as nodes times the GPUs of each, and counts that do not go together are refused") {
  const auto stated = dense();
  for (const Cells& cells : {Cells{{"num_gpus", ""}, {"nodes", "8"}, {"gpus_per_node", "8"}},
                             {{"num_gpus", ""}, {"nodes", "8"}},
                             {{"nodes", "8"}},
                             {{"gpus_per_node", "8"}},
                             {{"num_gpus", "8 nodes"}, {"gpus_per_node", "8"}}}) {
    const auto p = dense(cells);
    CHECK_MESSAGE(p.step.total == stated.step.total, p.reason);
    CHECK(p.gpus == 64);
  }
  const auto four = dense({{"num_gpus", ""}, {"nodes", "16"}, {"gpus_per_node", "4"}});
  CHECK(four.step.total == dense({{"interconnect_note", "4 GPUs per node"}}).step.total);
  CHECK(dense({{"nodes", "16"}}).step.total == four.step.total);
  for (const Cells& wrong : {Cells{{"nodes", "4"}, {"gpus_per_node", "8"}},
                             {{"nodes", "0"}},
                             {{"gpus_per_node", "-8"}},
                             {{"nodes", "7"}},
                             {{"num_gpus", ""}, {"nodes", "8"}, {"gpus_per_node", "0"}}})
    CHECK(dense(wrong).status == RowStatus::invalid);
}

TEST_CASE("a machine with other accelerators gives no network, notes of other clusters neither, and it is said") {
  const Cells many{{"num_gpus", "256"}, {"dp", "16"}, {"global_batch_seqs", "512"}};
  const auto plain = dense(many);
  const auto other = dense(with(many, {{"gpu", "H100 (p4d.24xlarge)"}}));
  CHECK(other.step.total == plain.step.total);
  CHECK(says(other, "has other accelerators"));
  CHECK(dense(with(many, {{"gpu", "H100 (not p5)"}})).step.total == plain.step.total);
  for (const char* note :
       {"not 200G", "reference cluster uses 200G", "4:1 oversubscribed in the old cluster", "half bisection bandwidth",
        "could be oversubscribed 4:1", "8:1 oversubscribed at core, job within one pod"}) {
    const auto p = dense(with(many, {{"interconnect_note", note}}));
    CHECK_MESSAGE(p.step.total == plain.step.total, std::string(note));
    CHECK(p.doubt > plain.doubt);
  }
}

TEST_CASE("words of a note that say nothing of a network leave no doubt") {
  const auto doubt = [](const char* note) { return dense({{"interconnect_note", note}}).doubt; };
  for (const char* note : {"8x400G (paper, section 3)", "8x400G; not disclosed", "8x400G, as in the reference"})
    CHECK_MESSAGE(doubt(note) == doubt("8x400G"), std::string(note));
}

TEST_CASE("a row without a number of GPUs is answered with as many as its batch and its model take, with doubt, and not scored") {
  const Cells open{{"num_gpus", ""}, {"dp", ""}};
  const auto run = [&](const Cells& cells) { return dense(with(open, cells)); };
  const auto p = run({});
  REQUIRE_MESSAGE(p.status == RowStatus::ok, p.reason);
  CHECK(p.step.total == dense({{"num_gpus", std::to_string(p.gpus)}, {"dp", ""}}).step.total);
  CHECK(p.doubt == doctest::Approx(dense({{"num_gpus", std::to_string(p.gpus)}, {"dp", ""}}).doubt + 0.20));
  CHECK(says(p, "the number of GPUs is not stated"));
  CHECK(p.gpus % (p.plan.tp * p.plan.pp) == 0);
  CHECK(run({{"global_batch_seqs", "1024"}}).gpus > p.gpus);
  CHECK(run({{"global_batch_seqs", "16"}}).gpus >= 32);  // 70 billion parameters in half of 80 GB each
  const Cells measured = with(with(kDense, {{"quality", "good"}, {"tokens_per_s_per_gpu", "1000"}}), open);
  CHECK_FALSE(measured_step_time(table_of(measured), 0, builtin_training()));
}

TEST_CASE("GPUs whose links are denied talk over the host") {
  const Cells wide{{"gpu", "A100"}, {"interconnect_note", ""}};
  const auto linked = dense(wide);
  for (const char* note : {"no NVLink, PCIe", "PCIe only", "NVLink: off", "without NVLink", "PCIe-only servers"}) {
    const auto p = dense(with(wide, {{"interconnect_note", note}}));
    CHECK_MESSAGE(p.step.tensor_parallel > 2 * linked.step.tensor_parallel, note);
    CHECK_MESSAGE(says(p, "no links between GPUs"), note);
    const perf::Machine machine = machine_of(with(wide, {{"interconnect_note", note}}));
    CHECK(machine.scale_up_link() == machine.host_link());
  }
  for (const char* note : {"NVLink", "NVLink, no NVSwitch", "NVLink 600 GB/s, PCIe 4", "Data bandwidth for GPU-PCIe: 504 GB/s"})
    CHECK_MESSAGE(dense(with(wide, {{"interconnect_note", note}})).step.tensor_parallel == linked.step.tensor_parallel, note);
}

TEST_CASE("links join as many GPUs as the note says, as they do where the GPU's own cell says so") {
  const auto run = [](const char* gpu, const char* note) {
    return dense({{"gpu", gpu}, {"num_gpus", "128"}, {"tp", "16"}, {"pp", "2"}, {"interconnect_note", note}});
  };
  const auto domain = [](const char* gpu, const char* note) {
    return machine_of({{"gpu", gpu}, {"interconnect_note", note}}).scale_up_domain;
  };
  for (const char* links : {"NVL36", "NVL8", "NVL4"}) {
    INFO(std::string(links));
    const auto by_note = run("GB200", links), by_name = run(std::string("GB200 ").append(links).c_str(), "");
    CHECK(by_note.step.total == by_name.step.total);
    CHECK(by_note.reason == by_name.reason);
    CHECK(by_note.doubt == by_name.doubt);
    CHECK(by_note.step.total >= run("GB200", "NVL72").step.total);
    CHECK(says(by_note, std::string("links join ").append(links + 3)));
  }
  CHECK(run("GB200", "NVL72").reason == run("GB200", "").reason);
  CHECK(run("GB200", "NVL8").step.total > run("GB200", "NVL36").step.total);
  for (const char* tray : {"MNNVL off", "NCCL_MNNVL_ENABLE=0", "NVL4", "NVL72, MNNVL disabled"})
    CHECK(domain("GB200", tray) == 4);
  CHECK(domain("GB200", "NVL36x2") == 72);
  CHECK(domain("GB200 NVL72", "NVL8") == 8);
  CHECK(domain("GB200 NVL36", "NVL72") == 36);
  CHECK(says(run("GB200", "NVL576"), "links join 72 GPUs, not 576"));
  CHECK(domain("B200", "NVL72") == 72);
  CHECK(run("B200", "NVL72").doubt == doctest::Approx(run("B200", "").doubt + 0.20));
  CHECK(says(run("B200", "NVL72"), "links join 72 GPUs, where 8 are usual"));
  for (const char* note : {"MNNVL off", "NVLink 4", "NVL16"}) CHECK(domain("H100", note) == 8);
}

TEST_CASE("options say how many GPUs links join as a note does, where they do not compare the run with others") {
  const auto run = [](const char* note, const char* options) {
    return dense({{"gpu", "GB200"}, {"num_gpus", "64"}, {"interconnect_note", note}, {"options", options}});
  };
  for (const char* words : {"MNNVL off", "NCCL_MNNVL_ENABLE=0", "no IMEX", "NVL36", "NVL8"}) {
    CHECK_MESSAGE(run("", words).step.total == run(words, "").step.total, words);
    CHECK_MESSAGE(run("", words).error == run(words, "").error, words);
    CHECK_MESSAGE(run("NVL72", words).step.total == run(words, "").step.total, words);
  }
  CHECK(run("", "use_mnnvl=False").step.total == run("MNNVL off", "").step.total);
  for (const char* words : {"MNNVL on", "use_mnnvl=True", "NVL72"}) {
    CHECK_MESSAGE(run("", words).step.total == run("", "").step.total, words);
    CHECK(run("", words).error == run("", "").error);
  }
  for (const char* words : {"compared with NVL8", "NVL8 baseline", "unlike NVL36"})
    CHECK_MESSAGE(run("", words).step.total == run("", "").step.total, words);
}

TEST_CASE("an oversubscribed fabric slows what leaves its leaves, wherever it is stated") {
  const Cells wide{{"num_gpus", "4096"}, {"dp", "256"}, {"global_batch_seqs", "1024"}, {"sharding", "zero1"}};
  const auto full = dense(wide), note = dense(with(wide, {{"interconnect_note", "RoCE 400G, oversubscribed 4:1"}}));
  const auto roce = dense(with(wide, {{"interconnect_note", "RoCE 400G"}}));
  CHECK(note.step.total > roce.step.total);
  CHECK(note.doubt == roce.doubt);
  const auto options = dense(with(wide, {{"options", "1:4 oversubscription"}}));
  CHECK(options.step.total > full.step.total);
  CHECK(!says(options, "not modeled"));
  CHECK(dense(with(wide, {{"options", "8:1 blocking"}})).step.total > options.step.total);
  // Within a leaf all of the rate passes.
  CHECK(dense({{"options", "1:4 oversubscription"}}).step.total == dense().step.total);
  const auto pods = dense(with(wide, {{"interconnect_note", "RoCE 400G, oversubscribed 7:1 between pods"}}));
  CHECK(pods.step.total == roce.step.total);
  CHECK(pods.doubt > roce.doubt);
  CHECK(says(pods, "fabric not modeled"));
}
