// What of an answer fits on one screen?
#include <fmt/format.h>

#include <algorithm>

#include "report/ink.h"
#include "report/lines.h"
#include "report/print.h"
#include "report/text.h"

namespace eigenbau::report {
namespace {

constexpr std::size_t kTitleWidth = 9;
constexpr std::size_t kSparkWidth = 48;

struct Line {
  std::string label, value, remark;
};

std::vector<Line> headlines(const Section& section) {
  std::vector<Line> lines;
  for (const Item& item : section.items) {
    const Row* row = std::get_if<Row>(&item);
    if (!row || !row->headline) continue;
    std::string remark = row->said ? "said: " + print(*row->said, *row) : "";
    if (!row->remark.empty()) remark += (remark.empty() ? "" : "; ") + row->remark;
    lines.push_back({row->label, print(*row), remark});
  }
  return lines;
}

/// Cuts at a space where there is one, and says so with an ellipsis.
std::string shortened(const std::string& text, std::size_t width) {
  if (columns_of(text) <= width || width < 2) return text;
  return wrap(text, width - 2).front() + " …";
}

/// A line and its remark, which begins at `column`; earlier where it is too long for the rest of the line, and on a
/// line of its own where it is too long for that.
std::string with_remark(std::string line, const std::string& remark, std::size_t column, std::size_t width, const Ink& ink) {
  const std::size_t used = columns_of(line) + 2, needed = columns_of(remark);
  if (used + needed <= width) {
    const std::size_t begin = std::max(used, std::min(column, width - needed));
    return pad_right(std::move(line), begin) + ink.dim(remark);
  }
  const std::size_t begin = std::min(column, width - std::min(width, needed));
  for (const std::string& piece : wrap(remark, width - begin))
    line += "\n" + std::string(kTitleWidth + 1 + begin, ' ') + ink.dim(piece);
  return line;
}

/// One series over its days, as a curve of blocks with its first and last day.
std::string curve(const Timeline& timeline) {
  if (timeline.series.empty()) return "";
  const Series& series = timeline.series.back();
  if (series.points.size() < 2) return "";
  const Date first = series.points.front().day, last = series.points.back().day;
  const double days = time_between(first, last) / kDay;
  if (days < 2) return "";
  std::vector<double> values;
  double top = 0;
  std::size_t next = 0;
  for (std::size_t column = 0; column < kSparkWidth; ++column) {
    const Date day = first + std::chrono::days(static_cast<int>(days * static_cast<double>(column) / (kSparkWidth - 1)));
    while (next + 1 < series.points.size() && series.points[next + 1].day <= day) ++next;
    values.push_back(series.points[next].value);
    top = std::max(top, values.back());
  }
  const Notation notation{.form = timeline.form, .dimension = timeline.dimension, .unit = timeline.unit};
  return fmt::format("{}  {} {} {}  {}", series.label, eigenbau::print(first), sparkline(values, top), eigenbau::print(last),
                     print(Number{top}, notation));
}

std::string claims(const Section& section, const Ink& ink, std::size_t width) {
  std::string out;
  for (const Item& item : section.items)
    if (const auto* judgment = std::get_if<Judgment>(&item))
      out += pad_right("", kTitleWidth + 1) +
             ink.verdict(judgment->verdict, pad_right(std::string(word(judgment->verdict)), 10)) +
             shortened(judgment->claim, width - kTitleWidth - 11) + "\n";
  return out;
}

std::string attention(const Report& report, const Ink& ink, std::size_t width) {
  std::string out;
  for (const Section& section : report.sections)
    for (const Item& item : section.items)
      if (const auto* remark = std::get_if<Remark>(&item); remark && remark->severity != Severity::note) {
        const std::string name = remark->severity == Severity::error ? "error" : "warning";
        const std::string code = remark->code.empty() ? "" : "[" + remark->code + "]";
        out += ink.severity(remark->severity, name + code) + " " +
               shortened(remark->text, width - name.size() - code.size() - 1) + "\n";
      }
  return out;
}

std::string header(const Report& report, const Ink& ink) {
  std::string out = ink.bold(report.title) + "\n";
  std::string from = report.input;
  if (!report.input_hash.empty()) from += (from.empty() ? "input " : ", input ") + report.input_hash;
  from += fmt::format("{}eigenbau {}, seed {}", from.empty() ? "" : ", ", report.version, report.seed);
  if (report.samples > 0) from += fmt::format(", ranges from {} samples (5 % to 95 %)", report.samples);
  return out + ink.dim(from) + "\n\n";
}

}  // namespace

std::string render_summary(const Report& report, const TextStyle& style) {
  const Ink ink{style.color};
  std::size_t label_width = 0, value_width = 0;
  for (const Section& section : report.sections)
    for (const Line& line : headlines(section)) {
      label_width = std::max(label_width, columns_of(line.label));
      if (!line.remark.empty()) value_width = std::max(value_width, columns_of(line.value));
    }
  label_width = std::min<std::size_t>(label_width, 38);
  value_width = std::min<std::size_t>(value_width, 27);
  const std::size_t indent = kTitleWidth + 1, columns = std::max(style.width, indent) - indent;
  const std::size_t remarks = label_width + 2 + value_width + 2;

  std::string out = header(report, ink);
  for (const Section& section : report.sections) {
    std::string title = ink.bold(pad_right(section.title, indent));
    if (columns_of(section.title) >= indent) title += ' ';
    for (const Line& line : headlines(section)) {
      std::string start = pad_right(line.label, label_width) + "  " + line.value;
      out += title + (line.remark.empty() ? start : with_remark(std::move(start), line.remark, remarks, columns, ink)) + "\n";
      title = std::string(indent, ' ');
    }
    const std::string judged = claims(section, ink, style.width);
    if (!judged.empty()) out += title + judged.substr(indent);
    const auto drawn = std::find_if(section.items.begin(), section.items.end(),
                                    [](const Item& item) { return std::holds_alternative<Timeline>(item); });
    const std::string line = drawn == section.items.end() ? "" : curve(std::get<Timeline>(*drawn));
    if (!line.empty()) out += title + line + "\n";
  }
  const std::string urgent = attention(report, ink, style.width);
  if (!urgent.empty()) out += "\n" + urgent;
  return out;
}

}  // namespace eigenbau::report
