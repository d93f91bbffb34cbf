// toml++ is used here and nowhere else. NDEBUG: its assertions abort on malformed input that its parser reports well.
#ifndef NDEBUG
#define NDEBUG
#endif
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

#include "base/utf8.h"
#include "input/document.h"

namespace eigenbau {
namespace {

Span span_of(const toml::source_region& region, const std::shared_ptr<const SourceText>& source) {
  const std::uint32_t length = region.begin.line == region.end.line && region.end.column > region.begin.column
                                   ? region.end.column - region.begin.column
                                   : 1;
  return {source, region.begin.line, std::max<std::uint32_t>(1, region.begin.column), length};
}

bool before(const Span& a, const Span& b) { return std::pair(a.line, a.column) < std::pair(b.line, b.column); }

Node convert(const toml::node& from, const std::shared_ptr<const SourceText>& source);

void convert_table(const toml::table& from, Node& to, const std::shared_ptr<const SourceText>& source) {
  to.kind = Node::Kind::table;
  for (const auto& [key, value] : from)
    to.members.push_back({std::string(key.str()), span_of(key.source(), source), convert(value, source)});
  std::stable_sort(to.members.begin(), to.members.end(),
                   [](const Member& a, const Member& b) { return before(a.key_span, b.key_span); });
}

Node convert(const toml::node& from, const std::shared_ptr<const SourceText>& source) {
  Node to;
  to.span = span_of(from.source(), source);
  if (const auto* table = from.as_table()) {
    convert_table(*table, to, source);
  } else if (const auto* array = from.as_array()) {
    to.kind = Node::Kind::array;
    for (const toml::node& item : *array) to.items.push_back(convert(item, source));
  } else if (const auto* text = from.as_string()) {
    to.kind = Node::Kind::string;
    to.text = text->get();
  } else if (const auto* integer = from.as_integer()) {
    to.kind = Node::Kind::integer;
    to.integer = integer->get();
    to.real = static_cast<double>(to.integer);
  } else if (const auto* real = from.as_floating_point()) {
    to.kind = Node::Kind::real;
    to.real = real->get();
  } else if (const auto* boolean = from.as_boolean()) {
    to.kind = Node::Kind::boolean;
    to.boolean = boolean->get();
  } else if (const auto* date = from.as_date()) {
    to.kind = Node::Kind::date;
    to.date = date_from_parts(date->get().year, date->get().month, date->get().day).value_or(Date{});
  } else {
    to.kind = Node::Kind::string;  // times and date-times: no field takes them, so any reader refuses the text
    to.text = "a time of day";
  }
  return to;
}

std::size_t count_values(const Node& node) {
  std::size_t count = 1;
  for (const Node& item : node.items) count += count_values(item);
  for (const Member& member : node.members) count += count_values(member.value);
  return count;
}

struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

Position position_of(std::string_view text, std::size_t offset) {
  const std::string_view head = text.substr(0, offset);
  const std::size_t line_start = head.rfind('\n');
  return {static_cast<std::uint32_t>(std::count(head.begin(), head.end(), '\n') + 1),
          static_cast<std::uint32_t>(line_start == std::string_view::npos ? offset + 1 : offset - line_start)};
}

std::unexpected<Failure> fail_at(ExitCode exit, std::string code, const std::shared_ptr<const SourceText>& source,
                                 std::size_t offset, std::string message, std::string hint) {
  const Position at = position_of(source->text, offset);
  return fail(
      exit,
      {.code = std::move(code), .message = std::move(message), .span = {source, at.line, at.column, 1}, .hint = std::move(hint)});
}

/// Follows the text outside of strings and comments: how many parts has this key, how deep is this value nested?
class DepthGauge {
 public:
  /// Takes the byte at `i`; false when a key or a nesting is too deep.
  bool take(std::string_view text, std::size_t i) {
    const char c = text[i];
    if (c == '\n') {
      comment_ = false;
      parts_ = 1;
      if (quote_.size() == 1) quote_ = {};
    }
    if (skip_ > 0) {
      --skip_;
    } else if (!quote_.empty()) {
      if (c == '\\' && quote_.front() == '"') skip_ = 1;
      else if (text.substr(i).starts_with(quote_)) close();
    } else if (!comment_) {
      outside(text, i);
    }
    return parts_ <= kDeepestKey && depth_ <= kDeepestKey;
  }

 private:
  void close() {
    skip_ = quote_.size() - 1;
    quote_ = {};
  }

  void outside(std::string_view text, std::size_t i) {
    const char c = text[i];
    if (c == '#') comment_ = true;
    else if (c == '"' || c == '\'') {
      quote_ = text.substr(i, text.substr(i, 3) == std::string(3, c) ? 3 : 1);
      skip_ = quote_.size() - 1;
    } else if (c == '.') ++parts_;
    else if (c == '=' || c == ',' || c == '{') parts_ = 1;
    if (c == '[' || c == '{') ++depth_;
    else if ((c == ']' || c == '}') && depth_ > 0) --depth_;
  }

  std::string_view quote_{};
  std::size_t skip_ = 0;
  std::size_t parts_ = 1;
  std::size_t depth_ = 0;
  bool comment_ = false;
};

/// What is read, for the hints.
struct FileKind {
  const char* missing;
  const char* too_large;
  const char* not_text;
  bool ends_lines_anyhow;  ///< a carriage return alone is no control character
};
constexpr FileKind kCluster{.missing = "check the path; `eigenbau init FILE` writes a starter file",
                            .too_large = "a cluster file is a few kilobytes",
                            .not_text = "is it the right file? A cluster file is plain text in TOML",
                            .ends_lines_anyhow = false};
constexpr FileKind kTable{.missing = "check the path",
                          .too_large = "split the table: every part can be asked about alone",
                          .not_text = "is it the right file? A table is plain text in CSV",
                          .ends_lines_anyhow = true};

/// Bytes that are not text.
Result<void> check_characters(const std::shared_ptr<const SourceText>& source, const FileKind& kind) {
  const std::string& text = source->text;
  for (std::size_t i = 0; i < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    const bool ends_line = c == '\r' && (kind.ends_lines_anyhow || text.substr(i + 1, 1) == "\n");
    if ((c < 0x20 && c != '\n' && c != '\t' && !ends_line) || c == 0x7f)
      return fail_at(ExitCode::bad_usage, "EB1003", source, i, "the file contains control characters: it is not text",
                     kind.not_text);
    const std::size_t length = utf8_length(text, i);
    if (length == 0)
      return fail_at(ExitCode::bad_usage, "EB1004", source, i, "the file is not valid UTF-8 text", "save it as UTF-8");
    i += length;
  }
  return {};
}

/// What toml++ must not see: bytes that are not text, and keys or values nested so deep that they overflow its recursion.
Result<void> check_text(const std::shared_ptr<const SourceText>& source) {
  if (auto checked = check_characters(source, kCluster); !checked) return checked;
  const std::string& text = source->text;
  DepthGauge gauge;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (!gauge.take(text, i))
      return fail_at(ExitCode::bad_input, "EB1005", source, i, "a key or a value is nested more than 32 deep", "");
    i += length;
  }
  return {};
}

std::string hint_for_syntax(std::string_view line) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return "a line is `key = value`, `[table]` or `[[list entry]]`";
  std::string_view value = line.substr(equals + 1);
  value = value.substr(std::min(value.find_first_not_of(" \t"), value.size()));
  const bool bare = !value.empty() && std::string_view("\"'[{").find(value.front()) == std::string_view::npos;
  if (bare && value.find(' ') != std::string_view::npos)
    return "a value with a unit is a string: quote it, \"" + std::string(value.substr(0, value.find('#'))) + "\"";
  if (bare) return "text needs quotes: \"" + std::string(value.substr(0, value.find('#'))) + "\"";
  return "";
}

/// The finding for a line like `from = 2024-02-30`, where the parser stopped in a bare value that has the form of a day.
std::optional<Diagnostic> impossible_date(std::string_view line, const Span& error) {
  constexpr std::string_view kForm = "0000-00-00";
  for (std::size_t at = line.find('=') + 1; at > 0 && at + kForm.size() <= line.size(); ++at) {
    const std::string_view word = line.substr(at, kForm.size());
    const bool has_the_form = std::equal(word.begin(), word.end(), kForm.begin(),
                                         [](char c, char form) { return form == '0' ? c >= '0' && c <= '9' : c == form; });
    const bool is_blamed = error.column > at && error.column <= at + kForm.size() + 1;
    if (!has_the_form || !is_blamed || parse_date(word)) continue;
    return Diagnostic{
        .code = "EB1111",
        .message = std::string(word) + " is not a day of the calendar",
        .span = {error.source, error.line, static_cast<std::uint32_t>(at + 1), static_cast<std::uint32_t>(kForm.size())},
        .notes = {"the reader stops at the first such error; others may follow"},
        .hint = "write a day of the calendar without quotes: 2024-08-01"};
  }
  return std::nullopt;
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\t')) text.pop_back();
  return text;
}

}  // namespace

namespace {

Result<SourceText> read_all(const std::string& path, std::size_t largest, const FileKind& kind) {
  SourceText source{path == "-" ? "<stdin>" : path, ""};
  auto refuse = [&](std::string code, std::string message, std::string hint) {
    return fail(ExitCode::bad_usage, {.code = std::move(code),
                                      .message = std::move(message),
                                      .span = {std::make_shared<SourceText>(SourceText{source.name, ""}), 0, 0, 1},
                                      .hint = std::move(hint)});
  };
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return refuse("EB1001", "the file cannot be read", kind.missing);
  }
  std::istream& in = path == "-" ? std::cin : file;
  constexpr std::size_t kPiece = 1u << 20;
  while (in && source.text.size() <= largest) {
    const std::size_t before = source.text.size();
    source.text.resize(before + kPiece);
    in.read(source.text.data() + before, static_cast<std::streamsize>(kPiece));
    source.text.resize(before + static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount())));
  }
  if (in.bad() || (path != "-" && source.text.empty() && file.peek() != std::char_traits<char>::eof()))
    return refuse("EB1001", "the file cannot be read", "is it a directory?");
  if (source.text.size() > largest)
    return refuse("EB1002", fmt::format("the file is larger than {} MiB", largest >> 20), kind.too_large);
  return source;
}

}  // namespace

Result<SourceText> read_table_text(const std::string& path, std::size_t largest) {
  auto text = read_all(path, largest, kTable);
  if (!text) return text;
  const auto source = std::make_shared<const SourceText>(*std::move(text));
  if (auto checked = check_characters(source, kTable); !checked) return std::unexpected(std::move(checked.error()));
  return *source;
}

Result<SourceText> read_text(const std::string& path) { return read_all(path, kLargestFile, kCluster); }

Result<Document> parse_toml(SourceText text) {
  const auto source = std::make_shared<const SourceText>(std::move(text));
  if (const auto checked = check_text(source); !checked) return std::unexpected(checked.error());
  try {
    const toml::table table = toml::parse(std::string_view(source->text), std::string_view(source->name));
    Document document{source, {}};
    convert_table(table, document.root, source);
    document.root.span = {source, 1, 1, 1};
    if (const std::size_t values = count_values(document.root); values > kMostValues)
      return fail(ExitCode::bad_input, {.code = "EB1009",
                                        .message = fmt::format("the file holds {} values, more than {}", values, kMostValues),
                                        .span = {source, 0, 0, 1},
                                        .hint = "use `count` for things that are alike"});
    return document;
  } catch (const toml::parse_error& error) {
    const Span span = span_of(error.source(), source);
    std::string message(error.description());
    std::string_view rest = source->text;
    for (std::uint32_t i = 1; i < span.line && rest.find('\n') != std::string_view::npos; ++i)
      rest.remove_prefix(rest.find('\n') + 1);
    const std::string line = trimmed(std::string(rest.substr(0, rest.find('\n'))));
    if (auto date = impossible_date(line, span)) return fail(ExitCode::bad_input, std::move(*date));
    for (char& c : message)
      if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    return fail(ExitCode::bad_input, {.code = "EB1006",
                                      .message = "this is not TOML: " + message,
                                      .span = span,
                                      .notes = {"the reader stops at the first such error; others may follow"},
                                      .hint = hint_for_syntax(line)});
  }
}

}  // namespace eigenbau
