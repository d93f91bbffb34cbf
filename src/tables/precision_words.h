// In which number format do words say that products are computed?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/precision.h"

namespace eigenbau::tables {

/// The number format that the words, in lower case, name, as far as a law covers it; nothing where they name none.
std::optional<catalog::Precision> precision_in(std::string_view text);

/// Whether they name one that no law of training covers: fp32, tf32, fp64.
bool is_wide(std::string_view text);

/// Whether they name one of 16 bits or one of at most 8: "bf16/fp8", "fp8 or bf16". Not "fp8 w/ bf16 weights".
bool names_either_width(std::string_view text);

/// A cell, in lower case, less the formats of at most 8 bits of what is no product, unless it names no other: "bf16 + fp8
/// dispatch" and "bf16 (fp8 param gather)" are "bf16 ".
std::string without_other(std::string_view cell);

/// What such a cell puts in another format than the products: "fp8 param gather".
std::vector<std::string> other_formats(std::string_view cell);

/// Whether one of the options, a clause, names a format of at most 8 bits in which products are computed: "float8 rowwise", "FP8
/// hybrid", "Transformer Engine FP8", "MXFP8", "quantization=fp8". Not one of dispatch, gathering, reduction, communication,
/// attention, the optimizer, what is stored or another run ("fp8 dispatch", "float8 all-gather", "fp8 DPA", "8-bit Adam", "the
/// FP8 run is 1.3x faster"), nor what it denies.
bool names_products(std::string_view clause);

/// Whether such a clause says no more than that: it assigns the format ("fp8: hybrid", "precision=fp8"), or all of its words are
/// of the format, its scales, products, training and the software that computes them. Not "FP8 unstable", "same loss as FP8".
bool sets_products(std::string_view clause);

/// Whether a clause says that no such format is in use: "no fp8", "FP8 off", "fp8_recipe: null".
bool denies_products(std::string_view clause);

/// Whether a clause goes on with one that names such a format: "rowwise", "delayed scaling".
bool goes_on_with_products(std::string_view clause);

/// The words of all options that name it, beside a cell that states another one only those that set it; empty where there are
/// none.
std::string products_of_options(std::string_view options, bool beside_another = false);

}  // namespace eigenbau::tables
