// Which parts do rows of training runs refer to?
#pragma once

#include <vector>

#include "catalog/catalog.h"

namespace eigenbau::tables {

/// The accelerators, software stacks and models that rows name.
struct TrainingParts {
  std::vector<catalog::Gpu> gpus;
  std::vector<catalog::Stack> stacks;
  std::vector<catalog::Model> models;
};

/// All accelerators, stacks and models of a catalog, in order of name.
Result<TrainingParts> training_parts(const catalog::Catalog& catalog);

}  // namespace eigenbau::tables
