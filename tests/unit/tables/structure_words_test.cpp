// Do options say of a model's layers what they mean?
#include "tables/structure_words.h"

#include <doctest/doctest.h>

#include <string>

#include "tables/feature_words.h"

using namespace eigenbau;
using namespace eigenbau::tables;

namespace {

/// Of the only clause that says so.
template <class T>
std::optional<T> said(const char* options, std::optional<T> StructureWords::* figure) {
  std::optional<T> found;
  for (const std::string& clause : clauses_of(options))
    if (const auto here = structure_in(clause).*figure) found = here;
  return found;
}

}  // namespace

TEST_CASE("the activation function tells how many matrices an MLP has; what is denied tells nothing") {
  for (const char* gated : {"SwiGLU", "swiglu MLP", "--swiglu", "GeGLU", "gated MLP", "gated GELU", "SwiGLU instead of GELU"})
    CHECK_MESSAGE(said(gated, &StructureWords::mlp) == catalog::MlpKind::gated, std::string(gated));
  for (const char* plain :
       {"GELU", "GELU MLP", "ReLU", "squared ReLU", "--squared-relu", "non-gated", "non-gated MLP", "GELU instead of SwiGLU"})
    CHECK_MESSAGE(said(plain, &StructureWords::mlp) == catalog::MlpKind::plain, std::string(plain));
  for (const char* none : {"no SwiGLU", "w/o GELU", "gated attention", "recompute swiglu", "recompute_modules=[gelu]", "MoE"})
    CHECK_MESSAGE(!said(none, &StructureWords::mlp), std::string(none));
}

TEST_CASE("embeddings are tied, untied or not spoken of") {
  for (const char* tied : {"tied embeddings", "tie_word_embeddings=true", "shared embeddings"})
    CHECK_MESSAGE(said(tied, &StructureWords::tied) == true, std::string(tied));
  for (const char* untied :
       {"untied embeddings", "--untie-embeddings-and-output-weights", "tie_word_embeddings=false", "no tied embeddings"})
    CHECK_MESSAGE(said(untied, &StructureWords::tied) == false, std::string(untied));
  CHECK(!said("rotary embeddings", &StructureWords::tied));
}

TEST_CASE("layers with experts are counted alike by all who name their interval") {
  for (const char* two :
       {"moe-layer-freq 2", "--moe-layer-freq 2", "expert-interval 2", "MoE every 2 layers", "MoE every 2nd layer",
        "every second layer is MoE", "MoE every other layer", "interleave_moe_layer_step=2", "experts in every other layer",
        "decoder_sparse_step=2", "MoE layers interleaved with dense layers", "alternating dense and MoE layers"})
    CHECK_MESSAGE(said(two, &StructureWords::every) == 2, std::string(two));
  CHECK(said("MoE in every layer", &StructureWords::every) == 1);
  CHECK(said("MoE every 4 layers", &StructureWords::every) == 4);
  for (const char* none : {"recompute every other layer", "sliding window every other layer", "MoE checkpoint every 500 steps",
                           "moe-layer-freq 0", "no MoE every other layer", "interleaved 1F1B"})
    CHECK_MESSAGE(!said(none, &StructureWords::every), std::string(none));
}

TEST_CASE("shared experts have a number or a width") {
  for (const char* two : {"n_shared_experts=2", "2 shared experts", "two shared experts", "num_shared_experts: 2",
                          "shared experts 2", "64 routed + 2 shared", "64 routed and 2 shared experts"})
    CHECK_MESSAGE(said(two, &StructureWords::shared) == 2, std::string(two));
  CHECK(said("no shared experts", &StructureWords::shared) == 0);
  for (const char* none : {"shared expert overlap", "no shared expert overlap", "--moe-shared-expert-intermediate-size 8192"})
    CHECK_MESSAGE(!said(none, &StructureWords::shared), std::string(none));
  for (const char* width : {"--moe-shared-expert-intermediate-size 8192", "shared_expert_intermediate_size=8192"})
    CHECK_MESSAGE(said(width, &StructureWords::shared_hidden) == 8192, std::string(width));
}

TEST_CASE("dense layers before the first with experts are counted, or one") {
  for (const char* three : {"first_k_dense_replace=3", "first 3 layers dense", "first 3 layers are dense",
                            "3 leading dense layers", "the first three layers are dense"})
    CHECK_MESSAGE(said(three, &StructureWords::first_dense_layers) == 3, std::string(three));
  CHECK(said("first layer dense", &StructureWords::first_dense_layers) == 1);
  for (const char* none : {"dense", "first 3 layers frozen", "first 3 of 61 layers dense"})
    CHECK_MESSAGE(!said(none, &StructureWords::first_dense_layers), std::string(none));
}

TEST_CASE("the experts that a token visits are counted in the words of routers and of configurations") {
  for (const char* two :
       {"top-2", "top2", "top-2 gating", "top 2 routing", "topk 2", "--moe-router-topk 2", "num_experts_per_tok=2", "top_k=2"})
    CHECK_MESSAGE(said(two, &StructureWords::top_k) == 2, std::string(two));
  for (const char* none : {"top", "top 500", "top 2 kernels", "topk", "top-0", "stop 2"})
    CHECK_MESSAGE(!said(none, &StructureWords::top_k), std::string(none));
}

TEST_CASE("a cut of a model says how many layers it has") {
  for (const char* six : {"truncated to 6 layers", "model reduced to 6 layers", "6 of 126 layers", "first 6 of the 126 layers",
                          "only 6 layers trained", "num_layers=6", "cut down to 6 decoder layers"})
    CHECK_MESSAGE(cut_in(clauses_of(six).front()) == 6, std::string(six));
  for (const char* none :
       {"6 layers", "first 6 layers dense", "recompute 6 of 126 layers", "num-layers-per-virtual-pipeline-stage 6",
        "6 layers per stage", "truncated", "truncated to 0 layers", "truncated to 6 tokens", "126 of 6 layers"})
    CHECK_MESSAGE(!cut_in(clauses_of(none).front()), std::string(none));
}

TEST_CASE("multi-token prediction is off by any value that says so") {
  for (const char* off : {"mtp num layers: null", "mtp num layers=none", "mtp num layers=0", "no mtp", "mtp: ~"})
    CHECK_MESSAGE(predictors_in(off, 1) == 0, std::string(off));
  for (const char* on : {"mtp num layers=1", "mtp"}) CHECK(predictors_in(on, 1) == 1);
}
