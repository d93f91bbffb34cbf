// Where in the file was a key written, and which tables hold an error already?
#include "cluster/places.h"

#include <algorithm>

namespace eigenbau::cluster {
namespace {

bool covers(const Span& span, const Span& point) {
  return span.source == point.source && span.line == point.line && point.column >= span.column &&
         point.column < span.column + std::max<std::uint32_t>(1, span.length);
}

}  // namespace

Places::Places(const Document& document, const Diagnostics& problems) { index(document.root, problems); }

/// Enters a table and everything below it; true if an error lies in it.
bool Places::index(const Node& node, const Diagnostics& problems) {
  auto blamed = [&](const Span& span) {
    return std::any_of(problems.all().begin(), problems.all().end(),
                       [&](const Diagnostic& d) { return d.severity == Severity::error && covers(span, d.span); });
  };
  bool unsound = blamed(node.span);
  for (const Member& member : node.members) {
    if (blamed(member.key_span)) unsound = true;
    if (index(member.value, problems)) unsound = true;
  }
  for (const Node& item : node.items)
    if (index(item, problems)) unsound = true;
  if (node.kind == Node::Kind::table) tables_.emplace(at(node.span), &node);
  if (unsound) unsound_.insert(at(node.span));
  return unsound;
}

const Node* Places::table(const Span& span) const {
  const auto found = tables_.find(at(span));
  return found == tables_.end() ? nullptr : found->second;
}

Span Places::value(const Span& span, std::string_view key) const {
  const Node* node = table(span);
  const Member* member = node ? node->find(key) : nullptr;
  return member ? member->value.span : span;
}

Span Places::value(const Span& span, std::string_view key, std::string_view inner) const {
  const Node* node = table(span);
  const Member* member = node ? node->find(key) : nullptr;
  if (!member) return span;
  const Member* below = member->value.find(inner);
  return below ? below->value.span : member->value.span;
}

Span Places::key(const Span& span, std::string_view key) const {
  const Node* node = table(span);
  const Member* member = node ? node->find(key) : nullptr;
  return member ? member->key_span : span;
}

bool Places::has(const Span& span, std::string_view key) const {
  const Node* node = table(span);
  return node && node->find(key);
}

bool Places::sound(const Span& span) const { return !unsound_.contains(at(span)); }

bool Places::sound(const Span& span, std::string_view key) const { return !has(span, key) || sound(value(span, key)); }

}  // namespace eigenbau::cluster
