// Laws of recomputation: what is not kept costs its forward work once more, and nothing else changes.
#include <doctest/doctest.h>

#include "perf/default_plan.h"
#include "perf/fitting_plan.h"
#include "perf/memory.h"
#include "perf/pipeline.h"
#include "perf/training_step.h"
#include "sample_jobs.h"

using namespace eigenbau;
using namespace eigenbau::perf;
using catalog::RecomputeModules;
using Module = catalog::RecomputeModule;

namespace {

catalog::Model latent_moe() {
  catalog::Model model;
  model.layers = 16;
  model.hidden = 2048;
  model.heads = 16;
  model.latent = catalog::LatentAttention{.q_lora = 512, .kv_lora = 256, .qk_nope = 128, .qk_rope = 64, .v_head = 128};
  model.ffn_hidden = 8192;
  model.vocabulary = 32000;
  model.sequence_length = 4096;
  model.experts = catalog::Experts{.count = 32, .top_k = 4, .hidden = 1024, .shared = 1};
  return model;
}

ParallelPlan plan_of(const catalog::Model& model) {
  ParallelPlan plan{.tp = 2, .pp = 4, .vp = 2, .dp = 4, .micro_batch = 1, .global_batch = 64, .schedule = Schedule::interleaved};
  if (model.experts) plan.ep = 4;
  return plan;
}

TrainingStep step_of(const catalog::Model& model, const Recompute& recompute) {
  return training_step(model, h100_machine(32), plan_of(model).with(recompute), catalog::TrainingConstants{});
}

Recompute only(std::initializer_list<Module> modules) {
  Recompute recompute = Recompute::selective;
  for (const Module module : modules) recompute.modules.add(module);
  return recompute;
}

bool is_close(double a, double b) { return a == doctest::Approx(b).epsilon(1e-9); }

}  // namespace

TEST_CASE("some layers of each chunk: time and memory go straight from none to full") {
  for (const catalog::Model& model : {gpt3_175b(), latent_moe()}) {
    const int chunk = model.layers / 8;
    const TrainingStep none = step_of(model, Recompute::none), full = step_of(model, Recompute::full);
    for (int n = 1; n <= chunk; ++n) {
      const double share = static_cast<double>(n) / chunk;
      const TrainingStep some = step_of(model, Recompute::of_layers(n));
      CHECK(is_close(some.recompute.base(), share * full.recompute.base()));
      // What gradients hide behind, and so what of them shows, is no part of the law.
      const auto own = [](const TrainingStep& s) { return (s.total - s.data_parallel - s.straggler).base(); };
      CHECK(is_close(own(some), (1 - share) * own(none) + share * own(full)));
      CHECK(some.memory.activations < none.memory.activations);
      CHECK(some.memory.activations >= full.memory.activations);
    }
    CHECK(step_of(model, Recompute::of_layers(chunk)).total == full.total);
    CHECK(step_of(model, Recompute::of_layers(chunk + 1)).total == full.total);
    CHECK(step_of(model, Recompute::of_layers(chunk)).memory.activations == full.memory.activations);
  }
}

TEST_CASE("the share of layers to recompute is that with which no more is held than there is room for") {
  const catalog::TrainingConstants stack{};
  for (const catalog::Model& model : {gpt3_175b(), latent_moe()}) {
    ParallelPlan plan = plan_of(model);
    plan.sequence_length = model.sequence_length;
    for (const int stages : {1, 4}) {
      plan.pp = stages;
      const ModelShape shape = model_shape(model);
      const ActivationBytes kept = activation_bytes(shape, plan.with(Recompute::none), stack),
                            whole = activation_bytes(shape, plan.with(Recompute::full), stack);
      const LayersInFlight layers = layers_in_flight(stage_shape(model, plan), model, plan);
      for (const double share : {0.0, 0.1, 0.5, 0.9, 1.0}) {
        const PerStage<Bytes> held = held_activations(ActivationBytes::mixed(kept, whole, share), layers, stack);
        CHECK(recomputed_share_to_hold(kept, whole, layers, held, stack) == doctest::Approx(share));
      }
      CHECK(recomputed_share_to_hold(kept, whole, layers, {}, stack) > 1);
    }
  }
}

TEST_CASE("a module more is never faster and never keeps more; all of them cost no more than whole layers") {
  for (const catalog::Model& model : {gpt3_175b(), latent_moe()}) {
    const TrainingStep none = step_of(model, Recompute::none), full = step_of(model, Recompute::full);
    const ModelShape shape = model_shape(model);
    const auto kept = [&](const Recompute& recompute) {
      ParallelPlan plan = plan_of(model).with(recompute);
      plan.sequence_length = model.sequence_length;
      return activation_bytes(shape, plan, catalog::TrainingConstants{}).of_mean_layer(shape.moe_share());
    };
    Recompute growing = Recompute::selective;
    Time before = none.total;
    double bytes = kept(Recompute::none);
    for (const auto& [name, module] : catalog::kRecomputeModules) {
      CAPTURE(std::string(name));
      growing.modules.add(module);
      CHECK(step_of(model, growing).total >= before);
      CHECK(kept(growing) <= bytes);
      before = step_of(model, growing).total;
      bytes = kept(growing);
    }
    CHECK(step_of(model, growing).recompute <= full.recompute);
    CHECK(step_of(model, growing).recompute > 0.5 * full.recompute);
    CHECK(kept(growing) >= kept(Recompute::full));
  }
}

TEST_CASE("a module of another kind of model changes nothing") {
  const TrainingStep none = step_of(gpt3_175b(), Recompute::none);
  for (const Module module : {Module::mla_up_proj, Module::moe, Module::moe_act, Module::shared_experts})
    CHECK(step_of(gpt3_175b(), only({module})).total == none.total);
  CHECK(step_of(latent_moe(), only({Module::mla_up_proj})).total > step_of(latent_moe(), Recompute::none).total);
}

TEST_CASE("the experts' module repeats their products, their exchange and the shared expert") {
  const TrainingStep none = step_of(latent_moe(), Recompute::none);
  const Time moe = step_of(latent_moe(), only({Module::moe})).recompute;
  // A third of products are forward, half of the exchange is.
  CHECK(moe > none.experts / 3 + none.expert_parallel / 2);
  CHECK(moe > step_of(latent_moe(), only({Module::moe_act, Module::shared_experts})).recompute);
  CHECK(step_of(latent_moe(), only({Module::moe, Module::moe_act, Module::shared_experts})).recompute == moe);
}

TEST_CASE("unfused attention: its scores are what selective recompute drops, at the price of attention once more") {
  catalog::TrainingConstants unfused;
  unfused.fused_attention = false;
  const auto step = [&](const Recompute& recompute) {
    return training_step(gpt3_175b(), h100_machine(32), plan_of(gpt3_175b()).with(recompute), unfused);
  };
  const TrainingStep stack = step(Recompute::selective), named = step(only({Module::core_attn}));
  CHECK(stack.total == named.total);
  CHECK(stack.memory.activations == named.memory.activations);
  CHECK(stack.memory.activations < 0.6 * step(Recompute::none).memory.activations);
}

TEST_CASE("selective recompute of attention alone frees nothing where no scores are kept, and costs attention once more") {
  catalog::TrainingConstants stack;
  for (const auto kind : {catalog::SelectiveRecompute::core_attn, catalog::SelectiveRecompute::modules}) {
    stack.selective_recompute = kind;
    for (const catalog::Model& model : {gpt3_175b(), latent_moe()}) {
      const auto step = [&](const Recompute& recompute) {
        return training_step(model, h100_machine(32), plan_of(model).with(recompute), stack);
      };
      const TrainingStep bare = step(Recompute::selective);
      CHECK(bare.total == step(only({Module::core_attn})).total);
      CHECK(bare.total > step(Recompute::none).total);
      CHECK(bare.memory.total() == step(Recompute::none).memory.total());
    }
  }
}

TEST_CASE("what is asked of a stack for memory frees some, and costs less than whole layers") {
  using catalog::SelectiveRecompute;
  for (const auto kind :
       {SelectiveRecompute::none, SelectiveRecompute::core_attn, SelectiveRecompute::modules, SelectiveRecompute::operators})
    for (const bool fused : {false, true})
      for (const catalog::Model& model : {gpt3_175b(), latent_moe()}) {
        catalog::TrainingConstants stack;
        stack.selective_recompute = kind;
        stack.fused_attention = fused;
        const auto usual = usual_selective(model, plan_of(model), stack);
        const bool by_modules = kind == SelectiveRecompute::modules && model.experts;
        CHECK(usual.has_value() ==
              (kind != SelectiveRecompute::none && (!fused || by_modules || kind == SelectiveRecompute::operators)));
        if (!usual) continue;
        const auto step = [&](const Recompute& recompute) {
          return training_step(model, h100_machine(32), plan_of(model).with(recompute), stack);
        };
        CHECK(step(*usual).memory.activations < step(Recompute::none).memory.activations);
        CHECK(step(*usual).recompute < step(Recompute::full).recompute);
      }
}

TEST_CASE("modules that a model has no layer of free nothing and need nothing beside") {
  catalog::Model sparse = latent_moe();
  sparse.experts->first_dense_layers = 0;
  const Bytes none = step_of(sparse, Recompute::none).memory.total();
  CHECK(step_of(sparse, only({Module::mlp})).memory.total() == none);
  CHECK(step_of(gpt3_175b(), only({Module::moe})).memory.total() == step_of(gpt3_175b(), Recompute::none).memory.total());
}

TEST_CASE("attention that is computed again gets its keys and values from other ranks again, as whole layers do") {
  catalog::TrainingConstants stack;
  stack.selective_recompute = catalog::SelectiveRecompute::modules;
  const Machine machine = h100_machine(64);
  const catalog::Model model = gpt3_175b();
  for (const ContextParallel kind : {ContextParallel::ring, ContextParallel::all_to_all, ContextParallel::all_gather}) {
    ParallelPlan plan{.tp = 8, .dp = 1, .cp = 8, .micro_batch = 1, .global_batch = 8, .sequence_length = 65536};
    plan.context = kind;
    const StepContext job = step_context(model, machine, stack, plan);
    const auto layer = [&](const Recompute& recompute) { return micro_batch(job, plan.with(recompute)).dense; };
    const LayerStep bare = layer(Recompute::selective), named = layer(only({Module::core_attn}));
    REQUIRE(bare.device.context_forward > Time{});
    CHECK(bare.recompute == bare.device.attention_forward + bare.device.context_forward);
    CHECK(bare.recompute_traffic == bare.device.context_forward);
    CHECK(is_close(named.recompute.base(), bare.recompute.base()));
    CHECK(is_close(named.total.base(), bare.total.base()));
    CHECK(layer(Recompute::full).recompute_traffic >= bare.recompute_traffic);
    CHECK(layer(only({Module::layernorm})).recompute_traffic == Time{});
  }
}

TEST_CASE("the activation function of routed experts is theirs alone: shared experts keep their output") {
  catalog::Model routed = latent_moe();
  routed.experts->shared = 0;
  const auto freed = [](const catalog::Model& model, const Recompute& recompute) {
    ParallelPlan plan = plan_of(model);
    plan.sequence_length = model.sequence_length;
    const ModelShape shape = model_shape(model);
    const catalog::TrainingConstants stack;
    return activation_bytes(shape, plan, stack).sparse.kept - activation_bytes(shape, plan.with(recompute), stack).sparse.kept;
  };
  CHECK(freed(routed, only({Module::moe_act})) > 0);
  CHECK(freed(latent_moe(), only({Module::moe_act})) == doctest::Approx(freed(routed, only({Module::moe_act}))));
  CHECK(freed(latent_moe(), Recompute::selective) > freed(routed, Recompute::selective));
}

TEST_CASE("more recomputation keeps the modules that a plan names, and no exchange is repeated where it is to be hidden") {
  catalog::TrainingConstants stack;
  stack.selective_recompute = catalog::SelectiveRecompute::modules;
  const catalog::Model model = latent_moe();
  for (const double gigabytes : {5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 80.0}) {
    Machine machine = h100_machine(32);
    machine.gpu.memory = Bytes::from_base(gigabytes * 1e9);
    for (const Recompute& stated :
         {only({Module::moe}), only({Module::shared_experts}), only({Module::mla_up_proj, Module::mlp})}) {
      const Recompute taken = least_recompute(model, machine, plan_of(model).with(stated), stack);
      const bool keeps = taken.mode == Recompute::full || RecomputeModules(taken.modules).add(stated.modules) == taken.modules;
      CHECK(keeps);
    }
    ParallelPlan paired = plan_of(model);
    paired.expert_overlap = true;
    REQUIRE(can_overlap_experts(paired));
    paired.recompute = Recompute::none;
    if (const auto way = nearest_fitting_plan(model, machine, paired, stack)) CHECK(can_overlap_experts(*way));
  }
}

TEST_CASE("where attention gathers keys and values a rank holds those of one layer, whatever is recomputed and however deep") {
  const catalog::TrainingConstants stack;
  ParallelPlan plan{.tp = 8, .dp = 1, .cp = 8, .micro_batch = 1, .global_batch = 8, .sequence_length = 65536};
  catalog::Model model = gpt3_175b();
  const auto more = [&](const Recompute& recompute) {
    plan.context = ContextParallel::ring;
    const ModelShape shape = model_shape(model);
    const ActivationBytes ring = activation_bytes(shape, plan.with(recompute), stack);
    plan.context = ContextParallel::all_gather;
    const ActivationBytes all = activation_bytes(shape, plan.with(recompute), stack);
    CHECK(all.dense.kept == ring.dense.kept);
    return (all.dense.beside - ring.dense.beside) * all.tokens;
  };
  // Keys, values and their gradients in 16 bit, of 65,536 tokens and an eighth of the heads.
  for (const Recompute& recompute : {Recompute(Recompute::none), Recompute(Recompute::full)})
    CHECK(more(recompute) == doctest::Approx(2 * 2 * 2.0 * 65536 * 12288 / 8));
  model.layers *= 2;
  CHECK(more(Recompute::none) == doctest::Approx(2 * 2 * 2.0 * 65536 * 12288 / 8));
}
