// What does one part file say, and who says each figure of it?
#include "catalog/part_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "catalog/codes.h"
#include "catalog/records.h"

namespace eigenbau::catalog {
namespace {

constexpr std::string_view kFormat = "eigenbau.part/1";
constexpr std::array<std::string_view, 5> kConfidences{"high", "medium", "low", "memory", "guess"};

bool is_about_the_block(std::string_view key) { return key == "source" || key == "date" || key == "confidence" || key == "note"; }

bool is_list_of_tables(const Node& value) {
  return value.kind == Node::Kind::array && !value.items.empty() && value.items.front().kind == Node::Kind::table;
}

/// A range is one figure although it is written as a table.
bool is_group(const Node& value) { return value.kind == Node::Kind::table && !value.find("low") && !value.find("high"); }

std::string text_at(const Node& table, std::string_view key) {
  const Member* member = table.find(key);
  return member && member->value.kind == Node::Kind::string ? member->value.text : std::string();
}

class Merger {
 public:
  Merger(PartFile& part, std::string note) : part_(part), note_(std::move(note)) {}

  void lay_in(const Node& from, const Provenance* who) { lay_in(from, part_.fields, "", who); }

 private:
  void lay_in(const Node& from, Node& to, const std::string& prefix, const Provenance* who) {
    for (const Member& member : from.members) {
      if (prefix.empty() && (who ? is_about_the_block(member.key) : member.key == "from")) continue;
      const std::string path = prefix.empty() ? member.key : prefix + "." + member.key;
      Member* present = to.find(member.key);
      if (is_group(member.value)) {
        if (!present) {
          to.members.push_back({member.key, member.key_span, Node{.span = member.value.span}});
          present = &to.members.back();
        }
        lay_in(member.value, present->value, path, who);
      } else if (present && is_list_of_tables(member.value) && is_list_of_tables(present->value)) {
        append(member.value, present->value, path, who);
      } else if (present) {
        stated_twice(member, *present, path);
      } else {
        to.members.push_back(member);
        vouch(member.value, path, who);
      }
    }
  }

  void append(const Node& from, Node& to, const std::string& path, const Provenance* who) {
    for (const Node& item : from.items) {
      if (who) part_.sources.emplace(fmt::format("{}[{}]", path, to.items.size()), *who);
      to.items.push_back(item);
    }
  }

  void vouch(const Node& value, const std::string& path, const Provenance* who) {
    if (!who) return;
    part_.sources.emplace(path, *who);
    if (!note_.empty()) part_.notes.emplace(path, note_);
    if (is_list_of_tables(value))
      for (std::size_t i = 0; i < value.items.size(); ++i) part_.sources.emplace(fmt::format("{}[{}]", path, i), *who);
  }

  void stated_twice(const Member& again, const Member& first, const std::string& path) {
    part_.problems.add({.code = "EB1203",
                        .message = fmt::format("`{}` is stated twice, first in line {}", path, first.key_span.line),
                        .span = again.key_span,
                        .hint = "keep one; the other belongs into the source's text, or both into a range"});
  }

  PartFile& part_;
  std::string note_;
};

void check_header(const Node& root, std::string_view kind, std::string_view name, Diagnostics& problems) {
  const auto expect = [&](std::string_view key, std::string_view wanted) {
    const Member* member = root.find(key);
    if (member && member->value.kind == Node::Kind::string && member->value.text == wanted) return;
    problems.add({.code = "EB1202",
                  .message = fmt::format("a part's `{}` must be \"{}\" here", key, wanted),
                  .span = member ? member->value.span : root.span,
                  .hint = fmt::format("write {} = \"{}\"", key, wanted)});
  };
  expect("format", kFormat);
  expect("kind", kind);
  if (!name.empty()) expect("name", name);
}

/// The block's own three words; a block that lacks one is reported and vouches for nothing less.
Provenance provenance_of(const Node& block, Diagnostics& problems) {
  for (const std::string_view key : {"source", "date", "confidence"})
    if (text_at(block, key).empty())
      problems.add({.code = "EB1204",
                    .message = fmt::format("a [[from]] block needs `{}` as text", key),
                    .span = block.span,
                    .hint = "for example: source = \"vendor data sheet\", date = \"2024-08\", confidence = \"high\""});
  const std::string confidence = text_at(block, "confidence");
  if (!confidence.empty() && std::find(kConfidences.begin(), kConfidences.end(), confidence) == kConfidences.end())
    problems.add({.code = "EB1204",
                  .message = fmt::format("confidence cannot be \"{}\"", confidence),
                  .span = block.find("confidence")->value.span,
                  .hint = fmt::format("it is one of: {}", fmt::join(kConfidences, ", "))});
  return {text_at(block, "source"), text_at(block, "date"), confidence};
}

void lay_in_blocks(const Node& root, PartFile& part) {
  const Member* blocks = root.find("from");
  if (!blocks) return;
  if (!is_list_of_tables(blocks->value)) {
    part.problems.add({.code = "EB1204", .message = "`from` must be a list of tables: [[from]]", .span = blocks->key_span});
    return;
  }
  for (const Node& block : blocks->value.items) {
    const Provenance who = provenance_of(block, part.problems);
    Merger(part, text_at(block, "note")).lay_in(block, &who);
  }
}

void drop(Node& table, std::string_view key) {
  std::erase_if(table.members, [&](const Member& member) { return member.key == key; });
}

}  // namespace

PartFile read_part_file(SourceText text, std::string_view kind, std::string_view name) {
  PartFile part;
  const auto document = parse_toml(std::move(text));
  if (!document) {
    part.problems = document.error().diagnostics;
    return part;
  }
  const Node& root = document->root;
  part.fields.span = root.span;
  check_header(root, kind, name, part.problems);
  Merger(part, "").lay_in(root, nullptr);
  lay_in_blocks(root, part);
  drop(part.fields, "format");
  drop(part.fields, "kind");
  return part;
}

std::vector<std::string> unsourced_figures(const PartFile& part, const RecordInfo& fields) {
  std::vector<std::string> out;
  const auto check = [&](const auto& self, const Node& value, const std::string& path) -> void {
    if (is_group(value)) {
      for (const Member& inner : value.members) self(self, inner.value, path + "." + inner.key);
    } else if (!part.sources.contains(path)) {
      out.push_back(path);
    }
  };
  for (const auto& field : fields.fields()) {
    using Kind = FieldType::Kind;
    if (field->type.kind == Kind::text || field->type.kind == Kind::word || field->type.kind == Kind::boolean) continue;
    const Member* member = part.fields.find(field->key);
    if (member) check(check, member->value, field->key);
  }
  return out;
}

}  // namespace eigenbau::catalog
