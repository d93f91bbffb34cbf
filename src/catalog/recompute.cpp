// How is recomputation stated, and how is it written in words?
#include "catalog/recompute.h"

#include <iterator>

namespace eigenbau::catalog {
namespace {

template <class Named>
auto value_of(const Named& named, std::string_view name) -> std::optional<decltype(std::begin(named)->second)> {
  for (const auto& [known, value] : named)
    if (known == name) return value;
  return std::nullopt;
}

}  // namespace

std::optional<Recompute::Mode> recompute_mode_from(std::string_view name) { return value_of(kRecomputeModes, name); }

std::optional<RecomputeModule> recompute_module_from(std::string_view name) { return value_of(kRecomputeModules, name); }

std::expected<Recompute, std::string_view> stated_recompute(std::optional<Recompute::Mode> mode, std::optional<int> num_layers,
                                                            RecomputeModules modules) {
  if (num_layers && !modules.empty()) return std::unexpected("whole layers and modules of a layer cannot both be recomputed");
  if (num_layers && mode.value_or(Recompute::full) != Recompute::full)
    return std::unexpected("a number of recomputed layers goes with full recompute");
  if (!modules.empty() && mode.value_or(Recompute::selective) != Recompute::selective)
    return std::unexpected("recomputed modules go with selective recompute");
  Recompute all = mode.value_or(num_layers ? Recompute::full : modules.empty() ? Recompute::automatic : Recompute::selective);
  all.num_layers = num_layers.value_or(0);
  all.modules = modules;
  return all;
}

std::string_view name_of(Recompute::Mode mode) {
  for (const auto& [name, known] : kRecomputeModes)
    if (known == mode) return name;
  return "automatic";
}

std::string listed(RecomputeModules modules, std::string_view separator) {
  std::string list;
  for (const auto& [name, module] : kRecomputeModules)
    if (modules.has(module)) list.append(list.empty() ? "" : separator).append(name);
  return list;
}

std::string in_words(const Recompute& recompute) {
  std::string text(name_of(recompute.mode));
  if (recompute.mode == Recompute::full && recompute.num_layers > 0)
    text += " of " + std::to_string(recompute.num_layers) + (recompute.num_layers == 1 ? " layer" : " layers") + " a chunk";
  if (recompute.mode != Recompute::selective || recompute.modules.empty()) return text;
  return text + " (" + listed(recompute.modules, ", ") + ")";
}

}  // namespace eigenbau::catalog
