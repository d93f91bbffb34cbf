// What does a cell that counts say beside its count?
#pragma once

#include <string>
#include <string_view>

#include "input/csv.h"

namespace eigenbau::tables {

struct RemarkedCell {
  std::string_view count, remark;
};

/// "4 (a2a)", "2 a2a", "8 + SP": the count, and the words in brackets, after a plus, or for a way of context parallelism. The
/// whole cell is the count where it has none.
RemarkedCell split_remark(std::string_view cell);

/// The options of a row, with the remarks of the cells of its degrees; of the one of context parallelism they speak of it.
std::string options_with_remarks(const Csv& table, std::size_t row);

}  // namespace eigenbau::tables
