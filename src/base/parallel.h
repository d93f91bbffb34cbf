// How is independent work spread over threads so that the result does not depend on their number?
#pragma once

#include <cstddef>
#include <functional>

namespace eigenbau {

/// Calls `work(i)` for every i in [0, count), on up to `threads` threads (0: as many as the machine has). Each i writes to
/// its own place; what is then reduced is reduced in order by the caller.
void parallel_for(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work);

}  // namespace eigenbau
