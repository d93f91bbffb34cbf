// Which words say of recompute no more than that there is some or none, and of how many layers?
#pragma once

#include <string_view>
#include <vector>

namespace eigenbau::tables {

/// The words of a text, without the signs between them.
std::vector<std::string_view> words_without_signs(std::string_view text);

/// Without the ending of "2nd".
std::string_view without_ordinal(std::string_view word);

/// "4", "-1", "2nd", "10/20", "50%".
bool is_number_word(std::string_view word);

/// Whether a word is one of those, or a number.
bool is_plain_word(std::string_view word);

/// Whether a text has no others: "recompute auto" has.
bool is_plain(std::string_view text);

}  // namespace eigenbau::tables
