// Which model of the catalog does a name mean that says more than what the model is called?
#include "tables/model_name.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>

#include "tables/architecture.h"
#include "tables/cell_words.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

using catalog::Model;
using Models = std::vector<Model>;

constexpr std::string_view kGaps = " -_";

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// What a name says of a model beside what it is called.
struct Claims {
  std::vector<double> sizes;     ///< parameters
  std::optional<double> active;  ///< of them, a token's: "A22B"
  bool names_active = false;     ///< one of the sizes is: "37B active"
  bool experts = false;

  bool agree(const Model& model) const {
    constexpr double kRounded = 0.10, kRoundedActive = 0.20;  // sizes in names are rounded, and count embeddings or not
    const auto near = [](double size, double claimed, double share) { return std::abs(size / claimed - 1) < share; };
    std::vector<double> total = sizes;
    std::ranges::sort(total);
    std::optional<double> of_token = active;
    if (!of_token && !total.empty() && (names_active || total.size() > 1)) {
      of_token = total.front();
      total.erase(total.begin());
    }
    if (total.size() > 1 || (experts && !model.experts)) return false;
    return (total.empty() || near(catalog::parameters(model), total.front(), kRounded)) &&
           (!of_token || near(catalog::active_parameters(model), *of_token, kRoundedActive));
  }
};

/// 1e12 of "1t".
std::optional<double> size_in(std::string_view part) {
  std::size_t length = 0;
  const double number = leading_number(part, length);
  const std::string_view unit = part.substr(length);
  if (length == 0 || !(number > 0) || unit.size() != 1) return std::nullopt;
  constexpr std::string_view kUnits = "mbt";
  const std::size_t power = kUnits.find(unit[0]);
  return power == std::string_view::npos ? std::nullopt : std::optional(number * std::pow(1e3, static_cast<double>(power + 2)));
}

/// Takes what a part of a name, in lower case, claims; whether it claims anything.
bool take_claim(std::string_view part, Claims& claims) {
  if (const auto size = size_in(part)) claims.sizes.push_back(*size);
  else if (const auto active = part.starts_with('a') ? size_in(part.substr(1)) : std::nullopt; active && !claims.active)
    claims.active = active;
  else if (part == "active" || part == "activated") claims.names_active = true;
  else if (part == "moe") claims.experts = true;
  else return part == "total" || part == "params" || part == "parameters";
  return true;
}

/// The same of all parts of a remark, or of none.
bool take_remark(std::string_view remark, Claims& claims) {
  constexpr std::string_view kBetween = " -_/,;+()";
  Claims all = claims;
  const std::string text = lower(remark);
  for (std::size_t at = text.find_first_not_of(kBetween); at != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBetween, at), text.size());
    if (!take_claim(std::string_view(text).substr(at, end - at), all)) return false;
    at = text.find_first_not_of(kBetween, end);
  }
  claims = all;
  return true;
}

std::string_view last_part(std::string_view name) { return name.substr(name.find_last_of(kGaps) + 1); }

std::string_view without_last(std::string_view name) {
  const std::size_t gap = name.find_last_of(kGaps);
  if (gap == std::string_view::npos) return {};
  return name.substr(0, name.find_last_not_of(kGaps, gap) + 1);
}

/// Less whether it trains layers that predict further tokens, which another reader takes.
std::string_view without_predictors(std::string_view name) {
  constexpr std::array<std::string_view, 4> kWith{"w/o", "without", "no", "with"};
  const std::string_view less = without_last(name);
  return is_one_of(kWith, lower(last_part(less))) ? without_last(less) : less;
}

/// Less one thing that it says of the model, which `claims` keeps; the same where it says nothing more that is known.
std::string_view shortened(std::string_view name, Claims& claims) {
  if (const std::size_t remark = name.find('('); remark != std::string_view::npos) {
    const bool has_figures = name.find_first_of("0123456789", remark) != std::string_view::npos;  // may be of a cut: "12 layers"
    if (has_figures && !take_remark(name.substr(remark), claims)) return name;
    name = name.substr(0, remark);
    return name.substr(0, name.find_last_not_of(kGaps) + 1);
  }
  const std::string part = lower(last_part(name));
  if (part.size() == name.size()) return name;
  if (part == "mtp") return without_predictors(name);
  return is_edition(part) || take_claim(part, claims) ? without_last(name) : name;
}

/// With the point that names of files leave out of a version before a size: "llama31_8b" is "llama3.1_8b".
std::string with_point(std::string_view name) {
  const std::size_t digit = name.find_first_of("0123456789"), end = name.find_first_not_of("0123456789", digit);
  const bool version = digit != std::string_view::npos && digit > 0 && end == digit + 2 && contains(kGaps, name.substr(end, 1)) &&
                       !contains(kGaps, name.substr(digit - 1, 1));
  std::string pointed(name);
  return version ? pointed.insert(digit + 1, 1, '.') : pointed;
}

/// With a hyphen for the sign between the size of an expert and their number: "17Bx128E" is "17B-128E".
std::string with_hyphen(std::string_view name) {
  std::string out(name);
  for (std::size_t i = 2; i + 1 < out.size(); ++i)
    if (out[i] == 'x' && (out[i - 1] == 'B' || out[i - 1] == 'b') && is_digit(out[i - 2]) && is_digit(out[i + 1])) out[i] = '-';
  return out;
}

/// The model by a name without what it says more, as far as that is so.
const Model* uncut_model(const Models& models, std::string_view name, Claims claims = {}) {
  name = without_owner(name);
  for (bool shorter = true; shorter;) {
    for (const std::string_view form : {name, without_maker(name)})
      for (const std::string& spelling : {std::string(form), with_point(form)})
        if (const Model* model = model_of_name(models, spelling); model && claims.agree(*model)) return model;
    const std::string_view less = shortened(name, claims);
    shorter = less.size() < name.size() && !less.empty();
    name = less;
  }
  return nullptr;
}

/// The same by a name that has "MoE" within: "Qwen3 MoE 235B-A22B".
const Model* model_with_claims(const Models& models, std::string_view name) {
  if (const Model* model = uncut_model(models, name)) return model;
  constexpr std::string_view kWord = "moe";
  const std::string text = lower(name);
  const auto is_gap = [&](std::size_t at) { return contains(kGaps, std::string_view(text).substr(at, 1)); };
  for (auto at = text.find(kWord); at != std::string::npos; at = text.find(kWord, at + 1)) {
    if (at == 0 || at + kWord.size() >= text.size() || !is_gap(at - 1) || !is_gap(at + kWord.size())) continue;
    Claims claims;
    claims.experts = true;
    return uncut_model(models, std::string(name).erase(at, kWord.size() + 1), claims);
  }
  return nullptr;
}

}  // namespace

bool is_edition(std::string_view part) {
  constexpr std::array<std::string_view, 10> kEditions{"deduped", "hf",       "base", "instruct", "chat",
                                                       "it",      "pretrain", "sft",  "lora",     "qlora"};
  if (is_one_of(kEditions, part)) return true;
  return part.size() > 1 && part[0] == 'v' && part.find_first_not_of("0123456789.", 1) == std::string_view::npos;
}

std::string_view without_maker(std::string_view name) {
  for (const std::string_view maker : {"meta", "nvidia", "google", "microsoft", "mistralai"})
    if (lower(name).starts_with(maker) && name.size() > maker.size() && contains(kGaps, name.substr(maker.size(), 1)))
      return name.substr(maker.size() + 1);
  return name;
}

KnownModel known_model(const Models& models, std::string_view name) {
  if (const Model* model = model_of_name(models, name)) return {model, {}};
  const std::string plain = with_hyphen(with_plain_signs(name));
  if (const Model* model = model_with_claims(models, plain)) return {model, {}};
  name = plain;
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || !(name.ends_with('L') || name.ends_with('l'))) return {};
  const auto layers = count_in(name.substr(dash + 1, name.size() - dash - 2));
  if (!layers) return {};
  name = name.substr(0, dash);
  if (name.ends_with("-proxy")) name.remove_suffix(6);
  return {model_with_claims(models, name), layers};
}

}  // namespace eigenbau::tables
