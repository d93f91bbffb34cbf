// What do words say of sharding?
#include "tables/sharding_words.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "tables/cell_words.h"
#include "tables/feature_words.h"
#include "tables/negation.h"
#include "tables/run_text.h"
#include "tables/shard_group_words.h"

namespace eigenbau::tables {
namespace {

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
  if (has_one_of(text, {"shardgradop"})) return Sharding{2, in_groups};
  if (in_groups || has_one_of(text, {"fsdp", "fullshard", "fullyshard", "zeroinfinity"})) return Sharding{3, in_groups};
  if (has_one_of(text, {"distributedoptimizer", "distoptim", "distopt", "optimizerstate", "optimizershard", "shardedoptimizer"}))
    return Sharding{1};
  // DeepSpeed's letters: optimizer states, gradients, parameters.
  for (const auto& [letters, level] : {std::pair{"osgp", 3}, {"posgp", 3}, {"osg", 2}, {"posg", 2}, {"os", 1}, {"pos", 1}})
    if (text == letters) return Sharding{level};
  if (has_one_of(text, {"ddp", "noshard", "replicated"}) || text == "dp") return Sharding{0};
  return std::nullopt;
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
  if (kept == spelled) return std::nullopt;
  const bool zero = contains(spelled, "zero");
  if (zero && !zero_level_in(run_together(spelled))) return Sharding{0};
  auto denied = named_sharding(spelled);
  if (!denied || denied->zero_level < 2) return denied ? std::optional(Sharding{0}) : std::nullopt;
  denied->denied = true;
  return denied;
}

bool shards_and_replicates(std::string_view words) {
  std::vector<std::string_view> parts;
  for (std::string_view word : split_at(words, " \t")) {
    for (std::size_t at = word.find_first_of("+/&"); at != std::string_view::npos; at = word.find_first_of("+/&")) {
      if (at > 0) parts.push_back(word.substr(0, at));
      parts.push_back("and");
      word.remove_prefix(at + 1);
    }
    if (const std::size_t end = word.find_first_of(",;)."); !word.empty()) {
      parts.push_back(word.substr(0, end));
      if (end != std::string_view::npos) parts.push_back(";");
    }
  }
  const auto shards = [](std::string_view word) { return word == "fsdp" || word == "fsdp1" || word == "fsdp2"; };
  const auto replicates = [](std::string_view word) { return word == "dp" || word == "ddp"; };
  for (std::size_t i = 0; i + 2 < parts.size(); ++i)
    if (parts[i + 1] == "and" &&
        ((shards(parts[i]) && replicates(parts[i + 2])) || (replicates(parts[i]) && shards(parts[i + 2]))))
      return true;
  return false;
}

bool speaks_of_sharding(std::string_view clause) {
  const auto named = [&](auto... words) { return (use_in(clause, words) || ...); };
  if (named("overlap", "bucket", "timeout", "zero bubble", "zero offload")) return false;
  return names_zero(clause) || names_sharded_ranks(clause) ||
         named("zero0", "zero1", "zero2", "zero3", "fsdp", "fsdp1", "fsdp2", "hsdp", "ddp", "mics", "hpz", "full shard",
               "fully shard", "hybrid shard", "shard grad op", "no shard", "distributed optimizer");
}

std::optional<bool> keeps_gathered(std::string_view clause) {
  constexpr std::string_view kReshards = "reshard after forward";
  if (contains(run_together(clause), "shardgradop")) return use_in(clause, "shard grad op") != false;
  const auto reshards = use_in(clause, kReshards);
  if (!reshards || figure_of(clause, kReshards).value_or(1) > 1) return std::nullopt;  // a number is that of ranks
  return !*reshards || has_word(clause, "never");
}

std::optional<bool> sequence_parallel_in(std::string_view clause) {
  for (const std::string_view other : {"ulysses", "ring", "context"})  // which cut the sequence another way
    if (use_in(clause, other)) return std::nullopt;
  for (const std::string_view word : {"sp", "sequence parallel", "sequence parallelism"})
    if (const auto use = use_in(clause, word)) return use;
  return std::nullopt;
}

}  // namespace eigenbau::tables
