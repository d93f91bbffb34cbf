// What does the catalog file of a stack with fitted constants say?
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/stack.h"

namespace eigenbau::fit {

/// Fitted constants of a stack as the [from.training] table of its catalog file, to four digits. Left out is one within 0.1 %
/// of what the parent's file says (`inherited`, null without one), and one that `stated` knows.
std::string constants_toml(const catalog::TrainingConstants& fitted, const catalog::TrainingConstants* inherited = nullptr,
                           const std::function<bool(std::string_view)>& stated = {});

/// The catalog file of a stack with its fitted constants: `file` as it stands, with the block of the last fit replaced; what its
/// other blocks state stays. Among `all`, whose files are written alike, are the stacks that it inherits from.
std::string stack_file(const std::string& file, const catalog::Stack& stack, const std::vector<catalog::Stack>& all,
                       const std::string& source, const std::string& date);

}  // namespace eigenbau::fit
