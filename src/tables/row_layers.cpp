// What does a row of a table of training runs say of its model's layers beside the figures of its columns?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ranges>
#include <string>
#include <utility>

#include "tables/feature_words.h"
#include "tables/model_size.h"
#include "tables/open_layers.h"
#include "tables/row_reading.h"
#include "tables/run_text.h"
#include "tables/structure_words.h"

namespace eigenbau::tables {
namespace {

using catalog::Model;

constexpr double kMostPredictors = 16;  // modules of multi-token prediction
constexpr double kLargestMisfit = 0.10;
constexpr int kMostShared = 1024;
constexpr double kWidest = 1e9;  // of all shared experts together

void read_predictors(Reading& r, const StatedLayers& stated) {
  Model& m = r.out.model;
  if (stated.predictors && *stated.predictors <= kMostPredictors) m.mtp_layers = *stated.predictors;
  for (const std::string_view text : {r.cell("options"), std::string_view(m.name)})
    for (const std::string& clause : clauses_of(text))
      if (const auto modules = predictors_in(clause, m.mtp_layers)) m.mtp_layers = *modules;
}

/// What all of the options say of the layers; the first that says something counts.
StructureWords structure_of_options(std::string_view options) {
  StructureWords all;
  for (const std::string& clause : clauses_of(options)) {
    const StructureWords said = structure_in(clause);
    const auto take = [&](auto StructureWords::* figure) {
      if (!(all.*figure)) all.*figure = said.*figure;
    };
    take(&StructureWords::mlp);
    take(&StructureWords::tied);
    take(&StructureWords::every);
    take(&StructureWords::shared);
    take(&StructureWords::shared_hidden);
    take(&StructureWords::first_dense_layers);
    take(&StructureWords::top_k);
  }
  return all;
}

void set_shared(catalog::Experts& experts, int shared) {
  if (shared == experts.shared) return;
  experts.shared = shared;
  experts.shared_hidden = 0;
}

void set_shared_hidden(catalog::Experts& experts, int width) {
  experts.shared = std::max(1, experts.shared);
  experts.shared_hidden = width;
}

void read_mlp_of_options(Reading& r, catalog::MlpKind said, bool known) {
  if (said == r.out.model.mlp) return;
  const std::string_view kind = said == catalog::MlpKind::gated ? "gated" : "plain";
  r.note(fmt::format("{} MLP {}", kind,
                     known ? "of the options passed over: the catalog's model has another" : "as the options say"));
  if (!known) r.out.model.mlp = said;
}

/// What the catalog has, unless the options say otherwise of a model that is not its.
void read_experts_of_options(Reading& r, const StructureWords& said, bool known) {
  catalog::Experts& experts = *r.out.model.experts;
  if (said.every) experts.every = *said.every;
  const auto take = [&](std::string_view what, const std::optional<int>& figure, int has, const auto& set) {
    if (!figure || *figure == has) return;
    if (known) r.note(fmt::format("{} {} of the options passed over: the catalog's model has {}", what, *figure, has));
    else set(*figure);
  };
  take("shared experts", said.shared, experts.shared, [&](int count) { set_shared(experts, count); });
  const int shared_hidden = experts.shared_hidden > 0 ? experts.shared_hidden : experts.shared * experts.hidden;
  take("width of shared experts", said.shared_hidden, shared_hidden, [&](int width) { set_shared_hidden(experts, width); });
  take("leading dense layers", said.first_dense_layers, experts.first_dense_layers,
       [&](int layers) { experts.first_dense_layers = layers; });
}

/// Parameters that the row states in their column, else in the model's name.
struct SizeSaid {
  std::optional<double> parameters;
  bool by_name = false;
};
SizeSaid size_said(const Reading& r) {
  if (const auto parameters = stated_parameters(r)) return {parameters};
  return {size_in_name(r.out.model.name), true};
}

/// A dense MLP of which no width is stated is as wide to its model as that of the series, else as is usual.
void take_dense_width(Model& m, const Model* like) {
  constexpr int kStep = 128;
  const double share = like && like->hidden > 0 ? static_cast<double>(like->ffn_hidden) / like->hidden : 0;
  m.ffn_hidden = share > 0 ? kStep * static_cast<int>(std::lround(share * m.hidden / kStep)) : usual_width(m);
}

/// What remains open of the layers, by the number of parameters as far as it is known. False: that settles nothing.
bool settle_open(Reading& r, const StructureWords& said, const StatedLayers& stated) {
  constexpr double kGuessedWidth = 0.10, kFarOff = 0.30;
  Model& m = r.out.model;
  const bool like_experts = stated.like && stated.like->experts;
  const OpenLayers open{.mlp = !stated.like && !said.mlp,
                        .every = !like_experts && !said.every,
                        .shared = !like_experts && !said.shared && !said.shared_hidden && !stated.shared,
                        .width = !stated.width,
                        .embeddings = !stated.like && !said.tied,
                        .dense_width = !stated.dense_width && !m.experts};
  if (open.dense_width) take_dense_width(m, stated.like);
  else if (!stated.dense_width) r.note(fmt::format("ffn_hidden taken as {}", m.ffn_hidden));
  const SizeSaid size = size_said(r);
  if (!stated.known && size.parameters) {
    Model settled = m;
    const LayersTaken taken = settle_layers(settled, open, *size.parameters);
    // A cut of a model may be called by the size of the whole.
    if (!size.by_name || taken.misfit < kFarOff) {
      m = std::move(settled);
      r.doubt((taken.misfit > kLargestMisfit ? kUnclearWord : 0) + (open.dense_width ? kUnclearWord : 0), taken.said);
      return !taken.said.empty();
    }
  }
  if (open.width && m.experts) r.note(fmt::format("moe_ffn_hidden taken as {}", m.experts->hidden));
  if (open.dense_width) r.doubt(kGuessedWidth, fmt::format("ffn_hidden taken as {}", m.ffn_hidden));
  return false;
}

/// Whether a model has about so many parameters by some count: in all or of a token, with embeddings once or twice.
bool has_about(Model m, double parameters) {
  const auto is_near = [&](double counted) { return std::abs(counted / parameters - 1) <= kLargestMisfit; };
  for (const bool tied : {true, false}) {
    m.tied_embeddings = tied;
    if (is_near(catalog::parameters(m)) || is_near(catalog::active_parameters(m))) return true;
  }
  return false;
}

/// Says where a shape that is known has other parameters than the column states, unless the model is called by that size.
void check_parameters(Reading& r) {
  const auto stated = stated_parameters(r);
  if (!stated || has_about(r.out.model, *stated)) return;
  const auto by_name = size_in_name(r.cell("model"));
  if (by_name && std::abs(*by_name / *stated - 1) <= kLargestMisfit) return;
  r.doubt(kUnclearWord, fmt::format("the shape has {:.4g} billion parameters, where params_b says {:.4g}",
                                    catalog::parameters(r.out.model) / 1e9, *stated / 1e9));
}

/// How many experts a token visits where no column says it: as the options do, else as its parameters in the model's name need,
/// else as models alike have it.
void settle_visits(Reading& r, const StructureWords& said, const StatedLayers& stated) {
  constexpr double kLike = 0.10, kGuessed = 0.20;
  Model& m = r.out.model;
  catalog::Experts& experts = *m.experts;
  if (said.top_k && *said.top_k <= experts.count) {
    experts.top_k = *said.top_k;
    r.note(fmt::format("top_k {} as the options say", experts.top_k));
    return;
  }
  if (const auto active = active_size_in_name(m.name)) {
    const auto misfit = [&](int visits) {
      Model other = m;
      other.experts->top_k = visits;
      return std::abs(catalog::active_parameters(other) - *active);
    };
    experts.top_k = *std::ranges::min_element(std::views::iota(1, std::min(experts.count, kMostShared) + 1), {}, misfit);
    r.doubt(kUnclearWord, fmt::format("top_k {} taken: a token's parameters are nearest to the {:.4g} billion of the name",
                                      experts.top_k, *active / 1e9));
    return;
  }
  const bool is_like = stated.like && stated.like->experts && stated.like->experts->top_k <= experts.count;
  if (is_like) experts.top_k = stated.like->experts->top_k;
  r.doubt(is_like ? kLike : kGuessed, fmt::format("top_k taken as {}, as is usual", experts.top_k));
}

void check_experts(Reading& r, const StructureWords& said) {
  const catalog::Experts& experts = *r.out.model.experts;
  const int layers = r.out.model.layers;
  const auto refuse = [&](const std::string& why) { r.refuse(RowStatus::invalid, why); };
  if (experts.first_dense_layers >= layers)
    refuse(fmt::format("{} dense layers leave none of {} with experts", experts.first_dense_layers, layers));
  else if (said.every && experts.every > layers)
    refuse(fmt::format("MoE every {} layers leaves none of {} with experts", experts.every, layers));
  else if (experts.shared > kMostShared || static_cast<double>(experts.shared) * experts.hidden > kWidest)
    refuse(fmt::format("{} shared experts of width {}", experts.shared, experts.hidden));
}

}  // namespace

std::optional<double> stated_parameters(const Reading& r) {
  std::string_view cell = r.cell("params_b");
  if (cell.starts_with('~')) cell.remove_prefix(1);
  std::size_t length = 0;
  const double billions = leading_number(cell, length);
  const std::string unit = lower(trimmed(cell.substr(length)));
  return billions > 0 && (unit.empty() || unit == "b") ? std::optional(billions * 1e9) : std::nullopt;
}

void read_layers(Reading& r, const StatedLayers& stated) {
  Model& m = r.out.model;
  read_predictors(r, stated);
  const StructureWords said = structure_of_options(r.cell("options"));
  if (said.mlp) read_mlp_of_options(r, *said.mlp, stated.known);
  if (said.tied && !stated.known) m.tied_embeddings = *said.tied;
  if (m.experts) {
    if (stated.shared) set_shared(*m.experts, *stated.shared);
    if (stated.first_dense_layers) m.experts->first_dense_layers = *stated.first_dense_layers;
    read_experts_of_options(r, said, stated.known);
    check_experts(r, said);
  }
  if (r.refused()) return;
  if (!settle_open(r, said, stated)) check_parameters(r);
  if (m.experts && !stated.top_k) settle_visits(r, said, stated);
}

}  // namespace eigenbau::tables
