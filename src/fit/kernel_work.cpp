// What must a kernel compute and move whatever its code, and how long does that take at data-sheet rates?
#include "fit/kernel_work.h"

#include <algorithm>

#include "perf/distinct_targets.h"

namespace eigenbau::fit {

using namespace tables;

namespace {

KernelWork product(const FormatFigures& format, double groups, double rows, double n, double k) {
  return {.flop = 2 * rows * n * k,
          .peak = format.peak,
          .bytes = format.operand_bytes * rows * k + format.weight_bytes * groups * k * n + format.result_bytes * rows * n};
}

/// Pairs of a query token and a key that it sees: itself and what stands before it, or all; of these its window.
double seen_pairs(const KernelRow& r, bool causal) {
  if (!(r.window > 0) || r.window >= r.length) return r.length * (causal ? (r.length + 1) / 2 : r.length);
  return r.window * r.length - (causal ? r.window * (r.window - 1) / 2 : 0);
}

KernelWork attention(const KernelRow& r, const FormatFigures& format, double kv_heads, double key, double value, bool causal) {
  const double pairs = seen_pairs(r, causal), sizes = key + value;
  const double inputs = r.heads * key + kv_heads * sizes, tokens = r.batch * r.length;
  return {.flop = 2 * r.batch * r.heads * sizes * pairs,
          .peak = format.peak,
          .bytes = tokens * (format.operand_bytes * inputs + format.result_bytes * r.heads * value)};
}

/// Some kernels multiply 8-bit caches in 8 bits.
FlopRate decode_peak(const KernelRow& r, const GpuFigures& gpu) {
  const FlopRate peak = std::min(format_figures(r.format, gpu).peak, gpu.peak_bf16);
  return r.cache_format == "fp8" ? std::max(peak, gpu.peak_fp8) : peak;
}

}  // namespace

Time roofline(const KernelWork& work, const GpuFigures& gpu) {
  Time least{};
  if (work.flop > 0 && work.peak > FlopRate{}) least = work.flop * kFlopUnit / work.peak;
  if (work.bytes > 0 && gpu.memory > Bandwidth{}) least = std::max(least, work.bytes * kByte / gpu.memory);
  if (work.link_bytes > 0 && gpu.link > Bandwidth{}) least = std::max(least, work.link_bytes * kByte / gpu.link);
  return least;
}

double kv_heads_of(const KernelRow& row) { return row.kv_heads > 0 ? row.kv_heads : row.heads; }

double cache_bytes_of(const KernelRow& row, const GpuFigures& gpu) {
  if (row.cache_format == "fp8" || row.cache_format == "int8") return 1;
  if (row.cache_format == "bf16") return 2;
  return std::max(2.0, format_figures(row.format, gpu).operand_bytes);
}

KernelWork gemm_work(const KernelRow& r, const GpuFigures& gpu) {
  const double batch = std::max(1.0, r.batch);
  return product(format_figures(r.format, gpu), batch, batch * r.m, r.n, r.k);
}

KernelWork grouped_work(const KernelRow& r, const GpuFigures& gpu) {
  const auto format = format_figures(r.format, gpu);
  if (r.experts_per_token <= 0) return product(format, std::min(r.batch, r.m * r.batch), r.m * r.batch, r.n, r.k);
  const double rows = r.m * r.experts_per_token;
  const bool up = r.operation == "grouped_gemm_moe_up";
  const double groups = std::clamp(rows / 2, 1.0, std::max(1.0, r.batch));  // of about one row each half may get none
  return product(format, groups, rows, up ? 2 * r.n : r.k, up ? r.k : r.n);
}

KernelWork prefill_work(const KernelRow& r, const GpuFigures& gpu) {
  return attention(r, format_figures(r.format, gpu), kv_heads_of(r), r.head_size, r.head_size, r.causal);
}

KernelWork mla_prefill_work(const KernelRow& r, const GpuFigures& gpu) {
  auto work = attention(r, format_figures(r.format, gpu), 0, 192, 128, true);
  work.peak = decode_peak(r, gpu);
  return work;
}

KernelWork decode_work(const KernelRow& r, const GpuFigures& gpu) {
  const double sizes = 2 * r.head_size, tokens = r.batch * r.length;
  return {.flop = 2 * tokens * r.heads * sizes,
          .peak = decode_peak(r, gpu),
          .bytes = tokens * kv_heads_of(r) * sizes * cache_bytes_of(r, gpu)};
}

KernelWork mla_decode_work(const KernelRow& r, const GpuFigures& gpu) {
  constexpr double kKey = 576, kValue = 512;  // of the one cached vector
  const double tokens = r.batch * r.length;
  return {.flop = 2 * tokens * r.heads * (kKey + kValue),
          .peak = decode_peak(r, gpu),
          .bytes = tokens * kKey * cache_bytes_of(r, gpu)};
}

/// Rows of the mean rank: the busiest has more. Which experts are read depends on the routing: at least those of one token.
KernelWork experts_work(const KernelRow& r, const GpuFigures& gpu) {
  const auto format = format_figures(r.format, gpu);
  const double matrices = r.variant.find("nongated") != std::string::npos ? 2 : 3;
  const double rows = r.m * r.experts_per_token / r.expert_parallel, weights = matrices * r.n / r.tensor_parallel * r.k;
  return {.flop = 2 * rows * weights,
          .peak = format.peak,
          .bytes = r.experts_per_token / r.expert_parallel * weights * format.weight_bytes + r.m * r.k * format.result_bytes};
}

/// A switch that adds up or copies spares the second pass of a ring, not the first.
KernelWork domain_work(const KernelRow& r, const GpuFigures&) { return {.link_bytes = r.m * (r.n - 1) / r.n}; }

KernelWork exchange_work(const KernelRow& r, const GpuFigures&) {
  if (r.operation == "ep_alltoall_prepare") return {};  // counts of tokens only
  constexpr double kLeast = 0.5 + 1.0 / 16;             // bytes of an element in the narrowest format
  const double ranks = r.expert_parallel > 1 ? r.expert_parallel : 8;
  const double copies = perf::distinct_targets(ranks, std::max(1.0, r.experts_per_token)) * (ranks - 1) / ranks;
  return {.link_bytes = r.m * r.k * copies * kLeast};
}

}  // namespace eigenbau::fit
