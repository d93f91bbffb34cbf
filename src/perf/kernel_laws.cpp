// Which constants describe the kernels of a GPU in a number format under a family of kernels?
#include "perf/kernel_laws.h"

#include <fmt/format.h>
#include <array>

namespace eigenbau::perf {
namespace {

/// One line of a table of constants: whose kernels they are, then the constants.
struct Key {
  std::string_view gpu, generation;
  KernelFormat format;
  std::string_view family;
};
struct GemmRow {
  Key key;
  double launch_us, compute, memory, depth, blend, reach, overlap, quantized;
};
constexpr std::array kGemm{
    GemmRow{{"a100-80", "ampere", KernelFormat::bf16, "trtllm"}, 3.2, .99, .83, 175, 2.6, 13, .40, 0},
    GemmRow{{"h100-sxm", "hopper", KernelFormat::bf16, "trtllm"}, 2.7, .87, .83, 110, 4.5, 11, 1, 0},
    GemmRow{{"h200", "hopper", KernelFormat::bf16, "vllm"}, 2.7, .73, .87, 107, 3.7, 1.4, .66, 0},
    GemmRow{{"b200", "blackwell", KernelFormat::bf16, "vllm"}, 2.2, .80, .81, 133, 3.1, 26, 1, 0},
    GemmRow{{"gb200", "blackwell", KernelFormat::bf16, "trtllm"}, 2.3, .77, .80, 1, 2.9, 23, 1, 0},
    GemmRow{{"h100-sxm", "hopper", KernelFormat::fp8, "trtllm"}, 12.4, .76, .83, 264, 4.0, .4, .95, 7.5},
    GemmRow{{"gb200", "blackwell", KernelFormat::fp8, "trtllm"}, 14.2, .74, .79, 58, 2.0, 13, .58, 9},
    GemmRow{{"h20", "hopper", KernelFormat::fp8_block, "deepgemm"}, 3.5, .99, .72, 101, 3.7, 2.5, .62, .9},
};

struct AttentionRow {
  Key key;
  double launch_us, compute, head_exponent;
};
constexpr std::array kAttention{
    AttentionRow{{"h100-sxm", "hopper", KernelFormat::bf16, "trtllm"}, 11, .61, .55},
    AttentionRow{{"h100-sxm", "hopper", KernelFormat::bf16, "vllm"}, 11, .78, .67},
    AttentionRow{{"h200", "hopper", KernelFormat::bf16, "vllm"}, 8, .75, .6},
    AttentionRow{{"a100-80", "ampere", KernelFormat::bf16, "trtllm"}, 5, .60, 0},
    AttentionRow{{"b200", "blackwell", KernelFormat::bf16, "trtllm"}, 12, .56, .74},
    AttentionRow{{"h100-sxm", "hopper", KernelFormat::fp8, "trtllm"}, 13, .42, .7},
    AttentionRow{{"b200", "blackwell", KernelFormat::fp8, "trtllm"}, 12, .38, .94},
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
auto nearest(const Table& table, const KernelGpu& gpu, KernelFormat format, std::string_view family) {
  const auto* best = &table[0];
  for (const auto& row : table)
    if (distance(row.key, gpu, format, family) < distance(best->key, gpu, format, family)) best = &row;
  std::string note;
  if (distance(best->key, gpu, format, family) > 0)
    note = fmt::format("kernel constants of {} {} {}", best->key.gpu, name_of(best->key.format), best->key.family);
  return std::pair{best, note};
}

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
  const bool plain = family.empty() && row->key.format == KernelFormat::fp8;  // without the quantization launches and passes
  return {{.peak = peak,
           .memory = gpu.memory,
           .multiprocessors = gpu.multiprocessors,
           .operand_bytes = bytes_per_element(format),
           .weight_bytes = bytes_per_element(format),
           .result_bytes = 2,
           .launch = (plain ? 3.0 : row->launch_us) * kMicrosecond,
           .compute_share = row->compute,
           .memory_share = row->memory,
           .depth = row->depth,
           .blend = row->blend,
           .tile_reach = row->reach,
           .wave_overlap = row->overlap,
           .quantized_bytes = family.empty() ? 0 : row->quantized},
          note};
}

Known<GroupedGemmLaw> grouped_gemm_law(const KernelGpu& gpu, KernelFormat format, FlopRate peak, std::string_view family) {
  auto dense = gemm_law(gpu, format, peak, family);
  return {{.gemm = dense.law, .per_group = 0.1 * kMicrosecond}, dense.note};
}

Known<AttentionLaw> attention_law(const KernelGpu& gpu, KernelFormat format, FlopRate peak, std::string_view family) {
  const auto [row, note] = nearest(kAttention, gpu, format, family);
  return {{.peak = peak,
           .memory = gpu.memory,
           .multiprocessors = gpu.multiprocessors,
           .bytes = bytes_per_element(format),
           .launch = row->launch_us * kMicrosecond,
           .compute_share = row->compute,
           .head_exponent = row->head_exponent,
           .block = 3 * kMicrosecond,
           .tail = 0.6},
          note};
}

Known<AttentionLaw> mla_prefill_law(const KernelGpu& gpu, KernelFormat format, FlopRate peak, std::string_view family) {
  auto known = attention_law(gpu, format, peak, family);
  known.law.launch = 14.5 * kMicrosecond;
  known.law.compute_share = format == KernelFormat::bf16 ? .58 : .77;
  known.law.head_exponent = 0;
  return known;
}

Known<DecodeLaw> decode_law(const KernelGpu& gpu, KernelFormat cache, FlopRate peak, std::string_view) {
  const bool narrow = cache != KernelFormat::bf16;
  return {{.peak = peak,
           .memory = gpu.memory,
           .cache_bytes = bytes_per_element(cache),
           .launch = 10 * kMicrosecond,
           .per_doubling = 0.7 * kMicrosecond,
           .compute_share = .5,
           .memory_share = narrow ? .70 : .88},
          {}};
}

Known<DecodeLaw> mla_decode_law(const KernelGpu& gpu, KernelFormat cache, FlopRate peak, std::string_view family) {
  auto known = decode_law(gpu, cache, peak, family);
  known.law.launch = 12 * kMicrosecond;
  known.law.memory_share = .75;
  return known;
}

MemoryLaw memory_law(const KernelGpu& gpu) { return {.memory = gpu.memory, .share = .83, .launch = 2.5 * kMicrosecond}; }

}  // namespace eigenbau::perf
