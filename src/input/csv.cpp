// What rows does a table in CSV hold? RFC 4180 with a heading line.
#include "input/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "units/counted.h"

namespace eigenbau {
namespace {

/// Splits text into records; `line` counts the text line on which each record starts.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // that spreadsheets put before UTF-8
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }

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
      while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n') {
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
  std::uint32_t line_ = 1;
  std::uint32_t unclosed_ = 0;
};

/// Headings that stand more than once; blank ones head columns that nothing reads.
std::vector<std::string> repeated(std::vector<std::string> headings) {
  std::erase(headings, "");
  std::sort(headings.begin(), headings.end());
  std::vector<std::string> twice;
  for (std::size_t i = 1; i < headings.size(); ++i)
    if (headings[i] == headings[i - 1] && (twice.empty() || twice.back() != headings[i])) twice.push_back(headings[i]);
  return twice;
}

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

Diagnostic unclosed_quote(const std::shared_ptr<const SourceText>& source, std::uint32_t line) {
  return {.code = "EB1112",
          .message = fmt::format("the quote that opens on line {} is never closed", line),
          .span = {source, line, 1, 1},
          .hint = "close it, or write a quote inside a quoted cell twice"};
}

}  // namespace

Result<Csv> Csv::parse(const SourceText& source) {
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
  std::vector<std::string> cells;
  Diagnostics problems;
  for (const std::string& name : repeated(table.columns_))
    problems.add({.code = "EB1113",
                  .message = fmt::format("two columns are headed \"{}\"", name),
                  .span = {shared, line, 1, 1},
                  .hint = "which of them is meant cannot be told: rename or drop one"});
  while (splitter.next(cells, line)) {
    if (splitter.unclosed() > 0) break;
    if (cells.size() == table.columns_.size()) {
      table.rows_.push_back(cells);
      table.lines_.push_back(line);
    } else
      problems.add({.code = "EB1112",
                    .message = fmt::format("this row has {}, the heading has {}",
                                           counted(static_cast<long long>(cells.size()), "cell"), table.columns_.size()),
                    .span = {shared, line, 1, 1}});
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
    if (text[at] != ',' || quoted) continue;
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

std::string_view Csv::cell(std::size_t row, std::string_view column_name) const {
  const auto index = column(column_name);
  return index ? std::string_view(rows_[row][*index]) : std::string_view();
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
