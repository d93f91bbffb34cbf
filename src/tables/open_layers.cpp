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
        if (open.mlp && open.dense_width) form.ffn_hidden = usual_width(form);
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

void set_width_of_expert(Model& model, int width) { model.experts->hidden = width; }
void set_width_of_mlp(Model& model, int width) { model.ffn_hidden = width; }

/// The width of a model that `set` sets and with which it has so many parameters, which grow linearly with it: a multiple, from
/// `least` to `most`.
template <class Set>
std::optional<int> solved_width(Model model, double parameters, const Set& set, double multiple, double least, double most) {
  constexpr double kWidest = 1e6;
  constexpr int kStep = 1000;
  const auto with = [&](int width) {
    set(model, width);
    return catalog::parameters(model);
  };
  const double each = (with(2 * kStep) - with(kStep)) / kStep;
  const double rest = with(kStep) - kStep * each;
  const double width = std::round((parameters - rest) / each / multiple) * multiple;
  const bool usual = width > 0 && width >= least && width <= std::min(kWidest, most);
  return usual ? std::optional(static_cast<int>(width)) : std::nullopt;
}

std::string text_of(const Model& model, const OpenLayers& open) {
  std::string text;
  const auto add = [&](const std::string& words) { text += (text.empty() ? "" : ", ") + words; };
  if (open.embeddings && model.tied_embeddings) add("tied embeddings");
  if (open.mlp) add(model.mlp == MlpKind::gated ? "gated MLP" : "plain MLP");
  if (open.dense_width) add(fmt::format("ffn_hidden {}", model.ffn_hidden));
  if (!model.experts) return text;
  const catalog::Experts& experts = *model.experts;
  if (open.every) add(experts.every == 1 ? "MoE in every layer" : fmt::format("MoE every {} layers", experts.every));
  if (open.shared) add(experts.shared == 0 ? "no shared experts" : fmt::format("shared experts {}", experts.shared));
  if (open.width) add(fmt::format("moe_ffn_hidden {}", experts.hidden));
  return text;
}

}  // namespace

int usual_width(const Model& model) {
  constexpr int kStep = 256;
  return model.mlp == MlpKind::plain ? 4 * model.hidden : (8 * model.hidden / 3 + kStep - 1) / kStep * kStep;
}

LayersTaken settle_layers(Model& model, const OpenLayers& open, double parameters) {
  const bool experts = model.experts.has_value();
  const OpenLayers now{open.mlp,        open.every && experts,       open.shared && experts, open.width && experts,
                       open.embeddings, open.dense_width && !experts};
  if (!now.mlp && !now.every && !now.shared && !now.width && !now.dense_width) return {};
  const Model common = model;
  model = nearest_form(common, now, parameters);
  const auto solve = [&](bool is_open, const auto& set, double multiple, double least, double most) {
    if (!is_open || misfit(model, parameters) <= kDeparture) return;
    const auto width = solved_width(common, parameters, set, multiple, least * common.hidden, most * common.hidden);
    if (!width) return;
    model = common;
    set(model, *width);
  };
  solve(now.width, set_width_of_expert, 64, 0, 16);
  solve(now.dense_width, set_width_of_mlp, 128, 1, 8);
  const double left = misfit(model, parameters);
  return {fmt::format("{} taken: its {:.4g} billion parameters are nearest to the {:.4g} stated", text_of(model, now),
                      catalog::parameters(model) / 1e9, parameters / 1e9),
          left};
}

}  // namespace eigenbau::tables
