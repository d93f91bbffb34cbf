// What is known of the kernels of a GPU: fitted constants and fitted corrections, one table per operation, format and family.
#pragma once

#include <string>
#include <vector>

#include "units/quantity.h"

namespace eigenbau::catalog {

/// One constant of a law, in the law's order.
struct KernelConstant {
  std::string name;
  double value = 0;
};

/// One smooth part of a correction.
struct KernelLayer {
  std::vector<double> scales;       ///< in doublings of each size and product of sizes
  std::vector<std::string> points;  ///< sizes, then the weight: "512 16384 4096 1 -0.0312"
};

/// One table of measured kernels as `calibrate kernels` described it.
struct KernelTable {
  std::string operation;     ///< gemm, attention_prefill, moe_ffn, all_reduce ... as published tables name it
  std::string format;        ///< bf16, fp8, fp8_block, nvfp4, w4a16_mxfp4 ...; empty if it does not matter
  std::string cache_format;  ///< of keys and values; empty if it does not matter
  std::string family;        ///< whose kernels: trtllm, vllm, nccl ...
  std::string variant;       ///< which of the family's kernels; empty if there is one
  std::vector<KernelConstant> constants;
  double mean = 0, low = 0, high = 0;                ///< of the correction's logarithm
  std::vector<KernelLayer> layer;                    ///< of the correction
  int rows = 0;                                      ///< measured kernels that were fitted
  Share law_median_error, law_mean_error;            ///< |law/measured - 1|
  Share median_error, mean_error;                    ///< with the correction
  Share held_out_median_error, held_out_mean_error;  ///< the same for shapes that a fit has not seen
};

/// The kernels of one GPU. Its figures are those by which the constants' shares are scaled.
struct KernelPart {
  std::string name, title;
  std::vector<std::string> aliases;
  std::string gpu;         ///< name of the accelerator
  std::string generation;  ///< ampere, hopper, blackwell
  FlopRate peak_bf16{};
  FlopRate peak_fp8{};    ///< 0: the format is not there
  FlopRate peak_nvfp4{};  ///< 0: the format is not there
  Bandwidth memory_bandwidth{};
  Bandwidth scale_up_bandwidth{};
  int multiprocessors = 0;
  std::vector<KernelTable> table;
};

}  // namespace eigenbau::catalog
