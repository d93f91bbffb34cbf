// Which model does a name mean that says a series and a size?
#include "tables/model_size.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
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
  std::string without_sizes;  ///< its words
  std::vector<double> sizes;
  std::optional<double> active;  ///< parameters that a token touches
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

/// 22e9 of "a22b".
std::optional<double> active_size(std::string_view word) {
  return word.size() > 2 && word[0] == 'a' ? size_of_word(word.substr(1)) : std::nullopt;
}

Called called(std::string_view name) {
  constexpr std::string_view kBetween = " -_/,;+()[]";
  const std::string text = lower(without_maker(without_owner(name)));
  Called out;
  bool names_active = false;
  for (std::size_t at = text.find_first_not_of(kBetween); at != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBetween, at), text.size());
    const std::string_view word = std::string_view(text).substr(at, end - at);
    at = text.find_first_not_of(kBetween, end);
    if (const auto size = size_of_word(word)) out.sizes.push_back(*size);
    else if (const auto active = active_size(word)) out.active = active;
    else if (word == "active" || word == "activated") names_active = true;
    else if (word == "moe") out.experts = true;
    else {
      out.without_sizes += fmt::format("{}{}", out.without_sizes.empty() ? "" : " ", word);
      if (word != "model" && word != "style" && !is_edition(word)) out.stem += run_together(word);
    }
  }
  if (names_active && out.sizes.size() == 2) {
    std::ranges::sort(out.sizes, std::greater{});
    out.active = out.sizes.back();
    out.sizes.pop_back();
  }
  out.experts = out.experts || out.active;
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

/// A size to look for, and whether it is of a model with experts.
struct Wanted {
  std::string_view name, stem;
  double parameters = 0;
  std::optional<double> active;
  bool experts = false;
};

double ratio(double size, double wanted) { return std::abs(std::log(size / wanted)); }

double distance(const Model& model, const Wanted& wanted) {
  return ratio(catalog::parameters(model), wanted.parameters) +
         (wanted.active ? ratio(catalog::active_parameters(model), *wanted.active) : 0);
}

const Model* nearest_of(const std::vector<const Model*>& some, const Wanted& wanted) {
  const auto found = std::ranges::min_element(some, {}, [&](const Model* model) { return distance(*model, wanted); });
  return found == some.end() ? nullptr : *found;
}

/// The nearest in size of those that are called so, else of the same series, else of all that are built alike.
const Model* nearest(const Models& models, const Wanted& wanted) {
  std::vector<const Model*> called_so = models_alike(models, wanted.name, Alike::same_structure, wanted.experts);
  std::erase_if(called_so, [&](const Model* model) { return !has_stem(*model, wanted.stem); });
  if (const Model* model = nearest_of(called_so, wanted)) return model;
  if (const Model* model = nearest_of(models_alike(models, wanted.name, Alike::same_series, wanted.experts), wanted))
    return model;
  return nearest_of(models_alike(models, wanted.name, Alike::same_structure, wanted.experts), wanted);
}

/// Whatever its series: of those with experts, or of the dense ones that most others are built like.
const Model* nearest_of_others(const Models& models, const Wanted& wanted) {
  constexpr std::string_view kUsual = "llama";
  if (!wanted.experts) return nearest_of(models_alike(models, kUsual, Alike::same_series, false), wanted);
  std::vector<const Model*> all;
  for (const Model& model : models)
    if (model.experts && !model.assumed) all.push_back(&model);
  return nearest_of(all, wanted);
}

/// Whether a size is beyond the dense models of its series, and one with experts is nearer.
bool is_beyond_dense(const Models& models, const Wanted& wanted) {
  constexpr double kFar = 2;
  const auto dense = models_alike(models, wanted.name, Alike::same_series, false);
  const Model* largest =
      dense.empty() ? nullptr
                    : *std::ranges::max_element(dense, {}, [](const Model* model) { return catalog::parameters(*model); });
  const Model* other = nearest_of(models_alike(models, wanted.name, Alike::same_series, true), wanted);
  return largest && other && wanted.parameters > kFar * catalog::parameters(*largest) &&
         distance(*other, wanted) < distance(*largest, wanted);
}

int scaled(int figure, double factor, int step) {
  return figure > 0 ? step * std::max(1, static_cast<int>(std::lround(figure * factor / step))) : 0;
}

/// What experts leave of a width, whose heads need not fill it.
void set_experts_width(const Model& like, Model& m) {
  constexpr int kEights = 8, kTile = 64;
  const double wider = static_cast<double>(m.hidden) / like.hidden;
  m.heads = scaled(like.heads, wider, kEights);
  m.head_dim = like.head_size();
  m.kv_heads = like.kv_heads == like.heads ? m.heads : std::gcd(m.heads, like.kv_heads);
  m.experts->hidden = scaled(like.experts->hidden, wider, kTile);
  m.experts->shared_hidden = scaled(like.experts->shared_hidden, wider, kTile);
  m.experts->first_dense_layers = std::min(like.experts->first_dense_layers, m.layers - 1);
}

Model of_width(const Model& like, int heads, int layers) {
  Model m = like;
  m.heads = heads;
  m.hidden = kHead * heads;
  m.head_dim = 0;
  m.layers = layers;
  m.kv_heads = like.kv_heads == like.heads ? heads : std::gcd(heads, like.kv_heads);
  m.ffn_hidden = kHead * static_cast<int>(std::lround(static_cast<double>(like.ffn_hidden) / like.hidden * heads));
  if (m.experts) set_experts_width(like, m);
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

/// The same with as many experts as bring the parameters of a token nearest to `active`, if they spread evenly over `ranks`.
Model in_proportion(const Model& like, double wanted, double active, int ranks) {
  constexpr std::array kUsual{8, 16, 32, 48, 64, 96, 128, 160, 192, 256, 320, 384, 512};
  Model best = in_proportion(like, wanted);
  for (const int count : kUsual) {
    if (count < like.experts->top_k || count % ranks != 0) continue;
    Model other = like;
    other.experts->count = count;
    Model m = in_proportion(other, wanted);
    if (departure(catalog::active_parameters(m), active) < departure(catalog::active_parameters(best), active))
      best = std::move(m);
  }
  return best;
}

}  // namespace

std::optional<double> size_in_name(std::string_view name) {
  const Called name_says = called(name);
  return name_says.sizes.size() == 1 ? std::optional(name_says.sizes[0]) : std::nullopt;
}

std::optional<double> active_size_in_name(std::string_view name) { return called(name).active; }

SizedModel model_of_size(const Models& models, std::string_view name, std::optional<double> parameters, int expert_ranks) {
  constexpr double kDense = 0.05, kExperts = 0.10, kOtherSeries = 0.20;
  const Called said = called(name);
  if (said.sizes.size() > 1 || (said.sizes.empty() && !parameters)) return {};
  SizedModel found{.parameters = said.sizes.empty() ? *parameters : said.sizes[0]};
  found.known = known_of_size(models, said.stem, found.parameters);
  if (found.known && said.experts) return {};
  if (found.known || found.parameters < kLeast || found.parameters > kMost) return found;
  Wanted wanted{.name = name,
                .stem = said.stem,
                .parameters = found.parameters,
                .active = said.active,
                .experts = said.experts || expert_ranks > 0};
  wanted.experts = wanted.experts || is_beyond_dense(models, wanted);
  if (wanted.experts && known_model(models, said.without_sizes).model) return {};  // of another size than the name says
  const Model* like = nearest(models, wanted);
  found.doubt = wanted.experts ? kExperts : kDense;
  const bool of_dense_series = expert_ranks > 0 && !models_alike(models, name, Alike::same_structure, false).empty();
  if (!like && (said.active || of_dense_series || !is_of_known_series(name))) {
    like = nearest_of_others(models, wanted);
    found.doubt = kOtherSeries;
  }
  if (like)
    found.taken = said.active ? in_proportion(*like, found.parameters, *said.active, std::max(1, expert_ranks))
                              : in_proportion(*like, found.parameters);
  return found;
}

}  // namespace eigenbau::tables
