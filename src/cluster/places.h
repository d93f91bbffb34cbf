// Where in the file was a key written, and which tables hold an error already?
#pragma once

#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "base/diagnostic.h"
#include "input/document.h"

namespace eigenbau::cluster {

/// Finds the tables of a document again by the span that their values carry.
class Places {
 public:
  /// `problems`: what reading has reported so far.
  Places(const Document& document, const Diagnostics& problems);

  /// The value of `key` in the table that was written at `table`, or the table itself if it does not have the key.
  Span value(const Span& table, std::string_view key) const;
  Span value(const Span& table, std::string_view key, std::string_view inner) const;
  Span key(const Span& table, std::string_view key) const;

  bool has(const Span& table, std::string_view key) const;
  const Node* table(const Span& span) const;

  /// Reading found nothing wrong in the table, or in the value of this key.
  bool sound(const Span& table) const;
  bool sound(const Span& table, std::string_view key) const;

 private:
  using At = std::tuple<const SourceText*, std::uint32_t, std::uint32_t>;
  static At at(const Span& span) { return {span.source.get(), span.line, span.column}; }
  bool index(const Node& node, const Diagnostics& problems);

  std::map<At, const Node*> tables_;
  std::set<At> unsound_;
};

}  // namespace eigenbau::cluster
