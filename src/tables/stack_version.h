// In which month was a version of a stack released?
#pragma once

#include <optional>
#include <string_view>

namespace eigenbau::tables {

struct VersionRelease {
  double month = 0;    ///< as year.month written as a number, 24.08
  bool later = false;  ///< the version comes after the last that is known, of which this is the month
};

/// Of "megatron core v0.8", "mcore 0.8.0", "megatron lm 0.8", "nemo 2.1"; "nemo 2.0" is that of an interface. Nothing where
/// `words`, in lower case and without hyphens, name no such version.
std::optional<VersionRelease> version_release(std::string_view words);

}  // namespace eigenbau::tables
