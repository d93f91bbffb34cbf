// What did the user write? A TOML text as a tree in which every key and value knows its place.
#include "input/document.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace eigenbau {
namespace {

template <class Members>
auto find_member(Members& members, std::string_view key) -> decltype(&members.front()) {
  const auto found = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.key == key; });
  return found == members.end() ? nullptr : &*found;
}

std::unexpected<Failure> bad_override(const std::shared_ptr<const SourceText>& source, std::string message, std::string hint) {
  return fail(ExitCode::bad_usage,
              {.code = "EB1008",
               .message = std::move(message),
               .span = {source, 1, 1, static_cast<std::uint32_t>(std::max<std::size_t>(1, source->text.size()))},
               .hint = std::move(hint)});
}

/// The entry of a list that "2" or a name means.
Node* entry_of(Node& list, std::string_view which) {
  std::size_t index = 0;
  const auto parsed = std::from_chars(which.data(), which.data() + which.size(), index);
  if (parsed.ec == std::errc{} && parsed.ptr == which.data() + which.size())
    return index < list.items.size() ? &list.items[index] : nullptr;
  for (Node& item : list.items)
    if (const Member* name = item.find("name"); name && name->value.text == which) return &item;
  return nullptr;
}

/// Parts of a path: a.b[0]."c d" -> a, b, 0, c d.
std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts;
  std::string part;
  bool quoted = false;
  for (const char c : path) {
    if (c == '"') quoted = !quoted;
    else if (!quoted && (c == '.' || c == '[')) {
      parts.push_back(part);
      part.clear();
    } else if (!quoted && c == ']') continue;
    else part += c;
  }
  parts.push_back(part);
  return parts;
}

constexpr auto kCodes = std::to_array<CodeText>({
    {"EB1001", "a file cannot be read",
     "The file does not exist, is a directory, or its permissions forbid reading. `-` reads standard input."},
    {"EB1002", "a file is too large",
     "Cluster files and parts over 4 MiB are refused unread: they are a few kilobytes, and a large one is most likely another "
     "kind of file. Tables of measurements and traces may have 256 MiB; split larger ones."},
    {"EB1003", "a file is not text",
     "The file contains control characters. A cluster file is plain UTF-8 text in TOML, a table the same in CSV."},
    {"EB1004", "a file is not UTF-8", "The file contains bytes that are not UTF-8. Save it as UTF-8."},
    {"EB1005", "keys or values are nested too deep",
     "A key may have 32 parts and values may be nested 32 deep; nothing in a cluster file needs more than four."},
    {"EB1006", "a file is not TOML",
     "The reader stops at the first syntax error, so it is reported alone. The most common one is a value with a unit and no "
     "quotes: write power = \"150 MW\"."},
    {"EB1007", "a file is empty", "There is nothing in the file. `eigenbau init FILE` writes a commented starter file."},
    {"EB1008", "an override cannot be applied",
     "An override is `--set key=value`, with the key as a path: site.pue=1.1, supply[0].power=\"10 MW\", supply.\"grid, "
     "existing\".power=\"10 MW\"."},
    {"EB1009", "a file holds too many values",
     "A cluster file describes what is bought and how many of it, not every piece: 20,000 values are more than any needs. Use "
     "`count` for things that are alike."},
    {"EB1101", "unknown key",
     "The key is not one that this table has. Keys that are not read would silently do nothing, so they are errors."},
    {"EB1102", "missing key", "The table needs this key."},
    {"EB1103", "wrong kind of value",
     "The value is of another kind than the key takes: a string where a table is needed, and the like."},
    {"EB1104", "not a quantity",
     "The text cannot be read as a number with a unit. Quantities look like \"150 MW\", \"400 Gb/s\", \"80 GiB\", \"0.065 "
     "USD/kWh\"."},
    {"EB1105", "wrong unit", "The unit measures something else than the key needs, as in a power given in hours."},
    {"EB1106", "out of bounds", "The value lies outside of what the key can mean: a negative count, a share above 100 %."},
    {"EB1107", "bad range",
     "A range is { low = ..., high = ... } with optional mid, distribution and source; low may not be above mid, nor mid above "
     "high."},
    {"EB1108", "not one of the known words", "The key takes one of a list of words, which the message names."},
    {"EB1109", "this value cannot be unknown", "Without this value nothing can be worked out. Give a range if it is uncertain."},
    {"EB1110", "a number without a unit",
     "Dimensional values are strings with a unit, so that nobody has to guess it: \"8 MW\", not 8."},
    {"EB1111", "not a date", "Dates are days, written without quotes: 2024-08-01."},
    {"EB1112", "a CSV row has the wrong number of cells",
     "Every row has as many cells as the heading line has columns; cells that hold commas are quoted."},
    {"EB1113", "a CSV heading stands twice", "Columns are found by their headings, so that each can head one column only."},
});

}  // namespace

const Member* Node::find(std::string_view key) const { return find_member(members, key); }
Member* Node::find(std::string_view key) { return find_member(members, key); }

Result<void> override_value(Document& document, const std::string& assignment) {
  const auto source = std::make_shared<const SourceText>(SourceText{"--set", assignment});
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0)
    return bad_override(source, "an override needs a key and a value", "write --set key=value, as in --set site.pue=1.1");
  const std::string value = assignment.substr(equals + 1);
  auto parsed = parse_toml({"--set", "v = " + value + "\n"});
  if (!parsed) {
    std::string quoted = value;
    std::erase(quoted, '"');
    std::erase(quoted, '\\');
    parsed = parse_toml({"--set", "v = \"" + quoted + "\"\n"});
  }
  if (!parsed || parsed->root.members.size() != 1)
    return bad_override(source, "the value cannot be read", "quote text: --set 'supply[0].power=\"10 MW\"'");
  Node* at = &document.root;
  const std::vector<std::string> parts = split_path(std::string_view(assignment).substr(0, equals));
  if (parts.size() > kDeepestKey) return bad_override(source, "the key has more than 32 parts", "");
  for (const std::string& part : parts) {
    if (part.empty()) return bad_override(source, "the key has an empty part", "");
    if (at->kind == Node::Kind::array) {
      at = entry_of(*at, part);
      if (!at)
        return bad_override(source, "the file has no entry \"" + part + "\" there",
                            "entries count from 0, or are named by their `name`");
      continue;
    }
    if (at->kind != Node::Kind::table) return bad_override(source, "\"" + part + "\" lies below a value that is no table", "");
    Member* member = at->find(part);
    if (!member) {
      at->members.push_back({part, {source, 1, 1, static_cast<std::uint32_t>(equals)}, {}});
      member = &at->members.back();
      member->value.span = member->key_span;
    }
    at = &member->value;
  }
  *at = parsed->root.members.front().value;
  at->span = {source, 1, static_cast<std::uint32_t>(equals + 2),
              static_cast<std::uint32_t>(std::max<std::size_t>(1, value.size()))};
  return {};
}

std::string_view describe(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::table:
      return "a table";
    case Node::Kind::array:
      return "a list";
    case Node::Kind::string:
      return "text";
    case Node::Kind::integer:
      return "a whole number";
    case Node::Kind::real:
      return "a number";
    case Node::Kind::boolean:
      return "true or false";
    case Node::Kind::date:
      return "a date";
  }
  return "a value";
}

std::span<const CodeText> input_codes() { return kCodes; }

}  // namespace eigenbau
