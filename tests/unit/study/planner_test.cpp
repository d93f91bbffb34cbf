// Laws of a job's plan: what the file states is kept, and no other plan on the accelerators offered is faster.
#include "study/planner.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "search/counts.h"

using namespace eigenbau;
using namespace eigenbau::literals;

namespace {

perf::Machine h100() {
  const catalog::Catalog catalog = catalog::Catalog::built_in();
  return {.gpu = *catalog.gpu("h100-sxm"), .scale_up_domain = 8, .nic_per_gpu = 400_Gbps};
}

struct Asked {
  cluster::TrainingJob job;
  study::JobSetup setup;
};

Asked llama70b(int batch) {
  Asked asked;
  asked.job.name = "pretrain";
  asked.job.model = "llama3-70b";
  asked.job.global_batch_sequences = batch;
  const catalog::Catalog catalog = catalog::Catalog::built_in();
  asked.setup = *study::job_setup(asked.job, catalog, *catalog.gpu("h100-sxm"), 1000);
  return asked;
}

}  // namespace

TEST_CASE("a job runs the fastest plan on any number of accelerators that divides, between half of those offered and all") {
  const Asked asked = llama70b(768);
  study::PlanBook book(h100());
  const auto chosen = book.plan(asked.job, asked.setup, 1000);
  REQUIRE(chosen.has_value());
  CHECK(chosen->gpus() <= 1000);
  perf::Machine machine = h100();
  machine.gpus = chosen->gpus();
  const Time step = perf::training_step(asked.setup.model, machine, *chosen, asked.setup.stack).total;
  const search::SearchSpace space = study::plan_space(asked.job, asked.setup);
  std::vector<int> all;
  for (int gpus = 1; gpus <= study::planning_step(1000); ++gpus) all.push_back(gpus);
  for (const search::ScalePoint& point : search::scaling_curve(asked.setup.model, h100(), asked.setup.stack.training, space, all))
    if (point.best) CHECK(point.best->step.total >= step);
  const auto widest = book.widest_plan(asked.job, asked.setup, 1000);
  REQUIRE(widest.has_value());
  CHECK(widest->gpus() >= chosen->gpus());
  machine.gpus = widest->gpus();
  CHECK(perf::training_step(asked.setup.model, machine, *widest, asked.setup.stack).total >= step);
}

TEST_CASE("what the file states is kept") {
  Asked asked = llama70b(512);
  asked.job.plan.tp = 4;
  asked.job.plan.pp = 8;
  asked.job.plan.mbs = 2;
  asked.job.plan.zero = 1;
  asked.job.plan.recompute = catalog::Recompute::full;
  study::PlanBook book(h100());
  const auto chosen = book.plan(asked.job, asked.setup, 512);
  REQUIRE(chosen.has_value());
  CHECK(chosen->tp == 4);
  CHECK(chosen->pp == 8);
  CHECK(chosen->micro_batch == 2);
  CHECK(chosen->recompute == perf::Recompute::full);
  asked.job.plan.pp = 81;  // more stages than layers
  study::PlanBook other(h100());
  CHECK_FALSE(other.plan(asked.job, asked.setup, 512).has_value());
}

TEST_CASE("a batch that nobody states grows with the machine; one that is stated does not") {
  const catalog::Catalog catalog = catalog::Catalog::built_in();
  const catalog::Gpu gpu = *catalog.gpu("h100-sxm");
  cluster::TrainingJob job;
  job.model = "llama3-70b";
  const auto batch = [&](int gpus) { return study::job_setup(job, catalog, gpu, gpus)->global_batch; };
  CHECK(batch(64) == batch(1000));
  CHECK(batch(100'000) > batch(10'000));
  // Llama 3 405B: 16 million tokens on 16,384.
  const auto llama = study::job_setup(job, catalog, gpu, 16384);
  CHECK(static_cast<double>(llama->global_batch) * llama->sequence_length == doctest::Approx(16.8e6).epsilon(0.05));
  job.global_batch_sequences = 384;
  CHECK(batch(100'000) == 384);
}

TEST_CASE("more accelerators offered never slow a job down") {
  const Asked asked = llama70b(512);
  study::PlanBook book(h100());
  Time last = Time::from_base(1e300);
  for (const int offered : {64, 100, 128, 200, 400, 1000, 4000, 10000}) {
    const auto plan = book.plan(asked.job, asked.setup, offered);
    REQUIRE(plan.has_value());
    perf::Machine machine = h100();
    machine.gpus = plan->gpus();
    const Time step = perf::training_step(asked.setup.model, machine, *plan, asked.setup.stack).total;
    CHECK(plan->gpus() <= offered);
    CHECK(step <= 1.05 * last);  // a number just above a power of two may have no better plan than just below it
    last = step;
  }
}

TEST_CASE("usable numbers are products of degrees, none is above the offer, and none in the upper half is left out") {
  const Asked asked = llama70b(12);
  search::SearchSpace space = study::plan_space(asked.job, asked.setup);
  space.settled.zero_level.reset();
  const auto counts = search::usable_counts(asked.setup.model, h100(), {}, space, 96, search::StageLengths::equal, 100);
  REQUIRE_FALSE(counts.empty());
  std::vector<int> all;
  for (int gpus = 49; gpus <= 96; ++gpus) all.push_back(gpus);
  perf::Machine roomy = h100();
  roomy.gpu.memory = 1e6 * kGigabyte;
  for (const search::ScalePoint& point :
       search::scaling_curve(asked.setup.model, roomy, asked.setup.stack.training, space, all)) {
    const bool listed = std::find(counts.begin(), counts.end(), point.gpus) != counts.end();
    const bool even = point.best && (asked.setup.model.layers % point.best->plan.pp == 0 ||
                                     (asked.setup.model.layers + 2) % point.best->plan.pp == 0);
    if (listed) CHECK(point.best.has_value());
    if (even) CHECK(listed);
  }
}
