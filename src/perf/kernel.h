// How long does one GPU kernel take?
#pragma once

#include "units/quantity.h"

namespace eigenbau::perf {

/// Constants of the law of dense matrix products: one GPU, one number format, one family of kernels.
struct GemmLaw {
  FlopRate peak{};             ///< dense data-sheet rate of the format
  Bandwidth memory{};          ///< HBM, data sheet
  double multiprocessors = 1;  ///< that tiles spread over
  double operand_bytes = 2;    ///< per element of the first input, block scales included
  double weight_bytes = 2;     ///< per element of the second
  double result_bytes = 2;     ///< per element of the output
  Time launch{};               ///< t0: what the smallest product takes
  double compute_share = 1;    ///< ec: share of the peak that an infinite tile of infinite depth reaches
  double memory_share = 1;     ///< eb: share of the memory rate that a long stream reaches
  double depth = 0;            ///< ks: depth at which filling and draining a tile costs as much as its work
  double blend = 4;            ///< p: exponent by which compute and memory overlap; infinite is a roofline
  double tile_reach = 0;       ///< a: FLOP per byte of shared memory at which a tile reaches half its rate
  double stream = 6;           ///< c: how many times its even share of the memory rate one multiprocessor can draw
  double wave_overlap = 0;     ///< λ: 0 pays whole waves, 1 pays the exact share of the last wave
  double quantized_bytes = 0;  ///< bytes moved per element of the first input to quantize it before the product; 0 if that is
                               ///< counted elsewhere (training laws count casts as element-wise work)
};

/// Time of D[M,N] = A[M,K]·B[K,N] in one kernel.
///   t = t0 + (C^p + T^p)^(1/p) + Q         C = min over tiles and split-K of waves · tile time
///   tile time = max(2·tm·tn·(K/s + ks)·SM/(ec·h·P), (ba·tm + bw·tn)·(K/s)·SM/(c·eb·BW)),  h = I/(I + a),  I = tm·tn/(tm + tn)
///   waves = (1-λ)·ceil(w) + λ·max(w, 1),   w = tiles·s/SM
///   T = (ba·M·K + bw·K·N + bd·M·N)/(eb·BW);   Q = q·M·K/BW
/// A split adds 0.8 us and 8·M·N·(s-1) bytes. Larger in each of M, N, K never takes less. Constants by `eigenbau calibrate
/// kernels`. Stops being true below 1 us of work and where the library picks a poor kernel (errors of 40 % happen on single
/// shapes). Source: NVIDIA matrix multiplication guide (tiles, waves); form fitted to published kernel tables.
Time gemm_time(const GemmLaw& law, double m, double n, double k);

/// Constants of grouped matrix products (experts) beyond those of the dense product.
struct GroupedGemmLaw {
  GemmLaw gemm;
  Time per_group{};   ///< scheduling cost of one more group
  double spread = 0;  ///< σ: rows of a group lie evenly between (1-σ) and (1+σ) times their mean; 0: all the same
};

/// Time of `groups` products of one kernel, `rows` rows in total, each group with its own K x N weights: the tiles of all
/// groups share the GPU, each group rounds its rows up to a tile, and every group that has rows reads its weights.
///   as gemm_time, with tiles = groups·E[ceil(X/tm)]·ceil(N/tn), X in (1 ± σ)·m, m = rows/groups, weights = active·K·N
///   active = min(groups, rows); of groups with about one row those that get none drop out: m = max(1, round(m)), X < 1
/// The caller multiplies rows by the imbalance of the busiest rank.
Time grouped_gemm_time(const GroupedGemmLaw& law, double groups, double rows, double n, double k);

/// What one attention kernel is asked to do. For training and prefill `queries` = `keys` unless keys are cached.
struct AttentionShape {
  double batch = 1;
  double queries = 1;  ///< query tokens per sequence
  double keys = 1;     ///< key tokens per sequence
  double heads = 1;
  double kv_heads = 1;
  double key_size = 128;    ///< of one head
  double value_size = 128;  ///< of one head
  bool causal = true;
  double window = 0;  ///< sliding window in tokens; 0: none
};

/// Constants of attention over many query tokens.
struct AttentionLaw {
  FlopRate peak{};
  Bandwidth memory{};
  double multiprocessors = 1;
  double bytes = 2;  ///< per element of queries, keys, values
  Time launch{};
  double compute_share = 0.7;     ///< e: share of the peak at head size 128 and long sequences
  double head_exponent = 0;       ///< x: share grows as (D/128)^x up to D = 128
  Time block{};                   ///< τ: start and end of one block of 128 query rows
  double packing = 0;             ///< π: share of the heads of a key-value group that one block takes together
  double tail = 0.6;              ///< λ: share of the longest row block that is not hidden
  double expansion = 0;           ///< passes over queries, keys and values beside the kernel (latent attention expands them)
  double backward_flop = 2.5;     ///< work of the backward pass over the forward pass: scores again and four more products
  double backward_share = 0.813;  ///< efficiency of the backward pass over the forward pass
};

/// Time of the forward pass of attention without writing the scores (FlashAttention and its kin).
///   t = t0 + F/(e·P) + τ·blocks/SM + λ·2·128·(Dk+Dv)·S·SM/(e·P),  F = 2·b·h·(Dk+Dv)·A,  never below bytes/HBM
///   A = q·r, r = min(w, S) keys in the window w; causal min(P(w) + 64·(q + min(q, S - r)), P(S) + 64·q)
///   P(w) = S·K(S, w) - (S-q)·K(S-q, w) pairs of the last q of S tokens, K: catalog::keys_seen
/// A block of 128 rows works on half a block of keys beyond the diagonal and, where the window ends inside the sequence, on half
/// a block before it, never on more than without a window.
///   blocks = (1-π)·b·h·⌈q/128⌉ + π·b·kv·⌈q·h/kv/128⌉
/// Latent attention (MLA) adds its expanded inputs, `expansion` times over the memory.
/// Beyond heads of 128, which most tables end with, the share grows as it does where each key and query cost as much beside the
/// products (softmax) whatever the size of a head, e·D/(D + D0), with D0 such that half of 128 reaches as much less as measured.
/// Stops being true for unfused attention, and for head sizes that a kernel pads (not a multiple of 8).
/// Source: Dao et al. 2022, 2023 (work count); form fitted to published kernel tables.
Time attention_forward_time(const AttentionLaw& law, const AttentionShape& shape);

/// Constants of attention of one new token per sequence over its cache.
struct DecodeLaw {
  FlopRate peak{};
  Bandwidth memory{};
  double cache_bytes = 2;  ///< per element of the cached keys and values
  Time launch{};
  Time per_doubling{};         ///< added for each doubling of the cache beyond 256 tokens: splits to be merged
  double compute_share = 0.5;  ///< of the peak, on query groups padded to 16 rows
  double memory_share = 0.88;
};

/// Time of one decode step's attention: keys and values of the whole cache are read once.
///   t = t0 + d·max(0, log2(S/256)) + max(2·b·h16·(Dk+Dv)·S/(ec·P), b·kv·(Dk+Dv)·S·bytes/(eb·BW)),  h16: h/kv padded to 16
/// Latent attention (MLA) is the case kv = 1, Dk = 576, Dv = 512 with one cached vector of 576: see mla_decode_time.
Time attention_decode_time(const DecodeLaw& law, const AttentionShape& shape);

/// The same over a latent cache: keys and values are one vector of `key_size` elements, read once for all heads.
Time mla_decode_time(const DecodeLaw& law, const AttentionShape& shape);

}  // namespace eigenbau::perf
