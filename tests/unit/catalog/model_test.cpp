// Laws of model shapes: published parameter counts come out, work scales as the equations say.
#include "catalog/model.h"

#include <doctest/doctest.h>

#include "catalog/precision.h"

using namespace eigenbau;
using namespace eigenbau::catalog;

namespace {

Model llama3(int layers, int hidden, int heads, int ffn) {
  Model model;
  model.layers = layers;
  model.hidden = hidden;
  model.heads = heads;
  model.kv_heads = 8;
  model.ffn_hidden = ffn;
  model.vocabulary = 128256;
  model.sequence_length = 8192;
  return model;
}

Model gpt3() {
  Model model;
  model.layers = 96;
  model.hidden = 12288;
  model.heads = model.kv_heads = 96;
  model.ffn_hidden = 4 * 12288;
  model.vocabulary = 50257;
  model.sequence_length = 2048;
  model.attention = AttentionKind::mha;
  model.mlp = MlpKind::plain;
  model.biases = model.tied_embeddings = model.learned_positions = true;
  return model;
}

Model mixtral() {
  Model model;
  model.layers = 32;
  model.hidden = 4096;
  model.heads = 32;
  model.kv_heads = 8;
  model.ffn_hidden = 14336;
  model.vocabulary = 32000;
  model.experts = Experts{.count = 8, .top_k = 2, .hidden = 14336};
  return model;
}

Model deepseek_v3() {
  Model model;
  model.layers = 61;
  model.hidden = 7168;
  model.heads = model.kv_heads = 128;
  model.ffn_hidden = 18432;
  model.vocabulary = 129280;
  model.attention = AttentionKind::mla;
  model.mtp_layers = 1;
  model.latent = LatentAttention{.q_lora = 1536, .kv_lora = 512, .qk_nope = 128, .qk_rope = 64, .v_head = 128};
  model.experts = Experts{.count = 256, .top_k = 8, .hidden = 2048, .shared = 1, .first_dense_layers = 3};
  return model;
}

Model grok1() {
  Model model;
  model.layers = 64;
  model.hidden = 6144;
  model.heads = 48;
  model.kv_heads = 8;
  model.ffn_hidden = 32768;
  model.vocabulary = 131072;
  model.tied_embeddings = true;
  model.experts = Experts{.count = 8, .top_k = 2, .hidden = 32768};
  return model;
}

}  // namespace

TEST_CASE("parameter counts come out as published") {
  CHECK(parameters(llama3(32, 4096, 32, 14336)) == doctest::Approx(8.03e9).epsilon(0.001));
  CHECK(parameters(llama3(80, 8192, 64, 28672)) == doctest::Approx(70.55e9).epsilon(0.001));
  CHECK(parameters(llama3(126, 16384, 128, 53248)) == doctest::Approx(405.85e9).epsilon(0.001));
  CHECK(parameters(gpt3()) == doctest::Approx(174.6e9).epsilon(0.001));
  CHECK(parameters(mixtral()) == doctest::Approx(46.7e9).epsilon(0.001));
  CHECK(active_parameters(mixtral()) == doctest::Approx(12.88e9).epsilon(0.001));
  CHECK(parameters(deepseek_v3()) == doctest::Approx(671.03e9).epsilon(0.001));
  CHECK(active_parameters(deepseek_v3()) == doctest::Approx(37e9).epsilon(0.02));
  CHECK(mtp_parameters(deepseek_v3()) == doctest::Approx(11.5e9).epsilon(0.01));
  CHECK(parameters(grok1()) == doctest::Approx(314e9).epsilon(0.01));
}

TEST_CASE("a dense model is all active, and so is a mixture in which every expert is chosen") {
  const Model dense = llama3(32, 4096, 32, 14336);
  CHECK(active_parameters(dense) == parameters(dense));
  Model everyone = mixtral();
  everyone.experts->top_k = everyone.experts->count;
  CHECK(active_parameters(everyone) == parameters(everyone));
}

TEST_CASE("only every so many layers are mixtures, after the first dense ones") {
  CHECK(moe_layers(deepseek_v3()) == 58);
  CHECK(moe_layers(gpt3()) == 0);
  Model alternating = mixtral();
  alternating.experts->every = 2;
  CHECK(moe_layers(alternating) == 16);
  CHECK(active_parameters(alternating) < active_parameters(mixtral()));
}

TEST_CASE("work per token is six per matrix parameter plus attention") {
  const Model model = gpt3();
  // 24·L·h²·3·(1 + S/6h + V/12Lh) per token: equation of Narayanan et al. 2021 without recomputation.
  const double h = model.hidden, l = model.layers, s = 2048, v = model.vocabulary;
  const double paper = 72 * l * h * h * (1 + s / (6 * h) + v / (12 * l * h));
  CHECK(training_flop(model, 2048).full.base() == doctest::Approx(paper).epsilon(1e-9));
}

TEST_CASE("a causal mask halves attention and nothing else") {
  const Model model = llama3(32, 4096, 32, 14336);
  const auto full = [&](int seq) { return training_flop(model, seq).full.base(); };
  const auto causal = [&](int seq) { return training_flop(model, seq).causal.base(); };
  const double matrices = 2 * full(8192) - full(16384);
  CHECK(full(8192) - causal(8192) == doctest::Approx((full(8192) - matrices) / 2));
  CHECK(full(8192) - matrices == doctest::Approx(12.0 * 32 * 4096 * 8192));
}

TEST_CASE("a window bounds the keys that a layer sees") {
  Model model = llama3(32, 4096, 32, 14336);
  const double without = training_flop(model, 8192).causal.base();
  model.window = 128;
  model.full_every = 2;
  const double half_windowed = training_flop(model, 8192).causal.base();
  CHECK(half_windowed < without);
  CHECK(training_flop(model, 100).causal.base() ==
        doctest::Approx(training_flop(llama3(32, 4096, 32, 14336), 100).causal.base()));
  const double saved = 12.0 * 16 * 4096 * (8192 / 2.0 - (128 - 128.0 * 128 / (2 * 8192)));
  CHECK(without - half_windowed == doctest::Approx(saved));
}

TEST_CASE("a token of a chunked window sees half of its chunk in the mean, of a sliding one nearly all of it") {
  for (const bool causal : {true, false}) {
    CHECK(keys_seen(8192, 8192, causal, true) == doctest::Approx(keys_seen(8192, 0, causal)));  // one chunk is everything
    CHECK(keys_seen(5000, 8192, causal, true) == doctest::Approx(keys_seen(5000, 0, causal)));
    CHECK(keys_seen(65536, 8192, causal, true) == doctest::Approx(keys_seen(8192, 0, causal)));
    // A last chunk that is half as long counts by its tokens.
    CHECK(keys_seen(12288, 8192, causal, true) ==
          doctest::Approx((2 * keys_seen(8192, 0, causal) + keys_seen(4096, 0, causal)) / 3));
  }
  CHECK(keys_seen(65536, 8192, true, true) < 0.6 * keys_seen(65536, 8192, true));
}

TEST_CASE("every format is found by its name, and block scales cost less than an eighth") {
  for (const auto precision : {Precision::fp32, Precision::tf32, Precision::fp16, Precision::bf16, Precision::fp8,
                               Precision::fp8_block, Precision::mxfp8, Precision::nvfp4, Precision::int8})
    CHECK(precision_from(name_of(precision)) == precision);
  CHECK(precision_from("BFloat16") == Precision::bf16);
  CHECK_FALSE(precision_from("").has_value());
  CHECK_FALSE(precision_from("fp7").has_value());
  for (const auto& [scaled, plain] : {std::pair{Precision::fp8_block, 1.0}, {Precision::mxfp8, 1.0}, {Precision::nvfp4, 0.5}}) {
    CHECK(bytes_per_element(scaled) > plain);
    CHECK(bytes_per_element(scaled) <= 1.125 * plain);
  }
}
