// What do the words of a plan mean: how it is sharded, what it computes again?
#include "tables/plan_words.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <utility>

#include "tables/cell_words.h"
#include "tables/feature_words.h"
#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

bool has_one_of(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) { return contains(text, part); });
}

/// The digit after "zero" or "stage", or one that stands alone.
std::optional<int> zero_level_in(std::string_view text) {
  const auto level = [](char c) { return c >= '0' && c <= '3' ? std::optional<int>(c - '0') : std::nullopt; };
  if (text.size() == 1) return level(text[0]);
  for (const std::string_view word : {"zero", "stage"})
    if (const std::size_t at = text.find(word); at != std::string_view::npos && at + word.size() < text.size())
      if (const auto found = level(text[at + word.size()])) return found;
  return std::nullopt;
}

/// The sharding that words name, denied or not.
std::optional<Sharding> named_sharding(std::string_view spelled) {
  const std::string text = run_together(spelled);
  const bool in_groups = has_one_of(text, {"hsdp", "hybrid", "mics", "hpz"}) || contains(spelled, "zero++");
  if (const auto level = zero_level_in(text)) return Sharding{*level, in_groups};
  if (in_groups || has_one_of(text, {"fsdp", "fullshard", "fullyshard", "zeroinfinity"})) return Sharding{3, in_groups};
  if (has_one_of(text, {"shardgradop"})) return Sharding{2};
  if (has_one_of(text, {"distributedoptimizer", "distoptim", "distopt", "optimizerstate"})) return Sharding{1};
  // DeepSpeed's letters: optimizer states, gradients, parameters.
  for (const auto& [letters, level] : {std::pair{"osgp", 3}, {"posgp", 3}, {"osg", 2}, {"posg", 2}, {"os", 1}, {"pos", 1}})
    if (text == letters) return Sharding{level};
  if (has_one_of(text, {"ddp", "noshard", "replicated"}) || text == "dp") return Sharding{0};
  return std::nullopt;
}

/// What is computed again by words that name it, denied or not.
std::optional<perf::Recompute> named_recompute(std::string_view text) {
  if (has_one_of(text, {"full", "uniform", "block"})) return perf::Recompute::full;
  // Policies that keep one product of a layer, or all but the widest ones: nearly all is computed again.
  if (has_one_of(text, {"save qkv proj", "save out proj", "except mlp", "nothing saveable"})) return perf::Recompute::full;
  if (has_one_of(text, {"selective", "attn", "attention", "core", "sac", "minimal", "dots saveable"}))
    return perf::Recompute::selective;
  if (has_one_of(text, {"moe act", "up proj", "layernorm", "mlp", "shared experts"}) || has_word(text, "moe"))
    return perf::Recompute::selective;
  if (has_one_of(text, {"checkpoint", "ckpt", "recomput", "remat", "layers", "every layer"})) return perf::Recompute::full;
  if (has_word(text, "ac") || has_word(text, "all")) return perf::Recompute::full;
  return std::nullopt;
}

/// As words stand in a clause: "moe act".
std::string spelled_out(std::string_view name) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

/// The modules that words name. "moe" is the beginning of another's name, and "moe act" of none.
catalog::RecomputeModules modules_in(std::string_view text) {
  catalog::RecomputeModules modules;
  std::string rest(text);
  for (const auto& [name, module] : catalog::kRecomputeModules) {
    const std::string words = spelled_out(name);
    if (module == catalog::RecomputeModule::moe) continue;
    if (!has_word(rest, words)) continue;
    modules.add(module);
    rest.erase(rest.find(words), words.size());
  }
  if (has_word(rest, "moe")) modules.add(catalog::RecomputeModule::moe);
  return modules;
}

/// The number before the word "layers": "4 layers".
std::optional<double> number_of_layers(std::string_view text) {
  const std::size_t end = text.find(" layer");
  std::size_t start = end == std::string_view::npos ? 0 : end;
  while (start > 0 && is_digit(text[start - 1])) --start;
  if (end == std::string_view::npos || start == end) return std::nullopt;
  std::size_t length = 0;
  return leading_number(text.substr(start), length);
}

/// Layers of each chunk, where that is what a number of layers means.
int layers_of_chunk(std::string_view text) {
  constexpr double kMost = 10'000;
  if (has_word(text, "uniform")) return 0;
  auto layers = figure_of(text, "recompute num layers");
  if (!layers && has_word(text, "block")) layers = number_of_layers(text);
  return layers && *layers >= 1 && *layers <= kMost ? static_cast<int>(*layers) : 0;
}

/// What is computed again by words that name it, with its parts.
std::optional<perf::Recompute> worded_recompute(std::string_view text) {
  auto stated = named_recompute(text);
  if (!stated) return std::nullopt;
  if (stated->mode == perf::Recompute::selective) stated->modules = modules_in(text);
  if (stated->mode == perf::Recompute::full) stated->num_layers = layers_of_chunk(text);
  return stated;
}

/// Whether "zero" stands for sharding: alone, before a level or a word that goes with it, switched off. "Zero copy" is something
/// else.
bool names_zero(std::string_view clause) {
  constexpr std::array<std::string_view, 12> kAfter{"stage",  "level", "infinity", "optimizer", "sharding", "dp",
                                                    "within", "group", "off",      "disabled",  "not",      "is"};
  for (std::size_t at = find_word(clause, "zero"); at != std::string_view::npos; at = find_word(clause, "zero", at + 1)) {
    std::string_view rest = clause.substr(at + std::string_view("zero").size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" =:"), rest.size()));
    const std::string_view word = rest.substr(0, rest.find_first_of(" =:"));
    if (word.empty() || is_digit(word[0]) || std::ranges::find(kAfter, word) != kAfter.end()) return true;
  }
  return false;
}

}  // namespace

std::optional<Sharding> sharding_in(std::string_view words) {
  const std::string spelled = lower(trimmed(words)), kept = without_denied(spelled);
  if (yes_or_no(spelled) == false) return Sharding{0};
  if (const auto named = named_sharding(kept)) return named;
  const bool denied = kept != spelled && (named_sharding(spelled) || contains(spelled, "zero"));
  return denied ? std::optional(Sharding{0}) : std::nullopt;
}

bool speaks_of_sharding(std::string_view clause) {
  const auto named = [&](auto... words) { return (use_in(clause, words) || ...); };
  if (named("overlap", "bucket", "zero bubble", "zero offload")) return false;
  return names_zero(clause) || named("zero0", "zero1", "zero2", "zero3", "fsdp", "fsdp1", "fsdp2", "hsdp", "ddp", "mics", "hpz",
                                     "full shard", "fully shard", "hybrid shard", "distributed optimizer");
}

std::optional<perf::Recompute> recompute_in(std::string_view words) {
  std::string text = lower(trimmed(words));
  if (const auto said = yes_or_no(text)) return *said ? perf::Recompute::full : perf::Recompute::none;
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '_' || c == '-'; }, ' ');
  const std::string kept = without_denied(text);
  if (const auto named = worded_recompute(kept)) return named;
  if (kept != text && named_recompute(text)) return perf::Recompute::none;
  return recomputed_share_in(text) == 1 ? std::optional(perf::Recompute::full) : std::nullopt;
}

bool is_recompute_module(std::string_view clause) {
  return std::ranges::any_of(catalog::kRecomputeModules, [&](const auto& named) { return spelled_out(named.first) == clause; });
}

std::optional<double> recomputed_share_in(std::string_view words) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (!is_digit(words[at])) continue;
    std::size_t length = 0;
    const double part = leading_number(words.substr(at), length);
    std::string_view rest = words.substr(at + length);
    if (rest.starts_with("%") && part <= 100) return part / 100;
    if (words.substr(0, at).ends_with("every ") && part >= 1) return 1 / part;
    for (const std::string_view joint : {" of ", "/"}) {
      if (!rest.starts_with(joint)) continue;
      std::size_t of_length = 0;
      const double whole = leading_number(rest.substr(joint.size()), of_length);
      if (of_length > 0 && whole > 0 && part <= whole) return part / whole;
    }
    at += length - 1;
  }
  return std::nullopt;
}

}  // namespace eigenbau::tables
