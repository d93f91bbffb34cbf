// In which number format do words say that products are computed?
#include "tables/precision_words.h"

#include <algorithm>
#include <array>

#include "tables/feature_words.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

using catalog::Precision;

constexpr std::array<std::string_view, 8> kFormats{"fp8", "float8", "mxfp8", "nvfp4", "fp4", "mxfp4", "e4m3", "e5m2"};

/// What is in the format instead of the products.
constexpr auto kOther = std::to_array<std::string_view>(
    {"dispatch",   "combine",      "gather",   "allgather", "allreduce",  "reduce",      "reducescatter",
     "reduction",  "optimizer",    "adam",     "adamw",     "comm",       "communicate", "communication",
     "collective", "all to all",   "alltoall", "a2a",       "transfer",   "p2p",         "send",
     "cache",      "kv",           "store",    "storage",   "checkpoint", "attention",   "attn",
     "grad",       "gradient",     "moment",   "state",     "param",      "parameter",   "primary",
     "activation", "inference",    "eval",     "logit",     "router",     "head",        "offload",
     "quantize",   "quantization", "compress"});

/// How its scales are kept, where that stands in a clause of its own.
constexpr auto kScalings =
    std::to_array<std::string_view>({"tensorwise", "tensor wise", "rowwise", "row wise", "blockwise", "block wise",
                                     "delayed scaling", "delayed", "current scaling", "hybrid", "per tensor",
                                     "per tensor scaling", "tensorwise scaling", "rowwise scaling", "blockwise scaling"});

bool names_one_of(std::string_view clause, const auto& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return use_in(clause, word).has_value(); });
}

}  // namespace

std::optional<Precision> precision_in(std::string_view text) {
  const auto names = [&](auto... words) { return (contains(text, words) || ...); };
  if (names("fp4", "float4", "e2m1")) return Precision::nvfp4;
  if (names("mxfp8")) return Precision::mxfp8;
  if (names("fp8", "float8", "e4m3", "e5m2")) return contains(text, "block") ? Precision::fp8_block : Precision::fp8;
  if (names("fp16", "half") || (names("float16") && !names("bfloat16"))) return Precision::fp16;
  if (names("bf16", "bfloat16")) return Precision::bf16;
  return std::nullopt;
}

bool is_wide(std::string_view text) {
  return contains(text, "fp32") || contains(text, "float32") || contains(text, "tf32") || contains(text, "fp64");
}

std::string without_traffic(std::string_view text) {
  std::string products;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t border = std::min(text.find_first_of("+,;()", from), text.size());
    const std::size_t with = std::min(text.find(" with ", from), border), end = std::min(with + 1, border);
    const std::string_view part = text.substr(from, end - from);
    from = end < border ? end : border + 1;
    if (contains(part, "dispatch") || contains(part, "combine")) continue;
    products += part;
    products += ' ';
  }
  const bool left_out = contains(text, "dispatch") || contains(text, "combine");
  return left_out && precision_in(products) ? products : std::string(text);
}

bool names_products(std::string_view clause) {
  for (const std::string_view other : {"instead of", "rather than"}) clause = clause.substr(0, clause.find(other));
  const bool named = std::ranges::any_of(kFormats, [&](std::string_view word) { return use_in(clause, word) == true; });
  return named && !names_one_of(clause, kOther);
}

bool denies_products(std::string_view clause) {
  const bool denied = std::ranges::any_of(kFormats, [&](std::string_view word) { return use_in(clause, word) == false; });
  return denied && !names_one_of(clause, kOther);
}

bool goes_on_with_products(std::string_view clause) { return std::ranges::find(kScalings, clause) != kScalings.end(); }

std::string products_of_options(std::string_view options) {
  std::string products;
  bool goes_on = false;
  for (const std::string& clause : clauses_of(options)) {
    goes_on = names_products(clause) || (goes_on && goes_on_with_products(clause));
    if (goes_on) products.append(products.empty() ? "" : " ").append(clause);
  }
  return products;
}

}  // namespace eigenbau::tables
