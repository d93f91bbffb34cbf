// Which model does a name mean that says a series and a size?
#include "tables/model_size.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "tables/architecture.h"
#include "tables/model_name.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

using catalog::Model;
using Models = std::vector<Model>;

constexpr double kSameSize = 0.03;                    // sizes are rounded, and count embeddings or not
constexpr double kLeast = 1e7, kMost = 2e13;          // parameters for which a shape is made up
constexpr int kHead = 128;                            // elements of a head, and what widths are multiples of
constexpr double kDeepest = 1.25;                     // layers for a width, relative to the model that is scaled
constexpr double kOffRatio = 0.1;                     // what such a departure costs, in parameters
constexpr double kOdd = 0.03, kNotFours = 0.01;       // layers that few pipelines divide, likewise
constexpr double kUnsplit = 0.06, kNotEights = 0.02;  // heads that tensor parallelism does not divide, likewise
constexpr double kOtherKeys = 0.02;                   // heads of keys and values that are other than the series', likewise

/// What a name says: what the model is called, run together, and its size.
struct Called {
  std::string stem;
  std::vector<double> sizes;
  bool experts = false;
};

/// GPT as Megatron trains it goes by many names; the shapes are one series (Narayanan et al. 2021, Smith et al. 2022).
constexpr std::array<std::string_view, 13> kGpt{"gpt",          "gpt3",           "gpt3style",        "megatron", "megatrongpt",
                                                "megatrongpt3", "megatronlm",     "gptmegatron",      "turing",   "turingnlg",
                                                "mtnlg",        "megatronturing", "megatronturingnlg"};

/// 1.3e9 of "1.3b", 7.1e9 of "7b1".
std::optional<double> size_of_word(std::string_view word) {
  std::size_t length = 0;
  double number = leading_number(word, length);
  std::string_view unit = word.substr(length);
  if (unit.size() == 2 && unit[0] == 'b' && is_digit(unit[1]) && number == std::floor(number)) {
    number += 0.1 * (unit[1] - '0');
    unit = unit.substr(0, 1);
  }
  if (length == 0 || !(number > 0)) return std::nullopt;
  if (unit == "m") return number * 1e6;
  if (unit == "b" || unit == "bn") return number * 1e9;
  return unit == "t" ? std::optional(number * 1e12) : std::nullopt;
}

bool is_active_size(std::string_view word) { return word.size() > 2 && word[0] == 'a' && size_of_word(word.substr(1)); }

Called called(std::string_view name) {
  constexpr std::string_view kBetween = " -_/,;+()[]";
  const std::string text = lower(without_maker(without_owner(name)));
  Called out;
  for (std::size_t at = text.find_first_not_of(kBetween); at != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBetween, at), text.size());
    const std::string_view word = std::string_view(text).substr(at, end - at);
    at = text.find_first_not_of(kBetween, end);
    if (const auto size = size_of_word(word)) out.sizes.push_back(*size);
    else if (word == "moe" || is_active_size(word)) out.experts = true;
    else if (word != "model" && word != "style" && !is_edition(word)) out.stem += run_together(word);
  }
  if (std::ranges::find(kGpt, out.stem) != kGpt.end()) out.stem = "gpt";
  return out;
}

double departure(double size, double wanted) { return std::abs(size / wanted - 1); }

/// How far the model's size is from the wanted one, as it is counted or as one of its names that has the stem says.
std::optional<double> distance(const Model& model, std::string_view stem, double wanted) {
  std::optional<double> least;
  const auto offer = [&](std::string_view name) {
    const Called known = called(name);
    if (known.stem != stem || known.sizes.size() != 1) return;
    const double nearest = std::min(departure(known.sizes[0], wanted), departure(catalog::parameters(model), wanted));
    if (!least || nearest < *least) least = nearest;
  };
  offer(model.name);
  for (const std::string& alias : model.aliases) offer(alias);
  return least;
}

const Model* known_of_size(const Models& models, std::string_view stem, double wanted) {
  const Model* best = nullptr;
  double least = kSameSize;
  for (const Model& model : models) {
    if (model.experts) continue;
    const auto off = distance(model, stem, wanted);
    if (!off || *off >= least) continue;
    best = &model;
    least = *off;
  }
  return best;
}

bool has_stem(const Model& model, std::string_view stem) {
  const auto has = [&](std::string_view name) { return called(name).stem == stem; };
  return has(model.name) || std::ranges::any_of(model.aliases, has);
}

/// The nearest in size of those that are called so, else of the same series, else of all that are built alike.
const Model* nearest(const Models& models, std::string_view name, std::string_view stem, double wanted) {
  const auto of = [&](std::vector<const Model*> some) {
    const auto off = [&](const Model* model) { return std::abs(std::log(catalog::parameters(*model) / wanted)); };
    const auto found = std::ranges::min_element(some, {}, off);
    return found == some.end() ? nullptr : *found;
  };
  std::vector<const Model*> called_so = models_alike(models, name, Alike::same_structure);
  std::erase_if(called_so, [&](const Model* model) { return !has_stem(*model, stem); });
  if (const Model* model = of(called_so)) return model;
  if (const Model* model = of(models_alike(models, name, Alike::same_series))) return model;
  return of(models_alike(models, name, Alike::same_structure));
}

Model of_width(const Model& like, int heads, int layers) {
  Model m = like;
  m.heads = heads;
  m.hidden = kHead * heads;
  m.head_dim = 0;
  m.layers = layers;
  m.kv_heads = like.kv_heads == like.heads ? heads : std::gcd(heads, like.kv_heads);
  m.ffn_hidden = kHead * static_cast<int>(std::lround(static_cast<double>(like.ffn_hidden) / like.hidden * heads));
  return m;
}

/// What layers and heads cost that pipelines and tensor parallelism do not divide.
double uneven(const Model& m, const Model& like) {
  constexpr int kFew = 16;
  const double layers = m.layers % 2 != 0 ? kOdd : m.layers % 4 != 0 ? kNotFours : 0;
  const double heads = m.heads % 4 != 0 ? kUnsplit : m.heads % 8 != 0 && m.heads >= kFew ? kNotEights : 0;
  return layers + heads + (like.kv_heads != like.heads && m.kv_heads != like.kv_heads ? kOtherKeys : 0);
}

/// Layers and width in the proportions of `like`:
///   least |N/N0 - 1| + 0.1·|ln((L/h)/(L'/h'))|  with h a multiple of 128       N, L, h parameters, layers, width; ' of `like`
/// and layers and heads that pipelines and tensor parallelism divide where it costs little. N goes with the third power of the
/// width, so that the search is short.
Model in_proportion(const Model& like, double wanted) {
  const double width = like.hidden * std::cbrt(wanted / catalog::parameters(like)),
               ratio = static_cast<double>(like.layers) / like.hidden;
  const int narrowest = std::max(1, static_cast<int>(width / kHead / 1.4)), widest = static_cast<int>(width / kHead * 1.4) + 1;
  Model best = like;
  double least = std::numeric_limits<double>::infinity();
  for (int heads = narrowest; heads <= widest; ++heads) {
    const double usual = ratio * kHead * heads;
    for (int layers = std::max(1, static_cast<int>(usual / kDeepest)); layers <= usual * kDeepest + 1; ++layers) {
      Model m = of_width(like, heads, layers);
      const double cost =
          departure(catalog::parameters(m), wanted) + kOffRatio * std::abs(std::log(layers / usual)) + uneven(m, like);
      if (cost >= least) continue;
      least = cost;
      best = std::move(m);
    }
  }
  return best;
}

}  // namespace

std::optional<double> size_in_name(std::string_view name) {
  const Called name_says = called(name);
  return name_says.sizes.size() == 1 ? std::optional(name_says.sizes[0]) : std::nullopt;
}

SizedModel model_of_size(const Models& models, std::string_view name, std::optional<double> parameters) {
  const Called wanted = called(name);
  if (wanted.experts || wanted.stem.empty() || wanted.sizes.size() > 1) return {};
  if (wanted.sizes.empty() && !parameters) return {};
  SizedModel found{.parameters = wanted.sizes.empty() ? *parameters : wanted.sizes[0]};
  found.known = known_of_size(models, wanted.stem, found.parameters);
  if (found.known || found.parameters < kLeast || found.parameters > kMost) return found;
  if (const Model* like = nearest(models, name, wanted.stem, found.parameters))
    found.taken = in_proportion(*like, found.parameters);
  return found;
}

}  // namespace eigenbau::tables
