// What is known of a stack's constants before any run is looked at?
#include "fit/stack_priors.h"

namespace eigenbau::fit {
namespace {

constexpr std::string_view kFlash2 = "FlashAttention-2 reaches 35 % of an H100, its successors 75 % (Shah et al. 2024)";
constexpr std::string_view kBlackwell =
    "cuDNN's attention for Blackwell grows with its releases of 2025 and 2026 (release notes)";
constexpr std::string_view kGraphs = "CUDA graphs replay a layer's launches";
constexpr std::string_view kCompiled = "XLA runs a step as one program: the host launches no layers and loops over no experts";
constexpr std::string_view kGrouped = "all experts of a rank in one kernel: no launch for each";
constexpr std::string_view kTuned = "submissions to MLPerf fuse what can be fused and tune buckets for one model";
constexpr std::string_view kFused =
    "quantization fused with permutation and activation, dispatch overlapped (release notes of 2026)";
constexpr std::string_view kEager =
    "models of Hugging Face run module by module: norms, rotary embedding and gates are not fused";
constexpr std::string_view kScript =
    "plain example script: few fusions, nothing overlaps tensor-parallel traffic, logs and checks every step";

constexpr StackPrior kPriors[] = {
    {"pytorch-fsdp", "attention.hopper", 0.65, kFlash2},
    {"composer-fsdp", "attention.hopper", 0.7, "Triton FlashAttention written for Ampere, before any Hopper kernel"},
    {"composer-fsdp", "attention.ampere", 0.75, "Triton FlashAttention of the first generation"},
    {"deepspeed-2021", "nic_share", 0.15, "ZeRO-3 of 2021 gathers parameter by parameter, without prefetch"},
    {"deepspeed", "norm_bytes", 1.5, kEager},
    {"deepspeed", "activation_bytes", 1.3, kEager},
    {"deepspeed", "host_dense", 1.5, kEager},
    {"composer-fsdp", "host_expert", 0.05, kGrouped},
    {"torchtitan", "host_expert", 0.05, kGrouped},
    {"paxml", "host_dense", 0.1, kCompiled},
    {"paxml", "host_moe", 0.1, kCompiled},
    {"paxml", "host_expert", 0.05, kCompiled},
    {"internevo", "bucket_parameters", 13.4, "its configurations reduce gradients in buckets of 512 Mi elements"},
    {"torchtitan", "selective_share", 5, "operator-level recompute saves every second product: about half a forward pass"},
    {"megatron-core", "attention.hopper", 0.8, kFlash2},
    {"megatron-core-24.11", "attention.hopper", 1.25, "cuDNN 9 brings attention written for Hopper (2024)"},
    {"megatron-core-25.09", "attention.blackwell", 1.2, kBlackwell},
    {"megatron-core-26.02", "attention.blackwell", 1.2, kBlackwell},
    {"megatron-core-mlperf", "host_dense", 0.24, kGraphs},
    {"megatron-core-mlperf", "host_moe", 0.24, kGraphs},
    {"megatron-core-mlperf", "chunk_gap", 0.35, kGraphs},
    {"megatron-core-mlperf", "norm_bytes", 0.75, kTuned},
    {"megatron-core-mlperf", "activation_bytes", 0.75, kTuned},
    {"megatron-core-mlperf", "cast_bytes", 0.75, kTuned},
    {"megatron-core-mlperf", "attention.blackwell", 1.25, kTuned},
    {"megatron-core-mlperf", "dp_unhidden", 0.6, kTuned},
    {"megatron-core-mlperf", "fixed", 0.5, "no logging between evaluations"},
    {"megatron-core-26.06", "host_moe", 0.35, kGraphs},
    {"megatron-core-26.06", "host_expert", 0.35, kGraphs},
    {"megatron-core-26.06", "chunk_gap", 0.35, kGraphs},
    {"megatron-core-26.06", "cast_bytes", 0.5, kFused},
    {"megatron-core-26.06", "permutation_bytes", 0.6, kFused},
    {"megatron-core-26.06", "ep_exposed", 0.7, kFused},
    {"megatron-core-script", "norm_bytes", 1.5, kScript},
    {"megatron-core-script", "activation_bytes", 1.5, kScript},
    {"megatron-core-script", "fixed", 2.5, kScript},
    {"megatron-core-0.8", "fixed", 2.5, kScript},
    {"megatron-deepspeed", "host_dense", 1.7, "more launches per layer: no fused kernels but Megatron's three"},
};

}  // namespace

std::span<const StackPrior> stack_priors() { return kPriors; }

}  // namespace eigenbau::fit
