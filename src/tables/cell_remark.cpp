// What does a cell that counts say beside its count?
#include "tables/cell_remark.h"

#include <algorithm>
#include <array>

#include "tables/cell_words.h"
#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

/// How ranks of context parallelism exchange what they attend to.
bool is_one_way_of_context(std::string_view words) {
  constexpr std::array<std::string_view, 6> kWays{"a2a", "alltoall", "p2p", "ring", "ulysses", "allgather"};
  return std::ranges::find(kWays, run_together(words)) != kWays.end();
}

}  // namespace

RemarkedCell split_remark(std::string_view cell) {
  cell = trimmed(cell);
  if (const std::size_t open = cell.find_first_of("(["); open != std::string_view::npos && open > 0) {
    const std::string_view inside = cell.substr(open + 1);
    return {trimmed(cell.substr(0, open)), trimmed(inside.substr(0, inside.find_last_of(")]")))};
  }
  const std::size_t digits = std::min(cell.find_first_not_of("0123456789.,"), cell.size());
  const std::size_t begin = std::min(cell.find_first_not_of(" +", digits), cell.size());
  const bool added = contains(cell.substr(digits, begin - digits), "+") && begin < cell.size() && !is_digit(cell[begin]);
  if (digits == 0 || (!added && !is_one_way_of_context(cell.substr(begin)))) return {cell, {}};
  return {cell.substr(0, digits), cell.substr(begin)};
}

std::string options_with_remarks(const Csv& table, std::size_t row) {
  std::string options(table.cell(row, "options"));
  for (const std::string_view column : {"tp", "pp", "vpp", "cp", "ep", "dp", "micro_batch"}) {
    const std::string_view remark = split_remark(table.cell(row, column)).remark;
    if (remark.empty()) continue;
    options += options.empty() ? "" : "; ";
    if (column == "cp" && !has_word(lower(remark), "cp")) options += "cp ";
    options += remark;
  }
  return options;
}

}  // namespace eigenbau::tables
