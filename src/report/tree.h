// What does an answer consist of, before anyone decides how it looks? Values only; renderers read it, nothing is drawn here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/date.h"
#include "base/diagnostic.h"
#include "base/figure.h"

namespace eigenbau::report {

/// How a number without a dimension is meant; with a dimension it is a quantity and this says nothing.
enum class Form { quantity, count, share };

/// A day of an answer. Low and high are quantiles over samples.
struct DateFigure {
  Date value{};
  std::optional<Date> low{};
  std::optional<Date> high{};
  Provenance provenance{};
  std::string derivation{};
};

/// Nothing (unknown), a number, a day, or words.
using Value = std::variant<std::monostate, Figure, DateFigure, std::string>;

/// What the outside world says about the same figure, as it was said: from low to high, in base units.
struct Said {
  double low = 0;
  double high = 0;
  std::string source{};
};

/// One figure of a section. The key is stable, snake_case, without a unit: JSON adds the unit ("site_power" -> "site_power_w").
struct Row {
  std::string key;
  std::string label;  ///< for people: "Site power, all GPUs training"
  Value value{};
  Form form = Form::quantity;
  std::string unit{};          ///< to print in, as "USD/GPU-h"; empty: the usual one for the size
  bool headline = false;       ///< belongs on the one-screen summary
  std::string remark{};        ///< a few words beside the figure
  std::optional<Said> said{};  ///< shown beside the design's own
};

/// A number of a table; the column knows its dimension.
struct Number {
  double value = 0;
  std::optional<double> low{};
  std::optional<double> high{};
};
using Cell = std::variant<std::monostate, Number, Date, std::string>;

struct Column {
  std::string key;
  std::string label;
  Form form = Form::quantity;
  Dimension dimension{};
  std::string unit{};
};
struct TableRow {
  std::string key;          ///< stable: the same thing in every sample
  std::vector<Cell> cells;  ///< one for each column
  std::string basis{};      ///< source or derivation of the row
};
struct Table {
  std::string key;
  std::string title;
  std::vector<Column> columns;
  std::vector<TableRow> rows;
};

/// Without the columns that no row fills, for people; a table without rows stays as it is.
Table with_filled_columns(const Table& table);

/// From this day on, this much.
struct Point {
  Date day{};
  double value = 0;
  std::optional<double> low{};
  std::optional<double> high{};
};
struct Series {
  std::string key;
  std::string label;
  std::vector<Point> points;  ///< ascending days
};
/// Values over days that share one axis. A step holds until the next point; else points are joined by lines.
struct Timeline {
  std::string key;
  std::string title;
  Form form = Form::quantity;
  Dimension dimension{};
  std::string unit{};
  bool steps = true;
  std::vector<Series> series;
};

/// Sums that are worth seeing as their parts: one bar a row, one segment a part.
struct Segment {
  std::string key;
  std::string label;
  Number amount{};
};
struct Bar {
  std::string key;
  std::string label;
  std::vector<Segment> segments;
};
struct Stack {
  std::string key;
  std::string title;
  Dimension dimension{};
  std::string unit{};
  std::vector<Bar> bars;
};

/// How far one figure moves when one uncertain input goes to its ends.
struct Swing {
  std::string path;       ///< of the input: "site.electricity_price"
  std::string label;      ///< of the input, for people; empty: the path
  std::string input_low;  ///< printed, as "0.055 USD/kWh"
  std::string input_high;
  double at_low = 0;  ///< the figure, with the input at its low end
  double at_high = 0;
};
struct Tornado {
  std::string key;
  std::string title;
  Dimension dimension{};
  std::string unit{};
  double middle = 0;
  std::vector<Swing> swings;  ///< largest first
};

/// One thing twice: as it was measured and as it was predicted.
struct Spot {
  std::string label;  ///< shown on hover
  double measured = 0;
  double predicted = 0;
};
struct Cloud {
  std::string key;
  std::string label;
  std::vector<Spot> spots;
};
/// Predictions against measurements, both above 0, on logarithmic axes.
struct Scatter {
  std::string key;
  std::string title;
  Dimension dimension{};
  std::string unit{};
  std::vector<Cloud> clouds;
};

/// Something drawn to scale from above. Coordinates in meters, x to the right, y down.
struct Rectangle {
  double x = 0, y = 0, width = 0, height = 0;
  std::string kind;     ///< one color a kind: "compute rack", "network rack", "aisle", "hall"
  std::string label{};  ///< printed inside where there is room
  std::string about{};  ///< shown on hover
};
struct Plan {
  std::string key;
  std::string title;
  double width = 0;
  double height = 0;
  std::vector<Rectangle> rectangles;
};

/// `open`: a figure is missing without which nobody can tell.
enum class Verdict { holds, holds_if, cannot_be, open };

/// Shares from 0 to 1 over places in a row, one line a series: the darker, the nearer to 1.
struct HeatLine {
  std::string key;
  std::string label;
  std::vector<double> shares;
};
struct HeatMap {
  std::string key;
  std::string title;
  std::vector<HeatLine> lines;
};

/// A sentence of the outside world and what the model says about it.
struct Judgment {
  std::string key;
  std::string claim;
  std::string source{};
  Verdict verdict = Verdict::holds;
  std::string because;                ///< one sentence with the numbers
  std::vector<Row> numbers{};         ///< what was said beside what the design gives
  std::vector<std::string> closes{};  ///< what closes the gap, nearest first
};

/// A sentence for the reader; a code where `eigenbau explain` says more.
struct Remark {
  Severity severity = Severity::note;
  std::string code{};
  std::string text;
  std::string hint{};
};

using Item = std::variant<Row, Table, Timeline, Stack, Tornado, Scatter, Plan, HeatMap, Judgment, Remark>;

/// One part of an answer: power, racks, fabric, supply, jobs, cost, claims ...
struct Section {
  std::string key;
  std::string title;
  std::string lead{};  ///< one sentence that says it all; may be empty
  std::vector<Item> items{};
};

struct Report {
  std::string title;
  std::string input;  ///< as the user named it
  std::string input_hash;
  std::string version;
  std::uint64_t seed = 0;
  std::uint32_t samples = 0;  ///< behind the ranges; 0: there are none
  std::vector<Section> sections{};

  const Section* find(std::string_view key) const;
};

/// The figure of that key, in a section ("power.site_power") or in any ("site_power"); null if there is none.
const Row* find_row(const Report& report, std::string_view key);

/// Adds a row and returns it for what is left to say: `add(s, "site_power", "Site power", figure(p, derived)).headline = true`.
Row& add(Section& section, std::string key, std::string label, Value value, Form form = Form::quantity);

}  // namespace eigenbau::report
