// How long does one evaluation of the training step take, every law from scratch? The plan search lives on it.
#include <benchmark/benchmark.h>

#include "perf/training_step.h"

namespace {

using namespace eigenbau;
using namespace eigenbau::literals;

perf::Machine machine() {
  perf::Machine machine;
  machine.gpu.generation = "hopper";
  machine.gpu.peak.bf16 = 989_TFLOPps;
  machine.gpu.memory = 80_GB;
  machine.gpu.memory_bandwidth = 3350_GBps;
  machine.gpu.tdp = 700_W;
  machine.gpu.scale_up_bandwidth = 450_GBps;
  machine.gpus = 1024;
  machine.nic_per_gpu = 400_Gbps;
  return machine;
}

catalog::Model gpt3_175b() {
  catalog::Model model;
  model.layers = 96;
  model.hidden = 12288;
  model.heads = model.kv_heads = 96;
  model.ffn_hidden = 49152;
  model.vocabulary = 51200;
  model.sequence_length = 2048;
  model.mlp = catalog::MlpKind::plain;
  return model;
}

void training_step(benchmark::State& state) {
  const perf::Machine on = machine();
  const catalog::Model model = gpt3_175b();
  const catalog::Stack stack{};
  perf::ParallelPlan plan;
  plan.tp = 8;
  plan.pp = 8;
  plan.dp = 16;
  plan.global_batch = 1536;
  for (auto _ : state) {
    plan.micro_batch = plan.micro_batch == 1 ? 2 : 1;
    benchmark::DoNotOptimize(perf::training_step(model, on, plan, stack));
  }
  state.SetLabel("asked: 1 us");
}
BENCHMARK(training_step);

}  // namespace
