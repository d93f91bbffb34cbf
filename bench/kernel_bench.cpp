// How long does it take to price one kernel or one collective, by the law alone and with the correction of a measured table?
#include <benchmark/benchmark.h>

#include <algorithm>

#include "catalog/catalog.h"
#include "fit/kernel_book.h"
#include "perf/collective.h"
#include "perf/interconnect.h"
#include "perf/kernel.h"

namespace {

using namespace eigenbau;
using namespace eigenbau::literals;

constexpr const char* kAsked = "asked: 1 us";

constexpr perf::GemmLaw kProduct{.peak = 989_TFLOPps,
                                 .memory = 3350_GBps,
                                 .multiprocessors = 132,
                                 .launch = 3_us,
                                 .compute_share = .8,
                                 .memory_share = .85,
                                 .depth = 110,
                                 .tile_reach = 11,
                                 .wave_overlap = .7};
constexpr perf::AttentionLaw kAttention{.peak = 989_TFLOPps,
                                        .memory = 3350_GBps,
                                        .multiprocessors = 132,
                                        .launch = 11_us,
                                        .head_exponent = .6,
                                        .block = 3_us,
                                        .packing = .5};
constexpr perf::DecodeLaw kDecode{.peak = 989_TFLOPps, .memory = 3350_GBps, .launch = 10_us, .per_doubling = 0.7_us};

/// A size that differs from call to call, so that nothing is worked out beforehand.
double next(double size) { return size < 1 << 14 ? size * 2 : 128; }

void product(benchmark::State& state) {
  double rows = 128;
  for (auto _ : state) benchmark::DoNotOptimize(perf::gemm_time(kProduct, rows = next(rows), 4096, 8192));
  state.SetLabel(kAsked);
}
BENCHMARK(product);

void grouped_product(benchmark::State& state) {
  const perf::GroupedGemmLaw law{.gemm = kProduct, .per_group = 0.1_us, .spread = .3};
  double rows = 128;
  for (auto _ : state) benchmark::DoNotOptimize(perf::grouped_gemm_time(law, 32, rows = next(rows), 4096, 7168));
  state.SetLabel(kAsked);
}
BENCHMARK(grouped_product);

void attention(benchmark::State& state) {
  perf::AttentionShape shape{.batch = 4, .queries = 128, .keys = 128, .heads = 32, .kv_heads = 8};
  for (auto _ : state) {
    shape.queries = shape.keys = next(shape.keys);
    benchmark::DoNotOptimize(perf::attention_forward_time(kAttention, shape));
  }
  state.SetLabel(kAsked);
}
BENCHMARK(attention);

void decode(benchmark::State& state) {
  perf::AttentionShape shape{.batch = 64, .keys = 128, .heads = 32, .kv_heads = 8};
  for (auto _ : state) {
    shape.keys = next(shape.keys);
    benchmark::DoNotOptimize(perf::attention_decode_time(kDecode, shape));
  }
  state.SetLabel(kAsked);
}
BENCHMARK(decode);

void collective(benchmark::State& state) {
  const perf::Interconnect links{perf::scale_up_law("hopper", 450_GBps),
                                 perf::transport_law(perf::NicTransport::infiniband, 50_GBps)};
  const perf::CollectiveGroup group{.ranks = static_cast<int>(state.range(0)), .ranks_per_domain = 8, .nic = 50_GBps};
  double size = 128;
  for (auto _ : state)
    benchmark::DoNotOptimize(perf::collective_time(perf::Collective::all_reduce, (size = next(size)) * kMebibyte, group, links));
  state.SetLabel(kAsked);
}
BENCHMARK(collective)->ArgName("gpus")->Arg(8)->Arg(1024);

/// With both parts of the correction, 192 points each.
void corrected_product(benchmark::State& state) {
  const catalog::Catalog& catalog = catalog::Catalog::built_in();
  const auto part = catalog.kernels("h100-sxm");
  if (!part) return state.SkipWithError("the catalog has no kernels of this GPU");
  const auto table = std::find_if(part->table.begin(), part->table.end(), [](const auto& t) { return t.operation == "gemm"; });
  if (table == part->table.end()) return state.SkipWithError("it has no products");
  const fit::KernelPredictor predictor = fit::predictor_of(*table, fit::figures_of(*part));
  tables::KernelRow row;
  row.operation = "gemm";
  row.format = table->format;
  row.m = 128;
  row.n = 4096;
  row.k = 8192;
  for (auto _ : state) {
    row.m = next(row.m);
    benchmark::DoNotOptimize(predictor.time_us(row));
  }
  state.SetLabel("no figure asked");
}
BENCHMARK(corrected_product);

}  // namespace
