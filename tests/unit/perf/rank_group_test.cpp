// Laws of traffic among the ranks of a step.
#include "perf/rank_group.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "catalog/catalog.h"
#include "perf/interconnect.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::perf;

namespace {

Machine h100_machine(int gpus) { return machine_of(*catalog::Catalog::built_in().gpu("h100-sxm"), gpus); }

/// A stack whose traffic runs as a benchmark does.
catalog::TrainingConstants benchmark() {
  catalog::TrainingConstants constants;
  constants.link_share = constants.nic_share = constants.partial_ring = 1;
  constants.hop_wait = {};
  return constants;
}

}  // namespace

TEST_CASE("traffic of a step is that of the benchmarks, less what the stack reaches") {
  const Machine machine = h100_machine(1024);
  const catalog::TrainingConstants alone = benchmark(), loaded;
  const Platform free = platform_of(machine, alone), busy = platform_of(machine, loaded);
  for (const Collective operation : {Collective::all_reduce, Collective::all_gather, Collective::reduce_scatter})
    for (const int ranks : {2, 8, 64, 1024}) {
      const RankGroup group = rank_group(machine, ranks, 1);
      const Time time = traffic_time(operation, 1_GB, 1, group, free);
      Interconnect links = interconnect_of(machine);
      links.across.ramp = 0;
      const CollectiveGroup whole{ranks, std::min(ranks, 8), machine.nic_per_gpu};
      CHECK(time.in(collective_time(operation, 1_GB, whole, links)) == doctest::Approx(1));
      if (!group.inside_domain()) CHECK(traffic_time(operation, 1_GB, 1, group, busy) > time);
      CHECK(traffic_time(operation, 1_GB, 10, group, free) > time);  // each message pays its launch
    }
}

TEST_CASE("twice the NIC rate halves the bandwidth term of a gather between domains") {
  Machine machine = h100_machine(1024);
  const catalog::TrainingConstants constants;
  const auto bandwidth_term = [&] {
    const RankGroup group = rank_group(machine, 16, 8);
    const Platform platform = platform_of(machine, constants);
    return traffic_time(Collective::all_gather, 4_GB, 1, group, platform) -
           traffic_time(Collective::all_gather, 2_GB, 1, group, platform);
  };
  const Time before = bandwidth_term();
  machine.nic_per_gpu *= 2;
  CHECK(bandwidth_term().in(before) == doctest::Approx(0.5));
}

TEST_CASE("a ring over some members of a domain leaves it on one NIC at least and on fewer than theirs") {
  const Machine machine = h100_machine(1024);
  catalog::TrainingConstants constants;
  const auto nics = [&](int stride, NicUse use) {
    const CollectiveGroup group = collective_group(rank_group(machine, 64, stride), platform_of(machine, constants), use);
    return group.ranks_per_domain * group.nic / machine.nic_per_gpu;
  };
  CHECK(nics(1, NicUse::rings) == doctest::Approx(8));
  CHECK(nics(8, NicUse::rings) == doctest::Approx(1));
  for (const double share : {0.1, 0.5, 0.9}) {
    constants.partial_ring = share;
    CHECK(nics(1, NicUse::rings) == doctest::Approx(8));
    for (const int stride : {2, 4}) {
      CHECK(nics(stride, NicUse::rings) == doctest::Approx(std::max(1.0, share * 8 / stride)));
      CHECK(nics(stride, NicUse::exchange) == doctest::Approx(8.0 / stride));
    }
  }
}

TEST_CASE("each domain of a ring waits once more for late ranks") {
  const Machine machine = h100_machine(4096);
  catalog::TrainingConstants late = benchmark();
  late.hop_wait = 1_ms;
  const catalog::TrainingConstants prompt = benchmark();
  const auto wait = [&](int domains) {
    const RankGroup group = rank_group(machine, domains, 8);
    return traffic_time(Collective::all_gather, 1_GB, 3, group, platform_of(machine, late)) -
           traffic_time(Collective::all_gather, 1_GB, 3, group, platform_of(machine, prompt));
  };
  CHECK((wait(128) - wait(64)).in(1_ms) == doctest::Approx(3 * 64));
}

TEST_CASE("a chain waits for each of its ranks that come late, a ring once a domain") {
  const Machine machine = h100_machine(1024);
  catalog::TrainingConstants waits, none;
  waits.hop_wait = 40_us;
  none.hop_wait = Time{};
  const auto waited = [&](Collective operation, double ranks, double stride) {
    const RankGroup group = rank_group(machine, ranks, stride);
    return traffic_time(operation, 1_GiB, 1, group, platform_of(machine, waits), NicUse::rings) -
           traffic_time(operation, 1_GiB, 1, group, platform_of(machine, none), NicUse::rings);
  };
  const Time chain = waited(Collective::broadcast, 1024, 1), half = waited(Collective::broadcast, 512, 2);
  CHECK(chain / (127 * waits.hop_wait) == doctest::Approx(1));
  CHECK(chain / half == doctest::Approx(2));  // half of each server's ranks
  CHECK(waited(Collective::all_gather, 1024, 1) / waited(Collective::all_gather, 512, 2) == doctest::Approx(1));
}

TEST_CASE("bytes for other rails take the scale-up links first: nothing with one fabric, the whole message at most") {
  Machine machine = h100_machine(1024);
  const Bandwidth link = machine.gpu.scale_up_bandwidth;
  CHECK(rail_crossing_time(kGigabyte, link, machine) == Time{});
  Time before{};
  for (const int rails : {2, 4, 8, 16}) {
    machine.rails_apart = rails;
    const Time time = rail_crossing_time(kGigabyte, link, machine);
    CHECK(time > before);
    CHECK(time < kGigabyte / link);
    CHECK(rail_crossing_time(2 * kGigabyte, link, machine) / time == doctest::Approx(2));
    CHECK(rail_crossing_time(kGigabyte, 2 * link, machine) / time == doctest::Approx(0.5));
    before = time;
  }
}

TEST_CASE("in a full mesh a group has the links to its members alone, behind a switch all of them") {
  Machine mesh = h100_machine(8), behind_switch = mesh;
  mesh.gpu.vendor = "amd";
  const catalog::TrainingConstants stack;
  const auto time = [&](const Machine& machine, double ranks) {
    return traffic_time(Collective::all_gather, 16_GiB, 1, rank_group(machine, ranks, 1), platform_of(machine, stack));
  };
  CHECK(time(mesh, 8) == time(behind_switch, 8));
  for (const double ranks : {2.0, 4.0})
    CHECK(time(mesh, ranks) / time(behind_switch, ranks) == doctest::Approx(7 / (ranks - 1)).epsilon(0.05));
  const auto message = [&](const Machine& machine) {
    return message_time(16_GiB, rank_group(machine, 8, 1), platform_of(machine, stack));
  };
  CHECK(message(mesh) / message(behind_switch) == doctest::Approx(7).epsilon(0.05));
}
