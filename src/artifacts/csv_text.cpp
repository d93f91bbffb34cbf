// How is a table written as CSV that other software reads?
#include "artifacts/csv_text.h"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace eigenbau::artifacts {

CsvText& CsvText::field(std::string_view text) {
  separate();
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    text_ += text;
    return *this;
  }
  text_ += '"';
  for (const char c : text) {
    if (c == '"') text_ += '"';
    text_ += c;
  }
  text_ += '"';
  return *this;
}

CsvText& CsvText::number(double value) {
  separate();
  if (!std::isfinite(value)) return *this;
  std::array<char, 32> text{};
  const char* end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  text_.append(text.data(), static_cast<std::size_t>(end - text.data()));
  return *this;
}

std::string slug_of(std::string_view name) {
  std::string slug;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c))) slug += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!slug.empty() && slug.back() != '-') slug += '-';
  }
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug.empty() ? "unnamed" : slug;
}

}  // namespace eigenbau::artifacts
