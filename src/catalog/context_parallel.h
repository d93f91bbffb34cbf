// How does attention get the keys and values of ranks that hold other parts of a sequence?
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace eigenbau::catalog {

/// They pass on around a ring, block after block; heads are exchanged for tokens, so that a rank has some heads of the whole
/// sequence; or every rank gathers all of them first.
enum class ContextParallel : std::uint8_t { ring, all_to_all, all_gather };

/// As Megatron-Core names them (`--cp-comm-type`).
inline constexpr std::pair<std::string_view, ContextParallel> kContextParallels[] = {
    {"p2p", ContextParallel::ring}, {"a2a", ContextParallel::all_to_all}, {"all_gather", ContextParallel::all_gather}};

constexpr std::string_view name_of(ContextParallel kind) {
  for (const auto& [name, known] : kContextParallels)
    if (known == kind) return name;
  return "";
}

constexpr std::optional<ContextParallel> context_parallel_from(std::string_view name) {
  for (const auto& [known, kind] : kContextParallels)
    if (known == name) return kind;
  return std::nullopt;
}

}  // namespace eigenbau::catalog
