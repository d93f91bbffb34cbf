// Which constants of the training law are fitted, how far may each move, and from stack to stack?
#pragma once

#include <span>
#include <string_view>

#include "catalog/stack.h"

namespace eigenbau::fit {

/// One constant as the fit sees it: positive, moved in its logarithm, held by priors. `common` is how far the value shared by
/// all stacks may stray from its prior (1 sigma of the logarithm, from kernel tables and published findings); `release` how
/// far a stack may stray from its parent. 0 holds it.
struct TrainingConstant {
  std::string_view name;  ///< key in catalog/stack: "gemm_bf16.hopper"
  std::string_view unit;  ///< in which a stack's file states it; empty: a plain number
  double in_base = 1;     ///< one such unit in base units, which `get` and `set` speak
  double (*get)(const catalog::TrainingConstants&);
  void (*set)(catalog::TrainingConstants&, double);
  double common = 0;
  double release = 0;
  double highest = 0;  ///< a bound that physics sets (a rate never beats its wire); 0: none
};

std::span<const TrainingConstant> training_constants();

}  // namespace eigenbau::fit
