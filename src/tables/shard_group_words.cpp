// Which ranks does a clause say share one sharded copy?
#include "tables/shard_group_words.h"

#include <algorithm>
#include <array>
#include <vector>

#include "tables/feature_words.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

constexpr double kLatestVersion = 2;  // of PyTorch's FSDP

constexpr std::array<std::string_view, 7> kOfGroup{"shard", "group", "groups", "hsdp", "mics", "hpz", "shards"};
constexpr std::array<std::string_view, 2> kOfAll{"fsdp", "fsdp2"};
constexpr std::array<std::string_view, 3> kOfCopies{"replicate", "replicas", "replicated"};
constexpr std::array<std::string_view, 3> kOfOthers{"ddp", "dp", "data"};  // copies beside a group
constexpr std::array<std::string_view, 4> kGlued{"fsdp", "hsdp", "ddp", "mics"};
constexpr std::array<std::string_view, 8> kFillers{"of", "size", "degree", "parallelism", "over", "num", "is", "partition"};

bool is_one_of(const auto& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

bool is_number(std::string_view word) { return !word.empty() && word.find_first_not_of("0123456789.") == std::string_view::npos; }

/// Where the digits of "fsdp8" begin; nothing where a word has none or they are part of it.
std::optional<std::size_t> glued_ranks(std::string_view word) {
  const std::size_t digits = word.find_first_of("0123456789");
  if (digits == std::string_view::npos || !is_one_of(kGlued, word.substr(0, digits)) || !is_number(word.substr(digits)))
    return std::nullopt;
  std::size_t length = 0;
  return leading_number(word.substr(digits), length) > kLatestVersion ? std::optional(digits) : std::nullopt;
}

/// The words of a clause, "x" of a product by itself: "hsdp 8x64" is hsdp, 8, x, 64.
std::vector<std::string_view> words_with_products(std::string_view clause) {
  std::vector<std::string_view> words;
  for (std::string_view word : split_at(clause, " =:")) {
    for (std::size_t at = 1; at < word.size(); ++at) {
      if ((word[at] != 'x' && word[at] != '*') || !is_digit(word[at - 1])) continue;
      words.push_back(word.substr(0, at));
      words.push_back("x");
      word.remove_prefix(at + 1);
      at = 0;
    }
    if (!word.empty()) words.push_back(word == "*" ? "x" : word);
  }
  return words;
}

/// The same with numbers by themselves: "fsdp8" is fsdp, 8.
std::vector<std::string_view> words_of(std::string_view clause) {
  std::vector<std::string_view> words;
  for (const std::string_view word : words_with_products(clause)) {
    const std::size_t digits = glued_ranks(word).value_or(0);
    if (digits > 0) words.push_back(word.substr(0, digits));
    words.push_back(word.substr(digits));
  }
  return words;
}

bool names_node(std::string_view clause) {
  return use_of_one(clause, {"within node", "within a node", "within the node", "within each node", "intra node", "inside node",
                             "inside a node", "inside the node", "inside each node", "in node", "in a node", "in the node",
                             "in each node"}) == true;
}

}  // namespace

std::optional<ShardGroupWords> shard_group_in(std::string_view clause) {
  if (names_node(clause)) return ShardGroupWords{.of_node = true};
  ShardGroupWords said;
  std::optional<double> others;
  std::string_view label;
  const std::vector<std::string_view> words = words_of(clause);
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string_view word = words[at];
    if (!is_number(word)) {
      if (!is_one_of(kFillers, word)) label = word;
      continue;
    }
    const auto next = [&](std::size_t distance) { return at + distance < words.size() ? words[at + distance] : ""; };
    if (next(1) == "way" && (is_one_of(kOfGroup, next(2)) || is_one_of(kOfAll, next(2)))) label = next(2);
    std::size_t length = 0;
    const double number = leading_number(word, length);
    const bool in_product = next(1) == "x";
    if (is_one_of(kOfGroup, label)) {
      said.ranks = number;
      said.may_be_all = false;
    } else if (is_one_of(kOfAll, label) && !said.ranks && (in_product || number > kLatestVersion)) {
      said.ranks = number;
      said.may_be_all = true;
    } else if (is_one_of(kOfCopies, label)) {
      said.copies = number;
    } else if (is_one_of(kOfOthers, label)) {
      others = number;
    } else if (label == "x" && said.ranks && !said.copies) {
      said.copies = number;
      said.may_be_swapped = true;
    }
    label = {};
  }
  if (said.ranks && !said.copies) said.copies = others;
  return said.ranks || said.copies ? std::optional(said) : std::nullopt;
}

bool names_sharded_ranks(std::string_view clause) {
  return std::ranges::any_of(words_with_products(clause), [](std::string_view word) { return glued_ranks(word).has_value(); });
}

}  // namespace eigenbau::tables
