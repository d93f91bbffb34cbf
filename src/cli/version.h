// Which version is this?
#pragma once

#include <string_view>

namespace eigenbau::cli {

inline constexpr std::string_view kVersion = EIGENBAU_VERSION;

}  // namespace eigenbau::cli
