// What does a cell that counts say beside its count?
#pragma once

#include <string>
#include <string_view>

#include "input/csv.h"

namespace eigenbau::tables {

struct RemarkedCell {
  std::string_view count, remark;
};

/// "4 (a2a)", "2, a2a", "8 + SP", "9/1F1B", "9 stages": the count, and the words in brackets or behind it, as far as they say
/// more than what is counted. The whole cell is the count where nothing is behind it but more of the count ("2/1", "8 x 4").
RemarkedCell split_remark(std::string_view cell);

/// Whether remarks in the cells of a column are options.
bool has_remarks(std::string_view column);

/// The options of a row, with the remarks of the cells of its degrees; of the one of context parallelism they speak of it. A
/// batch per device and accumulation that have columns are options as well.
std::string options_with_remarks(const Csv& table, std::size_t row);

}  // namespace eigenbau::tables
