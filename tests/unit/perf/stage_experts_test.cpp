// Laws of which stages have experts: none is lost, none is made, and the stage with most of them sets the pace.
#include "perf/stage_experts.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "perf/local_parameters.h"
#include "perf/pipeline.h"
#include "perf/training_step.h"
#include "sample_jobs.h"

namespace eigenbau::perf {
namespace {

catalog::Model mixture(int layers, int first_dense, int every) {
  catalog::Model model = gpt3_175b();
  model.layers = layers;
  model.hidden = 4096;
  model.heads = 32;
  model.ffn_hidden = 8192;
  model.experts = catalog::Experts{.count = 64, .top_k = 8, .hidden = 1024, .first_dense_layers = first_dense, .every = every};
  return model;
}

ParallelPlan piped(int pp, int vp) {
  ParallelPlan plan{.pp = pp, .dp = 64, .global_batch = 2048, .sequence_length = 2048};
  plan.vp = vp;
  plan.ep = 64;
  plan.schedule = usual_schedule(vp, false);
  return plan;
}

Time step_of(const catalog::Model& model, const ParallelPlan& plan) {
  return training_step(model, h100_machine(plan.gpus()), plan, catalog::TrainingConstants{}).total;
}

}  // namespace

TEST_CASE("stages together have the layers with experts of the model, and none has more than it has layers") {
  for (const int layers : {7, 24, 48, 61, 62, 94})
    for (const int first : {0, 1, 3})
      for (const int every : {1, 2, 3})
        for (int pp = 1; pp <= layers; ++pp)
          for (int vp = 1; pp * vp <= layers; ++vp) {
            const catalog::Model model = mixture(layers, first, every);
            const ParallelPlan plan = piped(pp, vp);
            int all = 0, most = 0;
            for (int stage = 0; stage < pp; ++stage) {
              const int here = expert_layers(model, plan, stage);
              all += here;
              most = std::max(most, here);
            }
            CHECK(all == catalog::moe_layers(model));
            CHECK(most == most_expert_layers(model, plan));
            CHECK(most <= stage_layers(layers, plan).most);
          }
}

TEST_CASE("a model without experts has none in any stage") {
  CHECK(most_expert_layers(gpt3_175b(), piped(8, 1)) == 0);
  CHECK(expert_layers(gpt3_175b(), piped(8, 1), 3) == 0);
}

TEST_CASE("dense layers in front make the first stage lighter and the others no faster") {
  const ParallelPlan plan = piped(8, 1);
  const Time all_sparse = step_of(mixture(64, 0, 1), plan);
  const Time some_dense = step_of(mixture(64, 3, 1), plan);
  CHECK(some_dense <= all_sparse);
  // Only what fills and drains the pipeline gets shorter.
  CHECK(some_dense / all_sparse == doctest::Approx(1).epsilon(0.01));
  // On one stage there is no other to wait for.
  CHECK(step_of(mixture(64, 16, 1), piped(1, 1)) < 0.95 * step_of(mixture(64, 0, 1), piped(1, 1)));
}

TEST_CASE("where every second layer has experts, a pipeline of stages with one kind each is paced by those with experts") {
  catalog::Model model = mixture(48, 0, 2);
  model.experts->hidden = 4096;
  const ParallelPlan even = piped(8, 3), odd = piped(16, 3);  // chunks of two layers, of one
  const Machine machine = h100_machine(odd.gpus());
  const catalog::TrainingConstants stack;
  const StepContext job = step_context(model, machine, stack, odd);
  const MicroBatch micro = micro_batch(job, odd);
  REQUIRE(micro.moe.total > micro.dense.total);
  const auto layer = [&](const ParallelPlan& plan) {
    const PipelineTime time = pipeline_time(job, plan, micro, {});
    return (time.slowest - time.outputs * micro.head) / time.busy_layers;
  };
  CHECK(layer(even) / (0.5 * (micro.moe.total + micro.dense.total)) == doctest::Approx(1));
  CHECK(layer(odd) / micro.moe.total == doctest::Approx(1));
}

TEST_CASE("dense layers that are slower than those with experts set the pace where they stand together") {
  catalog::Model model = mixture(32, 8, 1);
  model.ffn_hidden = 65536;
  ParallelPlan plan = piped(4, 1);
  plan.ep = 8;
  const Machine machine = h100_machine(plan.gpus());
  const catalog::TrainingConstants stack;
  const StepContext job = step_context(model, machine, stack, plan);
  const MicroBatch micro = micro_batch(job, plan);
  REQUIRE(micro.dense.total > micro.moe.total);
  const PipelineTime time = pipeline_time(job, plan, micro, {});
  CHECK(time.outputs == 0);
  CHECK(time.moe_layers == 0);
  CHECK(time.slowest / (8 * micro.dense.total) == doctest::Approx(1));
}

TEST_CASE("no pipeline works less than its fullest stage does without the output") {
  const catalog::TrainingConstants stack;
  for (const catalog::Model& model : {gpt3_175b(), mixture(64, 3, 1), mixture(48, 0, 2), mixture(30, 8, 1)})
    for (const int stages : {1, 2, 4, 8, 16})
      for (const Schedule schedule : {Schedule::one_f_one_b, Schedule::zero_bubble, Schedule::dual_pipe}) {
        ParallelPlan plan = piped(stages, 1);
        plan.schedule = schedule;
        const Machine machine = h100_machine(plan.gpus());
        const StepContext job = step_context(model, machine, stack, plan);
        const MicroBatch micro = micro_batch(job, plan);
        const PipelineTime time = pipeline_time(job, plan, micro, {});
        const Time least = least_work(pipeline_shape(job, plan, stage_shape(model, plan), {}), micro);
        CAPTURE(stages);
        CHECK(least > Time{});
        CHECK(least <= time.work);
        if (time.outputs == 0) CHECK(least == time.work);
      }
}

TEST_CASE("the stage with most experts is fullest where they are not sharded, the dense one where they are spread thin") {
  const catalog::Model model = mixture(64, 8, 1);
  ParallelPlan plan = piped(8, 1);  // the first stage has eight dense layers and a table, others experts
  const ModelShape shape = model_shape(model);
  const PerStage<LocalParameters> stages = local_parameters(shape, model, plan);
  CHECK(stages[kMiddleStage].experts == doctest::Approx(8 * shape.routed_parameters() / 64));
  CHECK_FALSE(stages[kFirstStage].covers(stages[kMiddleStage]));
  CHECK_FALSE(stages[kMiddleStage].covers(stages[kFirstStage]));
}

}  // namespace eigenbau::perf
