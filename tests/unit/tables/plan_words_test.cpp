// Do the words of a plan mean the same however they are spelled, and does what they deny not count?
#include "tables/plan_words.h"

#include <doctest/doctest.h>

#include <string>

using namespace eigenbau;
using namespace eigenbau::tables;
using perf::Recompute;

namespace {

int level_of(const char* words) {
  INFO(std::string(words));
  const auto sharding = sharding_in(words);
  REQUIRE(sharding);
  return sharding->zero_level;
}

}  // namespace

TEST_CASE("sharding that is denied is not in use: what is left counts, else nothing is sharded") {
  for (const char* none : {"no FSDP", "no ZeRO", "ZeRO off", "ZeRO-3: disabled", "DP", "DDP", "DDP not FSDP", "DDP (no ZeRO)"})
    CHECK(level_of(none) == 0);
  for (const char* first : {"ZeRO-1, no FSDP", "zero1 (not ZeRO-3)", "distributed optimizer without FSDP"})
    CHECK(level_of(first) == 1);
  CHECK(level_of("FSDP, no HSDP") == 3);
  CHECK(!sharding_in("FSDP, no HSDP")->in_groups);
  CHECK(sharding_in("HSDP")->in_groups);
  for (const char* other : {"", "not stated", "no idea"}) CHECK(!sharding_in(other));
}

TEST_CASE("an option speaks of sharding where it names some, not where its words do by chance") {
  for (const char* clause : {"fsdp", "fsdp2", "no fsdp", "hsdp 8x8", "ddp", "zero 3", "zero2", "no zero", "zero 3 offload"})
    CHECK(speaks_of_sharding(clause));
  for (const char* clause : {"zero bubble", "no zero bubble", "hybrid ep", "gqa groups 8", "ddp overlap", "zero offload"})
    CHECK(!speaks_of_sharding(clause));
}

TEST_CASE("words for recompute mean the same in a cell and in an option, with blanks, hyphens or underscores") {
  for (const char* full : {"full", "100%", "80/80", "all", "every layer", "ckpt", "nothing_saveable", "recompute", "AC",
                           "2 layers", "save_out_proj", "save out proj", "full, no offload"}) {
    INFO(std::string(full));
    CHECK(recompute_in(full) == Recompute::full);
  }
  for (const char* selective : {"selective", "moe_act", "recompute moe act", "mla up proj", "recompute modules= mlp moe act",
                                "dots-saveable", "selective, not full"}) {
    INFO(std::string(selective));
    CHECK(recompute_in(selective) == Recompute::selective);
  }
  for (const char* none : {"none", "no", "off", "disabled", "full recompute off", "not full", "AC off", "without recompute",
                           "no checkpointing", "recompute=False"}) {
    INFO(std::string(none));
    CHECK(recompute_in(none) == Recompute::none);
  }
  for (const char* other : {"", "foo", "not stated"}) CHECK(!recompute_in(other));
}
