// Which count does a cell give in words and suffixes?
#pragma once

#include <optional>
#include <string_view>

namespace eigenbau::tables {

struct WordedCount {
  int count = 0;
  bool of_tokens = false;  ///< "4M tokens"
};

/// "512 GPUs", "8k", "~1,024 (64 nodes)", "16M tokens", "4 Mtoken", "2^20 tokens", "8-way". A thousand is 1,024 of a power of two
/// ("128k" is 131,072), else 1,000 ("100k"), and a million likewise. Nothing where the cell says anything else than a whole
/// number from 0 to a hundred million with one such word.
std::optional<WordedCount> worded_count(std::string_view cell);

/// Counts with a sign of multiplication between: "32x8", "32 x 8", "8*8", "16 nodes x 8". Nothing where the cell says anything
/// else.
struct Factors {
  int first = 0, second = 0;
};
std::optional<Factors> factors_in(std::string_view cell);

/// The product of such two, of up to a hundred million.
std::optional<int> counted_product(std::string_view cell);

}  // namespace eigenbau::tables
