// Is the format of products told from that of everything else?
#include "tables/precision_words.h"

#include <doctest/doctest.h>

#include <string>

#include "tables/feature_words.h"

using namespace eigenbau;
using namespace eigenbau::tables;

TEST_CASE("a format names products unless it is that of traffic, of the optimizer or of what is stored") {
  for (const char* words :
       {"float8", "float8 tensorwise", "float8 rowwise", "FP8 hybrid", "Transformer Engine FP8", "fp8 delayed scaling", "MXFP8",
        "NVFP4", "FP8 blockwise 1x128", "fp8-recipe=blockwise", "FP 8", "FP-8 hybrid", "quantization=fp8"})
    CHECK_MESSAGE(names_products(clauses_of(words).front()), std::string(words));
  for (const char* words : {"fp8 dispatch",
                            "fp8 combine",
                            "float8 all-gather",
                            "8-bit Adam",
                            "fp8 optimizer states",
                            "fp8 KV cache",
                            "fp8 gradient all-reduce",
                            "fp8 communication",
                            "fp8 DPA",
                            "fp8 MHA",
                            "reference FP8 run is 1.3x faster",
                            "fp8 quantization of the KV cache",
                            "no fp8",
                            "FP8 off",
                            "bf16 instead of fp8",
                            "bf16",
                            "fp16",
                            "peak 1979 TFLOPs fp8 for MFU",
                            "MFU against the fp8 peak",
                            "future work: FP8",
                            "FP8 run gives 1.4x",
                            "1.4x by FP8",
                            "supports FP8",
                            "we also tried FP8",
                            "FP8 is left for later"})
    CHECK_MESSAGE(!names_products(clauses_of(words).front()), std::string(words));
}

TEST_CASE("a format that is denied is not in use, and nothing is said of products where that of traffic is") {
  for (const char* words : {"no fp8", "FP8 off", "without float8", "fp8: null", "fp8_recipe: null", "fp8-recipe=none", "fp8: ~",
                            "fp8_format=None", "fp8 recipe none"})
    CHECK_MESSAGE(denies_products(clauses_of(words).front()), std::string(words));
  for (const char* words : {"fp8", "no fp8 dispatch", "no AdamW", "fp8 hybrid"})
    CHECK_MESSAGE(!denies_products(clauses_of(words).front()), std::string(words));
}

TEST_CASE("a format is set by an assignment, or where no word is of anything but products") {
  for (const char* words : {"FP8", "float8 rowwise", "FP8 hybrid", "Transformer Engine FP8", "TransformerEngine FP8",
                            "fp8: hybrid", "precision=fp8", "TE_FP8=1", "model.precision: fp8", "quantization=fp8",
                            "FP8 training", "fp8 GEMMs", "FP8 for GEMMs only", "fp8 instead of bf16"})
    CHECK_MESSAGE(sets_products(clauses_of(words).front()), std::string(words));
  for (const char* words : {"same loss as FP8", "compared with FP8", "FP8 unstable", "FP8 planned", "fp8 dispatch", "fp8: null"})
    CHECK_MESSAGE(!sets_products(clauses_of(words).front()), std::string(words));
}

TEST_CASE("scales may stand in a clause of their own") {
  CHECK(products_of_options("compile, float8 (rowwise)") == "float8 rowwise");
  CHECK(products_of_options("fp8; per-tensor current scaling; async TP") == "fp8 per tensor current scaling");
  CHECK(products_of_options("rowwise, compile").empty());
  CHECK(products_of_options("fp8 dispatch, hybrid").empty());
  CHECK(precision_in(products_of_options("FP8 (blockwise)")) == catalog::Precision::fp8_block);
}

TEST_CASE("a format is the same with a blank, a hyphen or an underscore in it") {
  for (const char* words : {"fp8", "fp 8", "fp-8", "float_8"}) CHECK(precision_in(words) == catalog::Precision::fp8);
  for (const char* words : {"mxfp8", "fp8_mx", "mx-fp8", "mx fp8", "mxfp 8"})
    CHECK(precision_in(words) == catalog::Precision::mxfp8);
  for (const char* words : {"bf16", "bf-16", "bfloat 16"}) CHECK(precision_in(words) == catalog::Precision::bf16);
  CHECK(is_wide("fp 32"));
}

TEST_CASE("a cell of precision is that of products, whatever else is in another format") {
  for (const char* cell :
       {"bf16 + fp8 all-gather", "bf16 (fp8 param gather)", "bf16 + fp8 attention", "bf16 params, fp8 comm",
        "bf16 with fp-8 dispatch", "fp8 optimizer states, bf16", "bf16 (fp8 was planned)", "bf16 (fp8 ran out of memory)"}) {
    INFO(std::string(cell));
    CHECK(precision_in(without_other(cell)) == catalog::Precision::bf16);
    CHECK(other_formats(cell).size() == 1);
  }
  for (const char* cell : {"fp8", "fp8(rowwise)", "fp8 with bf16 attention", "fp8 + bf16 dispatch", "fp8 or nvfp4", "bf16(te)",
                           "fp8 activations and weights"}) {
    INFO(std::string(cell));
    CHECK(without_other(cell) == cell);
    CHECK(other_formats(cell).empty());
  }
}
