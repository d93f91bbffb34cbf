// libFuzzer's entry point for the target that it is linked with.
#include <cstddef>
#include <cstdint>

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz_one({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
