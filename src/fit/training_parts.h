// Which parts do rows of training runs refer to?
#pragma once

#include <vector>

#include "catalog/catalog.h"

namespace eigenbau::fit {

/// The accelerators and software stacks that rows name, each with its constants.
struct TrainingParts {
  std::vector<catalog::Gpu> gpus;
  std::vector<catalog::Stack> stacks;
};

/// All accelerators and stacks of a catalog, in order of name.
Result<TrainingParts> training_parts(const catalog::Catalog& catalog);

}  // namespace eigenbau::fit
