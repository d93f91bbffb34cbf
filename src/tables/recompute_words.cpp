// What do words say that the backward pass computes again?
#include "tables/recompute_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "tables/cell_words.h"
#include "tables/feature_words.h"
#include "tables/negation.h"
#include "tables/plain_recompute.h"
#include "tables/recomputed_layers.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

/// As words stand in a clause: "moe act".
std::string spelled_out(std::string_view name) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

/// What the same modules are called besides, the longer of two that begin alike first.
constexpr auto kSpoken = std::to_array<std::pair<std::string_view, catalog::RecomputeModule>>(
    {{"core attention", catalog::RecomputeModule::core_attn},
     {"mla up projections", catalog::RecomputeModule::mla_up_proj},
     {"mla up projection", catalog::RecomputeModule::mla_up_proj},
     {"moe activation", catalog::RecomputeModule::moe_act},
     {"shared expert", catalog::RecomputeModule::shared_experts},
     {"layer norm", catalog::RecomputeModule::layernorm},
     {"rms norm", catalog::RecomputeModule::layernorm},
     {"rmsnorm", catalog::RecomputeModule::layernorm}});

/// Takes the modules that words name out of `text`. "moe" begins the names of others, which go first.
catalog::RecomputeModules take_modules(std::string& text) {
  catalog::RecomputeModules modules;
  const auto take = [&](std::string_view words, catalog::RecomputeModule module) {
    const std::size_t at = find_word(text, words);
    if (at == std::string::npos) return;
    modules.add(module);
    text.erase(at, words.size());
  };
  for (const auto& [name, module] : catalog::kRecomputeModules)
    if (module != catalog::RecomputeModule::moe) take(spelled_out(name), module);
  for (const auto& [words, module] : kSpoken) take(words, module);
  take("moe", catalog::RecomputeModule::moe);
  return modules;
}

catalog::RecomputeModules modules_in(std::string_view text) {
  std::string rest(text);
  return take_modules(rest);
}

/// Beside modules: words that name none, and say no more than how they are chosen.
std::string unknown_modules(std::string text) {
  constexpr std::array<std::string_view, 11> kChoice{"modules", "module", "sac", "and", "only", "&",
                                                     "+",       "attn",   "op",  "as",  "by"};
  if (take_modules(text).empty()) return {};
  std::string unknown;
  for (const std::string_view word : words_without_signs(text)) {
    if (!is_plain_word(word) && !is_one_of(kChoice, word)) unknown.append(unknown.empty() ? "" : " ").append(word);
  }
  return unknown;
}

/// Whether checkpoints are those that a run may start again from, and "AC" is current.
bool speaks_of_saving(std::string_view text) {
  constexpr std::array<std::string_view, 15> kSaving{"async", "distributed", "dist",    "saving", "save",
                                                     "step",  "steps",       "minutes", "hour",   "hours",
                                                     "nvme",  "disk",        "storage", "state",  "power"};
  return has_one_word(text, kSaving);
}

/// Whether a clause says what the kernel of flash attention does by itself: "flash attention recomputes scores".
bool is_of_flash_attention(std::string_view text) {
  if (!contains(text, "flash") || has_one_of(text, {"full", "selective", "layer"})) return false;
  return has_word(text, "recomputes") || has_word(text, "recomputed") || has_word(text, "recomputing");
}

/// Whether all is computed again but for what is named: "all but attention". No law leaves that out.
bool has_exception(std::string_view text) {
  return has_one_of(text, {"full except", "all but ", "all except", "everything but ", "everything except"});
}

/// Whether words are Megatron's flag for selective recompute, with a value or without: "--recompute-activations".
bool is_selective_flag(std::string_view text) {
  constexpr std::string_view kFlag = "recompute activations";
  const std::size_t at = find_word(text, kFlag);
  if (at == std::string_view::npos) return false;
  const std::string_view before = trimmed(text.substr(0, at)), after = trimmed(text.substr(at + kFlag.size()));
  return (before.empty() || contains(",;", before.substr(before.size() - 1))) &&
         (after.empty() || contains("=:,;", after.substr(0, 1)));
}

/// What is computed again by words that name it, denied or not.
std::optional<perf::Recompute> named_recompute(std::string_view text) {
  if (figure_of(text, kLayerOption) || has_exception(text)) return perf::Recompute::full;
  if (has_one_of(text, {"full", "uniform", "block"})) return perf::Recompute::full;
  if (is_selective_flag(text)) return perf::Recompute::selective;
  // Policies that keep one product of a layer, or all but the widest ones: nearly all is computed again.
  if (has_one_of(text, {"save qkv proj", "save out proj", "except mlp", "nothing saveable"})) return perf::Recompute::full;
  if (has_one_of(text, {"selective", "attn", "attention", "core", "sac", "minimal", "dots saveable"}))
    return perf::Recompute::selective;
  if (has_one_of(text, {"moe act", "up proj", "layernorm", "mlp", "shared experts"}) || !modules_in(text).empty())
    return perf::Recompute::selective;
  if (contains(text, "recompute modules")) return perf::Recompute::selective;
  if (has_word(text, "auto") || has_word(text, "unknown")) return std::nullopt;
  if (has_one_of(text, {"checkpoint", "ckpt"}) && !speaks_of_saving(text)) return perf::Recompute::full;
  if (has_one_of(text, {"remat", "layers", "every layer"})) return perf::Recompute::full;
  if (contains(text, "recomput") && is_plain(text)) return perf::Recompute::full;
  if ((has_word(text, "ac") && is_plain(text)) || has_word(text, "all")) return perf::Recompute::full;
  return std::nullopt;
}

/// What is computed again by words that name it, with its parts.
std::optional<perf::Recompute> worded_recompute(std::string_view text) {
  auto stated = named_recompute(text);
  if (!stated) return std::nullopt;
  if (stated->mode == perf::Recompute::selective) stated->modules = modules_in(text);
  if (stated->mode == perf::Recompute::full) stated->num_layers = layers_of_chunk(text);
  return stated;
}

/// Without the parts that say that something is not told: "full; modules not stated".
std::string told_part(std::string_view text) {
  std::string told;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t border = std::min(text.find_first_of(",;(", from), text.size());
    const std::string_view part = text.substr(from, border - from);
    if (!is_untold(part)) told.append(part).append(text.substr(border, 1));
    from = border + 1;
  }
  return told;
}

/// In lower case, without quotes, with underscores and hyphens as blanks. The sign of a number stays.
std::string spelled_plainly(std::string_view words) {
  std::string text = lower(trimmed(words));
  std::erase_if(text, [](char c) { return c == '"' || c == '\''; });
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool sign =
        text[i] == '-' && i > 0 && contains(" =:", text.substr(i - 1, 1)) && i + 1 < text.size() && is_digit(text[i + 1]);
    if (text[i] == '_' || (text[i] == '-' && !sign)) text[i] = ' ';
  }
  return text;
}

}  // namespace

bool speaks_of_recompute(std::string_view clause) {
  const auto named = [&](auto... words) { return (use_in(clause, words).has_value() || ...); };
  if (is_of_flash_attention(clause)) return false;
  if (named("recompute", "recomputation", "remat", "sac") || find_word(clause, kLayerOption) != std::string_view::npos)
    return true;
  const bool checkpoints = named("checkpoint"), ac = has_word(clause, "ac");
  if (!checkpoints && !ac) return false;
  if (speaks_of_saving(clause)) return false;
  // "Full checkpointing" is recompute, "full checkpoints" are saved.
  const bool saves = has_word(clause, "full") && (has_word(clause, "checkpoints") || has_word(clause, "checkpoint"));
  if (!saves && (is_plain(clause) || named("full", "selective", "op", "layer"))) return true;
  return checkpoints && (named("activation", "gradient") || !modules_in(clause).empty());
}

std::optional<perf::Recompute> recompute_in(std::string_view words) {
  const std::string text = told_part(spelled_plainly(words));
  if (const auto said = yes_or_no(text)) return *said ? perf::Recompute::full : perf::Recompute::none;
  if (yes_or_no(text.substr(0, text.find_first_of(",;(+"))) == false) return perf::Recompute::none;  // "none (flash attention)"
  const bool no_layers = number_of_layers(text) == 0.0 || has_word(text, "zero layers");
  if (no_layers && !has_one_of(text, {"full", "uniform", "block"})) return perf::Recompute::none;
  const std::string kept = without_denied(text);
  if (const auto named = worded_recompute(kept)) return named;
  const bool no_count = stated_layers(text) == 0.0;  // which denies nothing
  if (kept != text && named_recompute(text)) return no_count ? perf::Recompute::full : perf::Recompute::none;
  return recomputed_share_in(text) == 1 ? std::optional(perf::Recompute::full) : std::nullopt;
}

bool goes_on_with_recompute(std::string_view clause) {
  // "RMSNorm" may be the model's.
  const auto is_named = [&](const auto& named) { return spelled_out(named.first) == clause; };
  const auto is_spoken = [&](const auto& named) {
    return named.first == clause && named.second != catalog::RecomputeModule::layernorm;
  };
  if (std::ranges::any_of(catalog::kRecomputeModules, is_named) || std::ranges::any_of(kSpoken, is_spoken)) return true;
  constexpr std::array<std::string_view, 6> kParts{"block", "uniform", "method", "num", "layer", "layers"};
  constexpr std::array<std::string_view, 6> kFillers{"of", "each", "per", "chunk", "stage", "every"};
  const auto is_part = [&](std::string_view word) { return is_one_of(kParts, word); };
  const auto is_filler = [&](std::string_view word) { return is_one_of(kFillers, word); };
  const auto words = words_without_signs(clause);
  return std::ranges::any_of(words, is_part) && std::ranges::all_of(words, [&](std::string_view word) {
           return is_number_word(word) || is_part(word) || is_filler(word);
         });
}

std::string unclear_in_recompute(std::string_view words) {
  const std::string text = spelled_plainly(words);
  if (const auto layers = stated_layers(text); layers && !is_count_of_layers(*layers))
    return fmt::format("{:g} is no count of layers", *layers);
  if (const auto part = part_in(text); part && part->part > part->whole)
    return fmt::format("{:g} of {:g} is no part", part->part, part->whole);
  if (contains(text, "recompute modules") && modules_in(text).empty()) return "no module that is known";
  if (has_exception(text)) return "what is excepted is computed again too";
  if (is_selective_flag(text) && contains(lower(words), "recompute activations")) return "taken as Megatron's flag, selective";
  const auto stated = recompute_in(words);
  if (!stated || *stated == perf::Recompute::none) return {};
  if (states_unread_count(text)) return "the number is passed over";
  if (const std::string unknown = stated->modules.empty() ? "" : unknown_modules(without_denied(text)); !unknown.empty())
    return fmt::format("\"{}\" is passed over", unknown);
  return {};
}

bool recomputes_by_stage(std::string_view words) { return has_word(spelled_plainly(words), "stage"); }

std::optional<double> recomputed_share_in(std::string_view words) {
  const std::string text = spelled_plainly(words);
  const auto part = part_in(text);
  return part && part->part <= part->whole ? std::optional(part->part / part->whole) : std::nullopt;
}

}  // namespace eigenbau::tables
