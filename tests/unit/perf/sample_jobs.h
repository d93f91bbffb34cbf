// Which machines, models and plans do tests and benches of the training step take?
#pragma once

#include "catalog/model.h"
#include "perf/machine.h"
#include "perf/parallel_plan.h"

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

/// GPT-3 on 128 accelerators.
inline ParallelPlan gpt3_plan() {
  return {.tp = 8, .pp = 8, .dp = 2, .micro_batch = 1, .global_batch = 64, .sequence_length = 2048};
}

/// A sparse model of the shape of DeepSeek-V3, whose experts lie in 8 groups.
inline catalog::Model sparse() {
  catalog::Model model = gpt3_175b();
  model.layers = 61;
  model.hidden = 7168;
  model.heads = model.kv_heads = 64;
  model.ffn_hidden = 18432;
  model.sequence_length = 4096;
  model.experts = catalog::Experts{.count = 256, .top_k = 8, .hidden = 2048, .groups = 8};
  return model;
}

inline ParallelPlan sparse_plan() {
  ParallelPlan plan;
  plan.pp = 16;
  plan.dp = 128;
  plan.ep = 64;
  plan.global_batch = 15360;
  plan.sequence_length = 4096;
  return plan;
}

/// 7 billion parameters with 8 heads of keys and values, sequences of 32,768 tokens.
inline catalog::Model grouped(int kv_heads = 8) {
  catalog::Model model = gpt3_175b();
  model.layers = 32;
  model.hidden = 4096;
  model.heads = 32;
  model.kv_heads = kv_heads;
  model.ffn_hidden = 16384;
  model.sequence_length = 32768;
  return model;
}

}  // namespace eigenbau::perf
