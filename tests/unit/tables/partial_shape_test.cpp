// Laws of shapes of which a figure is blank.
#include "tables/partial_shape.h"

#include <doctest/doctest.h>

#include <cmath>

#include "catalog/catalog.h"

using namespace eigenbau;
using namespace eigenbau::tables;

namespace {

std::vector<catalog::Model> dense_models() {
  const catalog::Catalog catalog = catalog::Catalog::built_in();
  std::vector<catalog::Model> models;
  for (const catalog::Entry& entry : catalog.list("model"))
    if (auto model = catalog.model(entry.name); model && !model->experts && !model->latent) models.push_back(*std::move(model));
  return models;
}

/// As a row has it: figures alone, and the parameters.
catalog::Model row_of(const catalog::Model& model) {
  catalog::Model row;
  row.name = model.name;
  row.layers = model.layers;
  row.hidden = model.hidden;
  row.heads = model.heads;
  row.kv_heads = model.kv_heads;
  row.ffn_hidden = model.ffn_hidden;
  row.vocabulary = model.vocabulary;
  return row;
}

}  // namespace

TEST_CASE("what is whole is left as it is, and what nothing gives stays blank") {
  for (const catalog::Model& model : dense_models()) {
    catalog::Model row = row_of(model);
    CHECK(complete_shape({}, row, catalog::parameters(model)).empty());
    CHECK(row.layers == model.layers);
    row.layers = row.hidden = 0;
    CHECK(complete_shape({}, row, catalog::parameters(model)).empty());
    row = row_of(model);
    row.layers = 0;
    CHECK(complete_shape({}, row, std::nullopt).empty());
    CHECK(row.layers == 0);
  }
}

TEST_CASE("layers and width are those that the parameters leave, each from the other") {
  const std::vector<catalog::Model> models = dense_models();
  for (const catalog::Model& model : models) {
    CAPTURE(model.name);
    const double parameters = catalog::parameters(model);
    catalog::Model without_layers = row_of(model), without_width = row_of(model);
    without_layers.layers = without_width.hidden = 0;
    complete_shape(models, without_layers, parameters);
    CHECK(without_layers.layers == model.layers);
    CHECK_FALSE(complete_shape(models, without_width, parameters).empty());
    CHECK(without_width.hidden == doctest::Approx(model.hidden).epsilon(0.05));
  }
}

TEST_CASE("blank heads are as wide as most are") {
  catalog::Model row;
  row.layers = 80;
  row.hidden = 8192;
  CHECK_FALSE(complete_shape({}, row, std::nullopt).empty());
  CHECK(row.heads == 64);
  CHECK(row.kv_heads == 64);
  CHECK(row.ffn_hidden == 4 * 8192);
}

TEST_CASE("a name that has figures of the shape gives them, beside those of a size it does not") {
  catalog::Model row;
  row.name = "bloom-proto-78L-13824h-96heads";
  CHECK_FALSE(complete_shape({}, row, std::nullopt).empty());
  CHECK(row.layers == 78);
  CHECK(row.hidden == 13824);
  CHECK(row.heads == 96);
  for (const char* other : {"llama3-8b", "gpt3-175b", "v100h", "a1.5l", "qwen2.5-7b", "house model"}) {
    catalog::Model none;
    none.name = other;
    CHECK_MESSAGE(complete_shape({}, none, std::nullopt).empty(), std::string(other));
  }
}
