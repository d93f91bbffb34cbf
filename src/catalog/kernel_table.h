// What is known of the kernels of one GPU in one format under one family: fitted constants and a fitted correction.
#pragma once

#include <string>
#include <vector>

#include "units/quantity.h"

namespace eigenbau::catalog {

/// One constant of a law, by its key in the table of the operation.
struct KernelConstant {
  std::string name;
  double value = 0;
};

/// The result of `calibrate kernels` on one table of measured kernels.
struct KernelTable {
  std::string name, title;
  std::vector<std::string> aliases;
  std::string operation;     ///< gemm, attention_prefill, moe_ffn, all_reduce ... as tables name it
  std::string gpu;           ///< name of the accelerator
  std::string format;        ///< bf16, fp8, fp8_block, nvfp4, w4a16_mxfp4 ...; empty if it does not matter
  std::string cache_format;  ///< of keys and values; empty if it does not matter
  std::string family;        ///< whose kernels: trtllm, vllm, nccl ...
  std::string variant;       ///< which of the family's kernels; empty if there is one
  std::vector<KernelConstant> constants;
  std::vector<double> scales;  ///< of the correction's coordinates, in doublings; empty: no correction
  double mean = 0, low = 0, high = 0;
  std::vector<std::vector<double>> points;                    ///< coordinates (logarithms, base 2) and weight
  int rows = 0;                                               ///< measured kernels that were fitted
  double law_median_error = 0, law_mean_error = 0;            ///< |law/measured - 1|
  double median_error = 0, mean_error = 0;                    ///< with the correction
  double held_out_median_error = 0, held_out_mean_error = 0;  ///< shapes that the fit has not seen
};

}  // namespace eigenbau::catalog
