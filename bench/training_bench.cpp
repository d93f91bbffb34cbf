// How long does one evaluation of the training step take, every law from scratch? The plan search lives on it.
#include <benchmark/benchmark.h>

#include "../tests/unit/perf/sample_jobs.h"
#include "perf/training_step.h"

namespace {

using namespace eigenbau;
using namespace eigenbau::literals;

void training_step(benchmark::State& state) {
  const perf::Machine on = perf::h100_machine(1024);
  const catalog::Model model = perf::gpt3_175b();
  const catalog::Stack stack{};
  perf::ParallelPlan plan;
  plan.tp = 8;
  plan.pp = 8;
  plan.dp = 16;
  plan.global_batch = 1536;
  for (auto _ : state) {
    plan.micro_batch = plan.micro_batch == 1 ? 2 : 1;
    benchmark::DoNotOptimize(perf::training_step(model, on, plan, stack));
  }
  state.SetLabel("asked: 1 us");
}
BENCHMARK(training_step);

}  // namespace
