// Which part files were built into the binary? Defined by a file that CMake writes from catalog/.
#pragma once

#include <span>
#include <string_view>

namespace eigenbau::catalog {

struct EmbeddedPart {
  std::string_view kind, name, text;
};

/// In order of kind and name.
std::span<const EmbeddedPart> embedded_parts();

}  // namespace eigenbau::catalog
