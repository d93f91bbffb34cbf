// Laws of memory: what a rank of the fullest stage holds, and what goes to the host.
#include "perf/memory.h"

#include <doctest/doctest.h>

#include "perf/training_step.h"
#include "sample_jobs.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::perf;

TEST_CASE("memory grows with the micro-batch and shrinks with recompute") {
  ParallelPlan plan = gpt3_plan();
  const auto memory = [&] { return memory_use(gpt3_175b(), h100_machine(128), plan, catalog::TrainingConstants{}).total(); };
  const Bytes one = memory();
  plan.micro_batch = 2;
  CHECK(memory() > one);
  plan.micro_batch = 1;
  plan.recompute = Recompute::selective;
  const Bytes selective = memory();
  CHECK(selective <= one);
  plan.recompute = Recompute::full;
  CHECK(memory() < selective);
}

TEST_CASE("sharding of optimizer, gradients and weights each saves memory") {
  ParallelPlan plan = gpt3_plan();
  Bytes before{1e300 * kByte};
  for (const int level : {0, 1, 2, 3}) {
    plan.zero_level = level;
    const MemoryUse use = memory_use(gpt3_175b(), h100_machine(128), plan, catalog::TrainingConstants{});
    CHECK(use.weights + use.gradients + use.optimizer < before);
    before = use.weights + use.gradients + use.optimizer;
  }
}

TEST_CASE("the last stage holds the logits, those of every predicted token, and the layers that predict") {
  const Machine machine = h100_machine(64);
  const catalog::TrainingConstants constants;
  catalog::Model model = gpt3_175b();
  model.vocabulary = 256000;
  ParallelPlan plan{.pp = 8, .dp = 8, .micro_batch = 4, .global_batch = 256, .recompute = Recompute::full};
  const double logits = 4.0 * model.vocabulary * plan.micro_batch * model.sequence_length;  // fp32
  const MemoryUse once = memory_use(model, machine, plan, constants);
  CHECK(once.activations >= 2 * logits * kByte);
  model.mtp_layers = 1;
  const MemoryUse twice = memory_use(model, machine, plan, constants);
  CHECK(twice.activations >= 3 * logits * kByte);
  CHECK(twice.weights > once.weights);
}

TEST_CASE("what the last stage holds more is nothing where the first, with all micro-batches in flight, is the fullest") {
  const Machine machine = h100_machine(64);
  ParallelPlan plan{.pp = 8, .dp = 8, .micro_batch = 1, .global_batch = 256, .recompute = Recompute::none};
  const auto total = [&](int predictors) {
    catalog::Model model = gpt3_175b();
    model.mtp_layers = predictors;
    return memory_use(model, machine, plan, catalog::TrainingConstants{}).total();
  };
  CHECK(total(1) == total(0));
  plan.recompute = Recompute::full;
  CHECK(total(1) > total(0));
}

TEST_CASE(
    "a stage without experts keeps what it does in a model that has none, one of experts alone what it does where all have") {
  const catalog::TrainingConstants stack;
  catalog::Model some = sparse(), none = sparse(), all = sparse();
  for (catalog::Model* model : {&some, &none, &all}) model->layers = 64;
  none.experts = {};
  some.experts->first_dense_layers = 12;
  const auto kept = [&](const catalog::Model& model, std::size_t stage, int pp) {
    ParallelPlan plan{.pp = pp, .dp = 32, .ep = model.experts ? 32 : 1, .global_batch = 4096, .sequence_length = 4096};
    return held_activations(activation_bytes(model_shape(model), plan, stack),
                            layers_in_flight(stage_shape(model, plan), model, plan), stack)[stage];
  };
  CHECK(kept(some, kFirstStage, 8) == kept(none, kFirstStage, 8));
  CHECK(kept(some, kLastStage, 8) == kept(all, kLastStage, 8));
  // Eight layers a stage: the second has four of each kind, of seven micro-batches; the third experts alone, of six.
  CHECK(kept(some, kMixedStage, 8) / (kept(all, kMiddleStage, 8) + kept(none, kMiddleStage, 8)) == doctest::Approx(0.5));
  CHECK(kept(some, kMiddleStage, 8) / kept(all, kMiddleStage, 8) == doctest::Approx(6.0 / 7));
  CHECK(kept(some, kFirstStage, 2) > kept(none, kFirstStage, 2));
}

TEST_CASE("either end of DualPipe holds one micro-batch of its last stage, and all others in flight of its first") {
  ParallelPlan plan{.pp = 8, .dp = 1, .micro_batch = 1, .global_batch = 64, .schedule = Schedule::dual_pipe};
  catalog::Model model = gpt3_175b();
  const auto layers = [&](std::size_t stage) { return layers_in_flight(stage_shape(model, plan), model, plan)[stage].all; };
  const double middle = layers(kMiddleStage), last = layers(kLastStage);
  CHECK(middle == (plan.pp + 1) * model.layers / plan.pp);
  CHECK(last == middle);
  model.mtp_layers = 1;
  CHECK(layers(kLastStage) == last + 1);
  model.layers -= plan.pp + 1;  // a layer fewer in each stage, two in the last
  CHECK(layers(kMiddleStage) == middle - (plan.pp + 1));
  CHECK(layers(kLastStage) == layers(kMiddleStage));
}

TEST_CASE("one rank of one holds all parameters, those that join hidden states and tokens among them") {
  catalog::Model model = sparse();
  const auto held = [&] {
    return memory_use(model, h100_machine(1), {.global_batch = 1}, catalog::TrainingConstants{}).weights.base() / 2;
  };
  model.mtp_layers = 0;
  const double without = held();
  CHECK(without / catalog::parameters(model) == doctest::Approx(1).epsilon(1e-3));
  model.mtp_layers = 2;
  const double predictors = catalog::mtp_parameters(model), joined = 2 * 2.0 * model.hidden * model.hidden;
  CHECK(std::abs(held() - without - predictors) < 0.1 * joined);
}

TEST_CASE("ranks that share an expert each keep what all of their tokens bring to it") {
  const Machine machine = h100_machine(2048);
  Bytes before{};
  for (const int etp : {1, 2, 4, 8}) {
    ParallelPlan plan = sparse_plan();
    plan.tp = 8;
    plan.dp = 16;
    plan.ep = 8;
    plan.etp = etp;
    const Bytes kept = memory_use(sparse(), machine, plan, catalog::TrainingConstants{}).activations;
    CHECK(kept > before);
    before = kept;
  }
}

TEST_CASE("what is offloaded to the host frees memory and costs time") {
  const Machine machine = h100_machine(128);
  const ParallelPlan plan = gpt3_plan();
  const TrainingStep plain = training_step(gpt3_175b(), machine, plan, catalog::Stack{});
  ParallelPlan states = plan, activations = plan;
  states.offload_optimizer = true;
  activations.offload_activations = true;
  const TrainingStep without_states = training_step(gpt3_175b(), machine, states, catalog::Stack{});
  CHECK(without_states.memory.optimizer == Bytes{});
  CHECK(without_states.optimizer > plain.optimizer);
  CHECK(without_states.total > plain.total);
  const TrainingStep without_activations = training_step(gpt3_175b(), machine, activations, catalog::Stack{});
  CHECK(without_activations.memory.activations < plain.memory.activations);
  CHECK(without_activations.total >= plain.total);
}

TEST_CASE("an optimizer on the host leaves the weights of products where they are, and takes gradients once they are sharded") {
  catalog::TrainingConstants stack;
  for (const bool master : {false, true}) {
    stack.shards_master = master;
    for (int level = 0; level <= 3; ++level) {
      ParallelPlan plan = gpt3_plan(), away = plan;
      plan.zero_level = away.zero_level = level;
      away.offload_optimizer = true;
      const MemoryUse here = memory_use(gpt3_175b(), h100_machine(128), plan, stack),
                      there = memory_use(gpt3_175b(), h100_machine(128), away, stack);
      CHECK(there.optimizer == Bytes{});
      CHECK(there.weights > Bytes{});
      CHECK(there.total() < here.total());
      if (level < 2) CHECK(there.gradients == here.gradients);
      else CHECK(there.gradients < 0.5 * here.gradients);
    }
  }
}

TEST_CASE("activations go to the host beside the forward pass and come back beside the backward pass, not both beside either") {
  const catalog::Model model = gpt3_175b();
  const catalog::TrainingConstants stack;
  ParallelPlan plan = gpt3_plan();
  const Machine usual = h100_machine(128);
  const LayerStep stays = micro_batch(step_context(model, usual, stack, plan), plan).dense;
  plan.offload_activations = true;
  const ActivationBytes kept = activation_bytes(model_shape(model), plan, stack);
  const auto offloaded = [&](Time one_way) {
    Machine machine = usual;
    machine.gpu.host_bandwidth = Bytes::from_base(kept.of_mean_layer(0) * kept.tokens) / one_way;
    return micro_batch(step_context(model, machine, stack, plan), plan).dense.total;
  };
  CHECK(offloaded(1000 * stays.total) / (2000 * stays.total) == doctest::Approx(1));
  CHECK(offloaded(stays.device.forward() / 100) == stays.total);
  // Between the two the backward pass hides its own part, the forward pass does not: as long as both together is not enough.
  const Time between = offloaded(stays.total / 2);
  CHECK(between > stays.total);
  CHECK(between < 1.5 * stays.total);
}
