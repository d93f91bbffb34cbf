// What does a cell of a model's shape count that gives more than one figure, or a multiple of another?
#pragma once

#include <optional>
#include <string_view>

namespace eigenbau::tables {

/// Heads of queries, and of keys and values where the cell names them beside: "128/8", "128 Q / 8 KV", "128 (8 KV)"; of "128 x
/// 128" and "64 (128)" the second is the size of a head.
struct HeadWords {
  int queries = 0;
  std::optional<int> keys;
};
std::optional<HeadWords> heads_in(std::string_view cell);

/// Heads of keys and values by the kind of attention, in any order: "GQA 8", "8 (GQA)", "MLA (128)".
struct KeyHeadWords {
  std::string_view kind;     ///< "mha", "mla", "mqa", "gqa"; empty where the cell names none
  std::optional<int> count;  ///< where the cell says no more than the kind and a count
};
KeyHeadWords key_heads_in(std::string_view cell);

/// Width of an MLP, and of an expert's where the cell names it beside: "18432/2048", "18432 dense, 2048 per expert".
struct WidthWords {
  int width = 0;
  std::optional<int> of_expert;
};
/// The same of "2048 each" and multiples of the hidden size, "4h", "3.5 x hidden", "8/3 h": what is no whole number is rounded up
/// to a multiple of 256, as Llama's widths are. A factor that is wider than the hidden size is the width,
/// beside which the other one counts matrices or experts, "53248 x 3", as it does in an expert's cell; else a product is meant,
/// "13 x 4096". Nothing where the cell is a plain count or says anything else.
std::optional<WidthWords> width_in(std::string_view cell, int hidden, bool of_expert = false);

}  // namespace eigenbau::tables
