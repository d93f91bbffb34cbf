// How long does the whole design of 100,000 accelerators take? It runs once for every sample.
#include <benchmark/benchmark.h>

#include "design/design.h"
#include "design/design_from_parts.h"

namespace {

using namespace eigenbau;

cluster::Cluster founding_case() {
  cluster::Cluster cluster;
  cluster.servers = {{.model = "supermicro-4u-hgx-h100-liquid", .count = 6250}, {.model = "dell-xe9680-h100", .count = 6250}};
  cluster.fabric.network_switch = "nvidia-sn5600";
  return cluster;
}

void design_100k(benchmark::State& state) {
  const catalog::Catalog catalog = catalog::Catalog::built_in();
  const cluster::Cluster cluster = founding_case();
  for (auto _ : state) benchmark::DoNotOptimize(design::design_cluster(cluster, catalog));
  state.SetLabel("asked: 1 ms");
}
BENCHMARK(design_100k)->Unit(benchmark::kMicrosecond);

void design_100k_of_drawn_parts(benchmark::State& state) {
  const catalog::Catalog catalog = catalog::Catalog::built_in();
  const cluster::Cluster cluster = founding_case();
  std::uint32_t sample = 0;
  for (auto _ : state) benchmark::DoNotOptimize(design::design_cluster(cluster, catalog.drawn(1, ++sample)));
  state.SetLabel("asked: 1 ms");
}
BENCHMARK(design_100k_of_drawn_parts)->Unit(benchmark::kMicrosecond);

}  // namespace
