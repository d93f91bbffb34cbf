// What happens while a tree becomes typed values: where we are, which ranges were met, what is wrong.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/figure.h"
#include "input/document.h"
#include "input/draw.h"

namespace eigenbau {

struct FieldInfo;

/// What one reading met, beside the values.
struct ReadLog {
  std::vector<Uncertain> uncertain;  ///< figures stated as ranges
  std::vector<std::string> unknown;  ///< paths stated as "unknown"
};

/// Reads single values by the rules of their field. Every problem becomes a diagnostic at the value's own place.
class Reader {
 public:
  /// `root` begins every path: empty for a cluster file, "server/dgx-h100" for a part.
  Reader(Draw draw, Diagnostics& problems, ReadLog& log, std::string root = "");

  /// Adds a part to the path for as long as the returned scope lives.
  class Scope {
   public:
    Scope(Reader& reader, std::string part);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Reader& reader_;
    std::size_t length_;
  };
  Scope enter_key(const std::string& key);
  /// Entries of a list are called by their `name`, or else by their number.
  Scope enter_entry(std::size_t index, const Node& item);

  static bool says_unknown(const Node& value) { return value.kind == Node::Kind::string && value.text == "unknown"; }
  void note_unknown();

  // Single values, drawn where a range is stated; nothing when the value was refused (and reported).
  std::optional<double> quantity(const Node& value, const FieldInfo& field, Dimension dimension);
  std::optional<double> share(const Node& value, const FieldInfo& field);
  std::optional<double> number(const Node& value, const FieldInfo& field);
  std::optional<double> count(const Node& value, const FieldInfo& field, double largest);
  std::optional<Date> date(const Node& value, const FieldInfo& field);
  std::optional<std::size_t> word(const Node& value, const FieldInfo& field);

  bool wrong_kind(const Node& value, std::string_view wanted);
  void report(Diagnostic diagnostic) { problems_.add(std::move(diagnostic)); }
  const std::string& path() const { return path_; }

 private:
  enum class Scalar { quantity, share, number, count, date };
  std::optional<double> scalar(const Node& value, Scalar kind, Dimension dimension);
  std::optional<double> ranged(const Node& value, const FieldInfo& field, Scalar kind, Dimension dimension);
  static std::string how_to_write(Scalar kind, Dimension dimension);
  std::optional<double> from_text(const Node& value, Scalar kind, Dimension dimension);
  bool within_bounds(double number, const Node& value, const FieldInfo& field, Scalar kind, Dimension dimension);
  void refuse(const Node& value, std::string code, std::string message, std::string hint = "");

  Draw draw_;
  Diagnostics& problems_;
  ReadLog& log_;
  std::string path_;
};

}  // namespace eigenbau
