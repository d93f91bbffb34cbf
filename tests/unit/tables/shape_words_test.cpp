// Are heads and widths read that a cell gives beside others, or as multiples?
#include "tables/shape_words.h"

#include <doctest/doctest.h>

#include <string>

using namespace eigenbau::tables;

TEST_CASE("heads of keys and values stand beside those of queries; a second factor is the size of a head") {
  for (const char* cell : {"128/8", "128 / 8", "128 Q / 8 KV", "128 (8 KV)", "128 heads, 8 KV heads", "128/8 KV"}) {
    REQUIRE_MESSAGE(heads_in(cell), std::string(cell));
    CHECK_MESSAGE(heads_in(cell)->queries == 128, std::string(cell));
    CHECK_MESSAGE(heads_in(cell)->keys == 8, std::string(cell));
  }
  for (const char* cell : {"64", "64 heads", "64 x 128", "64*128", "64 (128)"}) {
    CHECK_MESSAGE(heads_in(cell)->queries == 64, std::string(cell));
    CHECK_MESSAGE(!heads_in(cell)->keys, std::string(cell));
  }
  for (const char* none : {"", "128/", "128/8/4", "128 layers", "8 KV", "1,024", "128/kv"})
    CHECK_MESSAGE((!heads_in(none) || !heads_in(none)->keys), std::string(none));
  CHECK(!heads_in("1,024"));
}

TEST_CASE("the kind of attention and a count stand in any order") {
  for (const char* cell : {"GQA 8", "8 GQA", "GQA-8", "GQA (8)", "8 (GQA)", "GQA, 8 groups", "gqa: 8 kv heads"}) {
    CHECK_MESSAGE(key_heads_in(cell).kind == "gqa", std::string(cell));
    CHECK_MESSAGE(key_heads_in(cell).count == 8, std::string(cell));
  }
  for (const char* kind : {"MHA", "mla", "MQA", "GQA"}) {
    CHECK(key_heads_in(kind).kind.size() == 3);
    CHECK(!key_heads_in(kind).count);
  }
  CHECK(key_heads_in("MLA (128)").kind == "mla");
  CHECK(key_heads_in("8").kind.empty());
  for (const char* other : {"8", "group 16", "GQA ratio 4", "GQA 8 4", ""})
    CHECK_MESSAGE(!key_heads_in(other).count, std::string(other));
}

TEST_CASE("a width stands with its words, beside an expert's, or as a multiple of the hidden size") {
  const auto width = [](const char* cell) { return width_in(cell, 4096)->width; };
  for (const char* cell : {"18432", "18432 dense", "18432/2048", "18432 dense / 2048 expert", "18432 dense, 2048 per expert",
                           "18432 (2048 per expert)"})
    CHECK_MESSAGE(width(cell) == 18432, std::string(cell));
  for (const char* cell : {"18432/2048", "18432 dense / 2048 expert", "18432 dense, 2048 per expert", "18432 + 2048 moe"})
    CHECK_MESSAGE(width_in(cell, 4096)->of_expert == 2048, std::string(cell));
  for (const char* cell : {"2048 per expert", "2048 each", "2048/expert"}) CHECK_MESSAGE(width(cell) == 2048, std::string(cell));
  for (const char* four : {"4h", "4 h", "4H", "4*h", "4 x hidden", "4.0 d_model", "4 x hidden size", "4 x 4096", "4096x4"})
    CHECK_MESSAGE(width(four) == 16384, std::string(four));
  CHECK(width("3.5h") == 14336);
  CHECK(width("8/3 h") == 11008);  // as Llama 7B has it
  for (const char* matrices : {"14336 x 3", "3x14336", "8 x 14336"})
    CHECK_MESSAGE(width(matrices) == 14336, std::string(matrices));
  for (const char* product : {"7 x 2048", "14 x 1024"}) CHECK_MESSAGE(width(product) == 14336, std::string(product));
  CHECK(width_in("8 x 2048", 4096, true)->width == 2048);
  for (const char* none : {"", "h", "-4h", "0h", "1,024", "dense", "18432 MB", "1/2/3", "18432 / 2048 shared", "8k"})
    CHECK_MESSAGE(!width_in(none, 4096), std::string(none));
  CHECK(!width_in("4h", 0));
}
