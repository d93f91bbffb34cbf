// What must a training step make of a collective library that somebody measured?
#include "fit/measured_library.h"

#include <doctest/doctest.h>

#include "builtin_parts.h"
#include "perf/training_step.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::fit;

namespace {

Time step_time(const char* gpu, perf::NicTransport transport, const catalog::CollectivePart* part) {
  perf::Machine machine = perf::machine_of(*builtin().gpu(gpu), 256);
  machine.transport = transport;
  std::vector<std::string> notes;
  if (part) machine.library = library_on(*part, machine, notes);
  const perf::ParallelPlan plan{.tp = 8, .dp = 32, .global_batch = 256, .sequence_length = 4096};
  return perf::training_step(*builtin().model("llama3-8b"), machine, plan, *builtin().stack("megatron-core")).total;
}

}  // namespace

TEST_CASE("the built-in library changes nothing, a slower one slows a step down, a faster one does not") {
  const catalog::CollectivePart nccl = *builtin().collectives("nccl");
  catalog::CollectivePart slow = nccl, fast = nccl;
  for (auto& generation : slow.scale_up)
    for (auto& law : generation.law) law.share *= 0.5;
  for (auto& transport : fast.across) transport.hop = 0.1 * transport.hop;
  for (const char* gpu : {"a100-80", "h100-sxm", "b200"})
    for (const perf::NicTransport transport :
         {perf::NicTransport::infiniband, perf::NicTransport::efa, perf::NicTransport::tcp}) {
      const Time usual = step_time(gpu, transport, nullptr);
      CHECK(step_time(gpu, transport, &nccl) / usual == doctest::Approx(1).epsilon(1e-9));
      CHECK(step_time(gpu, transport, &slow) > usual);
      CHECK(step_time(gpu, transport, &fast) <= usual);
    }
}

TEST_CASE("what a library lacks for a machine is said") {
  const catalog::CollectivePart empty{.name = "lab", .title = "Lab", .aliases = {}, .scale_up = {}, .across = {}};
  std::vector<std::string> notes;
  library_on(empty, perf::machine_of(*builtin().gpu("h100-sxm"), 64), notes);
  CHECK(!notes.empty());
  notes.clear();
  library_on(*builtin().collectives("nccl"), perf::machine_of(*builtin().gpu("h100-sxm"), 64), notes);
  CHECK(notes.empty());
}
