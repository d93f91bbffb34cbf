// What do options say that the backward pass computes again?
#include "cli/stated_recompute.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/option_values.h"
#include "perf/model_shape.h"

namespace eigenbau::cli {
namespace {

template <class Named>
std::vector<std::string> names_of(const Named& named) {
  std::vector<std::string> names;
  for (const auto& [name, value] : named) names.emplace_back(name);
  return names;
}

/// Empty where the model has all that are named.
std::string modules_without_use(const catalog::Model& model, const catalog::Recompute& recompute) {
  using Module = catalog::RecomputeModule;
  const bool experts = catalog::moe_layers(model) > 0;
  const auto has = [&](Module module) {
    switch (module) {
      case Module::mla_up_proj:
        return model.latent.has_value();
      case Module::mlp:
        return catalog::moe_layers(model) < model.layers;
      case Module::moe:
      case Module::moe_act:
        return experts;
      case Module::shared_experts:
        return experts && (model.experts->shared > 0 || model.experts->shared_hidden > 0);
      default:
        return true;
    }
  };
  std::vector<std::string> missing;
  for (const auto& [name, module] : catalog::kRecomputeModules)
    if (recompute.modules.has(module) && !has(module)) missing.emplace_back(name);
  if (missing.empty()) return "";
  return fmt::format("{} has no {}: nothing of {} is computed again", model.name, fmt::join(missing, ", "),
                     missing.size() == 1 ? "it" : "these");
}

/// Empty where attention keeps scores, or where it is not asked for: by name, or by a bare `selective` that means it alone.
std::string attention_without_use(const catalog::Model& model, const catalog::Stack& stack, const catalog::Recompute& recompute) {
  const perf::ModelShape shape = perf::model_shape(model);
  const perf::ParallelPlan plan = perf::ParallelPlan().with(recompute);
  if (recompute.mode != catalog::Recompute::selective || !perf::fuses_attention(shape, plan, stack.training)) return "";
  if (recompute.modules.has(catalog::RecomputeModule::core_attn))
    return fmt::format(
        "attention of {} is one kernel that keeps no scores: core_attn takes time to compute again, and nothing is freed",
        stack.name);
  if (!recompute.modules.empty() || !perf::recomputes_attention_alone(shape, plan, stack.training)) return "";
  return fmt::format(
      "selective recompute of {} is attention alone, whose kernel keeps no scores: nothing is freed; name modules, "
      "or layers of full recompute",
      stack.name);
}

}  // namespace

Result<void> take_recompute_mode(const std::string& option, const std::string& text, RecomputeWords& words) {
  words.mode = catalog::recompute_mode_from(text);
  if (!words.mode)
    return refuse(fmt::format("{} cannot be '{}'", option, text),
                  fmt::format("one of: {}", fmt::join(names_of(catalog::kRecomputeModes), ", ")));
  return {};
}

Result<void> take_recompute_layers(const std::string& option, const std::string& text, RecomputeWords& words) {
  constexpr int kMost = 10'000;
  words.num_layers = whole(text);
  if (!words.num_layers || *words.num_layers < 1 || *words.num_layers > kMost)
    return refuse(fmt::format("{} cannot be '{}'", option, text), "layers of each model chunk, at least 1, as 2");
  return {};
}

Result<void> take_recompute_modules(const std::string& option, const std::string& text, RecomputeWords& words) {
  for (const std::string& name : list_of(text)) {
    const auto module = catalog::recompute_module_from(name);
    if (!module)
      return refuse(fmt::format("{} knows no module '{}'", option, name),
                    fmt::format("of: {}", fmt::join(names_of(catalog::kRecomputeModules), ", ")));
    words.modules.add(*module);
  }
  return {};
}

Result<std::optional<catalog::Recompute>> recompute_of(const RecomputeWords& words) {
  const auto stated = catalog::stated_recompute(words.mode, words.num_layers, words.modules);
  if (!stated) return refuse(std::string(stated.error()), "state one of them");
  if (stated->mode == catalog::Recompute::automatic) return std::optional<catalog::Recompute>();
  return std::optional(*stated);
}

std::vector<std::string> recompute_without_use(const catalog::Model& model, const catalog::Stack& stack,
                                               const catalog::Recompute& recompute) {
  std::vector<std::string> sentences;
  for (const std::string& sentence : {modules_without_use(model, recompute), attention_without_use(model, stack, recompute)})
    if (!sentence.empty()) sentences.push_back(sentence);
  return sentences;
}

Result<std::optional<catalog::Recompute>> recompute_option(const Arguments& arguments) {
  RecomputeWords words;
  using Take = Result<void> (*)(const std::string&, const std::string&, RecomputeWords&);
  for (const auto& [option, take] : {std::pair<const char*, Take>{"--recompute", take_recompute_mode},
                                     std::pair<const char*, Take>{"--recompute-num-layers", take_recompute_layers},
                                     std::pair<const char*, Take>{"--recompute-modules", take_recompute_modules}})
    if (const auto text = arguments.value(option))
      if (auto taken = take(option, *text, words); !taken) return std::unexpected(taken.error());
  return recompute_of(words);
}

}  // namespace eigenbau::cli
