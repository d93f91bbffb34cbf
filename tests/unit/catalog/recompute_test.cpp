// Is recomputation that is stated in parts put together, and written back in the same words?
#include "catalog/recompute.h"

#include <doctest/doctest.h>

using namespace eigenbau::catalog;

TEST_CASE("layers and modules say their mode by themselves") {
  const RecomputeModules act = RecomputeModules().add(RecomputeModule::moe_act);
  CHECK(stated_recompute({}, {}, {})->mode == Recompute::automatic);
  CHECK(stated_recompute(Recompute::none, {}, {}) == Recompute(Recompute::none));
  CHECK(stated_recompute({}, 2, {}) == stated_recompute(Recompute::full, 2, {}));
  CHECK(stated_recompute({}, {}, act) == stated_recompute(Recompute::selective, {}, act));
}

TEST_CASE("what contradicts itself is refused") {
  const RecomputeModules act = RecomputeModules().add(RecomputeModule::moe_act);
  CHECK(!stated_recompute({}, 2, act));
  CHECK(!stated_recompute(Recompute::full, {}, act));
  CHECK(!stated_recompute(Recompute::selective, 2, {}));
  CHECK(!stated_recompute(Recompute::none, 2, {}));
}

TEST_CASE("every name means what is written under it, and nothing else") {
  for (const auto& [name, module] : kRecomputeModules) {
    CHECK(recompute_module_from(name) == module);
    Recompute one = Recompute::selective;
    one.modules.add(module);
    CHECK(in_words(one) == "selective (" + std::string(name) + ")");
  }
  for (const auto& [name, mode] : kRecomputeModes) {
    CHECK(recompute_mode_from(name) == mode);
    CHECK(in_words(mode) == name);
  }
  for (const char* other : {"", "moe act", "Full", "automatic"}) CHECK(!recompute_mode_from(other));
  CHECK(!recompute_module_from("moe act"));
  CHECK(in_words(*stated_recompute({}, 1, {})) == "full of 1 layer a chunk");
}
