// What may a file say of the shape of a model?
#include "catalog/records.h"

template <>
struct eigenbau::Words<eigenbau::catalog::AttentionKind> {
  using A = catalog::AttentionKind;
  static constexpr std::pair<std::string_view, A> words[] = {{"mha", A::mha}, {"gqa", A::gqa}, {"mqa", A::mqa}, {"mla", A::mla}};
};

template <>
struct eigenbau::Words<eigenbau::catalog::MlpKind> {
  using M = catalog::MlpKind;
  static constexpr std::pair<std::string_view, M> words[] = {{"gated", M::gated}, {"plain", M::plain}};
};

namespace eigenbau {
using namespace catalog;

template <>
const Record<Experts>& record<Experts>() {
  static const Record<Experts> kRecord = [] {
    Record<Experts> r("experts", "The mixture of experts of a sparse model.");
    r.field("count", &Experts::count, "Routed experts of a layer.").required().at_least(1).at_most(1e5);
    r.field("top_k", &Experts::top_k, "Of them, how many a token visits.").required().at_least(1).at_most(1e5);
    r.field("hidden", &Experts::hidden, "Width of one expert.").at_least(0).at_most(1e7).fallback("ffn_hidden");
    r.field("shared", &Experts::shared, "Experts that every token visits.").at_least(0).at_most(1e3);
    r.field("shared_hidden", &Experts::shared_hidden, "Width of all shared experts together.")
        .at_least(0)
        .at_most(1e7)
        .fallback("shared · hidden");
    r.field("first_dense_layers", &Experts::first_dense_layers, "Layers before the first mixture.").at_least(0).at_most(1e4);
    r.field("every", &Experts::every, "A mixture every so many layers.").at_least(1).at_most(1e4).fallback("1");
    r.field("groups", &Experts::groups, "Groups of experts among which the router chooses first.")
        .at_least(0)
        .at_most(1e5)
        .fallback("no groups");
    r.field("groups_per_token", &Experts::groups_per_token, "Groups that the experts of a token may lie in.")
        .at_least(0)
        .at_most(1e5);
    return r;
  }();
  return kRecord;
}

template <>
const Record<LatentAttention>& record<LatentAttention>() {
  static const Record<LatentAttention> kRecord = [] {
    Record<LatentAttention> r("latent", "Multi-head latent attention.");
    r.field("q_lora", &LatentAttention::q_lora, "Rank of the queries; 0: not compressed.").at_least(0).at_most(1e6);
    r.field("kv_lora", &LatentAttention::kv_lora, "Rank of keys and values.").required().at_least(1).at_most(1e6);
    r.field("qk_nope", &LatentAttention::qk_nope, "Head size without rotary positions.").required().at_least(1).at_most(1e5);
    r.field("qk_rope", &LatentAttention::qk_rope, "Head size with rotary positions.").required().at_least(0).at_most(1e5);
    r.field("v_head", &LatentAttention::v_head, "Head size of the values.").required().at_least(1).at_most(1e5);
    return r;
  }();
  return kRecord;
}

template <>
const Record<Model>& record<Model>() {
  static const Record<Model> kRecord = [] {
    Record<Model> r("model", "The shape of a language model.");
    declare_identity(r);
    r.field("layers", &Model::layers, "Transformer layers.").required().at_least(1).at_most(1e4);
    r.field("hidden", &Model::hidden, "Width of the residual stream.").required().at_least(1).at_most(1e6);
    r.field("heads", &Model::heads, "Query heads.").required().at_least(1).at_most(1e5);
    r.field("kv_heads", &Model::kv_heads, "Heads of keys and values.").at_least(1).at_most(1e5).fallback("heads");
    r.field("head_dim", &Model::head_dim, "Size of one head.").at_least(1).at_most(1e5).fallback("hidden / heads");
    r.field("ffn_hidden", &Model::ffn_hidden, "Width of the dense MLP.").required().at_least(1).at_most(1e7);
    r.field("vocabulary", &Model::vocabulary, "Tokens, padding included.").required().at_least(1).at_most(1e8);
    r.field("sequence_length", &Model::sequence_length, "As trained.").required().at_least(1).at_most(1e8);
    r.field("attention", &Model::attention, "Kind of attention.").fallback("gqa");
    r.field("mlp", &Model::mlp, "Three matrices (gated) or two (plain).").fallback("gated");
    r.field("tied_embeddings", &Model::tied_embeddings, "Input and output share one table.").fallback("false");
    r.field("biases", &Model::biases, "Linear layers and norms have biases.").fallback("false");
    r.field("learned_positions", &Model::learned_positions, "A table of positions is trained.").fallback("false");
    r.field("window", &Model::window, "Sliding window in tokens.").at_least(0).at_most(1e8).fallback("none");
    r.field("chunked_window", &Model::chunked_window, "The window does not slide: a token looks at its own chunk.")
        .fallback("false");
    r.field("full_every", &Model::full_every, "Of so many layers one looks at everything, the others through the window only.")
        .at_least(0)
        .at_most(1e4)
        .fallback("none does");
    r.field("mtp_layers", &Model::mtp_layers, "Modules of multi-token prediction.").at_least(0).at_most(100);
    r.field("experts", &Model::experts, "Absent in a dense model.");
    r.field("latent", &Model::latent, "Sizes of multi-head latent attention.");
    r.field("assumed", &Model::assumed, "No published shape: stands for a size class.").fallback("false");
    return r;
  }();
  return kRecord;
}

}  // namespace eigenbau
