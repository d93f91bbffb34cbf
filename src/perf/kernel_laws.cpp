// Which constants describe the kernels of a GPU in a number format under a family of kernels?
#include "perf/kernel_laws.h"

#include <fmt/format.h>
#include <array>

namespace eigenbau::perf {
namespace {

/// One line of a table of constants: whose kernels they are, then the constants in the order of the law.
struct Key {
  std::string_view gpu, generation;
  KernelFormat format;
  std::string_view family;
};
struct Row {
  Key key;
  std::array<double, 9> constants;
};
// The constants of catalog/kernels, which `eigenbau calibrate kernels` fitted to published tables of measured kernels (residuals
// stand there); those of the tables that a law describes well. A test keeps both equal.
constexpr std::array kGemm{
    Row{{"a100-80", "ampere", KernelFormat::bf16, "trtllm"}, {3.428, 1, 0.8634, 190.1, 2.253, 15.7, 3.05, 0.6649, 0}},
    Row{{"b200", "blackwell", KernelFormat::bf16, "vllm"}, {2.325, 0.7301, 0.7881, 162.8, 4.266, 13.37, 4.472, 0.9851, 0}},
    Row{{"b200", "blackwell", KernelFormat::fp8, "trtllm"}, {13.88, 0.6079, 0.509, 1, 2.75, 0.1, 5.239, 1, 9.321}},
    Row{{"b200", "blackwell", KernelFormat::nvfp4, "vllm"}, {7.407, 0.5015, 0.56, 1, 4.321, 0.1, 4.306, 1, 4.219}},
    Row{{"gb200", "blackwell", KernelFormat::bf16, "trtllm"}, {2.27, 0.7404, 0.7802, 1, 3.325, 14.98, 5.042, 1, 0}},
    Row{{"gb200", "blackwell", KernelFormat::fp8, "trtllm"}, {14.12, 0.7095, 0.7946, 33.33, 1.934, 6.828, 3.861, 0.8932, 9.301}},
    Row{{"gb200", "blackwell", KernelFormat::fp8_block, "trtllm"}, {5.787, 0.7382, 0.8356, 471.9, 2.052, 6.024, 3.414, 1, 4.032}},
    Row{{"gb200", "blackwell", KernelFormat::nvfp4, "trtllm"}, {7.756, 0.5303, 0.7612, 156, 1.599, 0.1, 1.974, 0.8928, 5.726}},
    Row{{"h100-sxm", "hopper", KernelFormat::bf16, "trtllm"}, {2.757, 0.8944, 0.8255, 124.3, 5.44, 14.57, 16.38, 1, 0}},
    Row{{"h100-sxm", "hopper", KernelFormat::fp8, "trtllm"}, {12.49, 0.7789, 0.827, 308.6, 4.736, 0.1, 7.664, 0.9273, 8.02}},
    Row{{"h100-sxm", "hopper", KernelFormat::fp8_block, "trtllm"}, {4.612, 0.6927, 0.9009, 589, 2, 0.1032, 2.468, 0.8042, 5.295}},
    Row{{"h20", "hopper", KernelFormat::fp8_block, "deepgemm"}, {3.706, 0.9851, 1, 96.96, 2.707, 2.275, 10.22, 0.6804, 0.8577}},
    Row{{"h200", "hopper", KernelFormat::bf16, "vllm"}, {2.845, 0.7127, 0.8741, 114.5, 3.825, 0.192, 4.944, 0.8254, 0}},
};
constexpr std::array kAttention{
    Row{{"a100-80", "ampere", KernelFormat::bf16, "trtllm"}, {12.44, 0.4951, 0.01491, 9.613, 0.819, 0.5083}},
    Row{{"b200", "blackwell", KernelFormat::bf16, "trtllm"}, {13.16, 0.5336, 0.4607, 6.329, 0.5647, 0.7983}},
    Row{{"b200", "blackwell", KernelFormat::fp8, "trtllm"}, {13.05, 0.3493, 0.6289, 5.662, 0.5698, 1.093}},
    Row{{"h100-sxm", "hopper", KernelFormat::bf16, "trtllm"}, {12.73, 0.5889, 0.214, 7.68, 0.6981, 0.5825}},
    Row{{"h100-sxm", "hopper", KernelFormat::bf16, "vllm"}, {12.11, 0.7023, 0.3737, 5.346, 1, 0.4234}},
    Row{{"h100-sxm", "hopper", KernelFormat::fp8, "trtllm"}, {13.58, 0.3949, 0.3603, 7.277, 0.4836, 0.584}},
    Row{{"h200", "hopper", KernelFormat::bf16, "vllm"}, {8.825, 0.7152, 0.392, 3.355, 0.9887, 0.3303}},
};
constexpr std::array kMlaPrefill{
    Row{{"b200", "blackwell", KernelFormat::bf16, "trtllm"}, {11.38, 0.5763, 3.343, 0.3247, 0.6156}},
    Row{{"b200", "blackwell", KernelFormat::fp8, "trtllm"}, {14.7, 0.7988, 3.082, 0.8532, 2.258}},
    Row{{"h100-sxm", "hopper", KernelFormat::bf16, "trtllm"}, {14.21, 0.6406, 3.316, 0.07019, 0.4873}},
    Row{{"h100-sxm", "hopper", KernelFormat::fp8, "trtllm"}, {16.05, 0.7769, 2.929, 0.5853, 1.729}},
    Row{{"h200", "hopper", KernelFormat::bf16, "trtllm"}, {14.14, 0.6171, 3.306, 0.2285, 0.3554}},
    Row{{"h200", "hopper", KernelFormat::fp8, "trtllm"}, {16.76, 0.7685, 2.822, 0.4089, 1.871}},
};
constexpr std::array kDecode{
    Row{{"a100-80", "ampere", KernelFormat::bf16, "trtllm"}, {14.48, 0.9649, 0.4012, 0.8445}},
    Row{{"b200", "blackwell", KernelFormat::bf16, "trtllm"}, {8.002, 0.576, 0.4714, 1}},
    Row{{"b200", "blackwell", KernelFormat::fp8, "trtllm"}, {8.359, 0.4817, 0.4507, 1}},
    Row{{"h100-sxm", "hopper", KernelFormat::bf16, "trtllm"}, {11.29, 0.8308, 0.9997, 0.8738}},
    Row{{"h100-sxm", "hopper", KernelFormat::bf16, "vllm"}, {12.11, 0.457, 0.9998, 0.9132}},
    Row{{"h100-sxm", "hopper", KernelFormat::fp8, "trtllm"}, {7.513, 0.699, 0.1253, 0.7894}},
    Row{{"h100-sxm", "hopper", KernelFormat::fp8, "vllm"}, {14.46, 0.4738, 0.2279, 0.7883}},
    Row{{"h200", "hopper", KernelFormat::bf16, "vllm"}, {9.374, 0.4006, 0.3884, 0.8927}},
    Row{{"h200", "hopper", KernelFormat::fp8, "vllm"}, {10.05, 0.3027, 0.1371, 0.6182}},
    Row{{"h800", "hopper", KernelFormat::bf16, "flashinfer"}, {22.67, 0, 0.2025, 0.9649}},
};
constexpr std::array kMlaDecode{
    Row{{"b200", "blackwell", KernelFormat::bf16, "trtllm"}, {10.89, 1.835, 0.9805, 0.7146}},
    Row{{"b200", "blackwell", KernelFormat::fp8, "trtllm"}, {10.35, 1.344, 1, 0.6424}},
    Row{{"h100-sxm", "hopper", KernelFormat::bf16, "trtllm"}, {16.01, 1.058, 0.8889, 0.7861}},
    Row{{"h100-sxm", "hopper", KernelFormat::fp8, "trtllm"}, {16.81, 0.8732, 0.7404, 0.7768}},
    Row{{"h200", "hopper", KernelFormat::bf16, "trtllm"}, {16.27, 0.9237, 0.6527, 0.8666}},
    Row{{"h200", "hopper", KernelFormat::fp8, "trtllm"}, {17.14, 0.6209, 0.7265, 0.9697}},
    Row{{"h800", "hopper", KernelFormat::bf16, "flashinfer"}, {16.65, 1.215, 0.5521, 0.9883}},
};

int distance(const Key& key, const KernelGpu& gpu, KernelFormat format, std::string_view family) {
  const auto narrow = [](KernelFormat f) { return f != KernelFormat::bf16; };
  int d = 0;
  if (key.format != format) d += narrow(key.format) == narrow(format) ? 8 : 16;
  if (key.generation != gpu.generation) d += 4;
  if (key.gpu != gpu.name) d += 2;
  if (!family.empty() && key.family != family) d += 1;
  return d;
}

std::string_view name_of(KernelFormat format) {
  constexpr std::array<std::string_view, 5> kNames{"bf16", "fp8", "fp8_block", "mxfp8", "nvfp4"};
  return kNames[static_cast<std::size_t>(format)];
}

/// The line nearest to what is asked, and the sentence that says how far it is.
template <class Table>
std::pair<const Row*, std::string> nearest(const Table& table, const KernelGpu& gpu, KernelFormat format,
                                           std::string_view family) {
  const Row* best = &table[0];
  for (const auto& row : table)
    if (distance(row.key, gpu, format, family) < distance(best->key, gpu, format, family)) best = &row;
  std::string note;
  if (distance(best->key, gpu, format, family) > 0)
    note = fmt::format("kernel constants of {} {} {}", best->key.gpu, name_of(best->key.format), best->key.family);
  return std::pair{best, note};
}

Known<DecodeLaw> decode_law_of(const std::pair<const Row*, std::string>& known, const KernelGpu& gpu, KernelFormat cache,
                               FlopRate peak) {
  const auto& c = known.first->constants;
  return {{.peak = peak,
           .memory = gpu.memory,
           .cache_bytes = bytes_per_element(cache),
           .launch = c[0] * kMicrosecond,
           .per_doubling = c[1] * kMicrosecond,
           .compute_share = c[2],
           .memory_share = c[3]},
          known.second};
}

const Time kPlainLaunch = 2.7 * kMicrosecond;  // of one kernel: the launch of the bf16 products
const Time kPerGroup = 0.1 * kMicrosecond;     // grouped products of DeepGEMM on an H20

}  // namespace

double bytes_per_element(KernelFormat format) {
  switch (format) {
    case KernelFormat::bf16:
      return 2;
    case KernelFormat::fp8:
    case KernelFormat::fp8_block:
      return 1;
    case KernelFormat::mxfp8:
      return 1 + 1.0 / 32;
    case KernelFormat::nvfp4:
      return 0.5 + 1.0 / 16;
  }
  return 2;
}

Known<GemmLaw> gemm_law(const KernelGpu& gpu, KernelFormat format, FlopRate peak, std::string_view family) {
  const auto [row, note] = nearest(kGemm, gpu, format, family);
  const auto& c = row->constants;
  const bool plain = family.empty() && row->key.format != KernelFormat::bf16;  // without quantization, in launches and passes
  return {{.peak = peak,
           .memory = gpu.memory,
           .multiprocessors = gpu.multiprocessors,
           .operand_bytes = bytes_per_element(format),
           .weight_bytes = bytes_per_element(format),
           .result_bytes = 2,
           .launch = plain ? kPlainLaunch : c[0] * kMicrosecond,
           .compute_share = c[1],
           .memory_share = c[2],
           .depth = c[3],
           .blend = c[4],
           .tile_reach = c[5],
           .stream = c[6],
           .wave_overlap = c[7],
           .quantized_bytes = family.empty() ? 0 : c[8]},
          note};
}

Known<GroupedGemmLaw> grouped_gemm_law(const KernelGpu& gpu, KernelFormat format, FlopRate peak, std::string_view family) {
  auto dense = gemm_law(gpu, format, peak, family);
  return {{.gemm = dense.law, .per_group = kPerGroup}, dense.note};
}

Known<AttentionLaw> attention_law(const KernelGpu& gpu, KernelFormat format, FlopRate peak, std::string_view family) {
  const auto [row, note] = nearest(kAttention, gpu, format, family);
  const auto& c = row->constants;
  return {{.peak = peak,
           .memory = gpu.memory,
           .multiprocessors = gpu.multiprocessors,
           .bytes = bytes_per_element(format),
           .launch = c[0] * kMicrosecond,
           .compute_share = c[1],
           .head_exponent = c[2],
           .block = c[3] * kMicrosecond,
           .packing = c[4],
           .tail = c[5]},
          note};
}

Known<AttentionLaw> mla_prefill_law(const KernelGpu& gpu, KernelFormat format, FlopRate peak, std::string_view family) {
  const auto [row, note] = nearest(kMlaPrefill, gpu, format, family);
  const auto& c = row->constants;
  return {{.peak = peak,
           .memory = gpu.memory,
           .multiprocessors = gpu.multiprocessors,
           .bytes = 2,
           .launch = c[0] * kMicrosecond,
           .compute_share = c[1],
           .block = c[2] * kMicrosecond,
           .tail = c[3],
           .expansion = c[4]},
          note};
}

Known<DecodeLaw> decode_law(const KernelGpu& gpu, KernelFormat cache, FlopRate peak, std::string_view family) {
  return decode_law_of(nearest(kDecode, gpu, cache, family), gpu, cache, peak);
}

Known<DecodeLaw> mla_decode_law(const KernelGpu& gpu, KernelFormat cache, FlopRate peak, std::string_view family) {
  return decode_law_of(nearest(kMlaDecode, gpu, cache, family), gpu, cache, peak);
}

}  // namespace eigenbau::perf
