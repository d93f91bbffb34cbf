// Which figure of a dense model's shape does a row leave blank that the others give?
#include "tables/partial_shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <string_view>

#include "tables/architecture.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

using catalog::Model;

constexpr int kHead = 128;     // elements of a head
constexpr int kMultiple = 64;  // of it widths are
constexpr int kMostHeads = 1024;
constexpr int kWidest = 1 << 16;  // far above any model
constexpr int kDeepest = 1000;

/// Figures of a shape that a name may have, each with its unit.
struct NamedFigure {
  const char* column;
  int Model::* figure;
  std::array<std::string_view, 3> units;
};
constexpr std::array kNamed{NamedFigure{"layers", &Model::layers, {"l", "layer", "layers"}},
                            NamedFigure{"hidden", &Model::hidden, {"h", "hidden", "hidden_size"}},
                            NamedFigure{"heads", &Model::heads, {"head", "heads", "attn_heads"}}};

/// 96 of "96L" in "proto-96L-12288h-64heads"; 0 where no word of the name is a number with that unit.
int figure_in_name(std::string_view name, std::span<const std::string_view> units) {
  const std::string text = lower(name);
  for (std::size_t at = text.find_first_of("0123456789"); at != std::string::npos;) {
    const std::size_t unit = std::min(text.find_first_not_of("0123456789", at), text.size());
    const std::size_t end = std::min(text.find_first_of(" -_/,()", unit), text.size());
    const bool begins = at == 0 || !(is_letter(text[at - 1]) || text[at - 1] == '.');
    if (begins && unit - at < 7 && std::ranges::find(units, std::string_view(text).substr(unit, end - unit)) != units.end())
      return std::stoi(text.substr(at, unit - at));
    at = text.find_first_of("0123456789", end);
  }
  return 0;
}

/// With what follows from layers and width, as far as it is blank.
Model filled(const std::vector<Model>& models, const Model& partial, int layers, int hidden) {
  Model m = partial;
  m.layers = layers;
  m.hidden = hidden;
  if (m.heads <= 0) m.heads = std::max(1, hidden / kHead);
  if (m.kv_heads <= 0) m.kv_heads = m.heads;
  if (m.ffn_hidden <= 0) m.ffn_hidden = 4 * hidden;
  if (m.vocabulary <= 0) m.vocabulary = kUsualVocabulary;
  complete_architecture(models, nullptr, m);
  return m;
}

/// Parameters go straight with the layers.
int layers_of(const std::vector<Model>& models, const Model& partial, double parameters) {
  const double one = catalog::parameters(filled(models, partial, 1, partial.hidden)),
               two = catalog::parameters(filled(models, partial, 2, partial.hidden));
  const double layers = 1 + (parameters - one) / (two - one);
  return layers >= 0.5 && layers <= kDeepest ? static_cast<int>(std::lround(layers)) : 0;
}

int width_of(const std::vector<Model>& models, const Model& partial, double parameters) {
  const int step = std::lcm(kMultiple, std::clamp(partial.heads, 1, kMostHeads));  // heads fill the width
  int best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (int hidden = step; hidden <= kWidest; hidden += step) {
    const double off = std::abs(catalog::parameters(filled(models, partial, partial.layers, hidden)) - parameters);
    if (off >= least) continue;
    least = off;
    best = hidden;
  }
  return best;
}

}  // namespace

std::string complete_shape(const std::vector<Model>& models, Model& model, std::optional<double> parameters) {
  std::string said;
  const auto take = [&](const char* column, int Model::* figure, int value) {
    if (value <= 0) return;
    model.*figure = value;
    said += fmt::format("{}{} taken as {}", said.empty() ? "" : ", ", column, value);
  };
  for (const auto& [column, figure, units] : kNamed)
    if (model.*figure <= 0) take(column, figure, figure_in_name(model.name, units));
  if (!said.empty()) said += ", as the name says";
  const bool named = !said.empty();
  if (parameters && model.layers <= 0 && model.hidden > 0) take("layers", &Model::layers, layers_of(models, model, *parameters));
  else if (parameters && model.hidden <= 0 && model.layers > 0)
    take("hidden", &Model::hidden, width_of(models, model, *parameters));
  if (!named && !said.empty()) said += fmt::format(", of {:.4g} billion parameters", *parameters / 1e9);
  if (model.heads <= 0 && model.hidden % kHead == 0) take("heads", &Model::heads, model.hidden / kHead);
  if (model.heads > 0 && model.kv_heads <= 0) model.kv_heads = model.heads;
  if (model.hidden > 0 && model.ffn_hidden <= 0) model.ffn_hidden = 4 * model.hidden;
  if (model.hidden > 0 && model.vocabulary <= 0) model.vocabulary = kUsualVocabulary;
  return said;
}

}  // namespace eigenbau::tables
