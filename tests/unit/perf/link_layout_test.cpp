// What must hold of links that form a mesh, a torus or the way to the host?
#include "perf/link_layout.h"

#include <doctest/doctest.h>

#include "perf/collective.h"
#include "perf/interconnect.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::perf;

namespace {

constexpr Collective kAll[]{Collective::all_reduce, Collective::all_gather,   Collective::reduce_scatter,
                            Collective::all_to_all, Collective::send_receive, Collective::broadcast,
                            Collective::reduce,     Collective::gather,       Collective::scatter};

Interconnect joined_by(LinkLayout layout, Bandwidth link = 540_GBps) {
  Interconnect links{scale_up_law("", link), transport_law(NicTransport::infiniband, 50_GBps)};
  links.inside.layout = layout;
  return links;
}

CollectiveGroup one_domain(int ranks) { return {.ranks = ranks, .ranks_per_domain = ranks, .nic = 50_GBps}; }

Bandwidth algorithm_rate(Collective operation, int ranks, const Interconnect& links) {
  return 64_GiB / collective_time(operation, 64_GiB, one_domain(ranks), links);
}

}  // namespace

TEST_CASE("a share of links is more than nothing and at most all of them; rings of more members have no fewer") {
  for (const LinkLayout& layout : {LinkLayout{}, {.mesh = 8}, {.torus = 2}, {.torus = 3}}) {
    double before = 0;
    for (double n = 2; n <= 8192; n *= 2) {
      for (const double share : {layout.ring_share(n), layout.exchange_share(n), layout.pair_share()}) {
        CHECK(share > 0);
        CHECK(share <= 1);
      }
      CHECK(layout.ring_share(n) >= before);
      CHECK(layout.exchange_share(n) <= layout.ring_share(n));
      before = layout.ring_share(n);
    }
    CHECK(layout.ring_share(2) == doctest::Approx(layout.pair_share()));
  }
}

TEST_CASE("a message to a neighbor has the links to it, however many others there are") {
  for (const LinkLayout& layout : {LinkLayout{.mesh = 8}, {.torus = 3}}) {
    const Interconnect links = joined_by(layout);
    CHECK(algorithm_rate(Collective::send_receive, 8, links) == algorithm_rate(Collective::send_receive, 2, links));
    CHECK(algorithm_rate(Collective::send_receive, 8, links) <= layout.pair_share() * links.inside.link);
  }
}

TEST_CASE("ranks of a part of a mesh have the links among those, in one domain or in several") {
  const Interconnect links = joined_by({.mesh = 8}, 448_GBps);
  for (int ranks = 9; ranks <= 16; ++ranks) {
    const CollectiveGroup group{.ranks = ranks, .ranks_per_domain = 8, .nic = 1000_GBps};
    for (const Collective operation : {Collective::all_reduce, Collective::all_gather, Collective::reduce_scatter})
      CHECK(bus_bandwidth(operation, 16_GiB, ranks, collective_time(operation, 16_GiB, group, links)) <=
            (ranks / 2 - 1) / 7.0 * 448_GBps);
  }
}

TEST_CASE("an exchange in a torus is no faster than half of its links across the middle carry it") {
  // s x s x s chips, six links each: a cut has s x s links, twice since the torus closes; half of all bytes cross it.
  for (const int side : {4, 8, 16}) {
    const double chips = side * side * side;
    const Bandwidth cut = 2.0 * side * side * (540_GBps / 6);
    CHECK(algorithm_rate(Collective::all_to_all, static_cast<int>(chips), joined_by({.torus = 3})) * (chips / 4) <= cut);
  }
}

TEST_CASE("what leaves a GPU without links passes its slot, to wherever it goes") {
  Interconnect links = joined_by({}, 32_GBps);
  links.inside.over_host = true;
  for (const Collective operation : kAll)
    for (const int servers : {1, 2, 4, 16}) {
      const CollectiveGroup group{.ranks = 8 * servers, .ranks_per_domain = 8, .nic = 25_GBps};
      const Time time = collective_time(operation, 4_GiB, group, links);
      CHECK(time >= collective_bound(operation, 4_GiB, group, links));
      CHECK(bus_bandwidth(operation, 4_GiB, group.ranks, time) <= 32_GBps);
      CHECK(bus_bandwidth(operation, 4_GiB, group.ranks, collective_bound(operation, 4_GiB, group, links)) <= 32_GBps * 1.000001);
    }
}

TEST_CASE("what starts a short message does not take longer on slower links than their rate makes it") {
  for (const Collective operation : {Collective::send_receive, Collective::all_to_all, Collective::broadcast})
    CHECK(collective_time(operation, 1_KiB, one_domain(2), joined_by({}, 32_GBps)) <
          2 * collective_time(operation, 1_KiB, one_domain(2), joined_by({}, 450_GBps)));
}

TEST_CASE("the root of a gather has the messages of an exchange to wait for") {
  const Interconnect links = joined_by({}, 450_GBps);
  for (const int domains : {2, 64, 2048}) {
    const CollectiveGroup group{.ranks = 8 * domains, .ranks_per_domain = 8, .nic = 50_GBps};
    CHECK(collective_time(Collective::gather, 1_KiB, group, links) /
              collective_time(Collective::all_to_all, 1_KiB, group, links) ==
          doctest::Approx(1).epsilon(0.01));
  }
}

TEST_CASE("rings of a library that fills few of the links fill no more of them across domains, nor do its trees") {
  Interconnect slow = joined_by({}, 450_GBps);
  for (const Collective operation : {Collective::all_reduce, Collective::all_gather, Collective::reduce_scatter}) {
    slow.inside.law(operation).share = 0.4;
    Time before{};
    for (int domains = 1; domains <= 64; domains *= 2) {
      const CollectiveGroup group{.ranks = 8 * domains, .ranks_per_domain = 8, .nic = 50_GBps};
      const Time time = collective_time(operation, 16_GiB, group, slow);
      CHECK(bus_bandwidth(operation, 16_GiB, group.ranks, time) <= 0.405 * 450_GBps);
      CHECK(time >= before);
      before = time;
    }
  }
}

TEST_CASE("nine ranks of two servers have the adapters of the smaller part") {
  const CollectiveGroup nine{.ranks = 9, .ranks_per_domain = 8, .nic = 50_GBps};
  CHECK(collective_time(Collective::all_reduce, 16_GiB, nine, joined_by({}, 450_GBps)) >= 16_GiB / (4 * 50_GBps));
}
