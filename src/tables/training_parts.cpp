// Which parts do rows of training runs refer to?
#include "tables/training_parts.h"

namespace eigenbau::tables {

Result<TrainingParts> training_parts(const catalog::Catalog& catalog) {
  TrainingParts parts;
  for (const catalog::Entry& entry : catalog.list("gpu")) {
    auto gpu = catalog.gpu(entry.name);
    if (!gpu) return std::unexpected(std::move(gpu.error()));
    parts.gpus.push_back(std::move(*gpu));
  }
  for (const catalog::Entry& entry : catalog.list("stack")) {
    auto stack = catalog.stack(entry.name);
    if (!stack) return std::unexpected(std::move(stack.error()));
    parts.stacks.push_back(std::move(*stack));
  }
  for (const catalog::Entry& entry : catalog.list("model")) {
    auto model = catalog.model(entry.name);
    if (!model) return std::unexpected(std::move(model.error()));
    parts.models.push_back(std::move(*model));
  }
  return parts;
}

}  // namespace eigenbau::tables
