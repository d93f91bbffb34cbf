// Which constants of the training law are fitted, how far may each move, and from stack to stack?
#include "fit/training_constants.h"

namespace eigenbau::fit {
namespace {

using catalog::TrainingConstants;

#define EIGENBAU_NUMBER(member) \
  #member, "", 1, [](const TrainingConstants& c) { return c.member; }, [](TrainingConstants& c, double v) { c.member = v; }
#define EIGENBAU_TIME(member)                                                                          \
  #member, "ms", kMillisecond.base(), [](const TrainingConstants& c) { return c.member.in(kSecond); }, \
      [](TrainingConstants& c, double v) { c.member = v * kSecond; }

// Sigmas: rates of large products and of attention are known from kernel tables to a few percent; HBM passes to a quarter;
// what a stack hides and what its host costs to a third.
constexpr TrainingConstant kConstants[] = {
    {EIGENBAU_NUMBER(gemm_bf16.ampere), 0.04, 0.02, 0.85},
    {EIGENBAU_NUMBER(gemm_bf16.hopper), 0.04, 0.02, 0.80},
    {EIGENBAU_NUMBER(gemm_bf16.blackwell), 0.03, 0.02, 0.75},
    {EIGENBAU_NUMBER(gemm_bf16.cdna3), 0.08, 0.02, 0.80},
    {EIGENBAU_NUMBER(gemm_bf16.cdna4), 0.08, 0.02, 0.80},
    {EIGENBAU_NUMBER(gemm_bf16.other), 0.15, 0.02, 0.80},
    {EIGENBAU_NUMBER(gemm_fp8.hopper), 0.06, 0.03, 0.75},
    {EIGENBAU_NUMBER(gemm_fp8.blackwell), 0.08, 0.03, 0.75},
    {EIGENBAU_NUMBER(gemm_fp8.cdna3), 0.15, 0.02, 0.75},
    {EIGENBAU_NUMBER(gemm_fp8.cdna4), 0.15, 0.02, 0.75},
    {EIGENBAU_NUMBER(gemm_fp8.other), 0.15, 0.02, 0.75},
    {EIGENBAU_NUMBER(gemm_fp4), 0.15, 0.05, 0.75},
    {EIGENBAU_NUMBER(gemm_half_depth), 0.3, 0, 0},
    {EIGENBAU_NUMBER(power_exponent), 0.1, 0, 1.0},
    {EIGENBAU_NUMBER(attention.ampere), 0.10, 0.20, 0.75},
    {EIGENBAU_NUMBER(attention.hopper), 0.10, 0.20, 0.80},
    {EIGENBAU_NUMBER(attention.blackwell), 0.15, 0.20, 0.80},
    {EIGENBAU_NUMBER(attention.cdna3), 0.2, 0.1, 0.80},
    {EIGENBAU_NUMBER(attention.cdna4), 0.2, 0.1, 0.80},
    {EIGENBAU_NUMBER(attention.other), 0.2, 0.1, 0.80},
    {EIGENBAU_NUMBER(attention_half_length), 0.3, 0, 0},
    {EIGENBAU_NUMBER(attention_backward), 0.1, 0, 0},
    {EIGENBAU_NUMBER(unfused_score_rate), 0.25, 0.2, 0.6},
    {EIGENBAU_NUMBER(unfused_score_bytes), 0.25, 0.2, 0},
    {EIGENBAU_NUMBER(grouped_gemm), 0.06, 0.06, 1.0},
    {EIGENBAU_NUMBER(norm_bytes), 0.2, 0.15, 0},
    {EIGENBAU_NUMBER(activation_bytes), 0.2, 0.15, 0},
    {EIGENBAU_NUMBER(loss_bytes), 0.25, 0.1, 0},
    {EIGENBAU_NUMBER(cast_bytes), 0.3, 0.2, 0},
    {EIGENBAU_NUMBER(block_cast_factor), 0.2, 0.2, 0},
    {EIGENBAU_NUMBER(row_cast_factor), 0.5, 0, 0},
    {EIGENBAU_NUMBER(permutation_bytes), 0.3, 0.2, 0},
    {EIGENBAU_NUMBER(optimizer_bytes), 0.2, 0.15, 0},
    {EIGENBAU_NUMBER(link_share), 0.1, 0, 1.05},
    {EIGENBAU_NUMBER(expert_efficiency), 0.2, 0.15, 0.95},
    {EIGENBAU_NUMBER(nic_share), 0.15, 0.3, 1.0},
    {EIGENBAU_NUMBER(partial_ring), 0.2, 0.2, 1.0},
    {EIGENBAU_NUMBER(bucket_parameters), 0, 0.5, 0},
    {EIGENBAU_TIME(hop_wait), 0.4, 0.2, 0},
    {EIGENBAU_NUMBER(tp_exposed), 0.25, 0.25, 2.0},
    {EIGENBAU_NUMBER(tp_exposed_overlapped), 0.4, 0.25, 1.0},
    {EIGENBAU_NUMBER(cp_exposed), 0.4, 0.2, 1.2},
    {EIGENBAU_NUMBER(ep_exposed), 0.25, 0.3, 2.0},
    {EIGENBAU_NUMBER(p2p_exposed), 0.4, 0.2, 1.5},
    {EIGENBAU_NUMBER(p2p_exposed_interleaved), 0.5, 0.2, 1.5},
    {EIGENBAU_TIME(chunk_gap), 0.7, 0.2, 0},
    {EIGENBAU_NUMBER(dp_unhidden), 0.4, 0.25, 1.0},
    {EIGENBAU_NUMBER(dp_window), 0.3, 0.2, 1.0},
    {EIGENBAU_NUMBER(zero3_unhidden), 0.4, 0.3, 1.0},
    {EIGENBAU_NUMBER(bubble), 0.06, 0, 1.1},
    {EIGENBAU_NUMBER(bubble_interleaved), 0.1, 0, 1.1},
    {EIGENBAU_TIME(kernel_gap), 0.4, 0.2, 0},
    {EIGENBAU_TIME(host_dense), 0.4, 0.35, 0},
    {EIGENBAU_TIME(host_moe), 0.4, 0.35, 0},
    {EIGENBAU_TIME(host_expert), 0.4, 0.35, 0},
    {EIGENBAU_TIME(host_blocking), 0.4, 0, 0},
    {EIGENBAU_TIME(fixed), 0.5, 0.5, 0},
    {EIGENBAU_NUMBER(straggler), 0.3, 0, 0},
    {EIGENBAU_NUMBER(error_dense), 0, 0, 0},
    {EIGENBAU_NUMBER(error_moe), 0, 0, 0},
    {EIGENBAU_NUMBER(error_unknown_dense), 0, 0, 0},
    {EIGENBAU_NUMBER(error_unknown_moe), 0, 0, 0},
    {EIGENBAU_NUMBER(error_scale_dense), 0, 0, 0},
    {EIGENBAU_NUMBER(error_scale_moe), 0, 0, 0},
    {EIGENBAU_NUMBER(selective_share), 0.5, 0.5, 0.9},
};

#undef EIGENBAU_NUMBER
#undef EIGENBAU_TIME

}  // namespace

std::span<const TrainingConstant> training_constants() { return kConstants; }

}  // namespace eigenbau::fit
