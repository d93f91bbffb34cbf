// What does a cell that counts say beside its count?
#include "tables/cell_remark.h"

#include <algorithm>
#include <array>

#include "tables/cell_words.h"
#include "tables/count_words.h"
#include "tables/degree_words.h"
#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

/// Columns whose cells are read as the options that say the same.
struct Option {
  std::string_view column, words;
};
constexpr std::array kOptions{Option{"device_batch", "batch per device "},
                              Option{"gradient_accumulation", "gradient accumulation "}};

constexpr std::array<std::string_view, 7> kRemarked{"tp", "pp", "vpp", "cp", "ep", "dp", "micro_batch"};

/// Whether words only say what is counted: "stages", "sequences per GPU".
bool is_unit(std::string_view words) {
  static constexpr std::array<std::string_view, 20> kUnits{
      "stage",    "stages", "pipeline", "chunk",  "chunks", "virtual", "model",    "rank",      "ranks", "replica",
      "replicas", "gpu",    "gpus",     "device", "sample", "samples", "sequence", "sequences", "per",   "each"};
  const std::string text = lower(words);
  return std::ranges::all_of(split_at(text, " "),
                             [](std::string_view word) { return std::ranges::find(kUnits, word) != kUnits.end(); });
}

/// Whether what follows a count goes on counting: "2/1", "64+2", "8 x 4".
bool starts_with_count(std::string_view rest) {
  const std::string word = with_plain_signs(rest.substr(0, rest.find_first_of(" +,;/")));
  return word.find_first_not_of("0123456789.x*") == std::string_view::npos;
}

}  // namespace

bool has_remarks(std::string_view column) { return std::ranges::find(kRemarked, column) != kRemarked.end(); }

RemarkedCell split_remark(std::string_view cell) {
  constexpr std::string_view kBetween = " +,;/";
  cell = trimmed(cell);
  if (const std::size_t open = cell.find_first_of("(["); open != std::string_view::npos && open > 0) {
    const std::string_view inside = cell.substr(open + 1);
    return {trimmed(cell.substr(0, open)), trimmed(inside.substr(0, inside.find_last_of(")]")))};
  }
  const std::size_t digits = std::min(cell.find_first_not_of("0123456789"), cell.size());
  const std::size_t begin = std::min(cell.find_first_not_of(kBetween, digits), cell.size());
  const std::string_view rest = cell.substr(begin);
  if (digits == 0 || digits == begin || rest.empty() || starts_with_count(rest) || worded_count(cell) || factors_in(cell))
    return {cell, {}};
  return {cell.substr(0, digits), is_unit(rest) ? std::string_view() : rest};
}

std::string options_with_remarks(const Csv& table, std::size_t row) {
  std::string options(table.cell(row, "options"));
  for (const std::string_view column : kRemarked) {
    const std::string_view remark = split_remark(table.cell(row, column)).remark;
    if (remark.empty() || !degree_words(table.cell(row, column)).figures.empty()) continue;
    options += options.empty() ? "" : "; ";
    if (column == "cp" && !has_word(lower(remark), "cp")) options += "cp ";
    options += remark;
  }
  for (const auto& [column, words] : kOptions)
    if (const std::string_view cell = trimmed(table.cell(row, column)); !says_nothing(cell))
      add_note(options, std::string(words).append(cell));
  return options;
}

}  // namespace eigenbau::tables
