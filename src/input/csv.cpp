// What rows does a table in CSV hold? RFC 4180 with a heading line.
#include "input/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "units/counted.h"

namespace eigenbau {
namespace {

/// The sign between cells: a comma if the heading has one, else what it has most of.
char separator_of(std::string_view text) {
  std::size_t commas = 0, semicolons = 0, tabs = 0;
  bool quoted = false;
  const auto counts = [&](char c) { commas += c == ',', semicolons += c == ';', tabs += c == '\t'; };
  text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    else if (c == '\n' && !quoted) break;
    else if (!quoted) counts(c);
  }
  if (commas > 0 || semicolons + tabs == 0) return ',';
  return semicolons >= tabs ? ';' : '\t';
}

/// Splits text into records; `line` counts the text line on which each record starts.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // that spreadsheets put before UTF-8
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
    separator_ = separator_of(text_.substr(at_));
  }

  char separator() const { return separator_; }

  /// Line on which a quote opens that no other closes; 0: none.
  std::uint32_t unclosed() const { return unclosed_; }

  bool next(std::vector<std::string>& cells, std::uint32_t& line) {
    cells.clear();
    while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) advance();
    if (at_ >= text_.size()) return false;
    line = line_;
    std::string cell;
    while (true) {
      if (at_ < text_.size() && text_[at_] == '"' && cell.empty()) quoted(cell);
      while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n') {
        const char c = advance();
        if (c != '\r' || (at_ < text_.size() && text_[at_] != '\n')) cell += c;  // the line may end in \r\n
      }
      cells.push_back(std::move(cell));
      cell.clear();
      if (at_ >= text_.size() || advance() == '\n') return true;
    }
  }

 private:
  char advance() {
    if (text_[at_] == '\n') ++line_;
    return text_[at_++];
  }

  void quoted(std::string& cell) {
    const std::uint32_t opened = line_;
    advance();
    while (at_ < text_.size()) {
      const char c = advance();
      if (c != '"') cell += c;
      else if (at_ < text_.size() && text_[at_] == '"') cell += advance();
      else return;
    }
    unclosed_ = opened;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  char separator_ = ',';
  std::uint32_t line_ = 1;
  std::uint32_t unclosed_ = 0;
};

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

std::string heading_of(std::string_view cell) {
  std::string heading(without_blanks(cell));
  std::ranges::transform(heading, heading.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return heading;
}

bool is_blank(const std::vector<std::string>& cells) {
  return std::ranges::all_of(cells, [](const std::string& cell) { return without_blanks(cell).empty(); });
}

/// Headings that stand more than once; blank ones head columns that nothing reads.
std::vector<std::string> repeated(std::vector<std::string> headings) {
  std::erase(headings, "");
  std::sort(headings.begin(), headings.end());
  std::vector<std::string> twice;
  for (std::size_t i = 1; i < headings.size(); ++i)
    if (headings[i] == headings[i - 1] && (twice.empty() || twice.back() != headings[i])) twice.push_back(headings[i]);
  return twice;
}

Diagnostic unclosed_quote(const std::shared_ptr<const SourceText>& source, std::uint32_t line) {
  return {.code = "EB1112",
          .message = fmt::format("the quote that opens on line {} is never closed", line),
          .span = {source, line, 1, 1},
          .hint = "close it, or write a quote inside a quoted cell twice"};
}

}  // namespace

Result<Csv> Csv::parse(const SourceText& source, RaggedRows ragged) {
  const auto shared = std::make_shared<const SourceText>(SourceText{source.name, source.text});
  Csv table;
  table.source_ = shared;
  Splitter splitter(shared->text);
  std::uint32_t line = 1;
  if (!splitter.next(table.columns_, line))
    return fail(ExitCode::bad_input, {.code = "EB1007",
                                      .message = "the file is empty",
                                      .span = {shared, 0, 0, 1},
                                      .hint = "the first line names the columns"});
  table.separator_ = splitter.separator();
  for (std::string& name : table.columns_) name = heading_of(name);
  std::vector<std::string> cells;
  Diagnostics problems;
  for (const std::string& name : repeated(table.columns_))
    problems.add({.code = "EB1113",
                  .message = fmt::format("two columns are headed \"{}\"", name),
                  .span = {shared, line, 1, 1},
                  .hint = "which of them is meant cannot be told: rename or drop one"});
  while (splitter.next(cells, line)) {
    if (splitter.unclosed() > 0) break;
    if (is_blank(cells)) continue;
    std::string fault;
    if (cells.size() != table.columns_.size())
      fault = fmt::format("this row has {}, the heading has {}", counted(static_cast<long long>(cells.size()), "cell"),
                          table.columns_.size());
    if (!fault.empty() && ragged == RaggedRows::refused)
      problems.add({.code = "EB1112", .message = fault, .span = {shared, line, 1, 1}});
    cells.resize(table.columns_.size());
    table.rows_.push_back(cells);
    table.faults_.push_back(std::move(fault));
    table.lines_.push_back(line);
  }
  if (splitter.unclosed() > 0) problems.add(unclosed_quote(shared, splitter.unclosed()));
  if (problems.has_errors()) return fail(ExitCode::bad_input, std::move(problems));
  return table;
}

Span Csv::span(std::size_t row, std::string_view column_name) const {
  Span span{source_, lines_[row], 1, 1};
  std::string_view text = source_->text;
  for (std::uint32_t line = 1; line < span.line; ++line) text.remove_prefix(text.find('\n') + 1);
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  const auto wanted = column(column_name);
  if (!wanted) {
    span.length = static_cast<std::uint32_t>(std::max<std::size_t>(1, text.size()));
    return span;
  }
  std::size_t begin = 0, at = 0;
  bool quoted = false;
  for (std::size_t cell = 0; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (text[at] != separator_ || quoted) continue;
    if (cell++ == *wanted) break;
    begin = at + 1;
  }
  span.column = static_cast<std::uint32_t>(begin + 1);
  span.length = static_cast<std::uint32_t>(std::max<std::size_t>(1, at - begin));
  return span;
}

std::optional<std::size_t> Csv::column(std::string_view name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  return found == columns_.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - columns_.begin()));
}

void Csv::add_column(std::string heading, const std::function<std::string(std::size_t)>& cell_of) {
  columns_.push_back(std::move(heading));
  for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i].push_back(cell_of(i));
}

std::string_view Csv::cell(std::size_t row, std::string_view column_name) const {
  const auto index = column(column_name);
  return index ? std::string_view(rows_[row][*index]) : std::string_view();
}

Csv Csv::without(const std::vector<std::string_view>& columns) const {
  Csv table = *this;
  for (const std::string_view name : columns)
    if (const auto index = column(name))
      for (std::vector<std::string>& row : table.rows_) row[*index].clear();
  return table;
}

std::optional<double> Csv::number(std::size_t row, std::string_view column_name) const {
  const std::string_view text = without_blanks(cell(row, column_name));
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace eigenbau
