// Which machine and models do tests of the plan search take?
#pragma once

#include "../perf/sample_jobs.h"

namespace eigenbau::search {

inline perf::Machine machine_with(Bytes memory, int domain) {
  perf::Machine machine = perf::h100_machine();
  machine.gpu.memory = memory;
  machine.scale_up_domain = domain;
  return machine;
}

inline catalog::Model small_model() {
  catalog::Model model;
  model.layers = 8;
  model.hidden = 2048;
  model.heads = model.kv_heads = 16;
  model.ffn_hidden = 8192;
  model.vocabulary = 51200;
  model.sequence_length = 2048;
  return model;
}

inline catalog::Model small_moe() {
  catalog::Model model = small_model();
  model.experts = catalog::Experts{.count = 8, .top_k = 2, .hidden = 2048, .shared = 1, .first_dense_layers = 1};
  return model;
}

}  // namespace eigenbau::search
