// How fast are parallel plans searched? One core; each figure beside the one asked.
#include <benchmark/benchmark.h>

#include "../tests/unit/perf/sample_jobs.h"
#include "perf/weight_time.h"
#include "search/row.h"
#include "search/search.h"

namespace {

using namespace eigenbau;
using namespace eigenbau::literals;

perf::Machine a100() {
  perf::Machine machine = perf::h100_machine();
  machine.gpu.generation = "ampere";
  machine.gpu.peak.bf16 = 312_TFLOPps;
  machine.gpu.memory_bandwidth = 2039_GBps;
  machine.gpu.tdp = 400_W;
  machine.gpu.scale_up_bandwidth = 300_GBps;
  machine.nic_per_gpu = 200_Gbps;
  return machine;
}

/// Two trillion parameters, 256 experts of which eight are active.
catalog::Model two_trillion_moe() {
  catalog::Model model;
  model.layers = 96;
  model.hidden = 10240;
  model.heads = 80;
  model.kv_heads = 8;
  model.ffn_hidden = 40960;
  model.vocabulary = 131072;
  model.sequence_length = 8192;
  model.experts = catalog::Experts{.count = 256, .top_k = 8, .hidden = 2560, .shared = 1};
  return model;
}

void show(benchmark::State& state, const search::SearchResult& found, const char* asked) {
  const search::SearchCounters& counters = found.counters;
  state.counters["plans"] = static_cast<double>(counters.plans_in_space);
  state.counters["rejected"] = static_cast<double>(counters.plans_rejected_by_memory);
  state.counters["evaluated"] = static_cast<double>(counters.plans_evaluated);
  state.counters["plans/s"] =
      benchmark::Counter(static_cast<double>(counters.plans_in_space), benchmark::Counter::kIsIterationInvariantRate);
  state.counters["evaluated/s"] =
      benchmark::Counter(static_cast<double>(counters.plans_evaluated), benchmark::Counter::kIsIterationInvariantRate);
  state.SetLabel(asked);
}

/// Every law, nothing tabulated.
void from_scratch(benchmark::State& state) {
  perf::Machine machine = a100();
  machine.gpus = 1024;
  const catalog::Model model = perf::gpt3_175b();
  const catalog::TrainingConstants stack{};
  perf::ParallelPlan plan;
  plan.tp = 8;
  plan.pp = 8;
  plan.dp = 16;
  plan.global_batch = 1536;
  plan.sequence_length = 2048;
  for (auto _ : state) {
    plan.micro_batch = plan.micro_batch == 1 ? 2 : 1;
    benchmark::DoNotOptimize(perf::training_step(model, machine, plan, stack).total);
  }
  state.counters["evaluations/s"] = benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
  state.SetLabel("asked: 1,000,000 evaluations/s");
}
BENCHMARK(from_scratch)->Unit(benchmark::kNanosecond);

/// Layer costs known: pipeline, window, and the step time and cost with each way to shard.
void tabulated(benchmark::State& state) {
  perf::Machine machine = a100();
  machine.gpus = 1024;
  const catalog::Model model = perf::gpt3_175b();
  const catalog::TrainingConstants stack{};
  const search::SearchSpace space{.gpus = 1024, .global_batch = 1536};
  perf::ParallelPlan plan;
  plan.tp = 8;
  plan.dp = 128;
  plan.global_batch = 1536;
  plan.sequence_length = 2048;
  const perf::StepContext context = perf::step_context(model, machine, stack, plan);
  const perf::MicroBatch layers = perf::micro_batch(context, plan);
  const search::BusyTime busy = search::busy_time(context, layers);
  search::ShardingList list(context, plan, perf::local_parameters(context.shape, model, plan),
                            search::shardings({model, machine, stack, space}, plan));
  for (search::ShardingGroup& group : list.groups()) list.time_first(group, group.size());
  double lowest = 0;
  for (auto _ : state) {
    plan.micro_batch = plan.micro_batch == 1 ? 2 : 1;
    const perf::PipelineTime pipeline = perf::pipeline_time(context, plan, layers, perf::hop_time(context, plan));
    const search::Row row{.window = perf::weight_window(context, plan, pipeline),
                          .before = pipeline.work + pipeline.bubble + pipeline.point_to_point,
                          .busy = search::busy_in_pipeline(busy, pipeline.micro_batches, model.layers, plan.pp),
                          .fixed = context.fixed,
                          .slow = context.slow,
                          .latest = 1e9 * kSecond,
                          .law = search::cost_law(space),
                          .complexity = search::complexity_of_layout(plan)};
    for (const search::ShardingGroup& group : list.groups())
      lowest += (group.gathered ? search::least_gathered : search::least_replicated)(row, group, {0, group.size()});
    benchmark::DoNotOptimize(lowest);
  }
  state.counters["plans/s"] = benchmark::Counter(static_cast<double>(list.size()), benchmark::Counter::kIsIterationInvariantRate);
  state.SetLabel("asked: 100,000,000 plans/s");
}
BENCHMARK(tabulated)->Unit(benchmark::kNanosecond);

void gpt3_on_1024_a100(benchmark::State& state) {
  search::SearchSpace space{.gpus = 1024, .global_batch = 1536};
  space.schedules = {perf::Schedule::one_f_one_b, perf::Schedule::interleaved, perf::Schedule::zero_bubble,
                     perf::Schedule::dual_pipe};
  space.least_local_tokens = 1;
  const perf::Machine machine = a100();
  const catalog::Model model = perf::gpt3_175b();
  Result<search::SearchResult> found;
  for (auto _ : state) found = search::search(model, machine, {}, space);
  show(state, *found, "asked: 50 ms, 1,000,000 plans or more");
}
BENCHMARK(gpt3_on_1024_a100)->Unit(benchmark::kMillisecond);

void two_trillion_moe_on_100000_h100(benchmark::State& state) {
  const search::SearchSpace space{.gpus = 100000, .global_batch = 8000};
  const perf::Machine machine = perf::h100_machine();
  const catalog::Model model = two_trillion_moe();
  Result<search::SearchResult> found;
  for (auto _ : state) found = search::search(model, machine, {}, space);
  show(state, *found, "asked: 200 ms");
}
BENCHMARK(two_trillion_moe_on_100000_h100)->Unit(benchmark::kMillisecond);

void scaling_curve_64_to_131072(benchmark::State& state) {
  const search::SearchSpace space{.gpus = 64, .global_batch = 6144};
  const perf::Machine machine = perf::h100_machine();
  const catalog::Model model = perf::gpt3_175b();
  std::vector<int> counts;
  for (int gpus = 64; gpus <= 131072; gpus += 64) counts.push_back(gpus);
  std::size_t answered = 0;
  for (auto _ : state) {
    answered = 0;
    for (const search::ScalePoint& point : search::scaling_curve(model, machine, {}, space, counts))
      answered += point.best.has_value();
  }
  state.counters["points"] = static_cast<double>(counts.size());
  state.counters["answered"] = static_cast<double>(answered);
  state.SetLabel("asked: 5 s");
}
BENCHMARK(scaling_curve_64_to_131072)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
