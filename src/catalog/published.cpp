// How well has an accelerator ever been used for training?
#include "catalog/published.h"

namespace eigenbau::catalog {

std::optional<double> published_mfu(const Gpu& gpu, Precision precision) {
  switch (precision) {
    case Precision::bf16:
    case Precision::fp16:
      return gpu.best_published_mfu;
    case Precision::fp8:
    case Precision::fp8_block:
    case Precision::mxfp8:
      return gpu.best_published_mfu_fp8;
    default:
      return std::nullopt;
  }
}

}  // namespace eigenbau::catalog
