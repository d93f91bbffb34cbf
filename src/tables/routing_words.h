// How do words say that tokens go to experts?
#pragma once

#include <optional>
#include <string_view>

namespace eigenbau::tables {

/// What one of the options, a clause, says of the capacity of experts in training.
struct CapacityWords {
  /// Tokens on every expert, as a multiple of those that it gets from a router in balance. Nothing: it says of no limit, or of
  /// that in evaluation.
  std::optional<double> factor;
};
/// "capacity factor 1.25", "CF1", "CF=1.25", "capacity 1.0", "capacity factor 100%"; a negative factor is no limit, and one for
/// evaluation none of training. Nothing where the clause does not speak of capacity.
std::optional<CapacityWords> capacity_in(std::string_view clause);

/// Whether a clause says that tokens beyond a capacity are dropped: "token drop", "token dropping", "drop and pad", "pad to
/// capacity".
std::optional<bool> drops_tokens(std::string_view clause);

}  // namespace eigenbau::tables
