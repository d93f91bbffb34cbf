// Which parts do rows of training runs refer to?
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "tables/gpu_name.h"

namespace eigenbau::tables {

/// The accelerators, software stacks and models that rows name.
struct TrainingParts {
  std::vector<NamedGpu> gpus;
  std::vector<catalog::Stack> stacks;
  std::vector<catalog::Model> models;
  std::vector<std::set<std::string, std::less<>>> stated;  ///< constants that each stack's own file states, other than by a fit

  bool states(std::size_t stack, std::string_view constant) const {
    return stack < stated.size() && stated[stack].contains(constant);
  }
};

/// All accelerators, stacks and models of a catalog, in order of name.
Result<TrainingParts> training_parts(const catalog::Catalog& catalog);

}  // namespace eigenbau::tables
