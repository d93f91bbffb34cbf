// What does a row of a table of training runs say of its model's layers beside the figures of its columns?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "tables/feature_words.h"
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

void settle_open(Reading& r, const StructureWords& said, const StatedLayers& stated) {
  Model& m = r.out.model;
  const bool like_experts = stated.like && stated.like->experts;
  const OpenLayers open{.mlp = !stated.like && !said.mlp,
                        .every = !like_experts && !said.every,
                        .shared = !like_experts && !said.shared && !said.shared_hidden && !stated.shared,
                        .width = !stated.width,
                        .embeddings = !stated.like && !said.tied};
  const auto parameters = stated_parameters(r);
  if (stated.known || !parameters) {
    if (open.width && m.experts) r.note(fmt::format("moe_ffn_hidden taken as {}", m.experts->hidden));
    return;
  }
  const LayersTaken taken = settle_layers(m, open, *parameters);
  r.doubt(taken.misfit > kLargestMisfit ? kUnclearWord : 0, taken.said);
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

  if (!r.refused()) settle_open(r, said, stated);
}

}  // namespace eigenbau::tables
