// Do words for sharding mean the same however they are spelled, and does what they deny not count?
#include "tables/sharding_words.h"

#include <doctest/doctest.h>

#include <string>

using namespace eigenbau;
using namespace eigenbau::tables;

namespace {

int level_of(const char* words, int usual = 1) {
  INFO(std::string(words));
  const auto sharding = sharding_in(words);
  REQUIRE(sharding);
  return sharding->level_of(usual);
}

}  // namespace

TEST_CASE("sharding that is denied is not in use: what is left counts") {
  for (const char* none : {"no ZeRO", "ZeRO off", "no sharding", "DP", "DDP", "DDP not FSDP", "DDP (no ZeRO)", "no ZeRO-1",
                           "no ZeRO, no FSDP", "distributed optimizer off"})
    CHECK(level_of(none) == 0);
  for (const char* less : {"no FSDP", "FSDP=0", "ZeRO-3: disabled", "use_megatron_fsdp=False", "no ZeRO-3", "no HSDP"})
    for (const int usual : {0, 1, 2}) CHECK(level_of(less, usual) == usual);
  for (const char* all : {"no FSDP", "ZeRO-3 off"}) CHECK(level_of(all, 3) == 0);
  CHECK(level_of("no ZeRO-2", 2) == 0);
  CHECK(level_of("no HSDP", 3) == 3);
  for (const char* first : {"ZeRO-1, no FSDP", "zero1 (not ZeRO-3)", "distributed optimizer without FSDP"})
    CHECK(level_of(first) == 1);
  CHECK(level_of("FSDP, no HSDP") == 3);
  CHECK(!sharding_in("FSDP, no HSDP")->in_groups);
  CHECK(sharding_in("HSDP")->in_groups);
  for (const char* other : {"", "not stated", "no idea"}) CHECK(!sharding_in(other));
}

TEST_CASE("an option speaks of sharding where it names some, not where its words do by chance") {
  for (const char* clause : {"fsdp", "fsdp2", "no fsdp", "hsdp 8x8", "ddp", "zero 3", "zero2", "no zero", "zero 3 offload",
                             "zero", "zero stage 3", "zero=1", "zero within node"})
    CHECK(speaks_of_sharding(clause));
  for (const char* clause : {"zero bubble", "no zero bubble", "hybrid ep", "gqa groups 8", "ddp overlap", "zero offload",
                             "zero copy dispatch", "no zero copy", "zero centered gamma", "group limited routing"})
    CHECK(!speaks_of_sharding(clause));
}

TEST_CASE("sequence parallelism is named by itself, not by what cuts the sequence another way") {
  for (const char* on : {"sp", "sequence parallel", "sequence parallel=true"}) CHECK(sequence_parallel_in(on) == true);
  for (const char* off : {"no sp", "sequence parallel off", "sp=0"}) CHECK(sequence_parallel_in(off) == false);
  for (const char* other : {"ulysses sp 8", "spread", "context parallel", ""}) CHECK(!sequence_parallel_in(other));
}

TEST_CASE("weights that stay gathered are ZeRO 2, whatever sharding is called beside it") {
  for (const char* two : {"SHARD_GRAD_OP", "fsdp (SHARD_GRAD_OP)", "FSDP, shard grad op"}) CHECK(level_of(two) == 2);
  for (const char* kept : {"shard grad op", "reshard after forward=false", "fsdp reshard after forward=never",
                           "no reshard after forward", "reshard after forward: 0"})
    CHECK_MESSAGE(keeps_gathered(kept) == true, std::string(kept));
  for (const char* not_kept : {"reshard after forward", "reshard after forward=true", "reshard after forward=always",
                               "reshard after forward=default", "no shard grad op"})
    CHECK_MESSAGE(keeps_gathered(not_kept) == false, std::string(not_kept));
  for (const char* other : {"fsdp", "", "reshard after forward=8"}) CHECK(!keeps_gathered(other));
}
