// Laws of the training step: limits, scaling and symmetry that hold for any constants.
#include "perf/training_step.h"

#include <doctest/doctest.h>

#include <cmath>
#include <tuple>

#include "perf/error_band.h"
#include "perf/layer.h"
#include "perf/pipeline.h"
#include "perf/rank_group.h"
#include "sample_jobs.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::perf;

namespace {

catalog::Stack stack() { return {}; }

}  // namespace

TEST_CASE("the bubble is (p-1)/(m·v) of a stage's work") {
  ParallelPlan plan;
  plan.pp = 8;
  plan.vp = 6;
  CHECK(bubble_share(plan, 64) == doctest::Approx(7.0 / (64 * 6)));
  plan.pp = 1;
  CHECK(bubble_share(plan, 64) == 0);
}

TEST_CASE("the parts of a step add up to its total") {
  for (const int pp : {1, 4, 8}) {
    ParallelPlan plan = gpt3_plan();
    plan.pp = pp;
    plan.dp = 128 / plan.tp / pp;
    const TrainingStep s = training_step(gpt3_175b(), h100_machine(128), plan, stack());
    const Time parts = s.matrix + s.attention + s.experts + s.element_wise + s.head + s.recompute + s.host + s.tensor_parallel +
                       s.context_parallel + s.expert_parallel + s.data_parallel + s.point_to_point + s.bubble + s.optimizer +
                       s.fixed + s.straggler;
    CHECK(parts.in(s.total) == doctest::Approx(1).epsilon(1e-9));
  }
}

TEST_CASE("one accelerator alone pays for its kernels, its host and its optimizer, nothing else") {
  ParallelPlan plan;
  plan.global_batch = 4;
  catalog::Model model = gpt3_175b();
  model.layers = 2;
  const TrainingStep s = training_step(model, h100_machine(1), plan, stack());
  CHECK(s.tensor_parallel.base() == 0);
  CHECK(s.data_parallel.base() == 0);
  CHECK(s.point_to_point.base() == 0);
  CHECK(s.bubble.base() == 0);
  CHECK(s.straggler.base() == 0);
}

TEST_CASE("full recompute costs one more forward pass") {
  ParallelPlan plan = gpt3_plan();
  const TrainingStep none = training_step(gpt3_175b(), h100_machine(128), plan, stack());
  plan.recompute = Recompute::full;
  const TrainingStep full = training_step(gpt3_175b(), h100_machine(128), plan, stack());
  CHECK(none.recompute.base() == 0);
  const Time passes = none.matrix + none.attention + none.element_wise + none.tensor_parallel;
  CHECK(full.recompute.in(passes) > 0.28);
  CHECK(full.recompute.in(passes) < 0.38);
}

TEST_CASE("at a fixed global batch more accelerators never raise the compute of a step") {
  ParallelPlan plan = gpt3_plan();
  plan.global_batch = 2048;
  Time before{1e300 * kSecond};
  for (const int dp : {4, 8, 16, 32}) {
    plan.dp = dp;
    const TrainingStep s = training_step(gpt3_175b(), h100_machine(32 * dp), plan, stack());
    const Time compute = s.matrix + s.attention + s.element_wise + s.head;
    CHECK(compute < before);
    before = compute;
  }
}

TEST_CASE("a stack that keeps gathered weights through a pipeline runs ZeRO 3 as ZeRO 1, and only there") {
  catalog::Stack keeps = stack();
  keeps.training.regathers_in_pipeline = false;
  const auto run = [](const catalog::Stack& by, int pp, int zero) {
    ParallelPlan plan = gpt3_plan();
    plan.pp = pp;
    plan.dp = 128 / plan.tp / pp;
    plan.zero_level = zero;
    return training_step(gpt3_175b(), h100_machine(128), plan, by);
  };
  CHECK(run(keeps, 8, 3).total == run(keeps, 8, 1).total);
  CHECK(run(keeps, 8, 2).total == run(keeps, 8, 1).total);
  CHECK(run(keeps, 8, 3).memory.total() == run(keeps, 8, 1).memory.total());
  CHECK(run(keeps, 1, 3).total == run(stack(), 1, 3).total);
  CHECK(run(keeps, 8, 3).total < run(stack(), 8, 3).total);
}

TEST_CASE("products never run faster in a step than the best that was found for the accelerator") {
  // Largest products of S. Bekman's table of achievable rates (2025), bf16.
  for (const auto& [generation, peak, watts, best] :
       {std::tuple{"cdna3", 1307.0, 750.0, 668.4}, {"cdna3", 1307.0, 1000.0, 784.9}, {"cdna4", 2500.0, 1400.0, 1565.0}}) {
    Machine machine = h100_machine(8);
    machine.gpu.generation = generation;
    machine.gpu.peak.bf16 = peak * kTeraflopPerSecond;
    machine.gpu.tdp = watts * kWatt;
    CHECK(job_rates(machine, gpt3_plan(), stack().training).head <= best * kTeraflopPerSecond);
  }
}

TEST_CASE("a lower power cap makes a step longer, a longer sequence makes attention dearer per token") {
  Machine machine = h100_machine(128);
  const TrainingStep rated = training_step(gpt3_175b(), machine, gpt3_plan(), stack());
  machine.power_cap = 500_W;
  CHECK(training_step(gpt3_175b(), machine, gpt3_plan(), stack()).total > rated.total);
  ParallelPlan longer = gpt3_plan();
  longer.sequence_length = 8192;
  const TrainingStep s = training_step(gpt3_175b(), h100_machine(128), longer, stack());
  CHECK(s.attention > 4 * rated.attention);
}

TEST_CASE("expert traffic grows with the groups that a token's experts may lie in") {
  const Machine machine = h100_machine(2048);
  Time before{};
  for (const int groups : {1, 2, 4, 8}) {
    catalog::Model model = sparse();
    model.experts->groups_per_token = groups;
    const Time traffic = training_step(model, machine, sparse_plan(), stack()).expert_parallel;
    CHECK(traffic > before);
    before = traffic;
  }
  CHECK(training_step(sparse(), machine, sparse_plan(), stack()).expert_parallel == before);
}

TEST_CASE("a router that picks groups first sends to no more ranks inside a domain than hold them") {
  const Machine machine = h100_machine(2048);
  ParallelPlan plan = sparse_plan();
  plan.ep = 8;  // one domain, a group of experts on each rank
  const auto traffic = [&](int groups) {
    catalog::Model model = sparse();
    model.experts->groups_per_token = groups;
    return training_step(model, machine, plan, stack()).expert_parallel;
  };
  Time before{};
  for (const int groups : {1, 2, 4, 8}) {
    CHECK(traffic(groups) > before);
    before = traffic(groups);
  }
  // One rank of eight gets all copies of a token: one, where all ranks in reach get 8·(1 - (7/8)^8).
  const double copies = 8 * (1 - std::pow(7.0 / 8, sparse().experts->top_k));
  CHECK(traffic(8) / traffic(1) == doctest::Approx(copies).epsilon(0.1));
}

TEST_CASE("a copy per expert is never less traffic than a copy per rank, and 8-bit dispatch is less than 16-bit") {
  const Machine machine = h100_machine(2048);
  catalog::TrainingConstants constants;
  const auto traffic = [&](catalog::Precision precision) {
    ParallelPlan plan = sparse_plan();
    plan.precision = precision;
    return training_step(sparse(), machine, plan, constants).expert_parallel;
  };
  const Time single = traffic(catalog::Precision::fp8);
  constants.single_copies = false;
  CHECK(traffic(catalog::Precision::fp8) > single);
  constants.single_copies = true;
  constants.dispatch_bytes_fp8 = 1;
  CHECK(traffic(catalog::Precision::fp8) / single == doctest::Approx(0.75).epsilon(0.02));
}

TEST_CASE("expert traffic between domains follows the NIC and its transport") {
  const auto traffic = [](Bandwidth nic, NicTransport transport) {
    Machine machine = h100_machine(2048);
    machine.nic_per_gpu = nic;
    machine.transport = transport;
    return training_step(sparse(), machine, sparse_plan(), stack()).expert_parallel;
  };
  CHECK(traffic(400_Gbps, NicTransport::infiniband) < traffic(200_Gbps, NicTransport::infiniband));
  CHECK(traffic(400_Gbps, NicTransport::tcp) > traffic(400_Gbps, NicTransport::infiniband));
}

TEST_CASE("what selective recompute repeats uses no network") {
  const auto repeated = [](Bandwidth nic) {
    Machine machine = h100_machine(2048);
    machine.nic_per_gpu = nic;
    return training_step(sparse(), machine, sparse_plan().with(Recompute::selective), stack()).recompute;
  };
  CHECK(repeated(100_Gbps) == repeated(400_Gbps));
}

TEST_CASE("no stage has layers that the model does not have") {
  for (const int layers : {6, 16, 61, 62, 80, 126})
    for (int pp = 1; pp <= layers; ++pp)
      for (int vp = 1; pp * vp <= layers; ++vp) {
        const StageLayers stages = stage_layers(layers, {.pp = pp, .vp = vp});
        CHECK(stages.most >= stages.mean);
        CHECK(stages.mean * pp == doctest::Approx(layers));
        CHECK(stages.most + (pp > 1 ? stages.last : 0) <= layers);
        // All stages full would be at least all layers, one of them less would not be too many.
        CHECK(stages.most * pp >= layers);
      }
}

TEST_CASE("chunks that layers do not fill evenly fill the pipeline at the pace of the largest") {
  ParallelPlan plan;
  plan.pp = 4;
  for (int vp = 1; vp <= 16; ++vp) {
    plan.vp = vp;
    const StageLayers stages = stage_layers(62, plan);
    CHECK(stages.chunk * vp >= stages.mean);
    if (!lays_out_evenly(62, 4 * vp) && vp > 1) CHECK(stages.chunk * vp >= stages.most);
  }
}

TEST_CASE("where pp does not divide the layers, the last stage takes what the filled ones leave") {
  ParallelPlan plan;
  for (const int pp : {4, 8, 16}) {
    plan.pp = pp;
    const StageLayers stages = stage_layers(61, plan);
    CHECK(stages.last + (pp - 1) * stages.most == 61);
    CHECK(stages.last < stages.most);
  }
}

TEST_CASE("a band narrows with every fitted run of the same kind, and is wider where those were far off or are unlike") {
  const catalog::TrainingConstants constants;
  const Machine machine = h100_machine(128);
  const TrainingStep step = training_step(gpt3_175b(), machine, gpt3_plan(), constants);
  const catalog::FittedRun run = run_of(gpt3_175b(), machine, gpt3_plan(), step);
  catalog::FittedRun alike = run, off = run, unlike = run;
  alike.error = constants.error_dense;
  off.error = 3 * constants.error_dense;
  unlike.error = alike.error;
  unlike.model = "another";
  unlike.gpus *= 64;
  unlike.hidden /= 4;
  CHECK(distance(run, run) == 0);
  CHECK(distance(run, unlike) == doctest::Approx(distance(unlike, run)));
  double before = HUGE_VAL;
  for (const std::size_t runs : {0u, 1u, 2u, 10u, 100u}) {
    const double typical = typical_error(run, std::vector(runs, alike), constants);
    CHECK(typical < before);
    CHECK(typical > constants.error_dense);
    before = typical;
  }
  const auto near = [&](const catalog::FittedRun& other) { return typical_error(run, std::vector{other}, constants); };
  CHECK(near(off) > near(alike));
  CHECK(near(unlike) > near(alike));
  CHECK(near(unlike) < typical_error(run, {}, constants));
  // Rates that no run was fitted to are in more doubt, until a run on that accelerator is.
  catalog::FittedRun assumed = run;
  assumed.new_generation = true;
  assumed.gpu = "another";
  alike.gpu = unlike.gpu = run.gpu;
  CHECK(typical_error(assumed, {}, constants) > typical_error(run, {}, constants));
  catalog::FittedRun first = alike;
  first.gpu = assumed.gpu;
  CHECK(typical_error(assumed, std::vector{first}, constants) == doctest::Approx(near(alike)));
  CHECK(error_band(0.1, constants, false) > 2 * error_band(0.05, constants, false));
  CHECK(relative_band(0, constants, true) == 0);
}
