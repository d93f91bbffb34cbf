// Which effects of the training law can be switched off, to see what each is worth?
#pragma once

#include <span>
#include <string_view>

#include "catalog/stack.h"

namespace eigenbau::fit {

/// An effect of the law and the constants that stand for it.
struct TrainingEffect {
  std::string_view name;
  std::string_view meaning;
  void (*switch_off)(catalog::TrainingConstants&);
};

std::span<const TrainingEffect> training_effects();

}  // namespace eigenbau::fit
