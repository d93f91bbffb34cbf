// Which random number belongs to (seed, purpose, index)? The same for any layout of threads or ranks.
#pragma once

#include <cstdint>
#include <string_view>

namespace eigenbau {

/// A counter-based stream (Philox 4x32-10, Salmon et al. 2011): the n-th number of a stream is a pure function of the
/// seed, the name and the index, so that no draw depends on how many others were made elsewhere.
class Stream {
 public:
  Stream(std::uint64_t seed, std::string_view name, std::uint64_t index = 0);

  /// Next number, uniform in (0, 1): never 0 and never 1.
  double uniform();

  /// Next number, exponential with mean 1.
  double exponential();

  /// Next number, normal with mean 0 and deviation 1.
  double normal();

 private:
  std::uint64_t key_;
  std::uint64_t index_;
  std::uint64_t counter_ = 0;
};

}  // namespace eigenbau
