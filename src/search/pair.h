// How are two numbers worked out at once?
#pragma once

namespace eigenbau::search {

/// Two numbers in one register; sums, products and comparisons act on both.
using Pair = double __attribute__((vector_size(16)));

}  // namespace eigenbau::search
