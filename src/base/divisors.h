// Which numbers divide a number?
#pragma once

#include <vector>

namespace eigenbau {

/// Ascending; 1 alone for a number below 1.
std::vector<int> divisors(int number);

}  // namespace eigenbau
