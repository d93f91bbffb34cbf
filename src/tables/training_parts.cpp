// Which parts do rows of training runs refer to?
#include "tables/training_parts.h"

#include "catalog/part_file.h"

namespace eigenbau::tables {
namespace {

/// "gemm_bf16.hopper" of training.gemm_bf16.hopper, where no fit wrote it.
std::set<std::string, std::less<>> stated_constants(const catalog::PartFile& file) {
  constexpr std::string_view kPlace = "training.";
  std::set<std::string, std::less<>> stated;
  for (const auto& [path, who] : file.sources) {
    const auto note = file.notes.find(path);
    if (path.starts_with(kPlace) && (note == file.notes.end() || note->second != catalog::kFitNote))
      stated.insert(path.substr(kPlace.size()));
  }
  return stated;
}

}  // namespace

Result<TrainingParts> training_parts(const catalog::Catalog& catalog) {
  TrainingParts parts;
  for (const catalog::Entry& entry : catalog.list("gpu")) {
    auto gpu = catalog.gpu(entry.name);
    if (!gpu) return std::unexpected(std::move(gpu.error()));
    parts.gpus.push_back(with_names(std::move(*gpu)));
  }
  for (const catalog::Entry& entry : catalog.list("stack")) {
    auto stack = catalog.stack(entry.name);
    if (!stack) return std::unexpected(std::move(stack.error()));
    parts.stacks.push_back(std::move(*stack));
    parts.stated.push_back(stated_constants(*catalog.file("stack", entry.name)));
  }
  for (const catalog::Entry& entry : catalog.list("model")) {
    auto model = catalog.model(entry.name);
    if (!model) return std::unexpected(std::move(model.error()));
    parts.models.push_back(std::move(*model));
  }
  return parts;
}

}  // namespace eigenbau::tables
