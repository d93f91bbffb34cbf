// Is what a name says beside what a model is called so of the model, or no name of it?
#include "tables/model_name.h"

#include <doctest/doctest.h>

#include <string>

using namespace eigenbau;
using namespace eigenbau::tables;

namespace {

/// Of 9.5 billion parameters, of which a token touches 3.1.
catalog::Model of_experts() {
  catalog::Model m;
  m.name = "our-moe-3x9b";
  m.aliases = {"ours", "ours-9b"};
  m.layers = 32;
  m.hidden = 2048;
  m.heads = m.kv_heads = 16;
  m.ffn_hidden = 8192;
  m.vocabulary = 100'000;
  m.experts = catalog::Experts{.count = 20, .top_k = 4, .hidden = 2048};
  return m;
}

catalog::Model dense() {
  catalog::Model m = of_experts();
  m.name = "solid";
  m.aliases = {"solid-2b"};
  m.experts.reset();
  return m;
}

bool is_known(const char* name) { return known_model({of_experts(), dense()}, name).model != nullptr; }

}  // namespace

TEST_CASE("sizes in a name, in all and of a token, are those of the model") {
  CHECK(catalog::parameters(of_experts()) == doctest::Approx(9e9).epsilon(0.05));
  CHECK(catalog::active_parameters(of_experts()) == doctest::Approx(2.55e9).epsilon(0.05));
  for (const char* name : {"ours 9B-A2.5B", "ours (9B)", "ours (9B-A2.5B)", "ours (9B/2.5B active)", "ours (9B, 2.5B active)",
                           "ours (2.5B active)", "ours-9B-A2.5B", "ours (9B total, 2.5B active parameters)", "ours (9B MoE)",
                           "Our-MoE-3\u00d79B", "ours-9B-A2.5B-Instruct"})
    CHECK_MESSAGE(is_known(name), std::string(name));
  for (const char* name : {"ours 20B", "ours 9B-A9B", "ours (20B)", "ours (9B/9B active)", "ours (9B, 12 heads)",
                           "ours (9B/5B/2.5B)", "ours (9B-A2.5B-A2.5B)", "A2.5B", "(9B)", "9B", "theirs (9B)", "solid-A2B-9B"})
    CHECK_MESSAGE(!is_known(name), std::string(name));
}

TEST_CASE("a name with MoE is of a model with experts") {
  for (const char* name : {"ours MoE", "ours-MoE-9B", "ours MoE 9B-A2.5B"}) CHECK_MESSAGE(is_known(name), std::string(name));
  CHECK(is_known("solid"));
  for (const char* name : {"solid MoE", "solid-MoE-2B", "MoE"}) CHECK_MESSAGE(!is_known(name), std::string(name));
}

TEST_CASE("whether it predicts further tokens is no part of a name, nor is how often experts are counted") {
  for (const char* name :
       {"ours w/o MTP", "ours without MTP", "ours-no-MTP", "ours with MTP", "ours (w/o MTP)", "solid-2B w/o MTP"})
    CHECK_MESSAGE(is_known(name), std::string(name));
  catalog::Model counted = of_experts();
  counted.aliases = {"ours-2b-20e"};
  CHECK(known_model({counted}, "ours 2Bx20E").model);
  CHECK(!known_model({counted}, "ours 2Bx40E").model);
}

TEST_CASE("a cut has as many layers as its name says") {
  const std::vector<catalog::Model> models{of_experts()};
  const KnownModel cut = known_model(models, "ours-9b-proxy-12L");
  CHECK(cut.model == &models.front());
  CHECK(cut.layers == 12);
  CHECK(!known_model(models, "ours-9b").layers);
  for (const char* name : {"ours (12 layers)", "ours (12 of 32 layers)", "ours 12/32 layers", "ours (12 out of 32 layers)",
                           "ours 12 layers", "ours 12-layer", "ours (9B, 12 layers)", "ours-9b-12l", "ours (12L)"})
    CHECK_MESSAGE(known_model(models, name).layers == 12, name);
  for (const char* name : {"ours 12 heads", "ours 12 L", "12 layers"}) CHECK_MESSAGE(!known_model(models, name).model, name);
}

TEST_CASE("what a copy was tuned for, and when, is no part of what a model is called") {
  for (const char* name : {"ours-Thinking", "ours-VL-9B-A2.5B", "ours-Coder-9B", "ours-VL-MoE-9B-Instruct", "ours-0324",
                           "ours-2507", "ours-20250120", "ours-9B-Thinking-2507", "ours-exp"})
    CHECK_MESSAGE(is_known(name), std::string(name));
  for (const char* name : {"ours-1324", "ours-4096", "ours-Coder-20B", "VL-9B", "ours-0324x"})
    CHECK_MESSAGE(!is_known(name), std::string(name));
}

TEST_CASE("a version that the catalog does not have is taken as the one before its point, and known to be another") {
  catalog::Model third = of_experts();
  third.aliases = {"ours-v3", "ours-v3.1"};
  const auto known = [&](const char* name) { return known_model({third}, name); };
  for (const char* name : {"ours-V3.2", "ours V3.2-Exp", "ours-v3.2 (9B)", "ours V3.2-12L"}) {
    CHECK_MESSAGE(known(name).model, name);
    CHECK(known(name).other_version);
  }
  CHECK(known("ours V3.2-12L").layers == 12);
  for (const char* name : {"ours-V3", "ours-v3.1"}) {
    CHECK(known(name).model);
    CHECK(!known(name).other_version);
  }
  for (const char* name : {"ours-v3.6B", "ours-v3.6 B", "ours-V2.3"}) CHECK_MESSAGE(!known(name).model, name);
}
