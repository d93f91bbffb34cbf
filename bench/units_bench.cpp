// How long does it take to read and to print a quantity?
#include <benchmark/benchmark.h>

#include "units/parse.h"
#include "units/print.h"

namespace {

using namespace eigenbau;

void read_quantity(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(parse_quantity("0.065 USD/kWh"));
  state.SetLabel("asked: 2 us, so that a file of 1,000 figures reads in 2 ms");
}
BENCHMARK(read_quantity);

void print_power(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(print(Power::from_base(43.0e6)));
  state.SetLabel("asked: 2 us");
}
BENCHMARK(print_power);

}  // namespace
