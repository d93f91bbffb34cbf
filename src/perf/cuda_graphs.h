// What of a software stack changes where its launches are recorded and replayed?
#pragma once

#include "catalog/stack.h"

namespace eigenbau::perf {

/// Constants of the same software with CUDA graphs or without them, which its entry says (`cuda_graphs`). A replayed layer keeps
/// a share of its host time, and stages of it between chunks: 0.24 of a dense layer and 0.35 of one with experts, as fitted to
/// MLPerf submissions and to Megatron-Core's container 26.06, the releases that replay. What is computed stays as it is.
inline catalog::TrainingConstants with_cuda_graphs(catalog::TrainingConstants stack, bool on) {
  constexpr double kReplayedDense = 0.24, kReplayedExperts = 0.35, kReplayedChunk = 0.35;
  if (stack.cuda_graphs == on) return stack;
  const auto change = [on](Time& time, double replayed) { time = on ? replayed * time : time / replayed; };
  change(stack.host_dense, kReplayedDense);
  change(stack.host_moe, kReplayedExperts);
  change(stack.host_expert, kReplayedExperts);
  change(stack.chunk_gap, kReplayedChunk);
  stack.cuda_graphs = on;
  stack.graphs_by_option = !stack.graphs_by_option;
  return stack;
}

}  // namespace eigenbau::perf
