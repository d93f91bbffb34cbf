// Which effects of the training law can be switched off, to see what each is worth?
#include "fit/training_effects.h"

namespace eigenbau::fit {
namespace {

using C = catalog::TrainingConstants;

constexpr TrainingEffect kEffects[] = {
    {"depth", "products slow down with a small inner dimension", [](C& c) { c.gemm_half_depth = 0; }},
    {"clock", "clock by watts per peak FLOP/s", [](C& c) { c.power_exponent = 0; }},
    {"attention-length", "attention slows down at short sequences", [](C& c) { c.attention_half_length = 0; }},
    {"unfused-attention", "stacks without fused attention", [](C& c) { c.fused_attention = c.fused_latent_attention = true; }},
    {"element-wise", "norms, activations and loss over HBM", [](C& c) { c.norm_bytes = c.activation_bytes = c.loss_bytes = 0; }},
    {"casts", "quantization of 8-bit products", [](C& c) { c.cast_bytes = 0; }},
    {"permutation", "expert permutation over HBM", [](C& c) { c.permutation_bytes = 0; }},
    {"tensor-traffic", "exposed tensor-parallel traffic", [](C& c) { c.tp_exposed = c.tp_exposed_overlapped = 0; }},
    {"context-traffic", "exposed context-parallel traffic", [](C& c) { c.cp_exposed = 0; }},
    {"expert-traffic", "exposed dispatch and combine", [](C& c) { c.ep_exposed = 0; }},
    {"copies", "all-to-all sends one copy per expert", [](C& c) { c.single_copies = true; }},
    {"bubble", "pipeline bubble", [](C& c) { c.bubble = c.bubble_interleaved = 0; }},
    {"stage-traffic", "exposed messages between stages", [](C& c) { c.p2p_exposed = c.p2p_exposed_interleaved = 0; }},
    {"chunk-gap", "gaps between chunks of a stage", [](C& c) { c.chunk_gap = {}; }},
    {"gradients", "exposed gradient and parameter traffic, ZeRO 0 to 2",
     [](C& c) {
       c.dp_overlap = true;
       c.dp_unhidden = 0;
       c.dp_window = 1e9;
     }},
    {"expert-gradients", "gradients of experts travel in fp32", [](C& c) { c.expert_gradient_bytes = 2; }},
    {"layer-messages", "FSDP and XLA move weights a layer at a time", [](C& c) { c.layer_messages = false; }},
    {"owners-send", "weights are sent out by their owners", [](C& c) { c.broadcasts_parameters = false; }},
    {"late-ranks", "hops between domains that wait for late ranks", [](C& c) { c.hop_wait = {}; }},
    {"partial-rings", "rings over some members of a domain get fewer NICs", [](C& c) { c.partial_ring = 1; }},
    {"optimizer", "update over HBM", [](C& c) { c.optimizer_bytes = 0; }},
    {"kernel-gaps", "ramps and tails of kernels", [](C& c) { c.kernel_gap = {}; }},
    {"host", "launches that the device waits for",
     [](C& c) { c.host_dense = c.host_moe = c.host_expert = c.host_blocking = {}; }},
    {"fixed", "time per step", [](C& c) { c.fixed = {}; }},
    {"stragglers", "the slowest of all nodes", [](C& c) { c.straggler = 0; }},
};

}  // namespace

std::span<const TrainingEffect> training_effects() { return kEffects; }

}  // namespace eigenbau::fit
