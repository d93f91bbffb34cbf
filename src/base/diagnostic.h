// What is wrong with something that a user wrote, and how is it told?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_text.h"

namespace eigenbau {

enum class Severity { note, warning, error };

/// One finding: a stable code ("EB2001", see base/codes.h), one sentence with the numbers, where, why, and the way out.
struct Diagnostic {
  std::string code;
  Severity severity = Severity::error;
  std::string message;
  Span span{};
  std::vector<std::string> notes{};
  std::string hint{};
};

/// Collects everything that is wrong with an input, so that one run tells all of it. Of a file with thousands of errors
/// nobody reads all: the first kMostKept errors and as many other findings are kept, the rest is counted.
class Diagnostics {
 public:
  static constexpr std::size_t kMostKept = 200;

  void add(Diagnostic diagnostic);

  bool has_errors() const { return errors_ > 0; }
  std::size_t error_count() const { return errors_; }
  const std::vector<Diagnostic>& all() const { return list_; }
  /// Findings that were counted and not kept.
  std::size_t dropped() const { return errors_ + others_ - list_.size(); }

  /// By position in the text, then in the order in which they were found.
  void sort();

 private:
  std::vector<Diagnostic> list_;
  std::size_t errors_ = 0;
  std::size_t others_ = 0;
};

/// Text for a terminal: `file:line:column: error[EB2001]: ...`, the line with carets below, notes, hint.
std::string render(const Diagnostic& diagnostic, bool color);
std::string render(const Diagnostics& diagnostics, bool color);

/// The candidate that `word` was most likely meant to be: one that contains it, else the nearest by name or by its first words,
/// if that is near enough (Damerau-Levenshtein distance of at most a third of the length).
std::optional<std::string> nearest_name(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace eigenbau
