// Which parts do rows of training runs refer to?
#include "tables/training_parts.h"

#include "base/parallel.h"
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

/// All parts of a kind, in order of name, read side by side.
template <class T>
Result<std::vector<T>> all_of(const catalog::Catalog& catalog, std::string_view kind,
                              Result<T> (catalog::Catalog::*read)(std::string_view) const) {
  const std::vector<catalog::Entry> entries = catalog.list(kind);
  std::vector<Result<T>> read_parts(entries.size());
  parallel_for(entries.size(), 0, [&](std::size_t i) { read_parts[i] = (catalog.*read)(entries[i].name); });
  std::vector<T> parts;
  for (Result<T>& part : read_parts) {
    if (!part) return std::unexpected(std::move(part.error()));
    parts.push_back(*std::move(part));
  }
  return parts;
}

}  // namespace

Result<TrainingParts> training_parts(const catalog::Catalog& catalog) {
  auto gpus = all_of(catalog, "gpu", &catalog::Catalog::gpu);
  if (!gpus) return std::unexpected(std::move(gpus.error()));
  auto stacks = all_of(catalog, "stack", &catalog::Catalog::stack);
  if (!stacks) return std::unexpected(std::move(stacks.error()));
  auto models = all_of(catalog, "model", &catalog::Catalog::model);
  if (!models) return std::unexpected(std::move(models.error()));
  TrainingParts parts{.gpus = {}, .stacks = *std::move(stacks), .models = *std::move(models), .stated = {}};
  for (catalog::Gpu& gpu : *gpus) parts.gpus.push_back(with_names(std::move(gpu)));
  for (const catalog::Stack& stack : parts.stacks) parts.stated.push_back(stated_constants(*catalog.file("stack", stack.name)));
  return parts;
}

}  // namespace eigenbau::tables
