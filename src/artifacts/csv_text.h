// How is a table written as CSV that other software reads?
#pragma once

#include <string>
#include <string_view>

namespace eigenbau::artifacts {

/// A file to be written: a name without a directory, and all of its text.
struct TextFile {
  std::string name;
  std::string content;
  long rows = 0;  ///< without the heading
};

/// Appends rows to a text, RFC 4180 with line feeds. Fields that need quotes get them.
class CsvText {
 public:
  explicit CsvText(std::string_view heading) : text_(std::string(heading) + "\n") {}

  void reserve(std::size_t bytes) { text_.reserve(bytes); }
  CsvText& field(std::string_view text);
  /// A field made in place, of plain characters only.
  template <class Append>
  CsvText& plain(const Append& append) {
    separate();
    append(text_);
    return *this;
  }
  CsvText& number(double value);
  void end_row() {
    text_ += '\n';
    ++rows_;
    begun_ = false;
  }
  TextFile take(std::string name) { return {std::move(name), std::move(text_), rows_}; }

 private:
  void separate() {
    if (begun_) text_ += ',';
    begun_ = true;
  }

  std::string text_;
  bool begun_ = false;
  long rows_ = 0;
};

/// Small letters, digits and hyphens.
std::string slug_of(std::string_view name);

}  // namespace eigenbau::artifacts
