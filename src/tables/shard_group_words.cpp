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
constexpr double kSwitch = 1;         // "zero1=1" switches it on
constexpr std::string_view kZero = "zero";

constexpr auto kOfGroup =
    std::to_array<std::string_view>({"shard", "shards", "sharded", "sharding", "group", "groups", "hsdp", "mics", "hpz"});
constexpr auto kOfAll = std::to_array<std::string_view>({"fsdp", "fsdp2", kZero});
constexpr auto kOfCopies = std::to_array<std::string_view>({"replicate", "replicas", "replicated", "copies", "instances"});
constexpr auto kOfOthers = std::to_array<std::string_view>({"ddp", "dp", "data"});  // copies beside a group
constexpr auto kCounted = std::to_array<std::string_view>({"groups", "replicas", "copies", "instances"});
constexpr auto kGlued = std::to_array<std::string_view>({"fsdp", "hsdp", "ddp", "mics"});
constexpr auto kFillers =
    std::to_array<std::string_view>({"of", "size", "degree", "parallelism", "over", "across", "num", "is", "partition", "dict",
                                     "a", "an", "the", "one", "each", "single", "same"});
constexpr auto kInside = std::to_array<std::string_view>({"within", "inside", "in", "intra"});
constexpr auto kOfEach = std::to_array<std::string_view>({"per", "each", "every"});            // before "node"
constexpr auto kLevels = std::to_array<std::string_view>({"level", "local", "wise", "wide"});  // behind it
constexpr auto kNode = std::to_array<std::string_view>({"node", "server"});
constexpr auto kNodes = std::to_array<std::string_view>({"nodes", "servers"});
constexpr auto kMembers = std::to_array<std::string_view>(
    {"gpu", "gpus", "rank", "ranks", "way", "ways", "device", "devices", "accelerators", "processes", "chips"});
constexpr auto kUnits = std::to_array<std::string_view>(
    {"b", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "k", "m", "s", "ms", "us", "min", "h", "%"});

bool is_whole(std::string_view word) { return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos; }

bool is_number(std::string_view word) { return !word.empty() && word.find_first_not_of("0123456789.") == std::string_view::npos; }

/// Where the digits of "fsdp8" begin; nothing where a word has none or they are part of it.
std::optional<std::size_t> glued_ranks(std::string_view word) {
  const std::size_t digits = word.find_first_of("0123456789");
  if (digits == std::string_view::npos || !is_one_of(kGlued, word.substr(0, digits)) || !is_number(word.substr(digits)))
    return std::nullopt;
  std::size_t length = 0;
  return leading_number(word.substr(digits), length) > kLatestVersion ? std::optional(digits) : std::nullopt;
}

/// What stands between blanks, signs of values and the points of names: "parallel.zero1.size=8" is parallel, zero1, size, 8.
std::vector<std::string_view> parts_of(std::string_view clause) {
  std::vector<std::string_view> parts;
  for (std::string_view part : split_at(clause, " =:/")) {
    for (std::size_t at = 0; at + 1 < part.size(); ++at) {
      if (part[at] != '.' || is_digit(part[at + 1])) continue;
      parts.push_back(part.substr(0, at));
      part.remove_prefix(at + 1);
      at = 0;
    }
    parts.push_back(part);
  }
  return parts;
}

/// The words of a clause, "x" of a product by itself: "hsdp 8x64" is hsdp, 8, x, 64.
std::vector<std::string_view> words_with_products(std::string_view clause) {
  std::vector<std::string_view> words;
  for (std::string_view word : parts_of(clause)) {
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

bool is_level(std::string_view word) { return word.size() == 1 && word[0] >= '0' && word[0] <= '3'; }

/// The same with numbers by themselves and ZeRO without its level: "fsdp8" is fsdp, 8; "zero 1 size 8" is zero, size, 8.
std::vector<std::string_view> words_of(std::string_view clause) {
  std::vector<std::string_view> words;
  bool of_zero = false;
  for (const std::string_view word : words_with_products(clause)) {
    if (of_zero && (word == "stage" || word == "level")) continue;
    const bool level = of_zero && is_level(word);
    const bool joined = word.starts_with(kZero) && is_level(word.substr(kZero.size()));
    of_zero = word == kZero;
    if (level) continue;
    const std::size_t digits = joined ? 0 : glued_ranks(word).value_or(0);
    if (digits > 0) words.push_back(word.substr(0, digits));
    words.push_back(joined ? kZero : word.substr(digits));
  }
  return words;
}

/// Whether it is files that lie in shards: "sharded checkpoints per node", "sharded data per node"; not "sharded data parallel".
bool speaks_of_storage(const std::vector<std::string_view>& words) {
  constexpr auto kStored = std::to_array<std::string_view>(
      {"checkpoint", "checkpoints", "file", "files", "dataset", "datasets", "input", "inputs", "index", "tokens", "corpus"});
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (is_one_of(kStored, words[i])) return true;
    if (words[i] != "data") continue;
    const std::string_view next = i + 1 < words.size() ? words[i + 1] : std::string_view();
    if (next.empty() || is_one_of(kOfEach, next) || is_one_of(kInside, next)) return true;
  }
  return false;
}

/// Reads a clause from left to right.
class GroupReader {
 public:
  GroupReader(std::string_view clause, bool goes_on)
      : clause_(clause), words_(words_of(clause)), label_(goes_on ? "group" : "") {}

  std::optional<ShardGroupWords> read() {
    for (at_ = 0; at_ < words_.size(); ++at_) {
      const std::string_view word = words_[at_];
      if (is_one_of(kNode, word) || is_one_of(kNodes, word)) read_node();
      else if (is_whole(word)) read_number();
      else if (is_all()) any_ = true;
      else if (is_number(word)) label_ = {};
      else if (!is_one_of(kFillers, word)) label_ = word;
    }
    if (said_.ranks && !said_.copies) said_.copies = others_;
    any_ |= said_.nodes > 0 || said_.ranks || said_.copies || said_.unread;
    return any_ ? std::optional(said_) : std::nullopt;
  }

 private:
  std::string_view word(std::size_t distance) const {
    return at_ + distance < words_.size() ? words_[at_ + distance] : std::string_view();
  }
  bool of_group() const { return is_one_of(kOfGroup, label_); }
  bool of_all() const { return is_one_of(kOfAll, label_); }

  /// "zero1 size = -1", "group = all".
  bool is_all() const {
    const std::string_view next = word(1);
    return (words_[at_] == "all" || words_[at_] == "-1") && (of_group() || of_all()) &&
           (next.empty() || is_one_of(kMembers, next));
  }

  /// Whether the number counts something else than ranks: "512 MB", "3 retries", "3 of the sweep", the 8 of "8/16".
  bool counts_other() const {
    const std::string_view next = word(1);
    if (next == "of") return !is_whole(word(2));
    if (is_one_of(kMembers, next) || is_one_of(kOfGroup, next) || is_one_of(kOfCopies, next)) return false;
    constexpr std::size_t kShortest = 4;  // of a plural
    return is_whole(next) || is_one_of(kUnits, next) ||
           (next.size() >= kShortest && next.ends_with('s') && !next.ends_with("ss"));
  }

  void read_number() {
    const std::string_view next = word(1);
    if (is_one_of(kNode, next) || is_one_of(kNodes, next)) return;
    if ((next == "way" || next == "gpu") && (is_one_of(kOfGroup, word(2)) || is_one_of(kOfAll, word(2)))) label_ = word(2);
    if (is_one_of(kMembers, next) && word(2) == "per" && is_one_of(kOfGroup, word(3))) label_ = word(3);
    std::size_t length = 0;
    const double number = leading_number(words_[at_], length);
    if (counts_other()) {
      said_.unread |= of_group() || (of_all() && number > kLatestVersion);
      label_ = {};
    } else if (is_one_of(kCounted, next) && !is_whole(word(2))) {
      said_.copies = number;
      label_ = "group";
      ++at_;
    } else {
      take(number, next == "x");
      label_ = {};
    }
  }

  void take(double number, bool in_product) {
    if (of_group()) {
      said_.ranks = number;
      said_.may_be_all = false;
    } else if (of_all() && !said_.ranks && (in_product || number > (label_ == kZero ? kSwitch : kLatestVersion))) {
      said_.ranks = number;
      said_.may_be_all = true;
    } else if (is_one_of(kOfCopies, label_)) {
      said_.copies = number;
    } else if (is_one_of(kOfOthers, label_)) {
      others_ = number;
    } else if (label_ == "x" && said_.ranks && !said_.copies) {
      said_.copies = number;
      said_.may_be_swapped = true;
    }
  }

  /// "within node", "group of one node", "over 2 nodes", "ZeRO-1 per node", "node-level ZeRO-1". Not "8 GPUs per node".
  void read_node() {
    const bool named = at_ > 0 && is_one_of(kOfEach, words_[at_ - 1]) && std::ranges::none_of(words_, is_whole);
    std::size_t before = at_;
    while (before > 0 && is_one_of(kFillers, words_[before - 1])) --before;
    std::size_t length = 0;
    double count = is_one_of(kNode, words_[at_]) ? 1 : 0;
    const bool counted = at_ > 0 && is_whole(words_[at_ - 1]);
    if (counted) {
      count = leading_number(words_[at_ - 1], length);
      before = at_ - 1;
    }
    const bool level =
        is_one_of(kLevels, word(1)) && (word(2).empty() || is_one_of(kOfGroup, word(2)) || is_one_of(kOfAll, word(2)));
    const bool inside = named || level || (before > 0 && is_one_of(kInside, words_[before - 1]));
    if ((inside || of_group() || (of_all() && (counted || label_ == kZero))) && use_in(clause_, "node") != false)
      said_.nodes = count;
    label_ = {};
  }

  std::string_view clause_;
  std::vector<std::string_view> words_;
  std::string_view label_;  // what the next number counts
  std::size_t at_ = 0;
  ShardGroupWords said_{};
  std::optional<double> others_{};
  bool any_ = false;
};

}  // namespace

std::optional<ShardGroupWords> shard_group_in(std::string_view clause, bool goes_on) {
  if (speaks_of_storage(words_of(clause))) return std::nullopt;
  return GroupReader(clause, goes_on).read();
}

bool goes_on_with_group(std::string_view clause) {
  const std::vector<std::string_view> words = words_of(clause);
  const auto is_of_group = [](std::string_view word) {
    return is_one_of(kOfGroup, word) || is_one_of(kOfCopies, word) || is_one_of(kInside, word) || word == "size";
  };
  const auto is_known = [&](std::string_view word) {
    return is_of_group(word) || is_one_of(kFillers, word) || is_one_of(kNode, word) || is_one_of(kNodes, word) ||
           is_one_of(kMembers, word) || is_one_of(kOfOthers, word) || is_whole(word) || word == "x" || word == "all" ||
           word == "-1" || word == "per";
  };
  if (words.size() == 2 && ((is_one_of(kOfEach, words[0]) && is_one_of(kNode, words[1])) ||
                            (is_one_of(kNode, words[0]) && is_one_of(kLevels, words[1]))))
    return true;
  const std::size_t first = words.size() > 1 && is_whole(words.front()) ? 1 : 0;  // "2 groups of 32"
  return !words.empty() && (is_of_group(words[first]) || (first == 1 && is_one_of(kOfGroup, words.back()))) &&
         std::ranges::all_of(words, is_known);
}

bool names_sharded_ranks(std::string_view clause) {
  return std::ranges::any_of(words_with_products(clause), [](std::string_view word) { return glued_ranks(word).has_value(); });
}

}  // namespace eigenbau::tables
