// Which constants describe the kernels of a GPU in a number format under a family of kernels?
#pragma once

#include <string>
#include <string_view>

#include "perf/kernel.h"

namespace eigenbau::perf {

/// The figures of a GPU by which a kernel law is scaled; taken from the catalog's part.
struct KernelGpu {
  std::string_view name;        ///< as in the catalog: "h100-sxm"
  std::string_view generation;  ///< ampere, hopper, blackwell, cdna3 ...
  Bandwidth memory{};
  double multiprocessors = 1;
};

/// Formats of the operands as kernels know them.
enum class KernelFormat { bf16, fp8, fp8_block, mxfp8, nvfp4 };

double bytes_per_element(KernelFormat format);

/// A law and, if it is that of a sister GPU, format or family of kernels, the sentence that says so.
template <class Law>
struct Known {
  Law law{};
  std::string note{};  ///< empty if measured for exactly this
};

/// The law for products of `format` with dense peak `peak`. `family` is the library as kernel tables name it ("trtllm",
/// "vllm", "sglang", "deepgemm"); empty takes the plain library products that training stacks run: no quantization inside.
Known<GemmLaw> gemm_law(const KernelGpu& gpu, KernelFormat format, FlopRate peak, std::string_view family = "");
Known<GroupedGemmLaw> grouped_gemm_law(const KernelGpu& gpu, KernelFormat format, FlopRate peak, std::string_view family = "");
Known<AttentionLaw> attention_law(const KernelGpu& gpu, KernelFormat format, FlopRate peak, std::string_view family = "");
Known<AttentionLaw> mla_prefill_law(const KernelGpu& gpu, KernelFormat format, FlopRate peak, std::string_view family = "");
Known<DecodeLaw> decode_law(const KernelGpu& gpu, KernelFormat cache, FlopRate peak, std::string_view family = "");
Known<DecodeLaw> mla_decode_law(const KernelGpu& gpu, KernelFormat cache, FlopRate peak, std::string_view family = "");

}  // namespace eigenbau::perf
