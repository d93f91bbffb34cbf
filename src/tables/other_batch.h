// Which words of a row speak of a batch that its run does not train with?
#pragma once

#include <string_view>

#include "tables/other_run.h"

namespace eigenbau::tables {

/// A batch of an evaluation ("eval per-device batch 8", "per_device_eval_batch_size 4"), one that is a bound, an optimum or the
/// first of several ("critical batch size 2M tokens", "max batch 64", "GBS 256 to 2048", "GBS 128 and 256") and one that somebody
/// else has ("the reference uses GBS 512") are others, each to the end of its clause or of its option.
RunWords words_of_own_batch(std::string_view text);

}  // namespace eigenbau::tables
