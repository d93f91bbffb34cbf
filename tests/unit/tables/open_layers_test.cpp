// Do layers that nobody states come as near to the stated parameters as they can, and stay common where that decides nothing?
#include "tables/open_layers.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace eigenbau;
using namespace eigenbau::tables;

namespace {

catalog::Model of_experts() {
  catalog::Model m;
  m.layers = 32;
  m.hidden = 2048;
  m.heads = m.kv_heads = 16;
  m.ffn_hidden = 8192;
  m.vocabulary = 100'000;
  m.experts = catalog::Experts{.count = 32, .top_k = 4, .hidden = 2048};
  return m;
}

constexpr OpenLayers kAll{.mlp = true, .every = true, .shared = true};

}  // namespace

TEST_CASE("a form that its own parameters are stated for is found, and nothing else of the model changes") {
  for (const auto mlp : {catalog::MlpKind::gated, catalog::MlpKind::plain})
    for (const int every : {1, 2, 4}) {
      catalog::Model form = of_experts();
      form.mlp = mlp;
      form.experts->every = every;
      catalog::Model model = of_experts();
      const LayersTaken taken = settle_layers(model, kAll, catalog::parameters(form));
      CHECK(model.mlp == mlp);
      CHECK(model.experts->every == every);
      CHECK(model.experts->shared == 0);
      CHECK(taken.misfit == 0);
      CHECK(!taken.said.empty());
      CHECK(catalog::parameters(model) == catalog::parameters(form));
    }
}

TEST_CASE("the common form holds where no other is nearer by a clear margin") {
  const double common = catalog::parameters(of_experts());
  for (const double share : {0.96, 1.0, 1.04}) {
    catalog::Model model = of_experts();
    settle_layers(model, kAll, share * common);
    CHECK(catalog::parameters(model) == common);
  }
}

TEST_CASE("what is known is kept, whatever the parameters") {
  for (const double parameters : {1e8, 1e9, 1e10, 1e12}) {
    catalog::Model model = of_experts();
    const LayersTaken nothing = settle_layers(model, {}, parameters);
    CHECK(nothing.said.empty());
    CHECK(catalog::parameters(model) == catalog::parameters(of_experts()));
    settle_layers(model, {.every = true}, parameters);
    CHECK(model.mlp == catalog::MlpKind::gated);
    CHECK(model.experts->hidden == 2048);
    CHECK(model.experts->shared == 0);
  }
}

TEST_CASE("the width of an expert follows from the parameters where no form has them") {
  for (const int width : {512, 1408, 4096}) {
    catalog::Model narrow = of_experts();
    narrow.experts->hidden = width;
    catalog::Model model = of_experts();
    model.experts->hidden = model.ffn_hidden;
    settle_layers(model, {.width = true}, catalog::parameters(narrow));
    CHECK(model.experts->hidden == width);
  }
  catalog::Model model = of_experts();
  CHECK(settle_layers(model, {.width = true}, 1e6).misfit > 1);  // no width makes it so small
  CHECK(model.experts->hidden == 2048);
}

TEST_CASE("the width of a dense MLP is the usual one of its kind where the parameters allow it, else follows from them") {
  catalog::Model dense = of_experts();
  dense.experts.reset();
  for (const auto mlp : {catalog::MlpKind::gated, catalog::MlpKind::plain})
    for (const int width : {2048, 3072, 8192, 12288}) {
      catalog::Model form = dense;
      form.mlp = mlp;
      form.ffn_hidden = width;
      catalog::Model model = form;
      model.ffn_hidden = usual_width(form);
      settle_layers(model, {.dense_width = true}, catalog::parameters(form));
      CHECK(catalog::parameters(model) == doctest::Approx(catalog::parameters(form)).epsilon(0.05));
    }
  catalog::Model open = dense;
  settle_layers(open, {.mlp = true, .dense_width = true}, catalog::parameters(dense));
  CHECK(catalog::parameters(open) == doctest::Approx(catalog::parameters(dense)).epsilon(0.05));
  open = dense;
  CHECK(settle_layers(open, {.dense_width = true}, 1e12).misfit > 0.5);  // no width makes it so large
  CHECK(open.ffn_hidden == dense.ffn_hidden);
  CHECK(usual_width(dense) == 5632);
  open.mlp = catalog::MlpKind::plain;
  CHECK(catalog::parameters(open) > 0);
  CHECK(usual_width(open) == 8192);
}

TEST_CASE("embeddings are tied where the parameters say so, and are no reason for another form") {
  catalog::Model small = of_experts();
  small.experts.reset();
  small.layers = 16;
  for (const auto mlp : {catalog::MlpKind::gated, catalog::MlpKind::plain})
    for (const bool tied : {false, true}) {
      catalog::Model form = small;
      form.mlp = mlp;
      form.tied_embeddings = tied;
      catalog::Model model = small;
      settle_layers(model, {.mlp = true, .embeddings = true}, catalog::parameters(form));
      CHECK(model.mlp == mlp);
      CHECK(model.tied_embeddings == tied);
      settle_layers(model, {.mlp = true}, catalog::parameters(form));
      CHECK(model.tied_embeddings == tied);
    }
}

TEST_CASE("a model without experts has an MLP alone to settle") {
  catalog::Model plain = of_experts();
  plain.experts.reset();
  plain.mlp = catalog::MlpKind::plain;
  catalog::Model model = plain;
  model.mlp = catalog::MlpKind::gated;
  settle_layers(model, {.mlp = true, .every = true, .shared = true, .width = true}, catalog::parameters(plain));
  CHECK(model.mlp == catalog::MlpKind::plain);
  CHECK(!model.experts);
  CHECK(settle_layers(model, {.every = true, .width = true}, 1e9).said.empty());
}
