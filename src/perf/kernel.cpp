// How long does one GPU kernel take? Closed laws; no allocation, no branch on names.
#include "perf/kernel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "catalog/model.h"

namespace eigenbau::perf {
namespace {

/// (a^p + b^p)^(1/p), the soft maximum of two times.
double soft_max(double a, double b, double p) {
  const double high = std::max(a, b), low = std::min(a, b);
  if (high <= 0) return 0;
  const double power = p * std::log(low / high);
  if (!(power > -30)) return high;  // adds less than 1e-13
  const double added = std::exp(power);
  if (added < 1e-4) return high * (1 + added / p);  // to 1e-9
  return high * std::exp(std::log1p(added) / p);
}

struct Tile {
  double rows, columns;
  constexpr double area() const { return rows * columns; }
  constexpr double inverse_reach() const { return (rows + columns) / (rows * columns); }  ///< bytes of shared memory a FLOP
};
/// Tiles that the libraries choose among, the large ones first: they win most often. Powers of two.
constexpr std::array kTiles{Tile{256, 128}, Tile{128, 256}, Tile{256, 256}, Tile{128, 128},
                            Tile{128, 64},  Tile{64, 64},   Tile{64, 32}};
constexpr std::array kSplits{1.0, 2.0, 4.0};  // of K
constexpr double kSplitTime = 0.8e-6;         // s, the second kernel that adds the parts
constexpr double kSplitBytes = 8;             // per element of the result and part: fp32 written and read

/// Whole number at or above a positive `x`; std::ceil is a call where the instruction may be missing.
double round_up(double x) {
  const auto whole = static_cast<double>(static_cast<std::int64_t>(x));
  return whole < x ? whole + 1 : whole;
}

/// Mean of ceil(x) for x spread evenly over (1 ± spread)·middle.
double mean_round_up(double middle, double spread) {
  if (spread <= 0) return round_up(middle);
  const auto sum = [](double x) {  // of ceil from 0 to x
    const auto whole = static_cast<double>(static_cast<std::int64_t>(x));
    return whole * (whole + 1) / 2 + (x - whole) * (whole + 1);
  };
  const double low = middle * (1 - spread), high = middle * (1 + spread);
  return (sum(high) - sum(low)) / (high - low);
}

/// Time in seconds of the fastest tile and split for `groups` products of about `m` rows each, operands once in cache.
/// Each candidate grows with m, n and k, and so does the least of them. Candidates that cannot win are passed over: whole
/// waves never take less than the exact share of the last one.
double compute_time(const GemmLaw& law, double groups, double m, double spread, double n, double k) {
  const double sms = law.multiprocessors, bandwidth = law.memory_share * law.memory.base();
  const double rate = law.compute_share * law.peak.base() / sms;  // FLOP/s of one multiprocessor
  const double draw = sms / (law.stream * bandwidth);             // s for one byte
  const double part_bytes = kSplitBytes * groups * m * n / bandwidth;
  double best = HUGE_VAL;
  for (const Tile& tile : kTiles) {
    const double share = mean_round_up(m * (1 / tile.rows), spread) * round_up(n * (1 / tile.columns)) * groups / sms;
    const double work = 2 * tile.area() * (1 + law.tile_reach * tile.inverse_reach()) / rate;
    const double load = (law.operand_bytes * std::min(m, tile.rows) + law.weight_bytes * std::min(n, tile.columns)) * draw;
    for (const double split : kSplits) {
      const double extra = split > 1 ? kSplitTime + part_bytes * (split - 1) : 0;
      const double depth = k * (1 / split), w = share * split, time = std::max(work * (depth + law.depth), load * depth);
      if (time * std::max(w, 1.0) + extra >= best) continue;
      const double waves = (1 - law.wave_overlap) * round_up(w) + law.wave_overlap * std::max(w, 1.0);
      best = std::min(best, time * waves + extra);
    }
  }
  return best;
}

Time product_time(const GemmLaw& law, double groups, double m, double spread, double n, double k) {
  const double rows = groups * m;
  const double bytes = law.operand_bytes * rows * k + law.weight_bytes * groups * k * n + law.result_bytes * rows * n;
  const double stream = bytes / (law.memory_share * law.memory.base());
  const double quantize = law.quantized_bytes * rows * k / law.memory.base();
  return law.launch + (soft_max(compute_time(law, groups, m, spread, n, k), stream, law.blend) + quantize) * kSecond;
}

constexpr double kBlock = 128;  // query rows of a block

/// Keys that the window leaves a query at most.
double reach(const AttentionShape& s) { return s.window > 0 ? std::min(s.window, s.keys) : s.keys; }

/// Pairs of a query and a key that causality and `window` leave to the last `queries` of a sequence.
double causal_pairs(const AttentionShape& s, double window) {
  const double before = s.keys - s.queries;
  const double earlier = before > 0 ? before * catalog::keys_seen(before, window, true) : 0;
  return s.keys * catalog::keys_seen(s.keys, window, true) - earlier;
}

/// Pairs of a query and a key that are worked on, per sequence and head.
double attended_pairs(const AttentionShape& s) {
  if (!s.causal) return s.queries * reach(s);
  const double diagonal = s.queries * kBlock / 2, edge = std::min(s.queries, s.keys - reach(s)) * kBlock / 2;
  return std::min(causal_pairs(s, s.window) + edge, causal_pairs(s, 0)) + diagonal;
}

/// Rate at a head size over that at 128.
double head_scale(double size, double exponent) {
  constexpr double kMeasured = 128;  // most tables end there
  if (size <= kMeasured || exponent <= 0) return exponent > 0 ? std::pow(size / kMeasured, exponent) : 1;
  const double halving = std::exp2(-exponent);
  if (2 * halving <= 1) return size / kMeasured;
  const double beside = kMeasured * (1 - halving) / (2 * halving - 1);
  return size / kMeasured * (kMeasured + beside) / (size + beside);
}

double forward_compute(const AttentionLaw& law, const AttentionShape& s) {
  const double sizes = s.key_size + s.value_size;
  const double rate = law.peak.base() * std::min(1.0, law.compute_share * head_scale(s.key_size, law.head_exponent));
  const double work = 2 * s.batch * s.heads * sizes * attended_pairs(s) / rate;
  const double apart = s.heads * std::ceil(s.queries / kBlock);
  const double packed = s.kv_heads * std::ceil(s.queries * s.heads / s.kv_heads / kBlock);
  const double blocks = s.batch * ((1 - law.packing) * apart + law.packing * packed);
  const double longest = 2 * kBlock * sizes * reach(s) * law.multiprocessors / rate;
  return work + law.block.base() * blocks / law.multiprocessors + law.tail * longest;
}

double forward_bytes(const AttentionLaw& law, const AttentionShape& s) {
  return law.bytes * s.batch *
         (s.heads * s.queries * (s.key_size + s.value_size) + s.kv_heads * s.keys * (s.key_size + s.value_size));
}

Time decode_time(const DecodeLaw& law, double compute_flop, double cache_bytes, double keys) {
  const double merge = std::max(0.0, std::log2(keys / 256)) * law.per_doubling.base();
  const double compute = compute_flop / (law.compute_share * law.peak.base());
  const double stream = cache_bytes / (law.memory_share * law.memory.base());
  return law.launch + (merge + std::max(compute, stream)) * kSecond;
}

}  // namespace

Time gemm_time(const GemmLaw& law, double m, double n, double k) { return product_time(law, 1, m, 0, n, k); }

Time grouped_gemm_time(const GroupedGemmLaw& law, double groups, double rows, double n, double k) {
  const double spread = law.spread;
  if (spread <= 0) {
    const double active = std::max(1.0, std::min(groups, rows));
    return product_time(law.gemm, active, rows / active, 0, n, k) + groups * law.per_group;
  }
  const double mean = std::max(1.0, std::round(rows / groups));
  const double busy = std::clamp((mean * (1 + spread) - 1) / (2 * spread * mean), 1 / groups, 1.0);  // has a whole row
  return product_time(law.gemm, groups * busy, std::max(1.0, mean), spread, n, k) + groups * law.per_group;
}

Time attention_forward_time(const AttentionLaw& law, const AttentionShape& shape) {
  const double stream = forward_bytes(law, shape) / law.memory.base();
  return law.launch + (std::max(forward_compute(law, shape), stream) + law.expansion * stream) * kSecond;
}

Time attention_decode_time(const DecodeLaw& law, const AttentionShape& s) {
  constexpr double kRows = 16;  // least rows of a matrix instruction
  const double heads = s.kv_heads * std::ceil(s.heads / s.kv_heads / kRows) * kRows;
  const double sizes = s.key_size + s.value_size, keys = reach(s);
  return decode_time(law, 2 * s.batch * heads * sizes * keys, law.cache_bytes * s.batch * s.kv_heads * sizes * keys, keys);
}

Time mla_decode_time(const DecodeLaw& law, const AttentionShape& s) {
  const double keys = reach(s);
  return decode_time(law, 2 * s.batch * s.heads * (s.key_size + s.value_size) * keys,
                     law.cache_bytes * s.batch * s.key_size * keys, keys);
}

}  // namespace eigenbau::perf
