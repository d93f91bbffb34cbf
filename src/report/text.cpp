// How does an answer read on a terminal: one screen, or one part in depth?
#include "report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/ink.h"
#include "report/lines.h"
#include "report/print.h"
#include "units/counted.h"

namespace eigenbau::report {
namespace {

constexpr std::size_t kMostLabel = 44;
constexpr std::size_t kMostDays = 40;
constexpr std::size_t kBarWidth = 30;
constexpr std::size_t kIndent = 12;  ///< of sentences below a verdict or a remark

using Grid = std::vector<std::vector<std::string>>;

/// Columns aligned: the first to the left, `numeric` ones to the right.
std::string align(const Grid& grid, const std::vector<bool>& numeric, const Ink& ink) {
  std::vector<std::size_t> widths(numeric.size(), 0);
  for (const auto& row : grid)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns_of(row[i]));
  std::string out;
  for (std::size_t r = 0; r < grid.size(); ++r) {
    std::string line = "  ";
    for (std::size_t i = 0; i < grid[r].size(); ++i) {
      if (i > 0) line += "  ";
      line += numeric[i] ? pad_left(grid[r][i], widths[i]) : pad_right(grid[r][i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += (r == 0 ? ink.dim(line) : line) + "\n";
  }
  return out;
}

class Depth {
 public:
  explicit Depth(const TextStyle& style) : ink_{style.color}, width_(style.width) {}

  std::string section(const Section& section) {
    std::string out = ink_.bold(section.title) + "\n";
    for (const std::string& line : wrap(section.lead, width_))
      if (!line.empty()) out += line + "\n";
    label_width_ = 0;
    for (const Item& item : section.items)
      if (const auto* row = std::get_if<Row>(&item))
        label_width_ = std::max(label_width_, std::min(columns_of(row->label), kMostLabel));
    bool was_row = false, was_remark = false;
    for (const Item& item : section.items) {
      const bool is_row = std::holds_alternative<Row>(item);
      const bool is_remark = std::holds_alternative<Remark>(item);
      if (!(is_row && was_row) && !(is_remark && was_remark)) out += "\n";
      was_row = is_row;
      was_remark = is_remark;
      out += std::visit([this](const auto& some) { return show(some); }, item);
    }
    return out;
  }

 private:
  /// Values, what was said and remarks go on below themselves where the line has no room for them.
  std::string show(const Row& row) const {
    constexpr std::size_t kLeast = 24;
    const std::size_t begin = label_width_ + 4, room = std::max(width_, begin + kLeast) - begin;
    std::string line = "  " + pad_right(row.label, label_width_) + "  ";
    std::size_t used = columns_of(line);
    std::string gap;  // none between the label and its value
    const auto go_on = [&](const std::string& text, bool bold) {
      const bool fits = used + gap.size() + columns_of(text) <= width_;
      bool begins = fits || gap.empty();
      for (const std::string& piece : fits ? std::vector{text} : wrap(text, room)) {
        line += begins ? gap : "\n" + std::string(begin, ' ');
        used = (begins ? used + gap.size() : begin) + columns_of(piece);
        line += bold ? ink_.bold(piece) : piece;
        begins = false;
      }
      gap = "  ";
    };
    go_on(print(row), true);
    if (row.said)
      go_on("said: " + print(*row.said, row) + (row.said->source.empty() ? "" : " (" + row.said->source + ")"), false);
    if (!row.remark.empty()) go_on(row.remark, false);
    line += "\n";
    const std::string basis = basis_of(row);
    if (!basis.empty())
      for (const std::string& part : wrap("= " + basis, width_ - 6)) line += "      " + ink_.dim(part) + "\n";
    return line;
  }

  /// Ranges are left out where they would make the table wider than the screen; JSON and the page have them. Words of the last
  /// column then go on below themselves.
  std::string show(const Table& whole) const {
    const Table table = with_filled_columns(whole);
    const std::vector<bool> numbers = numeric(table);
    std::string text = align(cells(table, true), numbers, ink_);
    if (widest(text) > width_) text = align(cells(table, false), numbers, ink_);
    if (widest(text) > width_ && !numbers.empty() && !numbers.back()) text = align(wrapped(cells(table, false)), numbers, ink_);
    return title(table.title, table.key) + text;
  }

  /// The last cell of each row in as many rows as the screen leaves it room for; as it is where that is too little to read.
  Grid wrapped(const Grid& grid) const {
    constexpr std::size_t kGap = 2, kLeast = 24;
    const std::size_t last = grid[0].size() - 1;
    std::size_t used = kGap;
    for (std::size_t i = 0; i < last; ++i) {
      std::size_t widest = 0;
      for (const auto& row : grid) widest = std::max(widest, columns_of(row[i]));
      used += widest + kGap;
    }
    if (used + kLeast > width_) return grid;
    Grid out;
    for (const auto& row : grid) {
      const std::vector<std::string> lines = wrap(row[last], width_ - used);
      for (std::size_t i = 0; i < std::max<std::size_t>(1, lines.size()); ++i) {
        auto& line = out.emplace_back(i == 0 ? row : std::vector<std::string>(row.size()));
        line[last] = i < lines.size() ? lines[i] : "";
      }
    }
    return out;
  }

  static std::vector<bool> numeric(const Table& table) {
    std::vector<bool> numeric(table.columns.size(), true);
    for (const TableRow& row : table.rows)
      for (std::size_t i = 0; i < std::min(row.cells.size(), numeric.size()); ++i)
        if (std::holds_alternative<std::string>(row.cells[i])) numeric[i] = false;
    return numeric;
  }

  static Grid cells(const Table& table, bool ranges) {
    Grid grid(1);
    for (const Column& column : table.columns) grid[0].push_back(column.label.empty() ? column.key : column.label);
    for (const TableRow& row : table.rows) {
      auto& line = grid.emplace_back();
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        Cell cell = i < row.cells.size() ? row.cells[i] : Cell{};
        if (auto* number = std::get_if<Number>(&cell); number && !ranges) *number = {number->value};
        line.push_back(print(cell, table.columns[i]));
      }
    }
    return grid;
  }

  static std::size_t widest(const std::string& text) {
    std::size_t widest = 0;
    for (std::size_t start = 0; start < text.size();) {
      const std::size_t end = std::min(text.find('\n', start), text.size());
      widest = std::max(widest, columns_of(std::string_view(text).substr(start, end - start)));
      start = end + 1;
    }
    return widest;
  }

  /// One line for each day on which something changes.
  std::string show(const Timeline& timeline) const {
    std::map<Date, std::vector<std::string>> days;
    const Notation notation{.form = timeline.form, .dimension = timeline.dimension, .unit = timeline.unit};
    Grid grid{{"day"}};
    for (std::size_t s = 0; s < timeline.series.size(); ++s) {
      grid[0].push_back(timeline.series[s].label);
      for (const Point& point : timeline.series[s].points) {
        auto& cells = days[point.day];
        cells.resize(timeline.series.size());
        cells[s] = print(Number{point.value, point.low, point.high}, notation);
      }
    }
    std::vector<std::string> before;
    Grid changes;
    for (auto& [day, cells] : days) {
      for (std::size_t s = 0; s < cells.size() && timeline.steps; ++s)
        if (cells[s].empty() && s < before.size()) cells[s] = before[s];
      if (cells == before) continue;
      before = cells;
      changes.push_back({print(Cell{day}, {})});
      changes.back().insert(changes.back().end(), cells.begin(), cells.end());
    }
    const std::size_t stride = std::max<std::size_t>(1, (changes.size() + kMostDays - 1) / kMostDays);
    for (std::size_t i = 0; i < changes.size(); ++i)
      if (i % stride == 0 || i + 1 == changes.size()) grid.push_back(std::move(changes[i]));
    std::vector<bool> numeric(timeline.series.size() + 1, true);
    numeric[0] = false;
    const std::string note =
        stride > 1 ? fmt::format("  {} of {} days; all of them with --csv\n", grid.size() - 1, changes.size()) : "";
    return title(timeline.title, timeline.key) + align(grid, numeric, ink_) + note;
  }

  /// Bars of one part each: a line is enough.
  std::string lines_of(const Stack& stack, std::size_t value, double largest) const {
    const Notation notation{.dimension = stack.dimension, .unit = stack.unit};
    std::size_t label = 0;
    for (const Bar& one : stack.bars) label = std::max(label, columns_of(one.label));
    std::string out;
    for (const Bar& one : stack.bars) {
      const Number& amount = one.segments.front().amount;
      out += "  " + pad_left(one.label, label) + "  " + pad_left(print(amount, notation), value) + "  " +
             ink_.dim(bar(largest > 0 ? amount.value / largest : 0, kBarWidth)) + "\n";
    }
    return out;
  }

  std::string show(const Stack& stack) const {
    std::string out = title(stack.title, stack.key);
    const Notation notation{.dimension = stack.dimension, .unit = stack.unit};
    std::size_t label = 0, value = 0;
    double largest = 0;
    for (const Bar& one : stack.bars)
      for (const Segment& segment : one.segments) {
        label = std::max(label, columns_of(segment.label));
        value = std::max(value, columns_of(print(segment.amount, notation)));
        largest = std::max(largest, segment.amount.value);
      }
    if (std::all_of(stack.bars.begin(), stack.bars.end(), [](const Bar& one) { return one.segments.size() == 1; }))
      return out + lines_of(stack, value, largest);
    for (const Bar& one : stack.bars) {
      double total = 0;
      for (const Segment& segment : one.segments) total += segment.amount.value;
      out += "  " + one.label + ": " + ink_.bold(print(Number{total}, notation)) + "\n";
      for (const Segment& segment : one.segments) {
        const double share = total > 0 ? segment.amount.value / total : 0;
        out += "    " + pad_right(segment.label, label) + "  " + pad_left(print(segment.amount, notation), value) + "  " +
               pad_left(print(Number{share}, {.form = Form::share}), 6) + "  " +
               ink_.dim(bar(largest > 0 ? segment.amount.value / largest : 0, kBarWidth)) + "\n";
      }
    }
    return out;
  }

  std::string show(const Tornado& tornado) const {
    const Notation notation{.dimension = tornado.dimension, .unit = tornado.unit};
    Grid grid{{"input", "from", "to", "gives", "to", "moves it by"}};
    for (const Swing& swing : tornado.swings)
      grid.push_back({swing.label.empty() ? swing.path : swing.label, swing.input_low, swing.input_high,
                      print(Number{swing.at_low}, notation), print(Number{swing.at_high}, notation),
                      print(Number{std::abs(swing.at_high - swing.at_low)}, notation)});
    return title(tornado.title, tornado.key) + "  at the middle of all inputs: " + print(Number{tornado.middle}, notation) +
           "\n" + align(grid, {false, true, true, true, true, true}, ink_);
  }

  std::string show(const Scatter& scatter) const {
    std::size_t spots = 0;
    for (const Cloud& cloud : scatter.clouds) spots += cloud.spots.size();
    return title(scatter.title, scatter.key) +
           fmt::format("  {}; drawn by --html\n", counted(static_cast<long long>(spots), "point"));
  }

  std::string show(const Plan& plan) const {
    std::map<std::string, std::size_t> kinds;
    for (const Rectangle& rectangle : plan.rectangles) ++kinds[rectangle.kind];
    std::string list;
    for (const auto& [kind, count] : kinds) list += fmt::format("{}{} {}", list.empty() ? "" : ", ", count, kind);
    return title(plan.title, plan.key) + fmt::format("  {} by {}: {}; drawn by --html\n",
                                                     print(Number{plan.width}, {.dimension = kLength}),
                                                     print(Number{plan.height}, {.dimension = kLength}), list);
  }

  /// One column a place; what is nearly full stands out.
  std::string show(const HeatMap& map) const {
    std::size_t label = 0;
    for (const HeatLine& line : map.lines) label = std::max(label, columns_of(line.label));
    std::string out = title(map.title, map.key);
    for (const HeatLine& line : map.lines) {
      std::string cells;
      for (const double share : line.shares) cells += ink_.heat(share, sparkline({share}, 1));
      out += "    " + pad_right(line.label, label) + "  |" + cells + "|\n";
    }
    return out;
  }

  std::string show(const Judgment& judgment) const {
    const std::string mark(word(judgment.verdict));
    std::string out = "  " + ink_.verdict(judgment.verdict, pad_right(mark, 10)) + ink_.bold(judgment.claim) + "\n";
    out += indented(judgment.because, "");
    for (const Row& row : judgment.numbers) {
      const std::string said = row.said ? "; said: " + print(*row.said, row) : "";
      out += indented(row.label + ": " + print(row) + said + (row.remark.empty() ? "" : "; " + row.remark), "");
      const std::string basis = basis_of(row);
      if (!basis.empty()) out += indented("= " + basis, "  ");
    }
    for (const std::string& way : judgment.closes) out += indented("closes the gap: " + way, "");
    if (!judgment.source.empty()) out += indented("said by: " + judgment.source, "");
    return out;
  }

  std::string show(const Remark& remark) const {
    const std::string_view names[] = {"note", "warning", "error"};
    std::string name(names[static_cast<std::size_t>(remark.severity)]);
    if (!remark.code.empty()) name += "[" + remark.code + "]";
    const std::string body = indented(remark.text, "");
    std::string out = remark.code.empty() ? "  " + ink_.severity(remark.severity, pad_right(name, kIndent - 2)) +
                                                body.substr(std::min(body.size(), kIndent))
                                          : "  " + ink_.severity(remark.severity, name) + "\n" + body;
    if (!remark.hint.empty()) out += indented("hint: " + remark.hint, "");
    return out;
  }

  std::string title(const std::string& text, const std::string& key) const {
    return "  " + ink_.bold(text.empty() ? key : text) + "\n";
  }

  std::string indented(const std::string& text, std::string_view deeper) const {
    std::string out;
    for (const std::string& line : wrap(text, width_ - kIndent - deeper.size())) {
      if (!line.empty()) out += std::string(kIndent, ' ') + std::string(deeper) + (deeper.empty() ? line : ink_.dim(line)) + "\n";
    }
    return out;
  }

  Ink ink_;
  std::size_t width_;
  std::size_t label_width_ = 0;
};

}  // namespace

std::string render_text(const Report& report, const TextStyle& style) {
  Depth depth(style);
  std::string out;
  for (const Section& section : report.sections) out += (out.empty() ? "" : "\n") + depth.section(section);
  return out;
}

std::string render_comparison(std::span<const Report> reports, bool all, const TextStyle& style) {
  const Ink ink{style.color};
  std::vector<std::string> done;
  Grid grid{{""}};
  for (const Report& report : reports) grid[0].push_back(report.title.empty() ? report.input : report.title);
  for (const Report& first : reports)
    for (const Section& section : first.sections) {
      bool titled = false;
      for (const Item& item : section.items) {
        const Row* row = std::get_if<Row>(&item);
        if (!row || !(all || row->headline)) continue;
        const std::string path = section.key + "." + row->key;
        if (std::find(done.begin(), done.end(), path) != done.end()) continue;
        done.push_back(path);
        if (!titled) grid.push_back({section.title});
        titled = true;
        auto& line = grid.emplace_back(std::vector<std::string>{"  " + row->label});
        for (const Report& report : reports) {
          const Row* found = find_row(report, path);
          line.push_back(found ? print(*found) : "-");
        }
      }
    }
  const std::size_t share = reports.empty() ? 0 : (style.width - 40) / reports.size();
  for (std::size_t i = 1; i < grid[0].size(); ++i)
    if (columns_of(grid[0][i]) > share && share > 4) grid[0][i] = wrap(grid[0][i], share - 2).front() + " …";
  std::vector<bool> numeric(reports.size() + 1, true);
  numeric[0] = false;
  return align(grid, numeric, ink);
}

}  // namespace eigenbau::report
