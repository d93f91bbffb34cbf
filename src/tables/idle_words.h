// Which options of a run say nothing of how long its step takes?
#pragma once

#include <string_view>

namespace eigenbau::tables {

/// Whether a clause speaks of such things only: optimizers that work element by element, learning rate, dropout, position
/// embeddings, data and tokenizer, versions of software, how long a run took and where it was printed, scaling studies, kernels
/// and formats that every stack has ("fused AdamW", "SDPA", "bf16 mixed precision"). Not where it names a mechanism that may
/// change the step ("quantized", "8-bit Adam", "packing", "async", "sparse"), says a word that is not known, or denies what every
/// stack has
/// ("no fused kernels").
bool is_idle(std::string_view clause);

}  // namespace eigenbau::tables
