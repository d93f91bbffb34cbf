// Which model does a row of a table of training runs train?
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "tables/architecture.h"
#include "tables/date_words.h"
#include "tables/degree_words.h"
#include "tables/feature_words.h"
#include "tables/model_name.h"
#include "tables/model_size.h"
#include "tables/negation.h"
#include "tables/part_counts.h"
#include "tables/partial_shape.h"
#include "tables/recompute_words.h"
#include "tables/row_reading.h"
#include "tables/run_text.h"
#include "tables/shape_words.h"
#include "tables/structure_words.h"

namespace eigenbau::tables {
namespace {

using catalog::Model;

constexpr int kMostLayers = 100000;  // the deepest models have some hundreds; searches for a plan count them one by one
constexpr int kLeastHead = 8;        // elements of a head: matrix units multiply no less

/// Reads figures of a shape, and keeps apart those that the catalog answers for.
struct ShapeReader {
  Reading& r;
  std::string from_catalog{};
  StatedLayers stated{};                           ///< by the cells that count more than one thing
  std::optional<int> key_heads{}, expert_width{};  ///< that the cells of heads and of the width of a dense layer name beside

  /// Heads and widths with what their cells give beside; a product is none of what it counts but of widths.
  std::optional<int> count_of_shape(std::string_view column) {
    const std::string_view cell = r.cell(column);
    if (const auto heads = column == "heads" ? heads_in(cell) : std::nullopt) {
      key_heads = heads->keys;
      return heads->queries;
    }
    if (const auto widths =
            column.ends_with("ffn_hidden") ? width_in(cell, r.out.model.hidden, column.starts_with("moe")) : std::nullopt) {
      if (widths->of_expert) expert_width = widths->of_expert;
      return widths->width;
    }
    const auto factors = factors_in(cell);
    if (factors && column == "vocab") return std::max(factors->first, factors->second);
    return factors && (column == "kv_heads" || column == "experts") ? std::optional(factors->first) : std::nullopt;
  }

  /// What a cell counts, of parts too: the routed ones of "64+2" experts.
  std::optional<int> count(std::string_view column) {
    const std::string_view cell = r.cell(column);
    if (const auto said = count_of_shape(column)) {
      if (!count_in(cell)) r.note(fmt::format("{} \"{}\" taken as {}", column, cell, *said));
      return said;
    }
    const auto experts = column == "experts" ? expert_counts(cell) : column == "top_k" ? visited_counts(cell) : std::nullopt;
    if (!experts) return r.count(column);
    if (experts->shared) stated.shared = experts->shared;
    return experts->routed;
  }

  /// What the cell of layers counts: those that predict further tokens apart, "61+1" of a model that has one as well.
  std::optional<int> layers(const Model* known) {
    const auto counts = layer_counts(r.cell("layers"));
    if (!counts) return figure("layers", known ? std::optional(known->layers) : std::nullopt);
    stated.first_dense_layers = counts->dense;
    stated.predictors = counts->predictors;
    const int added = counts->added.value_or(0);
    const bool predicts = added > 0 && known && known->mtp_layers == added && known->layers == counts->layers - added;
    if (predicts) stated.predictors = added;
    return counts->layers - (predicts ? added : 0);
  }

  /// The cell, else the catalog's figure, else nothing.
  std::optional<int> figure(std::string_view column, std::optional<int> known) {
    if (!r.blank(column)) return count(column);
    if (!known || *known <= 0) return std::nullopt;
    from_catalog += fmt::format("{}{} {}", from_catalog.empty() ? "" : ", ", column, *known);
    return known;
  }

  /// The same with a figure for want of any.
  int figure(std::string_view column, std::optional<int> known, int otherwise) {
    if (const auto found = figure(column, known)) return *found;
    if (otherwise > 0 && r.blank(column)) r.note(fmt::format("{} taken as {}", column, otherwise));
    return otherwise;
  }
};

/// Experts that a token visits of so many, as most models have it.
int usual_visits(int experts) {
  constexpr int kMany = 64, kSome = 32;
  return experts >= kMany ? 8 : experts >= kSome ? 4 : std::min(2, experts);
}

void read_experts(ShapeReader& shape, const Model* known, Model& m) {
  const auto of_known = [&](int catalog::Experts::* figure) {
    return known && known->experts ? std::optional<int>((*known->experts).*figure) : std::nullopt;
  };
  const int experts = shape.figure("experts", of_known(&catalog::Experts::count)).value_or(0);
  if (experts <= 1) return;
  m.experts = catalog::Experts{};
  m.experts->count = experts;
  const auto visited = shape.figure("top_k", of_known(&catalog::Experts::top_k));
  m.experts->top_k = std::max(1, visited.value_or(usual_visits(experts)));
  shape.stated.top_k = visited.has_value();
  const bool beside = shape.r.blank("moe_ffn_hidden") && shape.expert_width;
  const auto width = beside ? shape.expert_width : shape.figure("moe_ffn_hidden", of_known(&catalog::Experts::hidden));
  m.experts->hidden = width.value_or(m.ffn_hidden);
  shape.stated.width = width.has_value();
}

/// Ranks that a row without a shape spreads experts over; 0: it speaks of none.
int expert_ranks(const Reading& r) {
  constexpr double kMost = 1e6;
  auto degree = degree_words(r.cell("ep")).of("ep");
  if (const auto count = count_in(r.cell("ep")); !degree && count) degree = *count;
  if (!degree && r.blank("ep")) degree = degrees_of_options(r).of("ep");
  if (degree.value_or(1) > 1) return static_cast<int>(std::min(*degree, kMost));
  return has_word(lower(r.cell("options")), "dropless") ? 1 : 0;
}

/// The model of which the row states a name and no shape; by its size too where the name alone says none, or another.
struct NamedModel {
  KnownModel known;
  SizedModel sized;
  const Model* model() const { return sized.taken ? &*sized.taken : sized.known ? sized.known : known.model; }
};

NamedModel named_model(const Reading& r) {
  constexpr double kOtherSize = 0.10;
  const std::string_view name = r.cell("model");
  NamedModel named{known_model(r.parts.models, name), {}};
  const Model* known = named.known.model;
  const auto parameters = stated_parameters(r);
  const bool no_shape = r.blank("layers") && r.blank("hidden") && r.blank("heads") && r.blank("experts");
  const bool other_size = known && !known->experts && parameters && !size_in_name(name) &&
                          std::abs(catalog::parameters(*known) / *parameters - 1) > kOtherSize;
  if (no_shape && !named.known.layers && (!known || other_size))
    named.sized = model_of_size(r.parts.models, name, parameters, expert_ranks(r));
  return named;
}

/// The length for which models were trained at a time, as far as one is usual.
int usual_sequence(const std::optional<DateWords>& date) {
  constexpr int kShort = 2022, kMiddle = 2023;
  if (!date || date->year > kMiddle) return 8192;
  return date->year > kShort ? 4096 : 2048;
}

/// A row with a shape and without a length of sequences has that of its model, else what is usual.
void settle_sequence(Reading& r) {
  Model& m = r.out.model;
  if (m.sequence_length > 0 || m.hidden <= 0 || !r.blank("seq_len")) return;
  const Model* own = model_of_size(r.parts.models, m.name, stated_parameters(r)).known;
  if (own && own->layers == m.layers && own->hidden == m.hidden) {
    m.sequence_length = own->sequence_length;
    r.note(fmt::format("seq_len taken as {}, as the catalog's {}", m.sequence_length, own->name));
    return;
  }
  m.sequence_length = usual_sequence(date_in(r.cell("year")));
  r.note(fmt::format("seq_len taken as {}, as usual in its time", m.sequence_length));
}

/// Layers of the catalog's model that the run trained, where its name or the options say that they were not all.
std::optional<int> cut_layers(Reading& r, const KnownModel& found) {
  if (found.layers) r.note(fmt::format("layers {} as the model's name says", *found.layers));
  if (found.layers || !found.model) return found.layers;
  bool of_others = false;  // "full recompute, 6 of 80 layers"
  for (const std::string& clause : clauses_of(r.cell("options"))) {
    const auto layers = of_others ? std::nullopt : cut_in(clause);
    of_others = speaks_of_recompute(clause) || use_in(clause, "offload");
    if (!layers || *layers >= found.model->layers) continue;
    r.note(fmt::format("layers {} as the options say", *layers));
    return layers;
  }
  return std::nullopt;
}

/// Heads of keys and values, which a cell may give by the kind of attention.
int read_key_heads(ShapeReader& shape, const Model* known, int heads) {
  constexpr int kUsual = 8;
  Reading& r = shape.r;
  const std::string_view cell = r.cell("kv_heads");
  const KeyHeadWords said = key_heads_in(cell);
  if (said.kind == "mla" || said.kind == "mha") return heads;
  if (said.kind == "mqa") return 1;
  if (said.count) return *said.count;
  if (r.blank("kv_heads") && shape.key_heads) return *shape.key_heads;
  const auto of_known = known ? std::optional(known->kv_heads) : std::nullopt;
  const bool kind_alone = said.kind == "gqa" && cell.find_first_of("0123456789") == std::string_view::npos;
  if (!kind_alone) return shape.figure("kv_heads", of_known, heads);
  const int taken = of_known.value_or(heads > 0 && heads % kUsual == 0 ? kUsual : heads);
  r.doubt(of_known ? 0 : kUnclearWord, fmt::format("{} taken as {} kv_heads", cell, taken));
  return taken;
}

/// A shape that no model can have.
std::string impossible(const Model& m, bool known) {
  std::string missing;
  for (const auto& [figure, column] :
       {std::pair{m.layers, "layers"}, {m.hidden, "hidden"}, {m.heads, "heads"}, {m.sequence_length, "seq_len"}})
    if (figure <= 0) missing += fmt::format("{}{}", missing.empty() ? "" : ", ", column);
  if (!missing.empty()) return fmt::format("not stated: {}", missing);
  if (m.layers > kMostLayers) return fmt::format("{} layers", m.layers);
  if (m.kv_heads <= 0 || m.heads % m.kv_heads != 0)
    return fmt::format("kv_heads {} does not divide the {} heads", m.kv_heads, m.heads);
  if (m.ffn_hidden <= 0 && !m.experts) return fmt::format("ffn_hidden is {}", m.ffn_hidden);
  if (!known && m.hidden / m.heads < kLeastHead)
    return fmt::format("{} heads of hidden {} are of {} elements each", m.heads, m.hidden, m.hidden / m.heads);
  if (m.experts && m.experts->top_k > m.experts->count)
    return fmt::format("top_k {} is more than the {} experts", m.experts->top_k, m.experts->count);
  if (m.experts && m.experts->hidden <= 0) return fmt::format("moe_ffn_hidden is {}", m.experts->hidden);
  return {};
}

}  // namespace

void read_model(Reading& r) {
  Model& m = r.out.model;
  m.name = r.cell("model");
  const NamedModel named = named_model(r);
  const KnownModel& found = named.known;
  const SizedModel& sized = named.sized;
  const Model* known = named.model();
  const auto of_known = [&](int Model::* figure) { return known ? std::optional<int>(known->*figure) : std::nullopt; };
  ShapeReader shape{r};
  const auto cut = r.blank("layers") ? cut_layers(r, found) : std::nullopt;
  m.layers = cut ? *cut : shape.layers(known).value_or(0);
  m.hidden = shape.figure("hidden", of_known(&Model::hidden)).value_or(0);
  m.heads = shape.figure("heads", of_known(&Model::heads)).value_or(0);
  m.kv_heads = read_key_heads(shape, known, m.heads);
  const auto dense_width = shape.figure("ffn_hidden", of_known(&Model::ffn_hidden));
  m.ffn_hidden = dense_width.value_or(4 * m.hidden);
  shape.stated.dense_width = dense_width.has_value();
  m.vocabulary = shape.figure("vocab", of_known(&Model::vocabulary), m.hidden > 0 ? kUsualVocabulary : 0);
  m.sequence_length = shape.figure("seq_len", of_known(&Model::sequence_length)).value_or(0);
  read_experts(shape, known, m);
  if (const std::string said = known || m.experts ? "" : complete_shape(r.parts.models, m, stated_parameters(r)); !said.empty())
    r.doubt(kUnclearWord, said);
  settle_sequence(r);
  if (has_word(lower(m.name), "vl")) r.doubt(kUnclearWord, "encoder of images not modeled");
  if (found.other_version) r.doubt(kUnclearWord, fmt::format("{} taken as the catalog's {}", m.name, found.model->name));
  if (sized.taken)
    r.doubt(sized.doubt, fmt::format("{}: {:.4g} billion parameters in the proportions of {}", shape.from_catalog,
                                     sized.parameters / 1e9, known->name));
  else if (!shape.from_catalog.empty()) r.note(fmt::format("{} as the catalog's {}", shape.from_catalog, known->name));
  m.attention = m.kv_heads == m.heads ? catalog::AttentionKind::mha : catalog::AttentionKind::gqa;
  if (r.refused()) return;
  if (const std::string why = impossible(m, known != nullptr); !why.empty()) {
    r.refuse(RowStatus::invalid, why);
    return;
  }
  const Completion completion = complete_architecture(r.parts.models, known, m);
  r.doubt(completion.doubt, completion.said);
  if (key_heads_in(r.cell("kv_heads")).kind == "mla" && !m.latent)
    r.doubt(kUnclearWord, "MLA, whose ranks are not stated, taken as a key and value head for each head");
  shape.stated.known = known != nullptr && !sized.taken;
  shape.stated.like = completion.like;
  read_layers(r, shape.stated);
  // Bands compare models by the catalog's names.
  const bool whole = known && !sized.taken && m.layers == known->layers && m.hidden == known->hidden && m.heads == known->heads;
  if (whole) m.name = known->name;
}

}  // namespace eigenbau::tables
