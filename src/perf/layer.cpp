// How long does one layer take for one micro-batch, and what does the time consist of?
#include "perf/layer.h"

#include <algorithm>
#include <cmath>

#include "perf/distinct_targets.h"
#include "perf/rank_group.h"

namespace eigenbau::perf {
namespace {

constexpr double kActivationBytes = 2;      // one 16-bit element
constexpr double kRingStepLaunches = 0.05;  // of a dense layer's: about 4 forward and 4 backward of 160
constexpr double kTileRows = 128;           // rows that a partly filled tile of a grouped product wastes
constexpr double kAttentionBackwardFlop = 2.5;
constexpr double kPaddedPermutation = 2.5;  // dropping and padding to a capacity falls out of the fused permutation kernels
constexpr double kBiasedActivation = 2.5;   // experts with biases and clamps fall out of the fused activation kernels
constexpr double kHeadExponent = 0.55;      // of the head size below 128, from published attention kernel tables
// Watts per TFLOP/s of 16-bit peak at which the efficiencies of each generation hold: A100 400 W, H100 700 W, GB200 1,200 W,
// MI300X 750 W, MI355X 1,400 W; for other generations those of the accelerator as delivered.
constexpr catalog::ByGeneration kReferenceWattsPerTeraflop{400.0 / 312,  700.0 / 989,   1200.0 / 2500,
                                                           750.0 / 1307, 1400.0 / 2500, 0};

/// Highest clock over that under full load at the reference watts: an H100 boosts to 1.98 GHz and holds 1.6 GHz at 700 W.
constexpr double kHighestClock = 1.25;

using catalog::TrainingConstants;

/// What a layer is priced with; shared by the functions below.
struct Pricing {
  const ModelShape& shape;
  const Platform& platform;
  const Machine& machine;
  const ParallelPlan& plan;
  const TrainingConstants& stack;
  const JobRates& rates;
  double tokens;    // of one tensor-parallel group
  double sequence;  // whole
};

Flop flop(double count) { return Flop::from_base(count); }
Bytes bytes(double count) { return Bytes::from_base(count); }

/// Forward and backward time of one product of `tokens` rows whose weight is depth x width on this rank. Backward there is one
/// for the input, and one for the weight unless it is frozen.
void add_product(const Pricing& p, double tokens, double depth, double width, FlopRate rate, Time& forward, Time& backward) {
  const Time ideal = flop(2 * tokens * depth * width) / rate;
  const double k = p.stack.gemm_half_depth;
  forward += ideal * (1 + k / depth);
  backward += ideal * (p.plan.freezes_weights() ? 1 + k / width : 2 + k / width + k / tokens);
}

void add_attention_product(const Pricing& p, int i, LayerTime& t) {
  const double tp = p.plan.tp;
  const MatrixShape m = p.shape.attention[i];
  const bool last = i + 1 == p.shape.attention_products;
  // Column-parallel products split their width; the last, row-parallel, its depth.
  const double repeated = i == 0 ? p.shape.kv_width * (1 / p.shape.kv_ranks(tp) - 1 / tp) : 0;
  add_product(p, p.tokens, last ? m.depth / tp : m.depth, last ? m.width : m.width / tp + repeated, p.rates.matrix,
              t.matrix_forward, t.matrix_backward);
}

void price_attention_products(const Pricing& p, LayerTime& t) {
  for (int i = 0; i < p.shape.attention_products; ++i) add_attention_product(p, i, t);
}

/// From the compressed queries, and keys and values, to those of all heads.
void price_up_projections(const Pricing& p, LayerTime& t) {
  const int last = p.shape.attention_products - 1;
  for (int i = 0; i < last; ++i)
    if (p.shape.attention[i].depth < p.shape.hidden) add_attention_product(p, i, t);
}

void price_mlp_products(const Pricing& p, double mlp_width, LayerTime& t) {
  if (mlp_width <= 0) return;
  const double local = mlp_width / p.plan.tp, h = p.shape.hidden;
  add_product(p, p.tokens, h, (p.shape.mlp_matrices - 1) * local, p.rates.matrix, t.matrix_forward, t.matrix_backward);
  add_product(p, p.tokens, local, h, p.rates.matrix, t.matrix_forward, t.matrix_backward);
}

void price_fused_attention(const Pricing& p, LayerTime& t) {
  const double width = (p.shape.query_width + p.shape.value_width) / p.plan.tp;
  const double windowed = p.shape.windowed_share;
  const double head = p.shape.head_size < 128 ? std::pow(p.shape.head_size / 128, kHeadExponent) : 1;
  // A ring runs one kernel a step, each over a rank's share of the keys.
  const bool whole = p.plan.cp <= 1 || p.plan.context != ContextParallel::ring;
  const double kernel_sequence = whole ? p.sequence : p.sequence / p.plan.cp;
  for (const bool window : {false, true}) {
    const double share = window ? windowed : 1 - windowed;
    if (share <= 0) continue;
    const double keys = p.shape.keys_seen(p.sequence, window);
    const double ramp = 1 + p.stack.attention_half_length / kernel_sequence;
    const Time forward = share * ramp * (flop(2 * p.tokens * width * keys) / (head * p.rates.attention));
    t.attention_forward += forward;
    t.attention_backward += forward * (kAttentionBackwardFlop * p.stack.attention_backward);
  }
}

/// Scores are products of full squares and are written to and read from HBM; a head size that is not a multiple of 8 falls
/// off the tensor cores' fast path.
void price_unfused_attention(const Pricing& p, LayerTime& t) {
  const double width = (p.shape.query_width + p.shape.value_width) / p.plan.tp;
  const bool odd = std::fmod(p.shape.head_size, 8) != 0;
  const double slow = odd ? 2.5 : 1;
  const Time products = slow * (flop(2 * p.tokens * width * p.sequence) / p.rates.scores);
  const Time traffic = bytes(p.stack.unfused_score_bytes * p.tokens * p.sequence * p.shape.heads / p.plan.tp) / p.rates.memory;
  t.attention_forward += products + traffic / 3;
  t.attention_backward += 2 * products + traffic * (2.0 / 3);
}

void add_element_wise(const Pricing& p, double traffic, LayerTime& t) {
  const Time time = bytes(traffic) / p.rates.memory;
  t.element_wise_forward += time / 3;
  t.element_wise_backward += time * (2.0 / 3);
}

/// Bytes of the norms and residuals, forward and backward.
double norm_traffic(const Pricing& p) {
  const double norm_tokens = p.plan.sequence_parallel ? p.tokens / p.plan.tp : p.tokens;
  return p.stack.norm_bytes * norm_tokens * p.shape.hidden;
}

/// Of the activation function of an MLP and what else works on elements `width` wide.
double activation_traffic(const Pricing& p, double width) { return p.stack.activation_bytes * p.tokens * width / p.plan.tp; }

void price_element_wise(const Pricing& p, double mlp_width, LayerTime& t) {
  const double tp = p.plan.tp, h = p.shape.hidden;
  const double inner = (p.shape.mlp_matrices - 1) * mlp_width + p.shape.query_width + p.shape.kv_width / 2;
  double total = norm_traffic(p) + activation_traffic(p, inner);
  if (p.rates.eight_bit) {
    double operands = 0;
    for (int i = 0; i < p.shape.attention_products; ++i) operands += p.shape.attention[i].depth + p.shape.attention[i].width;
    operands += mlp_width > 0 ? 2 * h + p.shape.mlp_matrices * mlp_width : 0;
    total += p.rates.cast_bytes * p.tokens * operands / tp;
  }
  add_element_wise(p, total, t);
}

/// Blocks of a layer that tensor parallelism splits: attention, and the MLP unless each token's is another.
double split_blocks(const Pricing& p, bool moe) { return moe && p.shape.shared_width <= 0 ? 1 : 2; }

void price_tensor_traffic(const Pricing& p, double blocks, LayerTime& t) {
  if (p.plan.tp <= 1) return;
  const RankGroup group = rank_group(p.machine, p.plan.tp, 1);
  const Bytes buffer = bytes(kActivationBytes * p.tokens * p.shape.hidden);
  const auto once = [&](Collective operation) { return traffic_time(operation, buffer, 1, group, p.platform); };
  const Time time = blocks * (once(Collective::all_gather) + once(Collective::reduce_scatter));
  const bool overlapped = p.plan.tp_overlap == Overlap::on || (p.plan.tp_overlap == Overlap::stack && p.stack.tp_overlap);
  const double exposed = overlapped ? p.stack.tp_exposed_overlapped : p.stack.tp_exposed;
  t.tensor_forward += exposed * time;
  t.tensor_backward += exposed * time;
}

/// A ring passes keys and values on while attention works on those that came before, one block of cp at a time; backward their
/// gradients travel as well. What shows: a share of the ring, and all of it that is longer than the attention beside it.
///   x = max(e·t, t - (1 - 1/cp)·t_attention)
/// An exchange of heads comes before and after attention, which waits for it: all of it shows. Backward, the outputs are
/// exchanged again beside their gradients (Transformer Engine). Attention waits as well where all keys and values are gathered
/// first, which the backward pass does again and then adds up their gradients (Llama 3 report, 3.3.2; Transformer Engine).
void price_context_traffic(const Pricing& p, LayerTime& t) {
  if (p.plan.cp <= 1) return;
  const double cp = p.plan.cp, tp = p.plan.tp;
  const RankGroup group = rank_group(p.machine, cp, tp);
  const double elements = kActivationBytes * p.tokens;
  if (p.plan.context == ContextParallel::all_to_all) {
    const double values = p.shape.value_width / tp;
    const double width = p.shape.query_width / tp + p.shape.kv_width / p.shape.kv_ranks(tp) + values;
    const auto exchange = [&](double exchanged) {
      const Bytes buffer = bytes(elements * exchanged);
      return traffic_time(Collective::all_to_all, buffer, 1, group, p.platform, NicUse::exchange) +
             rail_crossing_time(buffer * (1 - 1 / group.domains), p.machine.scale_up_link(), p.machine);
    };
    t.context_forward += exchange(width);
    t.context_backward += exchange(width + values);
    return;
  }
  const double own_keys = elements * p.shape.kv_width / p.shape.kv_ranks(tp);
  if (p.plan.context == ContextParallel::all_gather) {
    const auto once = [&](Collective operation) { return traffic_time(operation, bytes(cp * own_keys), 1, group, p.platform); };
    t.context_forward += once(Collective::all_gather);
    t.context_backward += once(Collective::all_gather) + once(Collective::reduce_scatter);
    return;
  }
  const Time ring = (cp - 1) * message_time(bytes(own_keys), group, p.platform);
  const double exposed = p.stack.cp_exposed, beside = 1 - 1 / cp;
  const Time forward = std::max(exposed * ring, ring - beside * t.attention_forward);
  const Time backward = std::max(2 * exposed * ring, 2 * ring - beside * t.attention_backward);
  t.context_forward += forward;
  t.context_backward += backward;
  t.context_beside += group.inside_domain() ? -(forward + backward) : std::max(Time{}, 3 * ring - forward - backward);
}

/// Ranks or domains among which a token's experts may lie: all, unless the router picks groups of experts first.
double targets_in_reach(const ModelShape& shape, double targets) {
  if (shape.expert_groups <= 0 || shape.groups_per_token <= 0) return targets;
  const double targets_per_group = std::max(1.0, targets / shape.expert_groups);
  return std::min(targets, shape.groups_per_token * targets_per_group);
}

/// Bytes of a dispatched and of a combined element together, over those of two 16-bit ones.
double exchange_share(const Pricing& p) {
  return ((p.rates.eight_bit ? p.stack.dispatch_bytes_fp8 : kActivationBytes) + kActivationBytes) / (2 * kActivationBytes);
}

/// What the experts of one rank work on.
struct ExpertWork {
  double own_tokens = 0;  ///< sequence parallelism leaves each rank its share
  double imbalance = 1;
  double rows = 0;           ///< on this rank's experts
  double local_experts = 1;  ///< of this rank
  double width = 0;          ///< of an expert on this rank
};

ExpertWork expert_work(const Pricing& p) {
  ExpertWork work;
  work.own_tokens = p.tokens / p.plan.tp;
  work.imbalance = expert_imbalance(p.shape, p.plan, p.stack);
  work.rows = work.own_tokens * p.shape.top_k * p.plan.etp * work.imbalance;
  work.local_experts = std::max(1.0, p.shape.expert_count / p.plan.ep);
  work.width = p.shape.expert_width / p.plan.etp;
  return work;
}

double expert_activation_traffic(const Pricing& p, const ExpertWork& work) {
  const double activation_bytes = (p.shape.biased ? kBiasedActivation : 1) * p.stack.activation_bytes;
  return activation_bytes * work.rows * (p.shape.mlp_matrices - 1) * work.width;
}

void price_expert_products(const Pricing& p, const ExpertWork& work, LayerTime& t) {
  const double h = p.shape.hidden;
  const double rows_per_expert = std::max(1.0, work.rows / work.local_experts);
  // A single expert is a plain product; several end in partly filled tiles.
  const double waste = kTileRows * (1 - 1 / work.local_experts) / rows_per_expert;
  const FlopRate rate = (work.local_experts > 1 ? p.stack.grouped_gemm : 1) / (1 + waste) * p.rates.matrix;
  add_product(p, work.rows, h, (p.shape.mlp_matrices - 1) * work.width, rate, t.experts_forward, t.experts_backward);
  add_product(p, work.rows, work.width, h, rate, t.experts_forward, t.experts_backward);

  const double permutation_bytes = (p.plan.routing == Routing::token_drop ? kPaddedPermutation : 1) * p.stack.permutation_bytes;
  double traffic = permutation_bytes * work.rows * h / p.plan.etp + expert_activation_traffic(p, work);
  if (p.rates.eight_bit) traffic += p.rates.cast_bytes * work.rows * (2 * h + p.shape.mlp_matrices * work.width);
  add_element_wise(p, traffic, t);
}

void price_expert_exchange(const Pricing& p, const ExpertWork& work, LayerTime& t) {
  const double ep = p.plan.ep, etp = p.plan.etp, h = p.shape.hidden;
  Time exchange{}, gather{};
  if (ep > 1) {
    const RankGroup group = rank_group(p.machine, ep, etp);
    // All-to-all sends a copy per routed expert; exchange kernels one per rank, and one per domain over the NICs.
    const bool single = sends_single_copies(p.plan, p.stack);
    const auto copies = [&](double targets) {
      return single ? distinct_targets(targets_in_reach(p.shape, targets), p.shape.top_k) : p.shape.top_k;
    };
    const double ranks = copies(ep), domains = copies(group.domains);
    const Bytes token = bytes(exchange_share(p) * kActivationBytes * h);
    const double reached = p.stack.expert_efficiency * p.machine.link_layout().exchange_share(group.per_domain);
    const Bandwidth link = reached * p.machine.scale_up_link();
    Time wire = work.own_tokens * ranks * (ep - 1) / ep * token / link;
    if (!group.inside_domain()) {
      const Bandwidth nic = expert_flow_rate(p.platform) * p.machine.fabric_share(group.span);
      const Bytes leaving = work.own_tokens * domains * (1 - 1 / group.domains) * token;
      wire = std::max(wire, leaving / nic);
      // Exchange kernels send along their own rail, and what is for others crosses links at the far end, which is counted above.
      if (!single) wire += rail_crossing_time(leaving, link, p.machine);
    }
    exchange = work.imbalance * wire + p.platform.links.inside.all_to_all.launch;
  }
  if (etp > 1) {
    const RankGroup group = rank_group(p.machine, etp, 1);
    gather = traffic_time(Collective::all_gather, bytes(kActivationBytes * h * work.rows), 1, group, p.platform);
  }
  // There and back, in each direction.
  const Time exposed = 2 * (p.stack.ep_exposed * exchange + gather);
  t.expert_traffic_forward += exposed;
  t.expert_traffic_backward += exposed;
}

void price_attention(const Pricing& p, LayerTime& t) {
  if (fuses_attention(p.shape, p.plan, p.stack)) price_fused_attention(p, t);
  else price_unfused_attention(p, t);
}

void price_experts(const Pricing& p, LayerTime& t) {
  const ExpertWork work = expert_work(p);
  price_expert_products(p, work, t);
  price_expert_exchange(p, work, t);
}

Pricing pricing(const ModelShape& shape, const Platform& platform, const ParallelPlan& plan, const JobRates& rates) {
  const double sequence = plan.sequence_length;
  return {shape, platform, platform.machine, plan, platform.stack, rates, plan.micro_batch * sequence / plan.cp, sequence};
}

}  // namespace

JobRates job_rates(const Machine& machine, const ParallelPlan& plan, const TrainingConstants& stack) {
  using catalog::Precision;
  const catalog::Gpu& gpu = machine.gpu;
  const std::string_view generation = gpu.generation;
  const FlopRate bf16 = gpu.peak.sixteen_bit();
  const double known = kReferenceWattsPerTeraflop.of(generation);
  const Power reference = known > 0 ? Power::from_base(known * bf16.base() * 1e-12) : gpu.tdp;
  const double clock = std::min(kHighestClock, std::pow(machine.power_limit() / reference, stack.power_exponent));

  JobRates rates;
  rates.head = clock * stack.gemm_bf16.of(generation) * bf16;
  rates.matrix = rates.head;
  rates.attention = clock * stack.attention.of(generation) * bf16;
  rates.scores = clock * stack.unfused_score_rate * bf16;
  rates.memory = stack.hbm_efficiency * gpu.memory_bandwidth;
  const bool fp8 = plan.precision == Precision::fp8;
  const bool blocks = plan.precision == Precision::mxfp8 || plan.precision == Precision::fp8_block ||
                      plan.precision == Precision::nvfp4 || (fp8 && stack.fp8_blocks);
  const bool eight_bit = fp8 || blocks;
  rates.eight_bit = eight_bit && gpu.peak.fp8;
  if (rates.eight_bit) {
    rates.matrix = clock * stack.gemm_fp8.of(generation) * *gpu.peak.fp8;
    rates.cast_bytes = stack.cast_bytes * (blocks ? stack.block_cast_factor : plan.row_scales ? stack.row_cast_factor : 1);
  }
  if (plan.precision == Precision::nvfp4 && gpu.peak.nvfp4) rates.matrix = clock * stack.gemm_fp4 * *gpu.peak.nvfp4;
  return rates;
}

double expert_imbalance(const ModelShape& shape, const ParallelPlan& plan, const TrainingConstants& stack) {
  if (plan.imbalance > 0) return plan.imbalance;
  if (plan.routing == Routing::token_drop || plan.ep <= 1 || shape.expert_count <= 0) return 1;
  return 1 + stack.expert_spread * std::sqrt(2 * std::log(plan.ep) * plan.ep / shape.expert_count);
}

bool sends_single_copies(const ParallelPlan& plan, const TrainingConstants& stack) {
  return plan.copies == ExpertCopies::stack ? stack.single_copies : plan.copies == ExpertCopies::one_per_rank;
}

LayerTime layer_time(const ModelShape& shape, const Platform& platform, const ParallelPlan& plan, const JobRates& rates,
                     bool moe) {
  const Machine& machine = platform.machine;
  const TrainingConstants& stack = platform.stack;
  const Pricing p = pricing(shape, platform, plan, rates);
  LayerTime t;
  const double mlp_width = moe ? shape.shared_width : shape.mlp_width;
  price_attention_products(p, t);
  price_mlp_products(p, mlp_width, t);
  price_attention(p, t);
  price_element_wise(p, mlp_width, t);
  price_tensor_traffic(p, split_blocks(p, moe), t);
  price_context_traffic(p, t);
  if (moe) price_experts(p, t);
  // Dropless routing launches by the number of tokens that each local expert got; fixed capacity does not.
  const double experts = plan.routing == Routing::dropless ? std::max(1.0, shape.expert_count / plan.ep) : 0;
  t.host = (moe ? stack.host_moe + experts * stack.host_expert : stack.host_dense) / machine.host_speed;
  // Each further step of a ring launches its attention, its message and the merge of its result.
  if (plan.context == ContextParallel::ring) t.host += (plan.cp - 1) * kRingStepLaunches * stack.host_dense / machine.host_speed;
  return t;
}

LayerTime module_time(const ModelShape& shape, const Platform& platform, const ParallelPlan& plan, const JobRates& rates,
                      bool moe, catalog::RecomputeModules modules) {
  using Module = catalog::RecomputeModule;
  const Pricing p = pricing(shape, platform, plan, rates);
  LayerTime t;
  if (modules.has(Module::core_attn)) {
    price_attention(p, t);
    price_context_traffic(p, t);
  }
  if (modules.has(Module::layernorm)) add_element_wise(p, norm_traffic(p), t);
  if (modules.has(Module::mla_up_proj) && shape.latent_attention()) price_up_projections(p, t);
  const bool whole_mlp = modules.has(moe ? Module::moe : Module::mlp);
  const double mlp_width = moe ? shape.shared_width : shape.mlp_width;
  if (mlp_width > 0 && (whole_mlp || (moe && modules.has(Module::shared_experts)))) {
    price_mlp_products(p, mlp_width, t);
    add_element_wise(p, activation_traffic(p, (shape.mlp_matrices - 1) * mlp_width), t);
    price_tensor_traffic(p, 1, t);
  }
  if (moe && whole_mlp) price_experts(p, t);
  else if (moe && modules.has(Module::moe_act)) add_element_wise(p, expert_activation_traffic(p, expert_work(p)), t);
  return t;
}

Time head_time(const ModelShape& shape, const ParallelPlan& plan, const TrainingConstants& stack, const JobRates& rates) {
  const double tokens = static_cast<double>(plan.micro_batch) * plan.sequence_length / plan.cp;
  const double logits = tokens * shape.vocabulary / plan.tp;
  const double outputs = 1 + shape.mtp_layers, joined = tokens * shape.joining_parameters() / plan.tp;
  const double work = plan.freezes_weights() ? 4 : 6;  // of a weight and token: two for each product
  return flop(work * (outputs * logits * shape.hidden + joined)) / rates.head +
         outputs * bytes(stack.loss_bytes * logits) / rates.memory;
}

}  // namespace eigenbau::perf
