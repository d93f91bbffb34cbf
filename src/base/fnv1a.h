// Which number stands for a text, the same on every machine?
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

namespace eigenbau {

/// FNV-1a in 32 or 64 bits: enough to tell two texts apart, not to defend against someone who wants them alike. Source: Fowler,
/// Noll and Vo (IETF draft-eastlake-fnv).
template <std::unsigned_integral Word>
Word fnv1a(std::string_view text) {
  constexpr bool kWide = sizeof(Word) == sizeof(std::uint64_t);
  constexpr Word kPrime = kWide ? static_cast<Word>(1099511628211u) : 16777619u;
  Word value = kWide ? static_cast<Word>(14695981039346656037u) : 2166136261u;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * kPrime;
  return value;
}

}  // namespace eigenbau
