// Does a row of training runs have the layers that its cells, its options and its number of parameters say?
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <utility>

#include "sample_rows.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

/// A shape that no model of the catalog has, under a name that is none of its.
const Cells kOwn = with(kExperts, {{"model", "our-moe"}, {"vocab", "40000"}});

TrainingPrediction own(const Cells& changed = {}) { return answer(with(kOwn, changed)); }
catalog::Model shape(const Cells& cells) { return read_training_row(table_of(cells), 0, builtin_training()).model; }
catalog::Model own_shape(const Cells& changed = {}) { return shape(with(kOwn, changed)); }

}  // namespace

TEST_CASE("cells of heads and widths give those of keys and values and of experts where these are blank") {
  CHECK(own_shape({{"heads", "48/8"}, {"kv_heads", ""}}).kv_heads == 8);
  CHECK(own_shape({{"heads", "48/8"}, {"kv_heads", "6"}}).kv_heads == 6);
  CHECK(own_shape({{"heads", "48"}, {"kv_heads", ""}}).kv_heads == 48);
  CHECK(own_shape({{"heads", "48 x 128"}}).heads == 48);
  for (const char* cell : {"GQA 8", "8 x 128", "GQA"}) CHECK_MESSAGE(own_shape({{"kv_heads", cell}}).kv_heads == 8, cell);
  CHECK(own({{"kv_heads", "GQA"}}).doubt > own({{"kv_heads", "8"}}).doubt);
  CHECK(own({{"kv_heads", "GQA ratio 6"}}).status == RowStatus::invalid);
  CHECK(own_shape({{"ffn_hidden", "16384/2048"}, {"moe_ffn_hidden", ""}}).experts->hidden == 2048);
  CHECK(own_shape({{"ffn_hidden", "16384/2048"}, {"moe_ffn_hidden", "1024"}}).experts->hidden == 1024);
  CHECK(own_shape({{"moe_ffn_hidden", "8 x 2048"}}).experts->hidden == 2048);
  CHECK(own_shape({{"experts", "8 x 2048"}}).experts->count == 8);
  CHECK(own_shape({{"ffn_hidden", "4h"}}).ffn_hidden == 4 * own_shape().hidden);
  CHECK(own_shape({{"vocab", "40000 x 6144"}}).vocabulary == 40000);
  CHECK(says(own({{"ffn_hidden", "16384 x 3"}}), "ffn_hidden \"16384 x 3\" taken as 16384"));
}

TEST_CASE("an MLP has two matrices where the options say so of a model that is not the catalog's") {
  for (const char* plain : {"GELU MLP", "ReLU", "squared ReLU", "non-gated"}) {
    const auto p = dense({{"model", "our-70b"}, {"vocab", "99999"}, {"options", plain}});
    CHECK_MESSAGE(p.step.total < dense({{"model", "our-70b"}, {"vocab", "99999"}}).step.total, std::string(plain));
    CHECK_MESSAGE(!says(p, "not modeled"), std::string(plain));
    CHECK_MESSAGE(says(p, "plain MLP as the options say"), std::string(plain));
    CHECK_MESSAGE(dense({{"options", plain}}).step.total == dense().step.total, std::string(plain));  // Llama 3 is what it is
  }
  CHECK(says(dense({{"options", "GELU MLP"}}), "plain MLP of the options passed over"));
  CHECK(!says(dense({{"options", "SwiGLU"}}), "passed over"));
  for (const char* gated : {"SwiGLU", "GeGLU", "no GELU", "w/o squared ReLU"})
    CHECK_MESSAGE(own_shape({{"options", gated}}).mlp == catalog::MlpKind::gated, std::string(gated));
  CHECK(shape(with(kDense, {{"model", "gpt-our-size"}})).mlp == catalog::MlpKind::plain);
  CHECK(shape(with(kDense, {{"model", "gpt-our-size"}, {"options", "SwiGLU"}})).mlp == catalog::MlpKind::gated);
}

TEST_CASE("embeddings are tied where the options say so of a model that is not the catalog's") {
  const auto tied = own_shape({{"options", "tied embeddings"}}), untied = own_shape({{"options", "untied embeddings"}});
  CHECK(catalog::parameters(untied) - catalog::parameters(tied) == 40000.0 * 6144);
  CHECK(catalog::parameters(untied) == catalog::parameters(own_shape()));
  CHECK(shape(with(kDense, {{"options", "tied embeddings"}})).tied_embeddings == shape(kDense).tied_embeddings);
}

TEST_CASE("experts of options stand where they say") {
  for (const char* two :
       {"moe-layer-freq 2", "MoE every other layer", "every second layer is MoE", "interleave_moe_layer_step=2"}) {
    CHECK_MESSAGE(own_shape({{"options", two}}).experts->every == 2, std::string(two));
    CHECK_MESSAGE(!says(own({{"options", two}}), "not modeled"), std::string(two));
  }
  CHECK(own({{"options", "interleave_moe_layer_step=2"}, {"vpp", "1"}}).plan.vp == 1);
  const auto shared = own_shape({{"options", "2 shared experts"}});
  CHECK(shared.experts->shared == 2);
  CHECK(catalog::parameters(shared) > catalog::parameters(own_shape()));
  CHECK(own_shape({{"options", "--moe-shared-expert-intermediate-size 8192"}}).experts->shared_hidden == 8192);
  CHECK(own_shape({{"options", "first_k_dense_replace=3"}}).experts->first_dense_layers == 3);
  CHECK(own({{"options", "first 56 layers dense"}}).status == RowStatus::invalid);
}

TEST_CASE("a model of the catalog keeps its experts, and what is passed over is said") {
  const Cells v3{{"model", "deepseek-v3"}, {"options", "2 shared experts, first_k_dense_replace=1"}};
  const auto p = experts(v3);
  CHECK(p.step.total == experts({{"model", "deepseek-v3"}}).step.total);
  CHECK(says(p, "shared experts 2 of the options passed over"));
  CHECK(says(p, "leading dense layers 1 of the options passed over"));
  CHECK(!says(experts({{"model", "deepseek-v3"}, {"options", "1 shared expert"}}), "passed over"));
}

TEST_CASE("cells may count parts: routed and shared experts, dense layers and others") {
  const auto as = [](const char* column, const char* cell) { return own_shape({{column, cell}}); };
  CHECK(as("experts", "8+2").experts->count == 8);
  CHECK(as("experts", "8+2").experts->shared == 2);
  CHECK(as("experts", "8E").experts->count == 8);
  for (const char* two : {"top-2", "2/8", "2 of 8"})
    CHECK_MESSAGE(own({{"top_k", two}}).step.total == own().step.total, std::string(two));
  CHECK(as("layers", "55+1").layers == 56);
  CHECK(as("layers", "1 dense + 55 MoE").layers == 56);
  CHECK(as("layers", "1 dense + 55 MoE").experts->first_dense_layers == 1);
  CHECK(as("layers", "56 + 1 MTP").mtp_layers == 1);
  for (const auto& [column, cell] :
       {std::pair{"experts", "8+100000000"}, {"layers", "56 dense + 0 MoE"}, {"layers", "1+1+1+1+1"}, {"layers", "0+0"}})
    CHECK_MESSAGE(own({{column, cell}}).status == RowStatus::invalid, std::string(cell));
  CHECK(own({{"experts", "8 or so"}}).status == RowStatus::invalid);
}

TEST_CASE("heads of keys may be given by the kind of attention") {
  CHECK(own_shape({{"kv_heads", "MHA"}}).kv_heads == 48);
  CHECK(own_shape({{"kv_heads", "MQA"}}).kv_heads == 1);
  CHECK(own_shape({{"kv_heads", "MLA (128)"}}).kv_heads == 48);
  CHECK(own({{"kv_heads", "MLA"}}).doubt > own({{"kv_heads", "48"}}).doubt);
  CHECK(shape(with(kExperts, {{"model", "deepseek-v3"}, {"heads", "128"}, {"kv_heads", "MLA"}})).latent);
}

TEST_CASE("parameters decide what no other cell does, and say so") {
  const auto billions = [](const catalog::Model& model) { return fmt::format("{:.1f}", catalog::parameters(model) / 1e9); };
  catalog::Model plain = own_shape(), sparse = own_shape();
  plain.mlp = catalog::MlpKind::plain;
  sparse.experts->every = 2;
  CHECK(own_shape({{"params_b", billions(plain)}}).mlp == catalog::MlpKind::plain);
  CHECK(own_shape({{"params_b", billions(sparse)}}).experts->every == 2);
  CHECK(own({{"params_b", billions(own_shape())}}).step.total == own().step.total);
  CHECK(says(own({{"params_b", billions(plain)}}), "plain MLP"));
  CHECK(own_shape({{"params_b", billions(plain)}, {"options", "SwiGLU"}}).mlp == catalog::MlpKind::gated);
  CHECK(own_shape({{"params_b", billions(sparse)}, {"options", "MoE in every layer"}}).experts->every == 1);
  CHECK(own({{"params_b", "2000"}}).doubt > own().doubt);
  catalog::Model narrow = own_shape();
  narrow.experts->hidden = 2048;
  CHECK(own_shape({{"moe_ffn_hidden", ""}, {"params_b", billions(narrow)}}).experts->hidden == 2048);
  CHECK(own_shape({{"moe_ffn_hidden", ""}}).experts->hidden == own_shape().ffn_hidden);
  // The catalog knows better.
  CHECK(experts({{"params_b", "70"}}).step.total == experts({}).step.total);
}

TEST_CASE("a dense MLP of no stated width is as wide as the parameters of the row, or of the model's name, need") {
  const Cells kNine = with(kDense, {{"layers", "36"},
                                    {"hidden", "4608"},
                                    {"heads", "36"},
                                    {"kv_heads", "36"},
                                    {"vocab", "64000"},
                                    {"tp", "2"},
                                    {"vpp", ""},
                                    {"pp", "1"},
                                    {"dp", "32"}});
  const auto nine = [&](const char* model, const char* billions, const char* width) {
    return answer(with(kNine, {{"model", model}, {"params_b", billions}, {"ffn_hidden", width}}));
  };
  for (const char* model : {"llama-9.8B", "qwen-9.8B", "custom-9.8B"}) {
    const auto stated = nine(model, "9.8", "12288");
    for (const char* billions : {"9.8", ""}) {
      const auto open = nine(model, billions, "");
      CHECK_MESSAGE(open.step.total / stated.step.total == doctest::Approx(1).epsilon(0.03), model << ": " << open.reason);
      CHECK_MESSAGE(open.doubt > stated.doubt, model);
    }
  }
  // A width of 4 times the model's is that of an MLP of two matrices where the size says so.
  CHECK(nine("custom-9.8B", "", "18432").step.total == nine("custom", "9.8", "18432").step.total);
  CHECK(nine("custom-9.8B", "", "18432").step.total < nine("custom", "", "18432").step.total);
  // Where no size is known, as wide as is usual of its kind or series, with more doubt.
  CHECK(nine("custom", "", "").step.total == nine("custom", "", "12288").step.total);
  CHECK(nine("custom", "", "").doubt > nine("custom", "9.8", "").doubt);
  const auto wide = [&](const char* model) { return shape(with(kNine, {{"model", model}, {"ffn_hidden", ""}})).ffn_hidden; };
  CHECK(wide("gpt-ours") == 4 * 4608);
  CHECK(wide("llama-ours") == 12416);
  // A cut may be called by the size of the whole.
  CHECK(wide("custom-70B") == wide("custom"));
}

TEST_CASE("experts that a token visits follow from the options, its parameters in the name, or models alike") {
  const auto of = [](const Cells& changed) { return own(with({{"top_k", ""}, {"model", "our-moe"}}, changed)); };
  const auto two = own({{"top_k", "2"}}), one = own({{"top_k", "1"}});
  REQUIRE(two.step.total > one.step.total);
  const double active = catalog::active_parameters(own_shape({{"top_k", "2"}})) / 1e9;
  const auto named = of({{"model", fmt::format("our-moe-A{:.0f}B", active)}});
  CHECK(named.step.total == two.step.total);
  CHECK(named.doubt > two.doubt);
  CHECK(of({{"options", "top-1 routing"}}).step.total == one.step.total);
  CHECK(of({}).step.total == two.step.total);
  CHECK(of({}).doubt > named.doubt);
  CHECK(says(of({}), "top_k taken as 2"));
  CHECK(own_shape({{"top_k", ""}, {"experts", "128"}, {"moe_ffn_hidden", "1024"}}).experts->top_k == 8);
  CHECK(own_shape({{"top_k", ""}, {"experts", "2"}}).experts->top_k == 2);
  CHECK(own_shape({{"top_k", ""}, {"model", "our-moe 141B (39B active)"}}).experts->top_k == 2);
}

TEST_CASE("layers that a model does not have are those that predict further tokens, if it has as many") {
  const auto v3 = [](const char* layers) {
    return shape(with(kExperts, {{"model", "deepseek-v3"}, {"layers", layers}, {"heads", "128"}, {"kv_heads", "128"}}));
  };
  REQUIRE(v3("61").mtp_layers == 1);
  CHECK(v3("61+1").layers == 61);
  CHECK(v3("61 + 1").mtp_layers == 1);
  CHECK(v3("58+3").layers == 61);
  CHECK(v3("62").layers == 62);
  CHECK(own_shape({{"layers", "55+1"}}).layers == 56);
}

TEST_CASE("a cut of the catalog's model has the layers that its name or the options say") {
  const Cells big = with(kDense, {{"model", "llama3-70b"}, {"layers", ""}, {"pp", "1"}, {"vpp", ""}, {"dp", "16"}});
  const auto layers = [&](const Cells& changed) { return shape(with(big, changed)).layers; };
  CHECK(layers({}) == 80);
  for (const char* name :
       {"llama3-70b (6 layers)", "llama3-70b (6 of 80 layers)", "llama3-70b (6 of the 80 layers)", "llama3-70b 6/80 layers"})
    CHECK_MESSAGE(layers({{"model", name}}) == 6, std::string(name));
  for (const char* options : {"truncated to 6 layers", "6 of 80 layers", "num_layers=6"}) {
    CHECK_MESSAGE(layers({{"options", options}}) == 6, std::string(options));
    const auto p = answer(with(big, {{"options", options}}));
    CHECK_MESSAGE(!says(p, "not modeled"), p.reason);
    CHECK(says(p, "layers 6 as the options say"));
  }
  for (const char* options : {"full recompute, 6 of 80 layers", "num_layers=80", "num_layers=800"})
    CHECK_MESSAGE(layers({{"options", options}}) == 80, std::string(options));
  CHECK(layers({{"layers", "80"}, {"options", "truncated to 6 layers"}}) == 80);
}

TEST_CASE("modules of multi-token prediction are counted before or behind their name, one where none is; windows are said") {
  const auto other = [](const char* options) { return experts({{"model", "other-moe"}, {"options", options}}); };
  const auto none = other(""), one = other("MTP=1"), two = other("mtp_num_layers=2");
  REQUIRE(one.step.total > none.step.total);
  REQUIRE(two.step.total > one.step.total);
  for (const char* text : {"MTP", "MTP depth 1", "1 MTP layer", "one MTP module", "with MTP", "multi-token prediction"})
    CHECK_MESSAGE(other(text).step.total == one.step.total, text);
  for (const char* text : {"2 MTP layers", "two MTP modules"}) CHECK_MESSAGE(other(text).step.total == two.step.total, text);
  for (const char* text : {"no MTP", "MTP off", "MTP excluded", "excluding MTP", "MTP removed", "MTP omitted"})
    CHECK_MESSAGE(other(text).step.total == none.step.total, text);
  const auto deepseek = [](const char* options) { return experts({{"model", "deepseek-v3"}, {"options", options}}); };
  REQUIRE(deepseek("no MTP").step.total < deepseek("").step.total);
  for (const char* text : {"MFU excludes MTP", "MFU without MTP", "MTP FLOPs excluded", "MTP not counted in MFU"})
    CHECK_MESSAGE(deepseek(text).step.total == deepseek("").step.total, text);
  CHECK(says(other("sliding window 4096"), "not modeled: sliding window"));
  CHECK(other("sliding window 4096").error > none.error);
}
