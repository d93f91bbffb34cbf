// In which month was a version of a stack released?
#pragma once

#include <optional>
#include <string_view>

namespace eigenbau::tables {

/// As year.month written as a number, 24.08, of "megatron core v0.8", "mcore 0.8.0", "nemo 2.0"; a version after the last that is
/// known is of its month. Nothing where `words`, in lower case and without hyphens, name no such version.
std::optional<double> version_release(std::string_view words);

}  // namespace eigenbau::tables
