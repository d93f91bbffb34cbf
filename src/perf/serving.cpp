// What does one replica of a served model yield: prefill, decode, memory, tokens per second?
#include "perf/serving.h"

#include <algorithm>
#include <cmath>

#include "perf/collective.h"
#include "perf/interconnect.h"
#include "perf/kernel.h"
#include "perf/kernel_laws.h"
#include "perf/layer.h"
#include "perf/model_shape.h"

namespace eigenbau::perf {
namespace {

using namespace eigenbau::literals;

constexpr int kLargestReplica = 1024;
constexpr int kLargestBatch = 1024;   ///< requests at a time that serving engines are run with
constexpr double kMemoryUsed = 0.92;  ///< of the GPU's memory that an engine claims (vLLM's and TensorRT-LLM's default: 0.9)
constexpr Bytes kContext = Bytes::from_base(3.5e9);  ///< CUDA context, graphs, NCCL buffers, activation peak
constexpr double kUsefulCacheShare = 0.15;  ///< of memory: with less, a replica holds too few requests to pay for its weights
constexpr Time kSmallKernel = 2.5 * kMicrosecond;  ///< norm, rotary, quantization, routing: launched in a graph
constexpr double kSmallKernelsPerLayer = 6;
constexpr double kErrorInDomain = 0.35;  ///< published runs of one domain lie inside; docs/methods/serving.md
constexpr double kErrorAcross =
    0.7;  ///< experts over many domains; decoding is predicted slower still than published: docs/methods/serving.md
constexpr double kSamePace = 1.05;                ///< nobody feels less
constexpr Time kHostStep = 1.0 * kMillisecond;    ///< h0: schedule and sample one step
constexpr Time kHostRequest = 15 * kMicrosecond;  ///< h1: of each request in it

const catalog::TrainingConstants kRouter;  ///< of a model as training leaves it: its deviation of an expert's tokens

KernelFormat format_of(catalog::Precision precision) {
  switch (precision) {
    case catalog::Precision::fp8:
    case catalog::Precision::int8:
      return KernelFormat::fp8;
    case catalog::Precision::fp8_block:
      return KernelFormat::fp8_block;
    case catalog::Precision::mxfp8:
      return KernelFormat::mxfp8;
    case catalog::Precision::nvfp4:
      return KernelFormat::nvfp4;
    default:
      return KernelFormat::bf16;
  }
}

FlopRate peak_of(const catalog::PeakRates& peak, KernelFormat format) {
  const FlopRate bf16 = peak.sixteen_bit();
  if (format == KernelFormat::bf16) return bf16;
  const FlopRate fp8 = peak.fp8.value_or(bf16);
  return format == KernelFormat::nvfp4 ? peak.nvfp4.value_or(fp8) : fp8;
}

/// Everything about a replica that does not change with the batch.
class Replica {
 public:
  Replica(const catalog::Model& model, const Machine& machine, const ServingRequest& request, int gpus, int tp)
      : model_(model), shape_(model_shape(model)), machine_(machine), request_(request), format_(format_of(request.precision)) {
    layout_.gpus = gpus;
    layout_.tp = tp;
    if (shape_.moe_layers > 0) layout_.ep = gpus;
    else layout_.pp = std::max(1, gpus / layout_.tp);
    const KernelGpu gpu{machine.gpu.name, machine.gpu.generation, machine.gpu.memory_bandwidth,
                        static_cast<double>(machine.gpu.multiprocessors)};
    const FlopRate peak = peak_of(machine.gpu.peak, format_), bf16 = machine.gpu.peak.bf16.value_or(peak);
    gemm_ = gemm_law(gpu, format_, peak).law;
    head_ = gemm_law(gpu, KernelFormat::bf16, bf16).law;
    experts_ = grouped_gemm_law(gpu, format_, peak).law;
    const KernelFormat cache = cache_bytes() < 2 ? KernelFormat::fp8 : KernelFormat::bf16;
    latent_ = model.latent.has_value();
    prefill_ = latent_ ? mla_prefill_law(gpu, KernelFormat::bf16, bf16).law : attention_law(gpu, KernelFormat::bf16, bf16).law;
    decode_ = latent_ ? mla_decode_law(gpu, cache, bf16).law : decode_law(gpu, cache, bf16).law;
    links_ = interconnect_of(machine);
  }

  const ServingLayout& layout() const { return layout_; }
  bool in_one_domain() const { return layout_.gpus <= std::max(1, machine_.scale_up_domain); }

  Bytes weights_per_gpu() const {
    const double bytes = catalog::bytes_per_element(request_.precision);
    const double heads = 2 * shape_.embedding_parameters() / (model_.tied_embeddings ? 2 : 1);
    const double routed = shape_.moe_layers * shape_.routed_parameters();
    const double rest = catalog::parameters(model_) - heads - routed;
    return kByte * (bytes * (rest / (layout_.tp * layout_.pp) + routed / layout_.gpus) + 2 * heads / (layout_.tp * layout_.pp));
  }

  /// Keys and values of one token over all layers, as one copy of the attention holds them.
  BytesPerToken cache_per_token() const {
    const double layers = shape_.dense_layers + shape_.moe_layers;
    const double width = latent_ ? model_.latent->kv_lora + model_.latent->qk_rope : 2.0 * model_.kv_heads * model_.head_size();
    return cache_bytes() * layers * width * kByte / kTokenUnit;
  }

  /// Most requests of full length that the cache of the whole replica holds. Latent caches are not split over tp.
  double cache_requests(Bytes cache_per_gpu) const {
    const Bytes per_request = cache_per_token() * (length() * kTokenUnit);
    const double spread = latent_ ? 1.0 : std::min(layout_.tp, std::max(1, model_.kv_heads));
    return cache_per_gpu * spread * layout_.pp / per_request * copies();
  }

  /// Attention runs in this many data-parallel copies of tp GPUs.
  double copies() const { return static_cast<double>(layout_.gpus) / (layout_.tp * layout_.pp); }

  double length() const { return request_.input_tokens + request_.output_tokens; }

  /// One prompt in each copy of the attention: the experts see all of them together.
  Time prefill() const { return step(1, request_.input_tokens, 0); }

  /// One new token for each of `batch` requests, whose caches are full on average to the prompt and half of the output.
  Time decode(double batch) const { return step(batch / copies(), 1, request_.input_tokens + 0.5 * request_.output_tokens); }

  /// Host time that the GPUs wait for in each decode step.
  /// Each copy of the attention has a host process of its own.
  Time host(double batch) const { return kHostStep + batch / copies() * kHostRequest; }

 private:
  double cache_bytes() const { return catalog::bytes_per_element(request_.precision) < 1.9 ? 1 : 2; }

  /// All layers once, on one attention copy: `batch` sequences of `queries` new tokens each, `cached` tokens before them.
  Time step(double batch, double queries, double cached) const {
    const double tokens = std::max(1.0, batch * queries);
    const double tp = layout_.tp;
    Time layer =
        attention_products(tokens) + attention(std::max(1.0, batch), queries, cached) + kSmallKernelsPerLayer * kSmallKernel;
    layer += collective(tokens);
    const Time dense = layer + mlp(gemm_, tokens, shape_.mlp_width / tp) + collective(tokens);
    const Time sparse = shape_.moe_layers > 0 ? layer + experts(tokens) : Time{};
    const Time head = gemm_time(head_, std::max(1.0, batch), shape_.vocabulary / tp, shape_.hidden);
    return shape_.dense_layers * dense + shape_.moe_layers * sparse + head;
  }

  Time attention_products(double tokens) const {
    Time time{};
    const double tp = layout_.tp;
    for (int i = 0; i < shape_.attention_products; ++i) {
      const bool last = i + 1 == shape_.attention_products;  // the output product splits its depth, the others their width
      const MatrixShape& product = shape_.attention[i];
      time += gemm_time(gemm_, tokens, last ? product.width : product.width / tp, last ? product.depth / tp : product.depth);
    }
    return time;
  }

  Time attention(double batch, double queries, double cached) const {
    const double tp = layout_.tp;
    AttentionShape shape{.batch = batch,
                         .queries = queries,
                         .keys = queries + cached,
                         .heads = std::max(1.0, model_.heads / tp),
                         .kv_heads = std::max(1.0, model_.kv_heads / tp)};
    if (latent_) {
      const catalog::LatentAttention& latent = *model_.latent;
      shape.kv_heads = queries > 1 ? shape.heads : 1;
      shape.key_size = queries > 1 ? latent.qk_nope + latent.qk_rope : latent.kv_lora + latent.qk_rope;
      shape.value_size = queries > 1 ? latent.v_head : latent.kv_lora;
    } else {
      shape.key_size = shape.value_size = model_.head_size();
    }
    const double windowed = shape_.windowed_share;
    AttentionShape narrow = shape;
    narrow.window = shape_.window;
    if (queries > 1)
      return (1 - windowed) * attention_forward_time(prefill_, shape) +
             (windowed > 0 ? windowed * attention_forward_time(prefill_, narrow) : Time{});
    narrow.keys = std::min(shape.keys, std::max(1.0, shape_.window));
    const Time full = latent_ ? mla_decode_time(decode_, shape) : attention_decode_time(decode_, shape);
    return (1 - windowed) * full + (windowed > 0 ? windowed * attention_decode_time(decode_, narrow) : Time{});
  }

  Time mlp(const GemmLaw& law, double tokens, double width) const {
    if (width <= 0) return {};
    const double up = shape_.mlp_matrices - 1;
    return gemm_time(law, tokens, up * width, shape_.hidden) + gemm_time(law, tokens, shape_.hidden, width);
  }

  Time experts(double tokens) const {
    const double ep = layout_.ep;
    const double local = shape_.expert_count / ep;
    const double rows = tokens * copies() * shape_.top_k / ep;                       // of one GPU, all attention copies together
    const int spread = std::min(layout_.ep, static_cast<int>(shape_.expert_count));  // more ranks share an expert
    const double busiest = expert_imbalance(shape_, {.ep = spread}, kRouter);
    const double up = shape_.mlp_matrices - 1;
    Time time =
        grouped_gemm_time(experts_, std::max(1.0, local), std::max(1.0, busiest * rows), up * shape_.expert_width,
                          shape_.hidden) +
        grouped_gemm_time(experts_, std::max(1.0, local), std::max(1.0, busiest * rows), shape_.hidden, shape_.expert_width);
    if (shape_.shared_width > 0) time += mlp(gemm_, tokens, shape_.shared_width / layout_.tp);
    if (ep <= 1) return time;
    const ExpertTraffic traffic{.tokens = busiest * tokens / layout_.tp,
                                .hidden = shape_.hidden,
                                .experts_per_token = shape_.top_k,
                                .dispatch_bytes = catalog::bytes_per_element(request_.precision),
                                .combine_bytes = 2};
    const CollectiveGroup group = across(layout_.gpus);
    return time + expert_dispatch_time(traffic, ExpertExchange::deduplicated, group, links_) +
           expert_combine_time(traffic, ExpertExchange::deduplicated, group, links_);
  }

  /// Sum of a block's partial results over the tp GPUs.
  Time collective(double tokens) const {
    if (layout_.tp <= 1) return {};
    return collective_time(Collective::all_reduce, kByte * (2 * tokens * shape_.hidden), across(layout_.tp), links_);
  }

  CollectiveGroup across(int ranks) const {
    return {ranks, std::min(ranks, std::max(1, machine_.scale_up_domain)), machine_.nic_per_gpu * machine_.fabric_share(ranks)};
  }

  const catalog::Model& model_;
  ModelShape shape_;
  const Machine& machine_;
  const ServingRequest& request_;
  KernelFormat format_;
  ServingLayout layout_;
  bool latent_ = false;
  GemmLaw gemm_, head_;
  GroupedGemmLaw experts_;
  AttentionLaw prefill_;
  DecodeLaw decode_;
  Interconnect links_;
};

/// Least batch of [1, most] that `enough` holds for, when it holds for every larger one too; `most` if it holds for none.
template <typename Enough>
int least_batch(int most, Enough enough) {
  int low = 1, high = most;
  while (low < high) {
    const int mid = low + (high - low) / 2;
    if (enough(mid)) high = mid;
    else low = mid + 1;
  }
  return low;
}

/// A way to lay a replica out, and the most requests that it holds at a time.
struct Candidate {
  Replica replica;
  Time prefill{};
  Bytes cache{};
  int most = 0;
  ServingLimit limit = ServingLimit::memory;
};

ServingEstimate at_batch(const Candidate& c, const ServingRequest& request, int batch) {
  const Replica& replica = c.replica;
  ServingEstimate e;
  const double b = batch, out = request.output_tokens;
  e.layout = replica.layout();
  e.concurrency = batch;
  e.prefill = c.prefill;
  e.decode_step = replica.decode(b) + replica.host(b);
  const Time prefill_cost = e.prefill / replica.copies();
  const Time per_request = prefill_cost + out * e.decode_step / b;
  const Frequency rate = 1 / per_request;
  e.prefill_share = rate * prefill_cost;
  const double waiting = std::min(b, 1 + e.prefill_share / (2 * std::max(0.05, 1 - e.prefill_share)));
  e.time_to_first_token = e.prefill * waiting + e.decode_step;
  e.time_per_output_token = e.decode_step + b * prefill_cost / out;
  e.output_rate = rate * (out * kTokenUnit);
  e.input_rate = rate * (request.input_tokens * kTokenUnit);
  return e;
}

/// Nothing if the replica does not hold one request.
std::optional<Candidate> candidate(const Replica& replica, Bytes usable, Bytes least_cache) {
  const Bytes cache = usable - replica.weights_per_gpu();
  const double held = cache > Bytes{} ? replica.cache_requests(cache) : 0;
  if (held < 1 || cache < least_cache) return std::nullopt;
  const int by_memory = static_cast<int>(std::min<double>(held, 1e6));
  const int by_engine = kLargestBatch * std::max(1, static_cast<int>(replica.copies()));
  return Candidate{replica, replica.prefill() + replica.host(1), cache, std::min(by_memory, by_engine),
                   by_memory <= by_engine ? ServingLimit::memory : ServingLimit::batch_cap};
}

ServingEstimate estimate(const Candidate& c, const ServingRequest& request, int batch, ServingLimit limit) {
  ServingEstimate e = at_batch(c, request, batch);
  e.limit = limit;
  e.error = c.replica.in_one_domain() ? kErrorInDomain : kErrorAcross;
  e.weights_per_gpu = c.replica.weights_per_gpu();
  e.cache_per_gpu = c.cache;
  e.cache_per_token = c.replica.cache_per_token();
  return e;
}

/// At the largest batch that memory, target and wish allow.
ServingEstimate as_asked(const Candidate& c, const ServingRequest& request) {
  int batch = c.most;
  ServingLimit limit = c.limit;
  if (request.concurrency) {
    if (*request.concurrency <= batch) limit = ServingLimit::as_asked;
    batch = std::min(batch, std::max(1, *request.concurrency));
  }
  if (request.time_per_output_token) {
    const Time target = *request.time_per_output_token;
    const int beyond =
        least_batch(batch + 1, [&](int b) { return b > batch || at_batch(c, request, b).time_per_output_token > target; });
    if (beyond <= batch) limit = ServingLimit::latency_target;
    batch = std::max(1, beyond - 1);
  }
  return estimate(c, request, batch, limit);
}

/// The most tokens of those that meet the target; where none does, the fastest answers.
ServingEstimate best_as_asked(const std::vector<Candidate>& candidates, const ServingRequest& request) {
  const auto better = [&](const ServingEstimate& a, const ServingEstimate& b) {
    const bool meets = !misses_target(a, request.time_per_output_token);
    if (meets == misses_target(b, request.time_per_output_token)) return meets;
    return meets ? a.output_rate > b.output_rate : a.time_per_output_token < b.time_per_output_token;
  };
  std::optional<ServingEstimate> best;
  for (const Candidate& c : candidates)
    if (const ServingEstimate e = as_asked(c, request); !best || better(e, *best)) best = e;
  return *best;
}

/// The fastest answers at half of the most that any of the candidates yields.
ServingEstimate half_of_most(const std::vector<Candidate>& candidates, const ServingRequest& request) {
  TokenRate most{};
  for (const Candidate& c : candidates) most = std::max(most, at_batch(c, request, c.most).output_rate);
  std::optional<ServingEstimate> best;
  for (const Candidate& c : candidates) {
    const int batch = least_batch(c.most, [&](int b) { return at_batch(c, request, b).output_rate >= 0.5 * most; });
    const ServingEstimate e = estimate(c, request, batch, ServingLimit::half_of_most);
    if (e.output_rate >= 0.5 * most && (!best || e.time_per_output_token < best->time_per_output_token)) best = e;
  }
  return *best;
}

/// The layouts of a replica of that size which hold a request.
std::vector<Candidate> layouts(const catalog::Model& model, const Machine& machine, const ServingRequest& request, int gpus,
                               ServingMisfit* misfit) {
  const Bytes usable = kMemoryUsed * machine.gpu.memory - kContext;
  const Bytes least_cache = request.gpus_per_replica ? Bytes{} : kUsefulCacheShare * machine.gpu.memory;
  // Dense models split attention over the whole domain; with experts, copies of the attention may pay instead.
  const int widest = std::min({gpus, std::max(1, machine.scale_up_domain), std::max(1, model.heads)});
  std::vector<Candidate> found;
  for (int tp = widest; tp >= (model.experts ? 1 : widest); tp /= 2) {
    const Replica replica(model, machine, request, gpus, tp);
    if (misfit) *misfit = {gpus, replica.weights_per_gpu(), usable};
    if (const auto c = candidate(replica, usable, least_cache)) found.push_back(*c);
  }
  return found;
}

/// Those of the fewest accelerators that hold a request and meet its target; where none meet it, of those that answer fastest.
/// Empty if none hold it.
std::vector<Candidate> candidates(const catalog::Model& model, const Machine& machine, const ServingRequest& request,
                                  ServingMisfit* misfit) {
  const int most = std::min(kLargestReplica, std::max(1, machine.gpus));
  std::vector<Candidate> fastest;
  std::optional<Time> least;
  for (int gpus = request.gpus_per_replica.value_or(1); gpus <= most; gpus *= 2) {
    std::vector<Candidate> found = layouts(model, machine, request, gpus, misfit);
    if (request.gpus_per_replica) return found;
    if (found.empty()) continue;
    if (!request.time_per_output_token) return found;
    const ServingEstimate best = best_as_asked(found, request);
    if (!misses_target(best, request.time_per_output_token)) return found;
    if (least && best.time_per_output_token >= *least) continue;
    least = best.time_per_output_token;
    fastest = std::move(found);
  }
  return fastest;
}

}  // namespace

bool misses_target(const ServingEstimate& estimate, std::optional<Time> time_per_output_token) {
  return time_per_output_token && estimate.time_per_output_token > *time_per_output_token;
}

std::optional<ServingEstimate> serve(const catalog::Model& model, const Machine& machine, const ServingRequest& request,
                                     ServingMisfit* misfit) {
  const auto found = candidates(model, machine, request, misfit);
  if (found.empty()) return std::nullopt;
  const bool free = !request.concurrency && !request.time_per_output_token;
  return free ? half_of_most(found, request) : best_as_asked(found, request);
}

std::optional<ServingEstimate> faster_size(const catalog::Model& model, const Machine& machine, const ServingRequest& request) {
  if (!request.gpus_per_replica) return std::nullopt;
  const auto stated = serve(model, machine, request);
  if (!stated || !misses_target(*stated, request.time_per_output_token)) return std::nullopt;
  ServingRequest free = request;
  free.gpus_per_replica.reset();
  const auto other = serve(model, machine, free);
  return other && other->time_per_output_token < stated->time_per_output_token ? other : std::nullopt;
}

std::vector<ServingPace> serving_paces(const catalog::Model& model, const Machine& machine, const ServingRequest& request) {
  std::vector<ServingPace> all;
  for (const Candidate& c : candidates(model, machine, request, nullptr))
    for (int b = 1;; b = std::min(2 * b, c.most)) {
      const ServingEstimate e = at_batch(c, request, b);
      all.push_back({e.layout.tp, b, e.time_per_output_token, e.output_rate});
      if (b == c.most) break;
    }
  std::ranges::sort(all, {}, [](const ServingPace& p) { return std::pair(p.time_per_output_token, -1.0 * p.output_rate); });
  std::vector<ServingPace> front;
  Time fastest{};  // of those that are told as the last one
  for (const ServingPace& p : all) {
    if (!front.empty() && p.output_rate <= front.back().output_rate) continue;
    if (front.empty() || p.time_per_output_token > kSamePace * fastest) {
      front.push_back(p);
      fastest = p.time_per_output_token;
    } else {
      front.back() = p;
    }
  }
  return front;
}

}  // namespace eigenbau::perf
