// What must a kernel compute and move whatever its code, and how long does that take at data-sheet rates?
#pragma once

#include "tables/kernel_format.h"
#include "tables/kernel_row.h"

namespace eigenbau::fit {

/// The work that no kernel of an operation can leave out: causal pairs without padding, every operand once.
struct KernelWork {
  double flop = 0;
  FlopRate peak{};        ///< at which they may run
  double bytes = 0;       ///< over the memory
  double link_bytes = 0;  ///< over the links of one GPU
};

/// The roofline: the longest of flop/peak, bytes/HBM and link bytes/link. Source: Williams, Waterman and Patterson 2009.
/// Not a bound for operands that stay in the cache between repeats of a benchmark; those rows come out too slow.
Time roofline(const KernelWork& work, const tables::GpuFigures& gpu);

double kv_heads_of(const tables::KernelRow& row);  ///< all heads where the row names none

/// Bytes of an element of cached keys and values: as the row says, else as its format.
double cache_bytes_of(const tables::KernelRow& row, const tables::GpuFigures& gpu);

KernelWork gemm_work(const tables::KernelRow& row, const tables::GpuFigures& gpu);
KernelWork grouped_work(const tables::KernelRow& row, const tables::GpuFigures& gpu);
KernelWork prefill_work(const tables::KernelRow& row, const tables::GpuFigures& gpu);
KernelWork mla_prefill_work(const tables::KernelRow& row, const tables::GpuFigures& gpu);
KernelWork decode_work(const tables::KernelRow& row, const tables::GpuFigures& gpu);
KernelWork mla_decode_work(const tables::KernelRow& row, const tables::GpuFigures& gpu);
KernelWork experts_work(const tables::KernelRow& row, const tables::GpuFigures& gpu);
KernelWork domain_work(const tables::KernelRow& row, const tables::GpuFigures& gpu);
KernelWork exchange_work(const tables::KernelRow& row, const tables::GpuFigures& gpu);

}  // namespace eigenbau::fit
