// What does one replica of a served model yield: prefill, decode, memory, tokens per second?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/model.h"
#include "catalog/precision.h"
#include "perf/machine.h"
#include "units/quantity.h"

namespace eigenbau::perf {

/// What is asked of a replica.
struct ServingRequest {
  int input_tokens = 1000;
  int output_tokens = 500;
  catalog::Precision precision =
      catalog::Precision::fp8;          ///< of the weights and products; the cache is bf16 above 8 bits, else fp8
  std::optional<int> gpus_per_replica;  ///< absent: the fewest that hold weights and a useful cache and meet the target
  std::optional<int> concurrency;       ///< requests at a time; absent: the most that memory and target allow
  std::optional<Time>
      time_per_output_token;  ///< target; absent with concurrency: the fastest pace that still yields half of the most
};

/// How a replica's GPUs share the work: attention tp-wise inside the domain, experts over all GPUs, else pipeline stages.
struct ServingLayout {
  int gpus = 0;
  int tp = 1;
  int pp = 1;
  int ep = 1;  ///< 1 for dense models
};

enum class ServingLimit { memory, latency_target, batch_cap, as_asked, half_of_most };

/// What a replica yields at one pace of its answers.
struct ServingPace {
  int tp = 1;
  int concurrency = 0;
  Time time_per_output_token{};
  TokenRate output_rate{};
};

struct ServingEstimate {
  ServingLayout layout;
  Bytes weights_per_gpu{};
  Bytes cache_per_gpu{};            ///< left for keys and values
  BytesPerToken cache_per_token{};  ///< of the whole replica
  int concurrency = 0;
  ServingLimit limit = ServingLimit::memory;
  Time prefill{};                ///< of one prompt that has the replica to itself
  Time decode_step{};            ///< of all concurrent requests, without prefill in between
  Time time_to_first_token{};    ///< with the queue of a replica at this load
  Time time_per_output_token{};  ///< with the prefills in between
  TokenRate output_rate{};       ///< of the replica
  TokenRate input_rate{};
  double prefill_share = 0;  ///< of the replica's time
  double error = 0;          ///< half-width of the 95 % band of the rates, relative
};

/// Why no replica can be built: even `gpus` (the most that were tried) leave no room for one request.
struct ServingMisfit {
  int gpus = 0;
  Bytes weights_per_gpu{};
  Bytes available_per_gpu{};
};

/// Steady state of one replica under continuous batching, `b` requests at a time (closed loop).
///   t_req = P/a + O·s(b)/b      GPU time per request; P prefill of one prompt in each of a attention copies, O output
///                               tokens, s(b) one decode step
///   X = 1/t_req [requests/s];   TPOT = s(b) + P·b/(a·O);   TTFT = P·(1 + ρ/(2(1-ρ))) + s(b), ρ = X·P/a, at most b in line
///   cache per token: 2·L·kv·D·bytes, latent attention L·(kv_lora + rope)·bytes
/// Without a target or a number of requests, b is the least with X(b) >= max X / 2: a pace costs its users twice the accelerators
/// of the cheapest one, and no faster pace does with that.
/// A step is the sum of its kernels (GEMM, attention, experts, tensor-parallel all-reduce, expert dispatch and combine) and
/// the host's gap h0 + h1·b. Stops being true when chunks of prompts merge with decode steps (faster), and for speculation.
/// Source: Little's law; reference figures and their errors in docs/methods/serving.md.
std::optional<ServingEstimate> serve(const catalog::Model& model, const Machine& machine, const ServingRequest& request,
                                     ServingMisfit* misfit = nullptr);

/// Whether even one request at a time gets its tokens slower than asked.
bool misses_target(const ServingEstimate& estimate, std::optional<Time> time_per_output_token);

/// Where the size of a replica is stated and misses the target: another one that answers faster, if there is one.
std::optional<ServingEstimate> faster_size(const catalog::Model& model, const Machine& machine, const ServingRequest& request);

/// What the accelerators of that replica yield at other paces, from one request up in powers of two: fastest first, none beats
/// another in both, and of paces within 5 % of each other the more plentiful one.
std::vector<ServingPace> serving_paces(const catalog::Model& model, const Machine& machine, const ServingRequest& request);

}  // namespace eigenbau::perf
