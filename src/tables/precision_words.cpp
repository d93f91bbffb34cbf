// In which number format do words say that products are computed?
#include "tables/precision_words.h"

#include <algorithm>
#include <array>

#include "tables/cell_words.h"
#include "tables/feature_words.h"
#include "tables/mention.h"
#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

using catalog::Precision;

constexpr std::array<std::string_view, 8> kFormats{"fp8", "float8", "mxfp8", "nvfp4", "fp4", "mxfp4", "e4m3", "e5m2"};

/// What is in the format instead of the products, beside what a clause only mentions.
constexpr auto kOther = std::to_array<std::string_view>(
    {"dispatch",   "combine",      "gather",   "allgather", "allreduce",  "reduce",      "reducescatter",
     "reduction",  "optimizer",    "adam",     "adamw",     "comm",       "communicate", "communication",
     "collective", "all to all",   "alltoall", "a2a",       "transfer",   "p2p",         "send",
     "cache",      "kv",           "store",    "storage",   "checkpoint", "attention",   "attn",
     "grad",       "gradient",     "moment",   "state",     "param",      "parameter",   "primary",
     "activation", "inference",    "eval",     "logit",     "router",     "head",        "offload",
     "quantize",   "quantization", "compress", "dpa",       "mha",        "reference",   "faster",
     "speedup",    "peak",         "mfu",      "future",    "later",      "support",     "try",
     "tried",      "give",         "plan"});

/// How its scales are kept: "per tensor", "current scaling", "hybrid".
constexpr auto kScales =
    std::to_array<std::string_view>({"scaling", "scaled", "scale", "scales", "mx", "tensorwise", "rowwise", "blockwise", "wise",
                                     "tensor", "row", "block", "delayed", "current", "hybrid", "per"});

/// Beside the format and its scales: products, training, what computes them.
constexpr auto kOfProducts = std::to_array<std::string_view>(
    {"recipe",  "format",   "mode",        "dtype",   "precision", "mixed",   "amp",         "autocast", "gemm",
     "gemms",   "grouped",  "matmul",      "matmuls", "linear",    "linears", "layers",      "product",  "products",
     "compute", "training", "pretraining", "train",   "trained",   "te",      "transformer", "engine",   "transformerengine",
     "torchao", "deepgemm", "deep",        "in",      "with",      "and",     "for",         "of",       "the",
     "using",   "via",      "use",         "uses",    "used",      "on",      "enabled",     "enable",   "is",
     "all",     "by",       "run",         "forward", "backward",  "fwd",     "bwd",         "weights",  "full",
     "true",    "only"});

bool names_one_of(std::string_view clause, const auto& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return use_in(clause, word).has_value(); });
}

bool names_format(std::string_view clause) { return has_one_word(clause, kFormats); }

/// Whether an option that names a format has a value that says there is none: "fp8 recipe: null", "fp8 format none".
bool denies_value(std::string_view clause) {
  return is_switched_off(clause) || use_of_one(clause, {"recipe", "format"}) == false;
}

/// "fp 8", "FP-8", "bf_16" as "fp8", "bf16".
std::string with_joined_formats(std::string_view text) {
  std::string joined;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool gap = contains(" -_", text.substr(at, 1)) && at + 1 < text.size() && is_digit(text[at + 1]);
    const bool after_format = std::ranges::any_of(std::array<std::string_view, 3>{"fp", "bf", "float"},
                                                  [&](std::string_view name) { return joined.ends_with(name); });
    if (!gap || !after_format) joined += text[at];
  }
  return joined;
}

/// Without the name of MaxText's switch for the format of products: "quantization=fp8".
std::string_view without_switch(std::string_view clause) {
  constexpr std::string_view kSwitch = "quantization";
  if (!clause.starts_with(kSwitch)) return clause;
  const std::string_view value = clause.substr(kSwitch.size());
  const std::size_t begin = value.find_first_not_of(" =:");
  return begin == 0 || begin == std::string_view::npos || value.find_first_of("=:") > begin ? clause : value.substr(begin);
}

/// What such a clause says is in use: "fp8 instead of bf16" is fp8.
std::string_view in_use(std::string_view clause) {
  clause = without_switch(clause);
  for (const std::string_view other : {"instead of", "rather than"}) clause = clause.substr(0, clause.find(other));
  return clause;
}

/// Whether a clause has a factor: "1.4x". Not "1x128", a block.
bool has_factor(std::string_view clause) {
  return std::ranges::any_of(split_at(clause, " "), [](std::string_view word) {
    return word.size() > 1 && word.ends_with('x') && plain_number(word.substr(0, word.size() - 1));
  });
}

bool names_other(std::string_view clause) { return is_mention(clause) || has_factor(clause) || names_one_of(clause, kOther); }

/// Parts of a cell with what stands between them: "bf16 + ", "fp8 dispatch".
std::vector<std::string_view> parts_of(std::string_view cell) {
  std::vector<std::string_view> parts;
  for (std::size_t from = 0; from < cell.size();) {
    const std::size_t border = std::min(cell.find_first_of("+,;()", from), cell.size());
    const std::size_t with = std::min(cell.find(" with ", from), border), end = std::min(with + 1, border);
    parts.push_back(cell.substr(from, end - from));
    from = end < border ? end : border + 1;
  }
  return parts;
}

/// Whether a part puts a format of at most 8 bits to something else than the products.
bool is_of_other(std::string_view part) {
  const std::string text = with_joined_formats(part);
  return names_other(text) && std::ranges::any_of(kFormats, [&](std::string_view word) { return contains(text, word); });
}

}  // namespace

std::optional<Precision> precision_in(std::string_view written) {
  const std::string text = with_joined_formats(written);
  const auto names = [&](auto... words) { return (contains(text, words) || ...); };
  if (names("fp4", "float4", "e2m1")) return Precision::nvfp4;
  if (names("mxfp8") || (names("fp8") && has_word(text, "mx"))) return Precision::mxfp8;
  if (names("fp8", "float8", "e4m3", "e5m2")) return contains(text, "block") ? Precision::fp8_block : Precision::fp8;
  if (names("fp16", "half") || (names("float16") && !names("bfloat16"))) return Precision::fp16;
  if (names("bf16", "bfloat16")) return Precision::bf16;
  return std::nullopt;
}

bool is_wide(std::string_view written) {
  const std::string text = with_joined_formats(written);
  return contains(text, "fp32") || contains(text, "float32") || contains(text, "tf32") || contains(text, "fp64");
}

bool names_either_width(std::string_view text) {
  const auto wide = [](std::string_view part) {
    const auto format = precision_in(part);
    return format ? std::optional(*format == Precision::bf16 || *format == Precision::fp16) : std::nullopt;
  };
  for (const std::string_view joint : {"/", " or "})
    for (std::size_t at = text.find(joint); at != std::string_view::npos; at = text.find(joint, at + 1)) {
      const std::string_view before = text.substr(0, at), after = text.substr(at + joint.size());
      const auto one = wide(before), other = wide(after.substr(0, after.find_first_of(",;(+")));
      if (one && other && *one != *other && !has_word(before.substr(before.rfind(' ') + 1), "w")) return true;
    }
  return false;
}

std::string without_other(std::string_view cell) {
  std::string products;
  bool left_out = false;
  for (const std::string_view part : parts_of(cell)) {
    left_out |= is_of_other(part);
    if (!is_of_other(part)) products.append(part).append(" ");
  }
  return left_out && precision_in(products) ? products : std::string(cell);
}

std::vector<std::string> other_formats(std::string_view cell) {
  std::vector<std::string> others;
  if (without_other(cell) == cell) return others;
  for (const std::string_view part : parts_of(cell))
    if (is_of_other(part)) others.emplace_back(trimmed(part));
  return others;
}

bool names_products(std::string_view written) {
  const std::string joined = with_joined_formats(written);
  const std::string_view clause = in_use(joined);
  const bool named = std::ranges::any_of(kFormats, [&](std::string_view word) { return use_in(clause, word) == true; });
  return named && !names_other(clause) && !denies_value(clause);
}

bool sets_products(std::string_view written) {
  if (!names_products(written)) return false;
  const std::string joined = with_joined_formats(written);
  const std::string_view clause = in_use(joined);
  const auto is_known = [](std::string_view word) {
    return word.find_first_not_of("0123456789.x&/") == std::string_view::npos || is_one_of(kFormats, word) ||
           is_one_of(kScales, word) || is_one_of(kOfProducts, word);
  };
  const auto all_known = [&](std::string_view words) { return std::ranges::all_of(split_at(words, " =:/."), is_known); };
  const std::size_t sign = clause.find_first_of("=:");
  if (sign == std::string_view::npos) return all_known(clause);
  // An option, whatever it belongs to: "model.precision=fp8", "fp8: hybrid".
  const std::string_view name = clause.substr(0, sign), value = clause.substr(sign);
  const std::vector<std::string_view> of_name = split_at(name, " .");
  return !of_name.empty() && is_known(of_name.back()) && all_known(value);
}

bool denies_products(std::string_view written) {
  const std::string clause = with_joined_formats(written);
  const bool denied = std::ranges::any_of(kFormats, [&](std::string_view word) { return use_in(clause, word) == false; });
  return (denied || (names_format(clause) && denies_value(clause))) && !names_other(clause);
}

bool goes_on_with_products(std::string_view clause) {
  return std::ranges::all_of(split_at(clause, " "), [](std::string_view word) { return is_one_of(kScales, word); });
}

std::string products_of_options(std::string_view options, bool beside_another) {
  std::string products;
  bool goes_on = false;
  for (const std::string& clause : clauses_of(options)) {
    goes_on = (beside_another ? sets_products(clause) : names_products(clause)) || (goes_on && goes_on_with_products(clause));
    if (goes_on) products.append(products.empty() ? "" : " ").append(clause);
  }
  return products;
}

}  // namespace eigenbau::tables
