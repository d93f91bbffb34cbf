// What is wrong with something that a user wrote, and how is it told?
#include "base/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/utf8.h"
#include "units/print.h"

namespace eigenbau {
namespace {

constexpr std::size_t kWidestLine = 160;

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "error";
}

std::string_view color_of(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "\x1b[1;36m";
    case Severity::warning:
      return "\x1b[1;33m";
    case Severity::error:
      return "\x1b[1;31m";
  }
  return "";
}

std::string_view line_of(const SourceText& source, std::uint32_t number) {
  std::string_view rest = source.text;
  for (std::uint32_t i = 1; i < number; ++i) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  return rest.substr(0, rest.find('\n'));
}

/// Neither control characters nor bytes that are no text reach the terminal; a tab becomes one space, so that carets stay
/// below their text.
std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    const unsigned char first = static_cast<unsigned char>(text[i]);
    const bool is_control =
        first < 0x20 || first == 0x7f || (first == 0xc2 && length == 2 && static_cast<unsigned char>(text[i + 1]) < 0xa0);
    if (length == 0) out += '?';
    else if (is_control) out += ' ';
    else out += text.substr(i, length);
    i += length == 0 ? 1 : length;
  }
  return out;
}

/// Terminal columns of UTF-8 text, counting code points.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string excerpt(const Span& span) {
  const std::string_view line = line_of(*span.source, span.line);
  const std::size_t start = std::min<std::size_t>(span.column - 1, line.size());
  if (line.empty() || start > kWidestLine) return "";
  const std::string_view shown = line.substr(0, kWidestLine);
  const std::size_t length =
      std::max<std::size_t>(1, std::min<std::size_t>(span.length, shown.size() - std::min(start, shown.size())));
  const std::size_t carets = std::max<std::size_t>(1, columns(shown.substr(start, length)));
  return fmt::format("{:5} | {}\n      | {}{}\n", span.line, printable(shown), std::string(columns(shown.substr(0, start)), ' '),
                     std::string(carets, '^'));
}

}  // namespace

void Diagnostics::add(Diagnostic diagnostic) {
  std::size_t& count = diagnostic.severity == Severity::error ? errors_ : others_;
  if (count++ < kMostKept) list_.push_back(std::move(diagnostic));
}

void Diagnostics::sort() {
  std::stable_sort(list_.begin(), list_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::pair(a.span.line, a.span.column) < std::pair(b.span.line, b.span.column);
  });
}

std::string render(const Diagnostic& diagnostic, bool color) {
  const std::string_view on = color ? color_of(diagnostic.severity) : "";
  const std::string_view bold = color ? "\x1b[1m" : "";
  const std::string_view off = color ? "\x1b[0m" : "";
  std::string where;
  if (diagnostic.span.source) {
    where = printable(diagnostic.span.source->name);
    if (diagnostic.span.line > 0) where += fmt::format(":{}:{}", diagnostic.span.line, diagnostic.span.column);
    where += ": ";
  }
  const std::string code = diagnostic.code.empty() ? "" : "[" + diagnostic.code + "]";
  std::string out = fmt::format("{}{}{}{}{}{}: {}{}{}{}\n", bold, where, off, on, name_of(diagnostic.severity), code, off, bold,
                                printable(diagnostic.message), off);
  if (diagnostic.span.source && diagnostic.span.line > 0) out += excerpt(diagnostic.span);
  for (const std::string& note : diagnostic.notes) out += "  note: " + printable(note) + "\n";
  if (!diagnostic.hint.empty()) out += "  hint: " + printable(diagnostic.hint) + "\n";
  return out;
}

std::string render(const Diagnostics& diagnostics, bool color) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics.all()) out += render(diagnostic, color);
  if (diagnostics.dropped() > 0)
    out += fmt::format("... and {} more\n", print_count(static_cast<long long>(diagnostics.dropped())));
  return out;
}

namespace {

bool is_of_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// Damerau-Levenshtein distance to a name, or to its first words where `words` are asked for.
std::size_t distance(std::string_view word, std::string_view name, bool words) {
  std::vector<std::vector<std::size_t>> d(word.size() + 1, std::vector<std::size_t>(name.size() + 1));
  for (std::size_t i = 0; i <= word.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= name.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= word.size(); ++i)
    for (std::size_t j = 1; j <= name.size(); ++j) {
      const std::size_t change = word[i - 1] == name[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && word[i - 1] == name[j - 2] && word[i - 2] == name[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  std::size_t least = d.back().back();
  for (std::size_t j = 1; words && j < name.size(); ++j)
    if (is_of_word(name[j - 1]) && !is_of_word(name[j])) least = std::min(least, d.back()[j]);
  return least;
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongest = 64, kTelling = 3;  // of fewer letters many names have parts
  if (word.empty() || word.size() > kLongest) return std::nullopt;
  std::optional<std::string> best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongest) continue;
    const bool telling = word.size() >= kTelling;
    const std::size_t away = telling && candidate.find(word) != std::string::npos ? 0 : distance(word, candidate, telling);
    if (away < best_distance) {
      best_distance = away;
      best = candidate;
    }
  }
  return best;
}

}  // namespace eigenbau
