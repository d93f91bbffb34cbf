// Is the format of products told from that of everything else?
#include "tables/precision_words.h"

#include <doctest/doctest.h>

#include <string>

#include "tables/feature_words.h"

using namespace eigenbau;
using namespace eigenbau::tables;

TEST_CASE("a format names products unless it is that of traffic, of the optimizer or of what is stored") {
  for (const char* words : {"float8", "float8 tensorwise", "float8 rowwise", "FP8 hybrid", "Transformer Engine FP8",
                            "fp8 delayed scaling", "MXFP8", "NVFP4", "fp8-recipe=blockwise"})
    CHECK_MESSAGE(names_products(clauses_of(words).front()), std::string(words));
  for (const char* words :
       {"fp8 dispatch", "fp8 combine", "float8 all-gather", "8-bit Adam", "fp8 optimizer states", "fp8 KV cache",
        "fp8 gradient all-reduce", "fp8 communication", "no fp8", "FP8 off", "bf16 instead of fp8", "bf16", "fp16"})
    CHECK_MESSAGE(!names_products(clauses_of(words).front()), std::string(words));
}

TEST_CASE("a format that is denied is not in use, and nothing is said of products where that of traffic is") {
  for (const char* words : {"no fp8", "FP8 off", "without float8"})
    CHECK_MESSAGE(denies_products(clauses_of(words).front()), std::string(words));
  for (const char* words : {"fp8", "no fp8 dispatch", "no AdamW", "fp8 hybrid"})
    CHECK_MESSAGE(!denies_products(clauses_of(words).front()), std::string(words));
}

TEST_CASE("scales may stand in a clause of their own") {
  CHECK(products_of_options("compile, float8 (rowwise)") == "float8 rowwise");
  CHECK(products_of_options("rowwise, compile").empty());
  CHECK(products_of_options("fp8 dispatch, hybrid").empty());
  CHECK(precision_in(products_of_options("FP8 (blockwise)")) == catalog::Precision::fp8_block);
}
