// What does one row of a kernel table ask, and what was measured?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "input/csv.h"

namespace eigenbau::tables {

/// One kernel as a table names it. Sizes that a row does not give are 0.
struct KernelRow {
  std::string id;
  std::string operation;      ///< gemm, attention_prefill, moe_ffn ... as written
  std::string gpu;            ///< as written
  std::string format;         ///< bf16 (fp16 runs the same), fp8, fp8_block, nvfp4, w4a16_mxfp4 ...
  bool brain_floats = false;  ///< the format is written as bf16, and not as fp16, which runs the same where a GPU has both
  std::string cache_format;   ///< of keys and values
  std::string family;         ///< whose kernels: trtllm, vllm, sglang, deepgemm, flashinfer, nccl ...
  std::string variant;        ///< kernel of the family, phase
  double m = 0, n = 0, k = 0;
  double batch = 0, length = 0, head_size = 0, heads = 0, kv_heads = 0;
  double window = 0;  ///< keys that a query of a prompt sees at most; 0: all. That of a new token is its length
  double experts = 0, experts_per_token = 0, tensor_parallel = 1, expert_parallel = 1;
  double skew = 0;             ///< exponent of the power law by which tokens choose experts; 0: balanced
  double multiprocessors = 0;  ///< that an exchange kernel may use
  double nodes = 0;            ///< that an exchange of tokens spans; 0: not said
  double ranks = 0;            ///< that exchange tokens, where the notes say that n counts them or name both factors; 0: not said
  bool over_nics = false;      ///< the notes of an exchange speak of RDMA
  bool causal = true;
  bool forward = true;  ///< both: forward and backward in one
  bool backward = false;
  std::string unreadable;             ///< the first cell that is no number where one is needed, and what is wrong
  std::string assumed;                ///< what the row leaves out, as they are taken; empty if none
  std::string passed_over;            ///< cells that are not understood, measured ones too, and what is done; empty if none
  std::optional<double> measured_us;  ///< for fitting and scoring only
};

/// The rows of a table with the columns of published kernel tables; measured columns may be missing. Never reads tflops,
/// gbps, or any measured figure of the notes.
std::vector<KernelRow> kernel_rows(const Csv& table);

}  // namespace eigenbau::tables
