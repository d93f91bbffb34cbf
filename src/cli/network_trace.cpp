// Which messages does a trace list?
#include <fmt/format.h>

#include <algorithm>

#include "cli/codes.h"
#include "cli/network_question.h"
#include "input/csv.h"
#include "input/document.h"
#include "network/names.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

const std::vector<std::string> kColumns{"source", "target", "bytes", "start_s"};
constexpr std::size_t kNeeded = 3;
/// An exabyte, and eleven days: beyond them a double no longer tells microseconds apart.
constexpr double kMostBytes = 1e18, kLatestStart = 1e6;

Result<void> check_columns(const Csv& table, const SourceText& text) {
  Diagnostics problems;
  const Span heading{std::make_shared<const SourceText>(text), 1, 1,
                     static_cast<std::uint32_t>(std::max<std::size_t>(1, text.text.find_first_of("\r\n")))};
  for (std::size_t i = 0; i < kNeeded; ++i)
    if (!table.column(kColumns[i])) {
      const auto near = nearest_name(kColumns[i], table.columns());
      problems.add({.code = std::string(kMissingColumn),
                    .message = fmt::format("the trace has no column '{}'", kColumns[i]),
                    .span = heading,
                    .hint = near ? fmt::format("is it what the trace calls '{}'?", *near)
                                 : "a trace has the columns source, target, bytes and, if it is not 0, start_s"});
    }
  for (const std::string& column : table.columns())
    if (std::ranges::find(kColumns, column) == kColumns.end() && !problems.has_errors()) {
      const auto near = nearest_name(column, kColumns);
      problems.add({.code = std::string(kMissingColumn),
                    .message = fmt::format("nothing is known of a column '{}'", column),
                    .span = heading,
                    .hint = near ? "did you mean " + *near + "?" : "a trace has the columns source, target, bytes, start_s"});
    }
  for (const std::string& column : kColumns)
    if (std::ranges::count(table.columns(), column) > 1)
      problems.add({.code = std::string(kMissingColumn),
                    .message = fmt::format("the column '{}' is there twice", column),
                    .span = heading,
                    .hint = "leave one away"});
  if (problems.has_errors()) return fail(ExitCode::bad_input, std::move(problems));
  return {};
}

}  // namespace

Result<std::vector<study::ForestMessage>> read_trace(const std::string& path, const network::Forest& forest) {
  const auto text = read_table_text(path);
  if (!text) return std::unexpected(text.error());
  const auto table = Csv::parse(*text);
  if (!table) return std::unexpected(table.error());
  if (const auto checked = check_columns(*table, *text); !checked) return std::unexpected(checked.error());
  Diagnostics problems;
  const auto add = [&](std::size_t row, const std::string& column, std::string message, std::string hint) {
    // Of more errors than are kept only the number is told.
    const Span span = problems.error_count() < Diagnostics::kMostKept ? table->span(row, column) : Span{};
    problems.add({.code = std::string(kBadTrace), .message = std::move(message), .span = span, .hint = std::move(hint)});
  };
  const auto endpoint = [&](std::size_t row, const std::string& column) {
    const auto found = network::endpoint_named(forest, table->cell(row, column));
    if (found) return *found;
    add(row, column, found.error().message, found.error().hint);
    return network::Endpoint{-1};
  };
  const auto number = [&](std::size_t row, const std::string& column) {
    const auto value = table->number(row, column);
    const double most = column == "bytes" ? kMostBytes : kLatestStart;
    if (value && *value >= 0 && *value <= most) return *value;
    add(row, column,
        fmt::format("'{}' is no {}", table->cell(row, column), column == "bytes" ? "number of bytes" : "time in seconds"),
        fmt::format("a plain number, from 0 to {}", print_number(most)));
    return 0.0;
  };
  const bool has_start = table->column("start_s").has_value();
  std::vector<study::ForestMessage> messages;
  messages.reserve(table->size());
  for (std::size_t row = 0; row < table->size(); ++row) {
    const network::ForestFlow flow{endpoint(row, "source"), endpoint(row, "target")};
    const Bytes bytes = number(row, "bytes") * kByte;
    const Time start = (has_start ? number(row, "start_s") : 0) * kSecond;
    if (flow.source >= 0 && flow.target >= 0 && flow.source / forest.adapters() == flow.target / forest.adapters())
      add(row, "target", "source and target are the same server", "a message within a server does not cross the fabric");
    messages.push_back({flow, {.alone = bytes / forest.adapter_rate(), .begin = start}});
  }
  if (problems.has_errors()) return fail(ExitCode::bad_input, std::move(problems));
  if (messages.empty())
    return fail(
        ExitCode::bad_input,
        {.code = std::string(kBadTrace), .message = fmt::format("{} lists no message", path), .hint = "one row a message"});
  return messages;
}

}  // namespace eigenbau::cli
