// Which law, constants and coordinates belong to a kernel operation?
#include "fit/kernel_operation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "perf/collective.h"
#include "perf/distinct_targets.h"
#include "perf/kernel.h"
#include "tables/collective_row.h"

namespace eigenbau::fit {

using namespace tables;

namespace {

using Constants = std::span<const double>;
using Sizes = std::span<const double>;

constexpr double kAny = 1e6;            // a scale: this coordinate does not matter
constexpr double kSwitchedShare = 1.3;  // of the links by a ring's count of bytes: published all-reduces in the switch reach 1.07

perf::GemmLaw gemm_law(Constants c, const FormatFigures& format, const GpuFigures& gpu) {
  return {.peak = format.peak,
          .memory = gpu.memory,
          .multiprocessors = gpu.multiprocessors,
          .operand_bytes = format.operand_bytes,
          .weight_bytes = format.weight_bytes,
          .result_bytes = format.result_bytes,
          .launch = c[0] * kMicrosecond,
          .compute_share = c[1],
          .memory_share = c[2],
          .depth = c[3],
          .blend = c[4],
          .tile_reach = c[5],
          .stream = c[6],
          .wave_overlap = c[7],
          .quantized_bytes = c[8]};
}

double gemm_time(Constants c, const KernelRow& r, const GpuFigures& gpu) {
  const perf::GemmLaw law = gemm_law(c, format_figures(r.format, gpu), gpu);
  const bool batched = r.batch > 1;
  return (batched ? perf::grouped_gemm_time({.gemm = law}, r.batch, r.m * r.batch, r.n, r.k)
                  : perf::gemm_time(law, r.m, r.n, r.k))
      .in(kMicrosecond);
}

double grouped_time(Constants c, const KernelRow& r, const GpuFigures& gpu) {
  const auto format = format_figures(r.format, gpu);
  perf::GroupedGemmLaw law{.gemm = gemm_law(c, format, gpu), .per_group = c[9] * kMicrosecond};
  if (r.experts_per_token <= 0) return perf::grouped_gemm_time(law, r.batch, r.m * r.batch, r.n, r.k).in(kMicrosecond);
  law.spread = c[10];
  const double rows = r.m * r.experts_per_token;  // m tokens of this GPU's share spread over its own experts
  const bool up = r.operation == "grouped_gemm_moe_up";
  return perf::grouped_gemm_time(law, r.batch, rows, up ? 2 * r.n : r.k, up ? r.k : r.n).in(kMicrosecond);
}

double prefill_time(Constants c, const KernelRow& r, const GpuFigures& gpu) {
  const auto format = format_figures(r.format, gpu);
  const perf::AttentionLaw law{.peak = format.peak,
                               .memory = gpu.memory,
                               .multiprocessors = gpu.multiprocessors,
                               .bytes = format.operand_bytes,
                               .launch = c[0] * kMicrosecond,
                               .compute_share = c[1],
                               .head_exponent = c[2],
                               .block = c[3] * kMicrosecond,
                               .packing = c[4],
                               .tail = c[5]};
  return perf::attention_forward_time(law, {.batch = r.batch,
                                            .queries = r.length,
                                            .keys = r.length,
                                            .heads = r.heads,
                                            .kv_heads = kv_heads_of(r),
                                            .key_size = r.head_size,
                                            .value_size = r.head_size,
                                            .causal = r.causal,
                                            .window = r.window})
      .in(kMicrosecond);
}

double mla_prefill_time(Constants c, const KernelRow& r, const GpuFigures& gpu) {
  constexpr double kKey = 192, kValue = 128;  // of a head: 128 and 64 rotary; values
  const auto format = format_figures(r.format, gpu);
  const perf::AttentionLaw law{.peak = format.peak,
                               .memory = gpu.memory,
                               .multiprocessors = gpu.multiprocessors,
                               .bytes = format.operand_bytes,
                               .launch = c[0] * kMicrosecond,
                               .compute_share = c[1],
                               .block = c[2] * kMicrosecond,
                               .tail = c[3],
                               .expansion = c[4]};
  return perf::attention_forward_time(law, {.batch = r.batch,
                                            .queries = r.length,
                                            .keys = r.length,
                                            .heads = r.heads,
                                            .kv_heads = r.heads,
                                            .key_size = kKey,
                                            .value_size = kValue,
                                            .causal = true})
      .in(kMicrosecond);
}

perf::DecodeLaw decode_law(Constants c, const KernelRow& r, const GpuFigures& gpu) {
  const FlopRate format = format_figures(r.format, gpu).peak;  // 8-bit decode computes in 16 bits
  return {.peak = std::min(format, gpu.peak_bf16),
          .memory = gpu.memory,
          .cache_bytes = cache_bytes_of(r, gpu),
          .launch = c[0] * kMicrosecond,
          .per_doubling = c[1] * kMicrosecond,
          .compute_share = c[2],
          .memory_share = c[3]};
}

double decode_time(Constants c, const KernelRow& r, const GpuFigures& gpu) {
  return perf::attention_decode_time(decode_law(c, r, gpu), {.batch = r.batch,
                                                             .keys = r.length,
                                                             .heads = r.heads,
                                                             .kv_heads = kv_heads_of(r),
                                                             .key_size = r.head_size,
                                                             .value_size = r.head_size})
      .in(kMicrosecond);
}

double mla_decode_time(Constants c, const KernelRow& r, const GpuFigures& gpu) {
  return perf::mla_decode_time(
             decode_law(c, r, gpu),
             {.batch = r.batch, .keys = r.length, .heads = r.heads, .kv_heads = 1, .key_size = 576, .value_size = 512})
      .in(kMicrosecond);
}

/// A layer of experts: two grouped products and the traffic of moving tokens, on the busiest rank.
///   a = max(1, tokens·topk/ep·imb), imb = min(ep, 1 + h·α·min(1, log2(ep)/3)) rows on L = E/ep experts; active of them:
///   min(L, a) balanced, L·(1 - (1 - topk/E)^(u·imb·tokens)) skewed (a token's experts are distinct)
///   t = t0 + c·L + (C^p + W^p)^(1/p) + q·a·H·2 bytes/BW
///   C = F·(1 + r0·active/a)/(ec·P),  W = active·weights/(eb·BW);  q: gather, store, activation, combination
double experts_time(Constants c, const KernelRow& r, const GpuFigures& gpu) {
  const auto format = format_figures(r.format, gpu);
  const double local = std::max(1.0, r.experts / r.expert_parallel), chosen = std::min(1.0, r.experts_per_token / r.experts);
  const double imbalance = std::min(r.expert_parallel, 1 + c[6] * r.skew * std::min(1.0, std::log2(r.expert_parallel) / 3));
  const double rows = std::max(1.0, r.m * r.experts_per_token / r.expert_parallel * imbalance);
  const double missed = std::pow(1 - chosen, c[7] * imbalance * r.m);
  const double active = std::max(1.0, r.skew > 0 ? local * (1 - missed) : std::min(local, rows));
  const double inner = r.n / r.tensor_parallel;
  const double matrices = r.variant.find("nongated") != std::string::npos ? 2 : 3;
  const double flop = 2 * matrices * inner * r.k * (rows + c[5] * active);
  const double compute = flop / (c[2] * format.peak.base());
  const double weights = active * matrices * inner * r.k * format.weight_bytes / (c[3] * gpu.memory.base());
  const double top = std::max(compute, weights), low = std::min(compute, weights);
  const double both = top * std::pow(1 + std::pow(low / top, c[4]), 1 / c[4]);
  const double moved = (c[8] * rows + c[9] * r.m) * r.k * 2 / gpu.memory.base();
  return c[0] + c[1] * local + (both + moved) * 1e6;
}

/// The library's choice among algorithms is in the constants, so that an all-reduce which the switch adds up has a share above 1:
/// it sends half of a ring's bytes.
double domain_time(Constants c, const KernelRow& r, const GpuFigures& gpu) {
  const perf::DomainLaw law{
      .launch = c[0] * kMicrosecond, .hop = c[1] * kMicrosecond, .share = c[2], .knee = c[3] * 1e6 * kByte, .ramp = c[4]};
  return perf::domain_ring_time(*collective_of(r.operation), r.m * kByte, r.n, law, gpu.link).in(kMicrosecond);
}

double exchange_time(Constants c, const KernelRow& r, const GpuFigures& gpu) {
  const double ranks = r.expert_parallel > 1 ? r.expert_parallel : 8;
  const double copies = perf::distinct_targets(ranks, std::max(1.0, r.experts_per_token)) * (ranks - 1) / ranks;
  const double limited = r.multiprocessors > 0 ? std::pow(24 / r.multiprocessors, c[2]) : 1;
  return c[0] + r.m * r.k * copies * c[1] / gpu.link.base() * 1e6 * limited;
}

std::string need(std::initializer_list<std::pair<std::string_view, double>> sizes) {
  for (const auto& [name, value] : sizes)
    if (!(value >= 1) || value > 1e12) return fmt::format("{} is missing or no size", name);
  return {};
}

std::string too_many_experts(const KernelRow& r) {
  const bool many = r.experts > 0 && r.experts_per_token > r.experts;
  return many ? fmt::format("{} experts for each token, of {}", r.experts_per_token, r.experts) : std::string();
}

/// Some kernels copy rows that no multiple of 4 counts into padded ones: a step of the correction, not a slope. Tables show it
/// up to 129 rows. The copy and its launch add about the same time (B200 7 us, H200 9 us at 33, 65 and 129 rows), while that of
/// the product grows with its rows, so beyond them the step shrinks as the share of that time does.
double padding_step(double rows) {
  constexpr double kSeen = 129;
  return std::fmod(rows, 4) > 0 ? 1 + std::min(1.0, kSeen / rows) : 1;
}

std::vector<KernelOperation> operations() {
  const std::vector<Constant> gemm{
      {"launch_us", {4, .5, 250, true}}, {"compute_share", {.8, .15, 1, true}}, {"memory_share", {.8, .2, 1, true}},
      {"depth", {100, 1, 2000, true}},   {"blend", {3.5, 1, 10, true}},         {"tile_reach", {10, .1, 200, true}},
      {"stream", {6, .5, 50, true}},     {"wave_overlap", {.7, 0, 1, false}},   {"quantized_bytes", {1, 0, 60, false}}};
  std::vector<Constant> grouped = gemm;
  grouped.push_back({"per_group_us", {.1, 0, 5, false}});
  grouped.push_back({"row_spread", {.3, 0, .6, false}});
  const std::vector<Constant> decode{{"launch_us", {10, 1, 60, true}},
                                     {"per_doubling_us", {.7, 0, 5, false}},
                                     {"compute_share", {.5, .02, 1, true}},
                                     {"memory_share", {.85, .1, 1, true}}};
  const std::vector<Constant> experts{{"launch_us", {30, 2, 400, true}},     {"per_expert_us", {.2, 0, 5, false}},
                                      {"compute_share", {.8, .05, 1, true}}, {"memory_share", {.8, .05, 1, true}},
                                      {"blend", {3, 1, 10, true}},           {"padding_rows", {16, .1, 300, true}},
                                      {"imbalance", {2.5, 0, 10, false}},    {"spread", {.9, .05, 3, true}},
                                      {"row_passes", {4, 0, 40, false}},     {"token_passes", {4, 0, 100, false}}};
  const std::vector<Constant> domain{{"launch_us", {6, .5, 60, true}},
                                     {"hop_us", {.9, 0, 6, false}},
                                     {"share", {.85, .1, kSwitchedShare, true}},
                                     {"knee_mb", {8, .05, 100, true}},
                                     {"ramp", {.4, .05, .98, false}}};
  const std::vector<Constant> exchange{{"launch_us", {20, 1, 200, true}},
                                       {"bytes_per_element", {2, .1, 60, true}},
                                       {"multiprocessor_exponent", {.8, 0, 2, false}}};

  const auto gemm_at = [](const KernelRow& r) { return std::vector{r.m, r.n, r.k, padding_step(r.m)}; };
  const auto gemm_products = [](Sizes s) {
    return std::vector{s[0] * s[1], s[1] * s[2], s[0] * s[2]};
  };  // output, weights, input
  const auto attention_at = [](const KernelRow& r) {
    return std::vector{r.batch, r.length, r.heads, kv_heads_of(r), r.head_size};
  };
  const auto prefill_products = [](Sizes s) { return std::vector{s[0] * s[2], s[2] / s[3]}; };  // heads in all, a group's
  const auto decode_products = [](Sizes s) { return std::vector{s[0] * s[3], s[2] / s[3]}; };   // caches in all, heads on one
  const auto mla_at = [](const KernelRow& r) { return std::vector{r.batch, r.length, r.heads}; };
  const auto experts_at = [](const KernelRow& r) {
    return std::vector{r.m, r.n, r.k, r.experts, r.experts_per_token, r.expert_parallel, r.tensor_parallel, 1 + r.skew};
  };
  const auto experts_products = [](Sizes s) {  // rows an expert, experts here, rows here, weights of an expert here
    return std::vector{s[0] * s[4] / s[3], s[3] / s[5], s[0] * s[4] / s[5], s[1] * s[2] / s[6]};
  };
  const auto grouped_at = [](const KernelRow& r) {
    return std::vector{r.experts_per_token > 0 ? r.m * r.experts_per_token / std::max(1.0, r.batch) : r.m, r.n, r.k, r.batch};
  };
  const auto domain_at = [](const KernelRow& r) { return std::vector{r.m, r.n}; };
  const auto exchange_at = [](const KernelRow& r) {
    return std::vector{r.m, r.n, r.k, r.experts_per_token, r.multiprocessors, r.expert_parallel};
  };
  const auto gemm_shape = [](const KernelRow& r) { return fmt::format("{} {}", r.n, r.k); };
  const auto heads_shape = [](const KernelRow& r) { return fmt::format("{} {} {}", r.heads, r.kv_heads, r.head_size); };
  const auto mla_shape = [](const KernelRow& r) { return fmt::format("{} {}", r.batch, r.length); };
  const auto model_shape = [](const KernelRow& r) {
    return fmt::format("{} {} {} {}", r.experts, r.experts_per_token, r.n, r.k);
  };
  const auto domain_shape = [](const KernelRow& r) { return fmt::format("{}", r.m); };
  const auto exchange_shape = [](const KernelRow& r) { return fmt::format("{} {}", r.n, r.k); };
  const auto gemm_needs = [](const KernelRow& r) { return need({{"m", r.m}, {"n", r.n}, {"k", r.k}}); };
  const auto attention_needs = [](const KernelRow& r) {
    if (r.kv_heads > r.heads && r.heads > 0) return fmt::format("{} key-value heads for {} heads", r.kv_heads, r.heads);
    if (r.kv_heads > 0 && std::fmod(r.heads, r.kv_heads) > 0)
      return fmt::format("{} key-value heads do not divide {} heads", r.kv_heads, r.heads);
    return need({{"batch", r.batch}, {"seqlen", r.length}, {"heads", r.heads}, {"head_dim", r.head_size}});
  };
  const auto mla_needs = [](const KernelRow& r) { return need({{"batch", r.batch}, {"seqlen", r.length}, {"heads", r.heads}}); };
  const auto experts_need = [](const KernelRow& r) {
    if (const auto many = too_many_experts(r); !many.empty()) return many;
    if (r.experts > 0 && r.expert_parallel > r.experts) return fmt::format("ep {} for {} experts", r.expert_parallel, r.experts);
    return need({{"m", r.m},
                 {"n", r.n},
                 {"k", r.k},
                 {"experts in notes", r.experts},
                 {"topk in notes", r.experts_per_token},
                 {"tp in notes", r.tensor_parallel},
                 {"ep in notes", r.expert_parallel}});
  };
  const auto grouped_need = [](const KernelRow& r) { return need({{"m", r.m}, {"n", r.n}, {"k", r.k}, {"batch", r.batch}}); };
  const auto domain_needs = [](const KernelRow& r) { return need({{"m (bytes)", r.m}, {"n (ranks)", r.n}}); };
  const auto exchange_needs = [](const KernelRow& r) {
    const auto many = too_many_experts(r);
    return many.empty() ? need({{"m (tokens)", r.m}, {"k (hidden)", r.k}}) : many;
  };

  return {
      {.name = "gemm",
       .words = {"gemm", "gemm_mamf"},
       .constants = gemm,
       .carried = {{{10, 14, 14, 2, 12, 12, 12}, .02}, {{6.4, 8, 8, 2, kAny, kAny, kAny}, .02}},
       .local = {{3, .5, .5, 2, kAny, kAny, kAny}, .1},
       .time_us = gemm_time,
       .work = gemm_work,
       .sizes = gemm_at,
       .products = gemm_products,
       .shape = gemm_shape,
       .invalid = gemm_needs},
      {.name = "attention_prefill",
       .words = {"attention_prefill"},
       .constants = {{"launch_us", {10, 1, 60, true}},
                     {"compute_share", {.6, .1, 1, true}},
                     {"head_exponent", {.5, 0, 1.5, false}},
                     {"block_us", {3, .05, 30, true}},
                     {"packing", {.5, 0, 1, false}},
                     {"tail", {.6, 0, 3, false}}},
       .carried = {{{20, 6, kAny, kAny, 8, 9, 12}, .005}, {{kAny, 6, kAny, kAny, 8, 9, 12}, .005}},
       .local = {{3, 3, .5, .5, .5, kAny, kAny}, .1},
       .time_us = prefill_time,
       .work = prefill_work,
       .sizes = attention_at,
       .products = prefill_products,
       .shape = heads_shape,
       .invalid = attention_needs},
      {.name = "attention_decode",
       .words = {"attention_decode"},
       .constants = decode,
       .carried = {{{2.3, 3.8, kAny, 1.8, 2, kAny, 30}, .03},
                   {{30, 3.8, kAny, kAny, 2, 3, 3}, .03},
                   {{6, 3.8, kAny, kAny, 2, 3, 6}, .03}},
       .local = {{2, 3, .5, .5, .5, kAny, kAny}, .1},
       .time_us = decode_time,
       .work = decode_work,
       .sizes = attention_at,
       .products = decode_products,
       .shape = heads_shape,
       .invalid = attention_needs},
      {.name = "mla_prefill",
       .words = {"mla_prefill"},
       .constants = {{"launch_us", {15, 1, 100, true}},
                     {"compute_share", {.6, .1, 1, true}},
                     {"block_us", {3, .05, 30, true}},
                     {"tail", {.6, 0, 3, false}},
                     {"expansion", {.5, 0, 10, false}}},
       .carried = {{{9.6, 3.8, 30}, .03}},
       .local = {{1, 1, .5}, .1},
       .time_us = mla_prefill_time,
       .work = mla_prefill_work,
       .sizes = mla_at,
       .shape = mla_shape,
       .invalid = mla_needs},
      {.name = "mla_decode",
       .words = {"mla_decode"},
       .constants = decode,
       .carried = {{{2.3, 6, 2}, .012}},
       .local = {{1, 1, .5}, .1},
       .time_us = mla_decode_time,
       .work = mla_decode_work,
       .sizes = mla_at,
       .shape = mla_shape,
       .invalid = mla_needs},
      {.name = "experts",
       .words = {"moe_ffn"},
       .constants = experts,
       .carried = {{{12, 20, 20, 12, 20, 12, 20, 1.5, 8, 8, 8, 8}, .012, 6}},
       .local = {{3, .5, .5, .5, .5, 2, 2, 1, kAny, kAny, kAny, kAny}, .1},
       .time_us = experts_time,
       .work = experts_work,
       .sizes = experts_at,
       .products = experts_products,
       .shape = model_shape,
       .invalid = experts_need},
      {.name = "grouped_gemm",
       .words = {"grouped_gemm", "grouped_gemm_moe_up", "grouped_gemm_moe_down"},
       .constants = grouped,
       .carried = {{{1.5, 20, 50, 8}, .01, 25}},
       .local = {{1, .5, .5, .5}, .1},
       .time_us = grouped_time,
       .work = grouped_work,
       .sizes = grouped_at,
       .shape = gemm_shape,
       .invalid = grouped_need},
      {.name = "domain_collective",
       .words = {"all_reduce", "all_gather", "reduce_scatter", "alltoall"},
       .constants = domain,
       .carried = {{{4, 1.6}, .03}},
       .local = {{1, .3}, .1},
       .time_us = domain_time,
       .work = domain_work,
       .sizes = domain_at,
       .shape = domain_shape,
       .computes = false,
       .invalid = domain_needs},
      {.name = "expert_exchange",
       .words = {"ep_dispatch_lowlat", "ep_combine_lowlat", "ep_dispatch_normal", "ep_combine_normal", "ep_alltoall_dispatch",
                 "ep_alltoall_combine", "ep_alltoall_combine_low_precision", "ep_alltoall_prepare"},
       .constants = exchange,
       .carried = {{{9.6, 5, 5, 8, 2, 1}, .005}},
       .local = {{2, .5, .5, .5, .5, .5}, .1},
       .time_us = exchange_time,
       .work = exchange_work,
       .sizes = exchange_at,
       .shape = exchange_shape,
       .computes = false,
       .invalid = exchange_needs},
  };
}

}  // namespace

std::vector<double> coordinates(const KernelOperation& operation, std::vector<double> sizes) {
  if (operation.products) {
    const auto products = operation.products(sizes);
    sizes.insert(sizes.end(), products.begin(), products.end());
  }
  for (double& size : sizes) size = std::log2(std::max(size, 1.0));
  return sizes;
}

const KernelOperation* kernel_operation(std::string_view word) {
  static const std::vector<KernelOperation> kOperations = operations();
  for (const auto& operation : kOperations)
    for (const auto& candidate : operation.words)
      if (candidate == word) return &operation;
  return nullptr;
}

}  // namespace eigenbau::fit
