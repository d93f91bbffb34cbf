// Which numbers and words does a text hold?
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eigenbau::tables {

bool is_digit(char c);
inline bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
/// Of words that numbers are part of: "gpt3".
inline bool is_letter_or_digit(char c) { return is_letter(c) || is_digit(c); }

/// In lower case and plain signs.
std::string lower(std::string_view text);

/// With the signs of a keyboard for typographic ones: dashes, the minus, blanks of any width, quotes and the multiplication sign.
std::string with_plain_signs(std::string_view text);

bool contains(std::string_view text, std::string_view part);
/// Whether a word is in a list of them.
bool is_one_of(const auto& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }
inline bool is_one_of(std::initializer_list<std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}
bool has_one_of(std::string_view text, std::initializer_list<std::string_view> parts);

/// Adds a remark to a list of them, parted by "; "; none adds nothing.
void add_note(std::string& list, std::string_view note);

/// What stands between any of the characters `between`.
std::vector<std::string_view> split_at(std::string_view text, std::string_view between);

/// Letters and digits only, so that "H100 SXM", "h100-sxm" and "H100_SXM" are the same.
std::string run_together(std::string_view name);

/// A number at the start of `text`; `length` is what it took.
double leading_number(std::string_view text, std::size_t& length);

/// The first number after `word` (past blanks, "=", "-"); nothing if another word comes first.
std::optional<double> number_after(std::string_view text, std::string_view word);

/// A release of a stack as year.month written as a number, 25.09, from "container 25.09", "v24.11.1", "ngc25.04", in lower case;
/// that of other software ("Ubuntu 22.04", "Slurm 23.02") is none.
std::optional<double> release_in(std::string_view words);

}  // namespace eigenbau::tables
