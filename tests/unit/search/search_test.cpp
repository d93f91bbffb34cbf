// Laws of the plan search: it finds what trying every plan finds, and what it says of the space is true.
#include "search/search.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "catalog/catalog.h"
#include "sample_searches.h"
#include "search/contradiction.h"
#include "search/ranking.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::search;
using perf::ParallelPlan;
using perf::Recompute;
using perf::Schedule;

namespace {

const catalog::TrainingConstants kStack{};

}  // namespace

TEST_CASE("where no degrees split a sequence that the software wants split, that is said") {
  SearchSpace space{.gpus = 8, .global_batch = 32, .sequence_length = 2049};
  space.settled.tp = 4;
  catalog::TrainingConstants stack{};
  stack.experts_need_sequence_split = true;
  const perf::Machine machine = machine_with(80_GB, 8);
  const auto none = search::search(small_moe(), machine, stack, space);
  REQUIRE_FALSE(none.has_value());
  const Diagnostic& said = none.error().diagnostics.all().front();
  CHECK(said.code == kNothingDivides);
  CHECK(said.notes.front() == "there are plans with tp 1 instead of 4");
  CHECK(said.notes.back().find("split 2,049 tokens") != std::string::npos);
  catalog::Stack named;
  named.training = stack;
  CHECK(search::search_within(small_moe(), machine, named, space).error().diagnostics.all().front().notes == said.notes);
  CHECK(search::search(small_model(), machine, stack, space).has_value());
  space.settled.sequence_parallel = false;
  CHECK(search::search(small_moe(), machine, stack, space).has_value());
}

TEST_CASE("the answer does not depend on the number of threads") {
  SearchSpace space{.gpus = 64, .global_batch = 64};
  const perf::Machine machine = machine_with(80_GB, 8);
  const auto alone = search::search(small_moe(), machine, kStack, space);
  space.threads = 7;
  const auto together = search::search(small_moe(), machine, kStack, space);
  REQUIRE(alone.has_value());
  REQUIRE(together.has_value());
  REQUIRE(alone->best.size() == together->best.size());
  for (std::size_t i = 0; i < alone->best.size(); ++i) {
    const RankedPlan a{alone->best[i].plan, alone->best[i].step.total, {}, alone->best[i].cost},
        b{together->best[i].plan, together->best[i].step.total, {}, together->best[i].cost};
    CHECK_FALSE(preferred(a, b));
    CHECK_FALSE(preferred(b, a));
  }
  CHECK(alone->front.size() == together->front.size());
  CHECK(alone->counters.plans_evaluated == together->counters.plans_evaluated);
}

TEST_CASE("settling a degree never makes the best plan faster, and settling the winner's own changes nothing") {
  const perf::Machine machine = machine_with(80_GB, 8);
  const SearchSpace space{.gpus = 32, .global_batch = 64};
  const auto free = search::search(small_model(), machine, kStack, space);
  REQUIRE(free.has_value());
  for (const int tp : {1, 2, 4, 8}) {
    SearchSpace bound = space;
    bound.settled.tp = tp;
    const auto found = search::search(small_model(), machine, kStack, bound);
    REQUIRE(found.has_value());
    CHECK(found->best.front().plan.tp == tp);
    CHECK(found->best.front().step.total >= free->best.front().step.total);
    if (tp == free->best.front().plan.tp) CHECK(found->best.front().step.total == free->best.front().step.total);
  }
}

TEST_CASE("less memory never makes the best plan faster; too little is said with what would help") {
  const SearchSpace space{.gpus = 16, .global_batch = 32};
  Time last{};
  for (const Bytes memory : {80_GB, 24_GB, 12_GB, 9_GB}) {
    const auto found = search::search(small_model(), machine_with(memory, 8), kStack, space);
    REQUIRE(found.has_value());
    CHECK(found->best.front().step.total >= last);
    last = found->best.front().step.total;
  }
  const auto none = search::search(small_model(), machine_with(3_GB, 8), kStack, space);
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().exit == ExitCode::no_answer);
  const Diagnostic& said = none.error().diagnostics.all().front();
  CHECK(said.code == kNothingFits);
  CHECK(said.message.find("too much") != std::string::npos);
  CHECK_FALSE(said.notes.empty());
}

TEST_CASE("with the memory that is named as what would do a plan fits, the margin left free, and with a tenth less none does") {
  for (const double margin : {0.0, 0.15}) {
    SearchSpace space{.gpus = 16, .global_batch = 32, .memory_margin = margin};
    const Bytes little = 3_GB;
    const auto none = search::search(small_model(), machine_with(little, 8), kStack, space);
    REQUIRE_FALSE(none.has_value());
    const std::vector<std::string>& notes = none.error().diagnostics.all().front().notes;
    const std::string before = "an accelerator with ";
    const auto note = std::ranges::find_if(notes, [&](const std::string& text) { return text.starts_with(before); });
    REQUIRE(note != notes.end());
    REQUIRE(note->find("GiB more") != std::string::npos);
    const Bytes more = std::stod(note->substr(before.size())) * kGigabyte;  // sold in decimal units of as many
    CHECK(search::search(small_model(), machine_with(little + more, 8), kStack, space).has_value());
    CHECK_FALSE(search::search(small_model(), machine_with(little + 0.9 * more, 8), kStack, space).has_value());
  }
}

TEST_CASE("where nothing recomputed does not fit, as many layers are as memory needs, and no more") {
  SearchSpace space{.gpus = 8, .global_batch = 32};
  space.settled = {.tp = 2, .pp = 1, .cp = 1, .micro_batch = 4, .zero_level = 1, .shard_group = 0};
  catalog::TrainingConstants stack{};
  stack.selective_recompute = catalog::SelectiveRecompute::none;
  const auto best = [&](Bytes memory) {
    const perf::Machine machine = machine_with(memory * (kGigabyte / kGibibyte), 8);
    return search::search(small_model(), machine, stack, space)->best.front();
  };
  const FoundPlan free = best(80_GB);
  REQUIRE(free.plan.recompute == Recompute::none);
  const auto with = [&](int layers) {
    Recompute recompute = layers > 0 ? Recompute::full : Recompute::none;
    recompute.num_layers = layers;
    return perf::training_step(small_model(), machine_with(80_GB, 8), free.plan.with(recompute), stack);
  };
  for (int layers = 1; layers < small_model().layers; ++layers) {
    const Bytes memory = with(layers).memory.total();
    const FoundPlan found = best(1.0001 * memory);
    CHECK(found.plan.recompute.num_layers == layers);
    CHECK(found.step.total == with(layers).total);
    CHECK(best(0.9999 * memory).step.total > found.step.total);
  }
  stack.layer_recompute = false;
  CHECK(best(1.0001 * with(2).memory.total()).plan.recompute == Recompute::full);
}

TEST_CASE("what contradicts itself has no plan, and what has none of all things settled alone does not contradict itself") {
  const perf::Machine machine = machine_with(80_GB, 8);
  catalog::TrainingConstants stack{};
  stack.expert_overlap = true;
  Recompute exchange = Recompute::selective;
  exchange.modules.add(catalog::RecomputeModule::moe);
  for (const bool experts : {true, false})
    for (const std::optional<bool> overlap : {std::optional<bool>(), std::optional(true), std::optional(false)})
      for (const std::optional<int> ep : {std::optional<int>(), std::optional(1), std::optional(2)})
        for (const std::optional<Recompute> recompute :
             {std::optional<Recompute>(), std::optional(Recompute(Recompute::full)), std::optional(exchange)}) {
          SearchSpace space{.gpus = 8, .global_batch = 32};
          space.settled.expert_overlap = overlap;
          space.settled.ep = ep;
          space.settled.recompute = recompute;
          const catalog::Model model = experts ? small_moe() : small_model();
          const auto found = search::search(model, machine, stack, space);
          CHECK(found.has_value() == !contradiction(model, space.settled).has_value());
          if (!found) CHECK(found.error().diagnostics.all().front().code == kContradiction);
        }
}

TEST_CASE("a batch that nothing divides is answered with one that divides") {
  const auto none = search::search(small_model(), machine_with(80_GB, 1), kStack, {.gpus = 11, .global_batch = 16});
  REQUIRE_FALSE(none.has_value());
  const Diagnostic& said = none.error().diagnostics.all().front();
  CHECK(said.code == kNothingDivides);
  CHECK(said.hint.find("22") != std::string::npos);
}

TEST_CASE("a settled degree that nothing divides is answered with the next values below and above that have plans") {
  const perf::Machine machine = machine_with(80_GB, 8);
  const std::pair<const char*, std::optional<int> Settled::*> degrees[]{
      {"tp", &Settled::tp}, {"pp", &Settled::pp}, {"dp", &Settled::dp}, {"mbs", &Settled::micro_batch}};
  for (const auto& [name, degree] : degrees)
    for (const int wrong : {3, 5, 6}) {
      SearchSpace space{.gpus = 16, .global_batch = 32};
      const auto has_plan = [&](int value) {
        space.settled.*degree = value;
        return search::search(small_model(), machine, kStack, space).has_value();
      };
      int below = wrong - 1, above = wrong + 1;
      while (!has_plan(below)) --below;
      while (!has_plan(above)) ++above;
      REQUIRE_FALSE(has_plan(wrong));
      const auto none = search::search(small_model(), machine, kStack, space);
      const Diagnostic& said = none.error().diagnostics.all().front();
      CHECK(said.code == kNothingDivides);
      CHECK(said.notes.front() == fmt::format("there are plans with {} {} or {} instead of {}", name, below, above, wrong));
    }
}

TEST_CASE("tensor parallelism above what the search goes to is told as that, with what lets it") {
  const perf::Machine machine = machine_with(80_GB, 4);
  SearchSpace space{.gpus = 16, .global_batch = 32};
  space.settled.tp = 8;
  const auto none = search::search(small_model(), machine, kStack, space);
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().diagnostics.all().front().hint.find("--max-tp 8") != std::string::npos);
  space.max_tp = 8;
  CHECK(search::search(small_model(), machine, kStack, space).has_value());
}

TEST_CASE("where there is one replica every level of sharding is the same plan") {
  const SearchSpace space{.gpus = 1, .global_batch = 16};
  const auto free = search::search(small_model(), machine_with(80_GB, 1), kStack, space);
  REQUIRE(free.has_value());
  for (const int level : {1, 3}) {
    SearchSpace one = space;
    one.settled.zero_level = level;
    const auto settled = search::search(small_model(), machine_with(80_GB, 1), kStack, one);
    REQUIRE(settled.has_value());
    CHECK(settled->best.front().step.total == free->best.front().step.total);
  }
}

TEST_CASE("a plan faster than anything published is flagged") {
  perf::Machine machine = machine_with(80_GB, 8);
  const SearchSpace space{.gpus = 8, .global_batch = 32};
  const auto best = [&](catalog::Precision precision) {
    SearchSpace one = space;
    one.precisions = {precision};
    return search::search(small_model(), machine, kStack, one)->best.front();
  };
  machine.gpu.best_published_mfu = 0.01;
  machine.gpu.best_published_mfu_fp8 = 0.99;
  CHECK(beyond_published(machine.gpu, best(catalog::Precision::bf16)));
  CHECK_FALSE(beyond_published(machine.gpu, best(catalog::Precision::fp8)));
  machine.gpu.best_published_mfu = 0.99;
  machine.gpu.best_published_mfu_fp8.reset();  // nothing to hold it against
  CHECK_FALSE(beyond_published(machine.gpu, best(catalog::Precision::bf16)));
  CHECK(beyond_published(machine.gpu, best(catalog::Precision::fp8)));
}

TEST_CASE("each point of a scaling curve is the best plan on so many accelerators") {
  const perf::Machine machine = machine_with(80_GB, 8);
  SearchSpace space{.gpus = 8, .global_batch = 32, .threads = 3};
  const std::vector<int> counts{7, 8, 16, 24, 64, 128};
  const auto curve = search::scaling_curve(small_model(), machine, kStack, space, counts);
  REQUIRE(curve.size() == counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    CHECK(curve[i].gpus == counts[i]);
    space.gpus = counts[i];
    const auto alone = search::search(small_model(), machine, kStack, space);
    REQUIRE(alone.has_value() == curve[i].best.has_value());
    if (alone) CHECK(alone->best.front().step.total == curve[i].best->step.total);
  }
}

TEST_CASE("a better machine is never slower") {
  const SearchSpace space{.gpus = 64, .global_batch = 128};
  perf::Machine machine = machine_with(12_GB, 4);
  machine.tiers[0] = {16, 1};
  machine.tiers[1] = {1 << 20, 0.5};
  const auto found = search::search(small_model(), machine, kStack, space);
  REQUIRE(found.has_value());
  const auto values = search::resource_values(small_model(), machine, kStack, space);
  REQUIRE(values.size() == 4);
  for (const ResourceValue& value : values) CHECK(value.best.step.total <= found->best.front().step.total);
}

TEST_CASE("no oversubscription is worth what a fabric that blocks nothing is") {
  const SearchSpace space{.gpus = 64, .global_batch = 128};
  const perf::Machine open = machine_with(12_GB, 4);
  perf::Machine blocking = open;
  blocking.tiers[0] = {16, 1};
  blocking.tiers[1] = {1 << 20, 0.25};
  blocking.tiers[1].ring_share.fill(0.25);
  const auto best = [&](const perf::Machine& machine) {
    return search::search(small_model(), machine, kStack, space)->best.front().step.total;
  };
  REQUIRE(best(blocking) > best(open));
  const auto values = search::resource_values(small_model(), blocking, kStack, space);
  const auto fabric = std::ranges::find(values, Resource::fabric, &ResourceValue::resource);
  REQUIRE(fabric != values.end());
  CHECK(fabric->best.step.total == best(open));
}

TEST_CASE("a plan slower than the least utilization is no answer") {
  SearchSpace space{.gpus = 16, .global_batch = 32};
  const perf::Machine machine = machine_with(80_GB, 8);
  const double best = search::search(small_model(), machine, kStack, space)->best.front().step.mfu_causal;
  space.least_mfu = 0.99 * best;
  const auto found = search::search(small_model(), machine, kStack, space);
  REQUIRE(found.has_value());
  for (const FoundPlan& one : found->best) CHECK(one.step.mfu_causal >= space.least_mfu);
  space.least_mfu = 1.01 * best;
  const auto none = search::search(small_model(), machine, kStack, space);
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().diagnostics.all().front().code == kTooSlow);
}

TEST_CASE("the degrees that Megatron was published with rank within 10 % of the best") {
  // Narayanan et al. 2021, table 1; context parallelism did not exist then.
  struct Published {
    const char* model;
    int gpus, batch, tp, pp;
  };
  const catalog::Catalog catalog = catalog::Catalog::built_in();
  perf::Machine machine{.gpu = *catalog.gpu("a100-80"), .nic_per_gpu = 200_Gbps};
  const catalog::Stack stack = *catalog.stack("megatron-lm");
  for (const Published& one : {Published{"megatron-145.6b", 1536, 2304, 8, 8}, Published{"megatron-310.1b", 1920, 2160, 8, 16},
                               Published{"megatron-529.6b", 2520, 2520, 8, 35}, Published{"megatron-1t", 3072, 3072, 8, 64}}) {
    CAPTURE(one.model);
    const catalog::Model model = *catalog.model(one.model);
    SearchSpace space{.gpus = one.gpus, .global_batch = one.batch};
    space.settled.cp = 1;
    const auto best = search::search(model, machine, stack.training, space);
    space.settled.tp = one.tp;
    space.settled.pp = one.pp;
    const auto published = search::search(model, machine, stack.training, space);
    REQUIRE(best.has_value());
    REQUIRE(published.has_value());
    CHECK(published->best.front().step.total >= best->best.front().step.total);
    CHECK(published->best.front().step.total <= 1.10 * best->best.front().step.total);
  }
}
