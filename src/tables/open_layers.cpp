// Which layers and embeddings has a model of which only some figures are known, by how many parameters it has?
#include "tables/open_layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

namespace eigenbau::tables {
namespace {

using catalog::MlpKind;
using catalog::Model;

constexpr double kDeparture = 0.05;  // of the parameters; sizes that are stated are rounded, and count embeddings or not

double misfit(const Model& model, double parameters) { return std::abs(catalog::parameters(model) / parameters - 1); }

/// What is known, or first the common figure and then what departs from it.
template <class T>
std::vector<T> forms(bool open, T known, std::vector<T> all) {
  return open ? std::move(all) : std::vector<T>{known};
}

/// A form with the embeddings that suit it, and how near it comes with any.
struct Form {
  Model model;
  double misfit = 0;
};

Form with_embeddings(const Model& model, bool open, double parameters) {
  Form form{model, misfit(model, parameters)};
  if (!open) return form;
  Model tied = model;
  tied.tied_embeddings = true;
  const double nearer = misfit(tied, parameters);
  if (nearer + kDeparture < form.misfit) form.model = tied;
  form.misfit = std::min(form.misfit, nearer);
  return form;
}

Model nearest_form(const Model& model, const OpenLayers& open, double parameters) {
  const bool experts = model.experts.has_value();
  const int every = experts ? model.experts->every : 1, shared = experts ? model.experts->shared : 0;
  Model best = model;
  double least = std::numeric_limits<double>::infinity();
  for (const MlpKind mlp : forms(open.mlp, model.mlp, {MlpKind::gated, MlpKind::plain}))
    for (const int step : forms(open.every && experts, every, {1, 2, 4}))
      for (const int beside : forms(open.shared && experts, shared, {0, 1, 2})) {
        Model form = model;
        form.mlp = mlp;
        if (experts) form.experts->every = step;
        if (experts) form.experts->shared = beside;
        const int departures =
            (open.mlp && mlp == MlpKind::plain) + (step != every && step > 1) + (beside != shared && beside > 0);
        const Form suited = with_embeddings(form, open.embeddings, parameters);
        const double cost = suited.misfit + kDeparture * departures;
        if (cost >= least) continue;
        least = cost;
        best = suited.model;
      }
  return best;
}

/// Parameters grow linearly with the width of an expert.
std::optional<int> width_of_expert(const Model& model, double parameters) {
  constexpr double kMultiple = 64, kMostTimes = 16, kWidest = 1e6;
  Model narrow = model, wide = model;
  narrow.experts->hidden = 1000;
  wide.experts->hidden = 2000;
  const double each = (catalog::parameters(wide) - catalog::parameters(narrow)) / 1000;
  const double rest = catalog::parameters(narrow) - 1000 * each;
  const double width = std::round((parameters - rest) / each / kMultiple) * kMultiple;
  return width > 0 && width <= std::min(kWidest, kMostTimes * model.hidden) ? std::optional(static_cast<int>(width))
                                                                            : std::nullopt;
}

std::string text_of(const Model& model, const OpenLayers& open) {
  std::string text;
  const auto add = [&](const std::string& words) { text += (text.empty() ? "" : ", ") + words; };
  if (open.embeddings && model.tied_embeddings) add("tied embeddings");
  if (open.mlp) add(model.mlp == MlpKind::gated ? "gated MLP" : "plain MLP");
  if (!model.experts) return text;
  const catalog::Experts& experts = *model.experts;
  if (open.every) add(experts.every == 1 ? "MoE in every layer" : fmt::format("MoE every {} layers", experts.every));
  if (open.shared) add(experts.shared == 0 ? "no shared experts" : fmt::format("shared experts {}", experts.shared));
  if (open.width) add(fmt::format("moe_ffn_hidden {}", experts.hidden));
  return text;
}

}  // namespace

LayersTaken settle_layers(Model& model, const OpenLayers& open, double parameters) {
  const bool experts = model.experts.has_value();
  const OpenLayers now{open.mlp, open.every && experts, open.shared && experts, open.width && experts, open.embeddings};
  if (!now.mlp && !now.every && !now.shared && !now.width) return {};
  const Model common = model;
  model = nearest_form(common, now, parameters);
  if (now.width && misfit(model, parameters) > kDeparture)
    if (const auto width = width_of_expert(common, parameters)) {
      model = common;
      model.experts->hidden = *width;
    }
  const double left = misfit(model, parameters);
  return {fmt::format("{} taken: its {:.4g} billion parameters are nearest to the {:.4g} stated", text_of(model, now),
                      catalog::parameters(model) / 1e9, parameters / 1e9),
          left};
}

}  // namespace eigenbau::tables
