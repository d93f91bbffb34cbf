// Do words say that something was in use, or that it was not?
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace eigenbau::tables {

enum class Use { unsaid, on, off };

/// What `text`, in lower case, says of `feature`. Off: "no SHARP", "non-SHARP", "without any SHARP", "SHARP off", "SHARP:
/// disabled", "SHARP: null", "SHARP: ~", "SHARP not used", "disable SHARP", NCCL_SHARP_ENABLE = 0, NCCL_SHARP_DISABLE=1. Any
/// other mention is on; where several say different things the first that says more than the name counts. A negation reaches to
/// the next comma, period, semicolon, parenthesis, plus, "and", "but" or "with" (but for "not with"). What is left out of a
/// figure alone is not denied: "MFU excludes SHARP", "SHARP excluded from MFU".
Use use_of(std::string_view text, std::string_view feature);

/// `text`, in lower case, without what it denies: "ddp not fsdp" is "ddp ", "bf16 (no fp8)" is "bf16 ()", "full recompute off" is
/// nothing. A denial reaches as far as above, "non" to
/// the next word only.
std::string without_denied(std::string_view text);

/// Where `word` stands alone in `text` at or after `from`: no letter or digit beside it.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0);

inline bool has_word(std::string_view text, std::string_view word) { return find_word(text, word) != std::string_view::npos; }
/// Whether it has one of several.
bool has_one_word(std::string_view text, const auto& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return has_word(text, word); });
}
inline bool has_one_word(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return has_word(text, word); });
}

}  // namespace eigenbau::tables
