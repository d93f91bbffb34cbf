// Which words name what changes a step and has no law?
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "tables/training_row.h"

namespace eigenbau::tables {

/// Such a word, and how much of which part of the step is in doubt by it.
struct Unmodeled {
  std::string_view word;
  PartInDoubt in_doubt;
};

std::span<const Unmodeled> unmodeled_words();

}  // namespace eigenbau::tables
