// Do words say that a run trains low-rank adapters alone?
#include "tables/adapter_words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "tables/feature_words.h"
#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

constexpr int kMostRank = 1 << 16;

/// Words of a clause about adapters that say no more than that they are trained, how wide they are and beside which products.
constexpr auto kBeside = std::to_array<std::string_view>(
    {"lora",      "qlora",      "dora",       "peft",     "low",       "rank",    "r",      "alpha",  "dropout",    "adapter",
     "adapters",  "adaptation", "target",     "modules",  "module",    "fine",    "tune",   "tuned",  "tuning",     "finetune",
     "finetuned", "finetuning", "sft",        "training", "train",     "trained", "scheme", "method", "type",       "use",
     "used",      "using",      "uses",       "with",     "on",        "of",      "for",    "and",    "all",        "only",
     "the",       "linear",     "layers",     "layer",    "attention", "attn",    "mlp",    "qkv",    "q",          "k",
     "v",         "o",          "gate",       "up",       "down",      "proj",    "fc1",    "fc2",    "enable",     "enabled",
     "true",      "yes",        "bit",        "4bit",     "nf4",       "weights", "bf16",   "run",    "supervised", "instruction",
     "fsdp",      "hf",         "huggingface"});

/// Words of a clause about weights in 4 bits that say no more than that.
constexpr auto kFourBit = std::to_array<std::string_view>(
    {"nf4",       "qlora",  "load",    "in",    "4bit",    "bit",    "int4",         "bnb",    "bitsandbytes", "quant",
     "quantized", "type",   "base",    "model", "weights", "frozen", "quantization", "true",   "yes",          "on",
     "with",      "double", "compute", "dtype", "bf16",    "fp16",   "bfloat16",     "float16"});

bool is_number(std::string_view word) {
  std::size_t length = 0;
  leading_number(word, length);
  return length > 0 && length == word.size();
}

bool belongs_to_adapters(std::string_view word) {
  if (word.size() > 1 && word[0] == 'r' && is_number(word.substr(1))) return true;  // "r16"
  return is_number(word) || is_one_of(kBeside, word);
}

/// Without the width of weights, which is no rank: "qlora 4 bit".
std::string without_bits(std::string_view clause) {
  std::string text(clause);
  for (const std::string_view bits : {"4 bit", "4bit", "8 bit", "8bit"})
    for (std::size_t at = find_word(text, bits); at != std::string::npos; at = find_word(text, bits)) text.erase(at, bits.size());
  return text;
}

}  // namespace

bool names_latent_ranks(std::string_view clause) { return use_of_one(clause, {"q lora", "kv lora"}).has_value(); }

std::optional<int> adapter_rank_in(std::string_view clause) {
  std::optional<double> rank;
  const std::string no_bits = without_bits(clause);
  for (const std::string_view word : {"rank", "r", "lora", "qlora", "dora"})
    if (!rank) rank = figure_of(no_bits, word);
  for (const std::string_view word : split_at(clause, " =:"))
    if (!rank && word.size() > 1 && word[0] == 'r') {
      std::size_t length = 0;
      const double number = leading_number(word.substr(1), length);
      if (length > 0 && length + 1 == word.size()) rank = number;
    }
  const bool counts = rank && *rank <= kMostRank && *rank == std::floor(*rank);
  return counts ? std::optional(static_cast<int>(*rank)) : std::nullopt;
}

bool keeps_four_bits(std::string_view clause, bool of_precision) {
  const bool named = use_of_one(clause, {"nf4", "load in 4bit", "load in 4 bit", "bnb 4bit", "bnb 4 bit", "qlora"}) == true;
  const bool four = use_of_one(clause, {"4bit", "4 bit", "int4"}) == true;
  const auto of_weights = [](std::string_view word) { return is_number(word) || is_one_of(kFourBit, word); };
  const bool alone = std::ranges::all_of(split_at(clause, " =:\"'/."), of_weights);
  const bool weights = has_one_word(clause, {"weights", "base", "model", "frozen", "bnb", "bitsandbytes", "load"});
  return alone && !is_switched_off(clause) && (named || (four && (weights || of_precision)));
}

bool goes_on_with_adapters(std::string_view clause) { return has_one_of(clause, {"rank", "alpha", "r="}); }

std::optional<AdapterWords> adapters_in(std::string_view clause, bool of_run) {
  if (names_latent_ranks(clause)) return std::nullopt;
  if (keeps_four_bits(clause)) return AdapterWords{.in_use = true, .four_bit = true};
  const auto four_bit = use_in(clause, "qlora");
  const auto use = four_bit ? four_bit : use_of_one(clause, {"lora", "dora", "peft", "low rank adapter", "low rank adaptation"});
  if (!use) return std::nullopt;
  if (!*use || is_switched_off(clause)) return AdapterWords{};
  if (!of_run && !std::ranges::all_of(split_at(clause, " =:\"'/."), belongs_to_adapters)) return std::nullopt;
  return AdapterWords{.in_use = adapter_rank_in(clause) != 0, .four_bit = four_bit.has_value()};
}

}  // namespace eigenbau::tables
