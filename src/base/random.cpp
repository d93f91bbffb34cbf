// Which random number belongs to (seed, purpose, index)? The same for any layout of threads or ranks.
#include "base/random.h"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>

namespace eigenbau {
namespace {

/// FNV-1a: names of streams become keys.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325u;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return value;
}

}  // namespace

Stream::Stream(std::uint64_t seed, std::string_view name, std::uint64_t index) : key_(seed ^ hash(name)), index_(index) {}

double Stream::uniform() {
  const r123::Philox4x32 generate;
  const r123::Philox4x32::ctr_type counter = {{static_cast<std::uint32_t>(counter_), static_cast<std::uint32_t>(counter_ >> 32),
                                               static_cast<std::uint32_t>(index_), static_cast<std::uint32_t>(index_ >> 32)}};
  const r123::Philox4x32::key_type key = {{static_cast<std::uint32_t>(key_), static_cast<std::uint32_t>(key_ >> 32)}};
  ++counter_;
  const auto words = generate(counter, key);
  const std::uint64_t bits = (static_cast<std::uint64_t>(words[0]) << 21) ^ (words[1] >> 11);
  return (static_cast<double>(bits & ((1ull << 52) - 1)) + 0.5) * 0x1p-52;
}

double Stream::exponential() { return -std::log(uniform()); }

double Stream::normal() {
  const double radius = std::sqrt(-2 * std::log(uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

}  // namespace eigenbau
