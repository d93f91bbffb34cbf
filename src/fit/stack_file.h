// What does the catalog file of a stack with fitted constants say?
#pragma once

#include <string>
#include <vector>

#include "catalog/stack.h"

namespace eigenbau::fit {

/// Constants of a stack that differ from its parent's, as the [from.training] table of its catalog file.
std::string constants_toml(const catalog::Stack& stack, const catalog::Stack* parent);

/// The catalog file of a stack with its fitted constants: `file` as it stands, with the block of the last fit replaced.
std::string stack_file(const std::string& file, const catalog::Stack& stack, const std::vector<catalog::Stack>& all,
                       const std::string& source, const std::string& date);

}  // namespace eigenbau::fit
