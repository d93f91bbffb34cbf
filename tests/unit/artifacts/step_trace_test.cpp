// Laws of a step's trace: it reads back, slices pair up, tracks end with the step, and ranks are busy as long as the law says.
#include "artifacts/step_trace.h"

#include <doctest/doctest.h>

#include <map>
#include <protozero/pbf_reader.hpp>
#include <vector>

#include "catalog/catalog.h"

namespace eigenbau {
namespace {

struct Job {
  catalog::Model model;
  perf::Machine machine;
  catalog::Stack stack;
};

Job job_of(const char* model, const char* gpu, int gpus) {
  const auto catalog = catalog::Catalog::built_in();
  return {*catalog.model(model), perf::machine_of(*catalog.gpu(gpu), gpus), *catalog.stack("megatron-core")};
}

struct Slice {
  std::string name;
  std::uint64_t start = 0, end = 0;
};

/// Slices by track id.
std::map<std::uint64_t, std::vector<Slice>> read_trace(const std::string& bytes) {
  std::map<std::uint64_t, std::vector<Slice>> tracks;
  protozero::pbf_reader trace{bytes};
  while (trace.next(1)) {
    protozero::pbf_reader packet = trace.get_message();
    std::uint64_t at = 0, track = 0;
    std::int32_t type = 0;
    std::string name;
    while (packet.next()) {
      if (packet.tag() == 8) at = packet.get_uint64();
      else if (packet.tag() == 11) {
        protozero::pbf_reader event = packet.get_message();
        while (event.next()) {
          if (event.tag() == 9) type = event.get_enum();
          else if (event.tag() == 11) track = event.get_uint64();
          else if (event.tag() == 23) name = event.get_string();
          else event.skip();
        }
      } else {
        packet.skip();
      }
    }
    if (type == 1) tracks[track].push_back({name, at, 0});
    if (type == 2) tracks[track].back().end = at;
  }
  return tracks;
}

perf::ParallelPlan plan_of(perf::Schedule schedule, int vp) {
  return {.tp = 8, .pp = 8, .vp = vp, .dp = 4, .global_batch = 64, .sequence_length = 8192, .schedule = schedule};
}

}  // namespace

TEST_CASE("a trace reads back: every slice ends, every rank ends with the step") {
  const Job job = job_of("llama3-70b", "h100-sxm", 256);
  for (const auto& plan : {plan_of(perf::Schedule::one_f_one_b, 1), plan_of(perf::Schedule::interleaved, 5),
                           plan_of(perf::Schedule::zero_bubble, 1), plan_of(perf::Schedule::dual_pipe, 1)}) {
    const auto timeline = perf::step_timeline(job.model, job.machine, plan, job.stack);
    const auto tracks = read_trace(artifacts::perfetto_trace(timeline, "test"));
    CHECK(tracks.size() == 2 + 8);
    const auto total = static_cast<double>(tracks.at(1).front().end);
    CHECK(total == doctest::Approx(timeline.step.total.base() * 1e9));
    for (const auto& [id, slices] : tracks) {
      std::uint64_t before = 0;
      for (const Slice& slice : slices) {
        CHECK(slice.end >= slice.start);
        CHECK(slice.start >= before);
        before = slice.end;
      }
      CHECK(static_cast<double>(before) == doctest::Approx(total).epsilon(1e-6));
    }
  }
}

TEST_CASE("the played schedule of 1F1B is as long as the law, to the fitted part of the bubble") {
  const Job job = job_of("llama3-70b", "h100-sxm", 256);
  const auto plan = plan_of(perf::Schedule::one_f_one_b, 1);
  const auto timeline = perf::step_timeline(job.model, job.machine, plan, job.stack);
  CHECK(timeline.stretch > 0.9);
  CHECK(timeline.stretch < 1.1);
  double layers = 0;
  for (const perf::PipelineWork& work : timeline.work)
    if (work.micro_batch == 0) layers += (work.end - work.start).base();
  // One micro-batch through all stages, of 16: the mean stage's work times the stages.
  CHECK(layers * plan.micro_batches() / plan.pp <= (timeline.pipeline_end).base());
}

TEST_CASE("a zero-bubble step of adapters is played without gradients of the weights that are frozen") {
  const Job job = job_of("llama3-70b", "h100-sxm", 256);
  auto plan = plan_of(perf::Schedule::zero_bubble, 1);
  plan.adapter_rank = 16;
  const auto timeline = perf::step_timeline(job.model, job.machine, plan, job.stack);
  for (const perf::PipelineWork& work : timeline.work) CHECK(work.phase != perf::PipelinePhase::weight_gradient);
  CHECK(timeline.stretch > 0.9);
  CHECK(timeline.stretch < 1.1);
}

TEST_CASE("the same timeline gives the same bytes") {
  const Job job = job_of("gpt3-175b", "a100-80", 64);
  const auto plan = perf::ParallelPlan{.tp = 8, .pp = 8, .dp = 1, .global_batch = 16, .sequence_length = 2048};
  const auto trace = [&] {
    return artifacts::perfetto_trace(perf::step_timeline(job.model, job.machine, plan, job.stack), "test");
  };
  CHECK(trace() == trace());
}

}  // namespace eigenbau
