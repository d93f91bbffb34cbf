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

/// Whether a part of a name says what a copy was tuned for.
bool is_tuning(std::string_view part) {
  constexpr std::array<std::string_view, 16> kTunings{"deduped",  "hf",       "base", "instruct", "chat",  "it",
                                                      "pretrain", "sft",      "lora", "qlora",    "coder", "math",
                                                      "vl",       "thinking", "exp",  "preview"};
  return is_one_of(kTunings, part);
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

/// Less the words within a name that say of a copy what it was tuned for, and "MoE": "Qwen3-VL MoE 235B-A22B".
std::string without_words_within(std::string_view name, Claims& claims) {
  std::string out;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find_first_of(kGaps, at), name.size()),
                      next = std::min(name.find_first_not_of(kGaps, end), name.size());
    const std::string part = lower(name.substr(at, end - at));
    const bool within = at > 0 && next < name.size();
    if (within && part == "moe") claims.experts = true;
    else if (!within || !is_tuning(part)) out += name.substr(at, next - at);
    at = next;
  }
  return out;
}

/// The model by a name that may have such words within.
const Model* model_with_claims(const Models& models, std::string_view name) {
  if (const Model* model = uncut_model(models, name)) return model;
  Claims claims;
  const std::string less = without_words_within(name, claims);
  return less.size() < name.size() ? uncut_model(models, less, claims) : nullptr;
}

/// Where the count begins that is part of the one at `at`: the 6 of "6 of 126" and "6/126"; `at` where it is of none.
std::size_t begin_of_part(std::string_view text, std::size_t at) {
  for (const std::string_view joint : {" out of the ", " out of ", " of the ", " of ", "/"}) {
    if (!text.substr(0, at).ends_with(joint)) continue;
    const std::size_t end = at - joint.size(), last = text.find_last_not_of("0123456789", end == 0 ? 0 : end - 1);
    const std::size_t begin = last == std::string_view::npos ? 0 : last + 1;
    return begin < end ? begin : at;
  }
  return at;
}

/// Takes from a name how many layers of the model a run trained: "-12L", "-proxy-12L", "(12 layers)", "(6 of 126 layers)".
std::optional<int> take_layers(std::string& name) {
  const std::string text = lower(name);
  for (std::size_t at = text.find_first_of("0123456789"); at != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", at), text.size()),
                      word = std::min(text.find_first_not_of(kGaps, end), text.size());
    const std::size_t after = std::min(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz", word), text.size());
    const std::string unit = text.substr(word, after - word);
    const std::size_t begin = begin_of_part(text, at), digits = begin < at ? text.find_first_not_of("0123456789", begin) : end;
    const bool starts = begin > 0 && contains(" -_(,", std::string_view(text).substr(begin - 1, 1));
    const bool is_unit = (unit == "l" && word == end) || unit == "layer" || unit == "layers";
    if (const auto layers = count_in(text.substr(begin, digits - begin)); starts && is_unit && layers) {
      name.erase(begin, after - begin);
      name.resize(name.find_last_not_of(kGaps) + 1);
      if (name.ends_with("-proxy")) name.resize(name.size() - 6);
      return layers;
    }
    at = text.find_first_of("0123456789", end);
  }
  return std::nullopt;
}

/// Less what follows the point of a version: "DeepSeek-V3" of "DeepSeek-V3.2"; the same where it has none. "3.6B" is a size.
std::string without_minor_version(std::string_view name) {
  for (std::size_t point = name.find('.'); point != std::string_view::npos; point = name.find('.', point + 1)) {
    const std::size_t end = std::min(name.find_first_not_of("0123456789", point + 1), name.size()),
                      next = std::min(name.find_first_not_of(kGaps, end), name.size());
    const bool version = point > 0 && is_digit(name[point - 1]) && end > point + 1 &&
                         (end == name.size() || next > end || name[end] == '(') &&
                         (next + 1 != name.size() || !contains("bBmMtT", name.substr(next, 1)));
    if (version) return std::string(name).erase(point, end - point);
  }
  return std::string(name);
}

/// A day or a month without a point: "0324", "2507", "20250120".
bool is_date(std::string_view part) {
  if ((part.size() != 4 && part.size() != 6 && part.size() != 8) ||
      part.find_first_not_of("0123456789") != std::string_view::npos)
    return false;
  const auto two = [&](std::size_t at) { return 10 * (part[at] - '0') + part[at + 1] - '0'; };
  const auto is_month = [](int month) { return month >= 1 && month <= 12; };
  const std::size_t last = part.size() - 2;
  const bool month_last = is_month(two(last)) && two(last - 2) >= 22 && two(last - 2) <= 59;
  return month_last || (is_month(two(last - 2)) && two(last) >= 1 && two(last) <= 31);
}

}  // namespace

bool is_edition(std::string_view part) {
  if (is_tuning(part) || is_date(part)) return true;
  return part.size() > 1 && part[0] == 'v' && part.find_first_not_of("0123456789.", 1) == std::string_view::npos;
}

std::string_view without_maker(std::string_view name) {
  for (const std::string_view maker : {"meta", "nvidia", "google", "microsoft", "mistralai"})
    if (lower(name).starts_with(maker) && name.size() > maker.size() && contains(kGaps, name.substr(maker.size(), 1)))
      return name.substr(maker.size() + 1);
  return name;
}

KnownModel known_model(const Models& models, std::string_view name) {
  if (const Model* model = model_of_name(models, name)) return {.model = model};
  std::string plain = with_hyphen(with_plain_signs(name));
  if (const Model* model = model_with_claims(models, plain)) return {.model = model};
  const std::optional<int> layers = take_layers(plain);
  if (layers)
    if (const Model* model = model_with_claims(models, plain)) return {.model = model, .layers = layers};
  const std::string major = without_minor_version(plain);
  const Model* model = major.size() < plain.size() ? model_with_claims(models, major) : nullptr;
  return model ? KnownModel{.model = model, .layers = layers, .other_version = true} : KnownModel{};
}

}  // namespace eigenbau::tables
