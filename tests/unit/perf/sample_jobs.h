// Which machine and which model do tests and benches of the training step take?
#pragma once

#include "catalog/model.h"
#include "perf/machine.h"

namespace eigenbau::perf {

/// H100 SXM with 80 GB and an adapter of 400 Gb/s each. Source: NVIDIA's data sheet.
inline Machine h100_machine(int gpus = 0) {
  using namespace literals;
  Machine machine;
  machine.gpu.generation = "hopper";
  machine.gpu.peak.bf16 = 989_TFLOPps;
  machine.gpu.peak.fp8 = 1979_TFLOPps;
  machine.gpu.memory = 80_GB;
  machine.gpu.memory_bandwidth = 3350_GBps;
  machine.gpu.tdp = 700_W;
  machine.gpu.scale_up_bandwidth = 450_GBps;
  machine.gpus = gpus;
  machine.nic_per_gpu = 400_Gbps;
  return machine;
}

/// GPT-3 with 175 billion parameters as Megatron runs it. Source: Narayanan et al. 2021.
inline catalog::Model gpt3_175b() {
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

}  // namespace eigenbau::perf
