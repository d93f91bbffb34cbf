// What may a file say of a software stack? What it leaves out it has from its parent.
#include "catalog/records.h"
#include "catalog/words.h"

namespace eigenbau {
using namespace catalog;

namespace {

void declare_kernels(Record<TrainingConstants>& r) {
  r.field("gemm_bf16", &TrainingConstants::gemm_bf16, "Bf16 products: share of peak of large ones.");
  r.field("gemm_fp8", &TrainingConstants::gemm_fp8, "Fp8 products: share of peak of large ones.");
  r.field("gemm_fp4", &TrainingConstants::gemm_fp4, "4-bit products: share of peak of large ones.").at_least(0);
  r.field("gemm_half_depth", &TrainingConstants::gemm_half_depth,
          "Inner dimension at which a product runs at half of its large-product rate.")
      .at_least(0);
  r.field("power_exponent", &TrainingConstants::power_exponent, "Clock under load ~ (power cap per peak FLOP/s)^x.").at_least(0);
  r.field("attention", &TrainingConstants::attention, "Fused attention at long sequences: share of bf16 peak.");
  r.field("attention_half_length", &TrainingConstants::attention_half_length,
          "Tokens at which attention runs at half of its long-sequence rate.")
      .at_least(0);
  r.field("attention_backward", &TrainingConstants::attention_backward,
          "Rate of the forward kernel over that of the backward kernel.")
      .at_least(0);
  r.field("fused_attention", &TrainingConstants::fused_attention, "Attention is one kernel that keeps scores on the chip.");
  r.field("fused_latent_attention", &TrainingConstants::fused_latent_attention, "The same for latent attention.");
  r.field("unfused_score_rate", &TrainingConstants::unfused_score_rate,
          "Share of peak of the score products of unfused attention.")
      .at_least(0);
  r.field("unfused_score_bytes", &TrainingConstants::unfused_score_bytes, "HBM bytes per score element, forward and backward.")
      .at_least(0);
  r.field("grouped_gemm", &TrainingConstants::grouped_gemm, "Rate of grouped expert products over that of dense ones.")
      .at_least(0);
}

void declare_memory_traffic(Record<TrainingConstants>& r) {
  r.field("hbm_efficiency", &TrainingConstants::hbm_efficiency, "Share of the memory bandwidth that streaming kernels reach.")
      .at_least(0);
  r.field("norm_bytes", &TrainingConstants::norm_bytes, "Norms, residuals, dropout: per hidden element of a token.").at_least(0);
  r.field("activation_bytes", &TrainingConstants::activation_bytes, "Activation and rotary: per intermediate element.")
      .at_least(0);
  r.field("loss_bytes", &TrainingConstants::loss_bytes, "Loss: per logit.").at_least(0);
  r.field("cast_bytes", &TrainingConstants::cast_bytes, "Fp8 quantization: per element of a product's operand.").at_least(0);
  r.field("block_cast_factor", &TrainingConstants::block_cast_factor, "Block-scaled formats over per-tensor ones.").at_least(0);
  r.field("fp8_blocks", &TrainingConstants::fp8_blocks, "What the stack calls fp8 is scaled by blocks.");
  r.field("row_cast_factor", &TrainingConstants::row_cast_factor, "Row-scaled fp8 over per-tensor scales.").at_least(0);
  r.field("permutation_bytes", &TrainingConstants::permutation_bytes, "Expert permutation: per hidden element of a routed copy.")
      .at_least(0);
  r.field("optimizer_bytes", &TrainingConstants::optimizer_bytes, "Optimizer: per parameter that this rank updates.").at_least(0);
}

void declare_communication(Record<TrainingConstants>& r) {
  r.field("link_share", &TrainingConstants::link_share, "Of what collectives reach on scale-up links in benchmarks.").at_least(0);
  r.field("expert_efficiency", &TrainingConstants::expert_efficiency, "Scale-up links in expert all-to-all.").at_least(0);
  r.field("expert_nic_ceiling", &TrainingConstants::expert_nic_ceiling, "Most that expert all-to-all gets out of one NIC.")
      .above(0);
  r.field("single_copies", &TrainingConstants::single_copies,
          "A token goes once to each rank and domain of its experts; false: once to each expert.");
  r.field("expert_spread", &TrainingConstants::expert_spread,
          "Of dropless routing: deviation of an expert's tokens over their mean, from expert to expert.")
      .at_least(0);
  r.field("dispatch_bytes_fp8", &TrainingConstants::dispatch_bytes_fp8,
          "Bytes of an element that an 8-bit job sends to its experts.")
      .at_least(0);
  r.field("nic_share", &TrainingConstants::nic_share, "Of what collectives reach on NICs in benchmarks.").at_least(0);
  r.field("partial_ring", &TrainingConstants::partial_ring,
          "Share of their NICs that rings leave on which join some members of a domain, not all.")
      .at_least(0);
  r.field("hop_wait", &TrainingConstants::hop_wait,
          "Of each hop between domains beyond that of a benchmark: ranks that come late.")
      .at_least(0);
  r.field("tp_exposed", &TrainingConstants::tp_exposed, "Share of tensor-parallel time that nothing hides, without overlap.")
      .at_least(0);
  r.field("tp_exposed_overlapped", &TrainingConstants::tp_exposed_overlapped, "The same with overlap.").at_least(0);
  r.field("tp_overlap", &TrainingConstants::tp_overlap, "Tensor-parallel traffic overlaps with products.");
  r.field("cp_exposed", &TrainingConstants::cp_exposed, "Share of context-parallel time that nothing hides.").at_least(0);
  r.field("ep_exposed", &TrainingConstants::ep_exposed,
          "Expert dispatch and combine: time that shows over time on the wire; above 1 where ranks wait.")
      .at_least(0);
  r.field("p2p_exposed", &TrainingConstants::p2p_exposed, "Share of pipeline point-to-point time that nothing hides.")
      .at_least(0);
  r.field("p2p_exposed_interleaved", &TrainingConstants::p2p_exposed_interleaved, "The same with interleaved stages and overlap.")
      .at_least(0);
  r.field("chunk_gap", &TrainingConstants::chunk_gap, "Idle time of a stage per chunk and micro-batch, forward and backward.")
      .at_least(0);
  r.field("dp_unhidden", &TrainingConstants::dp_unhidden, "Share of gradient and parameter traffic that nothing hides.")
      .at_least(0);
  r.field("dp_window", &TrainingConstants::dp_window, "Share of the backward pass that can hide it.").at_least(0);
  r.field("dp_overlap", &TrainingConstants::dp_overlap, "Gradient reduction overlaps with the backward pass.");
  r.field("reduce_scatter", &TrainingConstants::reduce_scatter,
          "Sharded optimizers scatter gradients instead of summing them everywhere.");
  r.field("broadcasts_parameters", &TrainingConstants::broadcasts_parameters,
          "Sharded optimizers send out whole tensors, each from its owner, once all are updated; false: shards are gathered.");
  r.field("regathers_in_pipeline", &TrainingConstants::regathers_in_pipeline,
          "ZeRO 3 gathers weights anew for each micro-batch of a pipeline; false: once a step.");
  r.field("shards_master", &TrainingConstants::shards_master,
          "Under ZeRO 3 a shard is the optimizer's fp32 copy, with none in 16 bit beside it.");
  r.field("zero3_unhidden", &TrainingConstants::zero3_unhidden, "Unhidden share of the shorter of gather and compute.")
      .at_least(0);
  r.field("bubble", &TrainingConstants::bubble, "Share of the ideal pipeline bubble.").at_least(0);
  r.field("bubble_interleaved", &TrainingConstants::bubble_interleaved, "The same with several chunks per stage.").at_least(0);
  r.field("gradient_bytes", &TrainingConstants::gradient_bytes, "Reduction: bytes per parameter.").at_least(0);
  r.field("expert_gradient_bytes", &TrainingConstants::expert_gradient_bytes, "The same for experts.").at_least(0);
  r.field("parameter_bytes_fp8", &TrainingConstants::parameter_bytes_fp8, "Gather of an fp8 job's weights: bytes per parameter.")
      .at_least(0);
  r.field("layer_messages", &TrainingConstants::layer_messages,
          "Sharded weights and gradients move a layer at a time at every ZeRO level; false: in buckets below ZeRO 3.");
  r.field("bucket_parameters", &TrainingConstants::bucket_parameters, "Parameters of one gradient bucket.").at_least(0);
  r.field("bucket_growth", &TrainingConstants::bucket_growth, "Parameters per rank that the bucket grows by, if that is more.")
      .at_least(0);
  r.field("scatters_messages", &TrainingConstants::scatters_messages,
          "Tensor-parallel ranks send a part each of what goes to the next stage, and gather it there, whole sequences or not.");
  r.field("dual_pipe", &TrainingConstants::dual_pipe, "DualPipe is the schedule of one chunk per stage.");
  r.field(
      "expert_overlap", &TrainingConstants::expert_overlap,
      "Outside DualPipe too the traffic of experts can run beside the compute of another micro-batch; a search then tries it.");
  r.field("interleaves", &TrainingConstants::interleaves,
          "Stages are split into as many chunks as divide, when the plan does not say.");
  r.field("cp_comm_type", &TrainingConstants::cp_comm_type,
          "How keys and values get around under context parallelism, when the plan does not say: p2p, a ring; a2a, heads are "
          "exchanged; all_gather.");
  r.field("selective_recompute", &TrainingConstants::selective_recompute,
          "What selective recompute is where a plan names no modules; operators: norms, activation functions and "
          "up-projections of latent attention; modules: core_attn, and others can be named.");
  r.field("layer_recompute", &TrainingConstants::layer_recompute,
          "Some layers of a chunk can be recomputed whole while the others keep everything; a search then tries it.");
  r.field("assumes_some_layers", &TrainingConstants::assumes_some_layers,
          "Where nothing says what is recomputed, as few layers of a chunk are as memory needs; false: all.");
  r.field("model_parallel", &TrainingConstants::model_parallel,
          "Layers, stages or sequences are split when the plan does not say; false: data parallelism alone.");
  r.field("sequence_parallel", &TrainingConstants::sequence_parallel,
          "Sequence parallelism goes with tensor parallelism, when the plan does not say.");
  r.field("experts_need_sequence_split", &TrainingConstants::experts_need_sequence_split,
          "The software refuses to train experts beside tensor parallelism that does not split sequences; a search then leaves "
          "such plans out.");
  r.field(
      "context_in_halves", &TrainingConstants::context_in_halves,
      "Each rank of context parallelism is dealt two parts of a sequence, of 2 x cp equal ones, and no sequence that these do "
      "not divide is trained; a search then leaves such plans out.");
  r.field("expert_tp_follows", &TrainingConstants::expert_tp_follows,
          "Experts are split over the tensor-parallel ranks unless the plan says otherwise.");
  r.field("expert_zero_level", &TrainingConstants::expert_zero_level, "The highest ZeRO level with expert parallelism.")
      .at_least(0)
      .at_most(3);
  r.field("zero_level", &TrainingConstants::zero_level, "Sharding when the plan does not say.").at_least(0).at_most(3);
}

void declare_host(Record<TrainingConstants>& r) {
  r.field("kernel_gap", &TrainingConstants::kernel_gap, "Ramps and tails of a dense layer's kernels, forward and backward.")
      .at_least(0);
  r.field("host_dense", &TrainingConstants::host_dense, "Host time per dense layer and micro-batch, forward and backward.")
      .at_least(0);
  r.field("host_moe", &TrainingConstants::host_moe, "Host time per MoE layer and micro-batch, forward and backward.").at_least(0);
  r.field("host_expert", &TrainingConstants::host_expert, "Host time more per local expert.").at_least(0);
  r.field("cuda_graphs", &TrainingConstants::cuda_graphs,
          "A layer's launches are recorded once and replayed; the host times are of that.");
  r.field("blocking_launches", &TrainingConstants::blocking_launches, "The host waits for every kernel.");
  r.field("host_blocking", &TrainingConstants::host_blocking, "Host time more per layer when it waits for every kernel.")
      .at_least(0);
  r.field("fixed", &TrainingConstants::fixed, "Time per step: data, logging, gradient norm, optimizer launches.").at_least(0);
  r.field("straggler", &TrainingConstants::straggler, "Slowest of n nodes: this times sqrt(2 ln n).").at_least(0);
}

void declare_memory(Record<TrainingConstants>& r) {
  r.field("selective_share", &TrainingConstants::selective_share,
          "Share of forward compute done again under selective recompute with fused attention.")
      .at_least(0);
  r.field("attention_output_bytes_fp8", &TrainingConstants::attention_output_bytes_fp8,
          "Bytes of an element of attention's output that an 8-bit job keeps.")
      .at_least(0);
  r.field("activations_fp8", &TrainingConstants::activations_fp8,
          "An 8-bit job keeps the inputs of its activation functions in 8 bit.");
  r.field("optimizer_state_bytes", &TrainingConstants::optimizer_state_bytes,
          "Memory of the fp32 weight and of both moments, per parameter.")
      .at_least(0);
  r.field("context", &TrainingConstants::context, "CUDA context, NCCL buffers, workspaces.").at_least(0);
  r.field("fragmentation", &TrainingConstants::fragmentation, "Share of activations.").at_least(0);
  r.field("error_dense", &TrainingConstants::error_dense, "Mean |ln(predicted/measured)| of dense runs that the fit did not see.")
      .at_least(0);
  r.field("error_moe", &TrainingConstants::error_moe, "The same for mixtures of experts.").at_least(0);
  r.field("error_unknown_dense", &TrainingConstants::error_unknown_dense, "More, where no fitted run of the stack is alike.")
      .at_least(0);
  r.field("error_unknown_moe", &TrainingConstants::error_unknown_moe, "The same for mixtures of experts.").at_least(0);
  r.field("error_scale_dense", &TrainingConstants::error_scale_dense,
          "Half-width of the 95 % band over the typical error (to a power of 1.25).")
      .at_least(0);
  r.field("error_scale_moe", &TrainingConstants::error_scale_moe, "The same for mixtures of experts.").at_least(0);
}

}  // namespace

template <>
const Record<ByGeneration>& record<ByGeneration>() {
  static const Record<ByGeneration> kRecord = [] {
    Record<ByGeneration> r("by_generation", "The same figure on each generation of accelerator.");
    r.field("ampere", &ByGeneration::ampere, "A100.").at_least(0);
    r.field("hopper", &ByGeneration::hopper, "H100 and its kin.").at_least(0);
    r.field("blackwell", &ByGeneration::blackwell, "B200 and its kin.").at_least(0);
    r.field("cdna3", &ByGeneration::cdna3, "MI300X and its kin.").at_least(0);
    r.field("cdna4", &ByGeneration::cdna4, "MI355X and its kin.").at_least(0);
    r.field("other", &ByGeneration::other, "Every generation that is not named.").at_least(0);
    return r;
  }();
  return kRecord;
}

template <>
const Record<TrainingConstants>& record<TrainingConstants>() {
  static const Record<TrainingConstants> kRecord = [] {
    Record<TrainingConstants> r("training", "Constants of the training-step law.");
    declare_kernels(r);
    declare_memory_traffic(r);
    declare_communication(r);
    declare_host(r);
    declare_memory(r);
    return r;
  }();
  return kRecord;
}

template <>
const Record<FittedRun>& record<FittedRun>() {
  static const Record<FittedRun> kRecord = [] {
    Record<FittedRun> r("runs", "A run that a stack's constants were fitted to.");
    r.field("model", &FittedRun::model, "The model.").required().example("\"llama3-70b\"");
    r.field("gpu", &FittedRun::gpu, "The accelerator.").required().example("\"h100-sxm\"");
    r.field("precision", &FittedRun::precision, "Number format of the products.").required();
    r.field("experts", &FittedRun::experts, "The model is a mixture of experts.");
    r.field("gpus", &FittedRun::gpus, "Accelerators.").required().above(0);
    r.field("tp", &FittedRun::tp, "Tensor parallel.").required().above(0);
    r.field("micro_batch", &FittedRun::micro_batch, "Sequences.").required().above(0);
    r.field("hidden", &FittedRun::hidden, "Width of the model.").required().above(0);
    r.field("sequence", &FittedRun::sequence, "Tokens of a sequence.").required().above(0);
    r.field("gradients", &FittedRun::gradients, "Share of the step that gradients and parameters take.").at_least(0);
    r.field("memory", &FittedRun::memory, "Memory in use over what there is.").at_least(0);
    r.field("error", &FittedRun::error, "|ln(predicted/measured)| by a fit that did not see the run.").required().at_least(0);
    return r;
  }();
  return kRecord;
}

template <>
const Record<Stack>& record<Stack>() {
  static const Record<Stack> kRecord = [] {
    Record<Stack> r("stack", "A release of a training or serving software stack.");
    declare_identity(r);
    r.field("parent", &Stack::parent, "The stack nearest in code and date, whose figures it takes over.").fallback("none");
    r.field("family", &Stack::family, "As published tables name it, without release.").fallback("none");
    r.field("release", &Stack::release, "Year and month as in container tags: 25.09.").at_least(0).at_most(99);
    r.field("marks", &Stack::marks, "Words in the description of a run that tell this stack from its family's others.");
    r.field("year", &Stack::year, "Of the release.").required().at_least(2018).at_most(2100);
    r.field("runs", &Stack::runs, "Runs that its constants were fitted to, with the error of a fit that did not see them.");
    r.field("training", &Stack::training, "Constants of the training-step law that differ from the parent's.");
    return r;
  }();
  return kRecord;
}

}  // namespace eigenbau
