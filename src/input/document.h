// What did the user write? A TOML text as a tree in which every key and value knows its place.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/codes.h"
#include "base/date.h"
#include "base/result.h"

namespace eigenbau {

struct Member;

/// A value of the tree. Only the fields of its kind mean something.
struct Node {
  enum class Kind { table, array, string, integer, real, boolean, date };

  Kind kind = Kind::table;
  Span span{};
  std::string text{};           ///< string
  std::int64_t integer = 0;     ///< integer
  double real = 0;              ///< real, and integer as a double
  bool boolean = false;         ///< boolean
  Date date{};                  ///< date
  std::vector<Node> items;      ///< array
  std::vector<Member> members;  ///< table, in the order of the file

  const Member* find(std::string_view key) const;
  Member* find(std::string_view key);
};

/// A key with its value.
struct Member {
  std::string key;
  Span key_span{};
  Node value{};
};

struct Document {
  std::shared_ptr<const SourceText> source;
  Node root{};
};

inline constexpr std::size_t kLargestFile = 4u << 20;
inline constexpr std::size_t kLargestTable = 256u << 20;
inline constexpr std::size_t kDeepestKey = 32;
inline constexpr std::size_t kMostValues = 20'000;

/// The text of a file, or of standard input for "-". Fails (exit 2) when it cannot be read, is larger than 4 MiB, or is
/// not text.
Result<SourceText> read_text(const std::string& path);

/// The same for a table of measurements or a trace, which may be as large as `largest` bytes; its bytes are checked here (exit
/// 2).
Result<SourceText> read_table_text(const std::string& path, std::size_t largest = kLargestTable);

/// Reads TOML. A syntax error is reported alone (exit 1), since the reader stops there.
Result<Document> parse_toml(SourceText source);

/// Applies one override "key=value": `site.pue=1.1`, `supply[0].power="10 MW"` (the quotes of a string may be left out),
/// `supply.grid.power=...` where an entry of a list is meant by its `name`.
Result<void> override_value(Document& document, const std::string& assignment);

/// "a string", "a table" ... for messages.
std::string_view describe(Node::Kind kind);

/// The codes EB10xx and EB11xx, of this room.
std::span<const CodeText> input_codes();

}  // namespace eigenbau
