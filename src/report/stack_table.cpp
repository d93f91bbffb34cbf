// Which table says in figures what a chart of sums and their parts draws?
#include "report/stack_table.h"

#include <algorithm>

#include "report/print.h"

namespace eigenbau::report {
namespace {

double total_of(const Bar& bar) {
  double sum = 0;
  for (const Segment& segment : bar.segments) sum += segment.amount.value;
  return sum;
}

const Segment* find(const Bar& bar, std::string_view key) {
  const auto it = std::ranges::find(bar.segments, key, &Segment::key);
  return it == bar.segments.end() ? nullptr : &*it;
}

}  // namespace

bool has_parts(const Stack& stack) {
  return std::ranges::any_of(stack.bars, [](const Bar& bar) { return bar.segments.size() > 1; });
}

Table table_of(const Stack& stack) {
  Table table{.key = stack.key, .columns = {{.key = "part", .label = "part"}}};
  for (const Bar& bar : stack.bars)
    table.columns.push_back({.key = bar.key,
                             .label = bar.label,
                             .dimension = stack.dimension,
                             .unit = chosen_unit(total_of(bar), {.dimension = stack.dimension, .unit = stack.unit})});
  const bool single = stack.bars.size() == 1;
  if (single) table.columns.push_back({.key = "share", .label = "share", .form = Form::share});
  for (const Bar& first : stack.bars)
    for (const Segment& part : first.segments) {
      if (std::ranges::find(table.rows, part.key, &TableRow::key) != table.rows.end()) continue;
      TableRow row{.key = part.key, .cells = {part.label}};
      for (const Bar& bar : stack.bars) {
        const Segment* segment = find(bar, part.key);
        row.cells.push_back(segment ? Cell{segment->amount} : Cell{});
      }
      if (single) row.cells.emplace_back(Number{part.amount.value / total_of(first)});
      table.rows.push_back(std::move(row));
    }
  return table;
}

}  // namespace eigenbau::report
