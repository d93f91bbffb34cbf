// What must any law of collective time obey?
#include "perf/collective.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "perf/distinct_targets.h"
#include "perf/interconnect.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::perf;

namespace {
constexpr Collective kAll[]{Collective::all_reduce, Collective::all_gather,   Collective::reduce_scatter,
                            Collective::all_to_all, Collective::send_receive, Collective::broadcast,
                            Collective::reduce,     Collective::gather,       Collective::scatter};
Interconnect hopper(NicTransport transport = NicTransport::infiniband) {
  return {scale_up_law("hopper", 450_GBps), transport_law(transport, 50_GBps)};
}
CollectiveGroup nodes(int count) { return {.ranks = 8 * count, .ranks_per_domain = 8, .nic = 50_GBps}; }
}  // namespace

TEST_CASE("one rank has nothing to exchange") {
  for (Collective c : kAll)
    CHECK(collective_time(c, 1_GiB, {.ranks = 1, .ranks_per_domain = 1, .nic = 50_GBps}, hopper()) == Time{});
}

TEST_CASE("a larger message never takes less, and nothing beats the injection bound") {
  for (Collective c : kAll)
    for (const CollectiveGroup& group : {nodes(1), nodes(2), nodes(4), nodes(128), CollectiveGroup{16, 1, 50_GBps},
                                         CollectiveGroup{2, 2, 50_GBps}, CollectiveGroup{64, 4, 50_GBps}}) {
      Time before{};
      for (Bytes s = 8_B; s < 64_GiB; s *= 1.5) {
        const Time t = collective_time(c, s, group, hopper());
        CHECK(t >= before);
        CHECK(t >= collective_bound(c, s, group, hopper()));
        before = t;
      }
    }
}

TEST_CASE("reduce-scatter and all-gather together cost about a ring all-reduce") {
  Interconnect links = hopper();
  links.inside.in_switch = {};  // leaves the ring
  for (const CollectiveGroup& group : {nodes(1), CollectiveGroup{.ranks = 4, .ranks_per_domain = 4, .nic = 50_GBps}}) {
    const Time both = collective_time(Collective::reduce_scatter, 4_GiB, group, links) +
                      collective_time(Collective::all_gather, 4_GiB, group, links);
    CHECK(both / collective_time(Collective::all_reduce, 4_GiB, group, links) == doctest::Approx(1).epsilon(0.15));
  }
}

TEST_CASE("a long broadcast moves its message at the rate at which an all-gather fills the links; its bus factor is 1") {
  for (const CollectiveGroup& group : {nodes(1), nodes(4)}) {
    const Time broadcast = collective_time(Collective::broadcast, 16_GiB, group, hopper());
    const Time gather = collective_time(Collective::all_gather, 16_GiB, group, hopper());
    CHECK(bus_bandwidth(Collective::broadcast, 16_GiB, group.ranks, broadcast) /
              bus_bandwidth(Collective::all_gather, 16_GiB, group.ranks, gather) ==
          doctest::Approx(1).epsilon(.03));
    CHECK(bus_bandwidth(Collective::broadcast, 16_GiB, group.ranks, broadcast) == 16_GiB / broadcast);
  }
}

TEST_CASE("a long broadcast waits at every rank of its chain, a short one goes in messages that carry their own flags") {
  const auto time = [](Bytes message, int count) {
    return collective_time(Collective::broadcast, message, nodes(count), hopper());
  };
  const double ranks_inside = 32 * 7;
  CHECK(time(1_GiB, 64) - time(1_GiB, 32) > 0.99 * ranks_inside * (4 * kMicrosecond));
  CHECK(time(1_KiB, 64) - time(1_KiB, 32) < time(1_GiB, 64) - time(1_GiB, 32));
}

TEST_CASE("ranks are spread evenly over domains: those that do not fill them have fewer adapters there") {
  for (const int ranks : {9, 10, 12}) {
    const CollectiveGroup group{.ranks = ranks, .ranks_per_domain = 8, .nic = 50_GBps};
    CHECK(collective_time(Collective::all_gather, 4_GiB, group, hopper()) >= 0.5 * 4_GiB / (0.5 * ranks * 50_GBps));
    CHECK(collective_time(Collective::all_gather, 4_GiB, group, hopper()) >
          collective_time(Collective::all_gather, 4_GiB, nodes(2), hopper()));
  }
}

TEST_CASE("a network that adds up never makes an all-reduce slower") {
  for (const int count : {2, 3, 16}) {
    Interconnect adds = hopper();
    adds.inside.in_switch = adds.inside.link;
    const Interconnect plain = adds;
    adds.across.in_network = true;
    for (const Bytes message : {1_MiB, 64_MiB, 1_GiB, 16_GiB})
      CHECK(collective_time(Collective::all_reduce, message, nodes(count), adds) <=
            collective_time(Collective::all_reduce, message, nodes(count), plain));
  }
}

TEST_CASE("gather and scatter take the same; a scatter and an all-gather do what a broadcast does, and take longer") {
  for (const CollectiveGroup& group : {nodes(1), nodes(4)}) {
    const Time scatter = collective_time(Collective::scatter, 1_GiB, group, hopper());
    CHECK(scatter == collective_time(Collective::gather, 1_GiB, group, hopper()));
    CHECK(scatter + collective_time(Collective::all_gather, 1_GiB, group, hopper()) >
          collective_time(Collective::broadcast, 1_GiB, group, hopper()));
  }
}

TEST_CASE("an all-reduce that may take fewer algorithms is never faster, and one that may take none takes the ring") {
  for (const CollectiveGroup& group : {nodes(1), nodes(2), nodes(16), CollectiveGroup{.ranks = 72, .ranks_per_domain = 72}})
    for (Bytes s = 8_B; s < 64_GiB; s *= 4) {
      Interconnect links = hopper();
      const Time free = collective_time(Collective::all_reduce, s, group, links);
      links.inside.in_switch = {};
      links.allowed.tree = false;
      const Time ring = collective_time(Collective::all_reduce, s, group, links);
      links.allowed = {.ring = false, .tree = true};
      const Time tree = collective_time(Collective::all_reduce, s, group, links);
      links.allowed = {.ring = false, .tree = false};
      CHECK(ring >= free);
      CHECK(tree >= free);
      CHECK(collective_time(Collective::all_reduce, s, group, links) == ring);
    }
}

TEST_CASE("twice the NICs halve a long all-gather over one GPU per node") {
  CollectiveGroup group{.ranks = 16, .ranks_per_domain = 1, .nic = 50_GBps};
  const Time once = collective_time(Collective::all_gather, 64_GiB, group, hopper());
  group.nic = 100_GBps;
  CHECK(once / collective_time(Collective::all_gather, 64_GiB, group, hopper()) == doctest::Approx(2).epsilon(0.01));
}

TEST_CASE("all-reduce over 8 H100 reaches the published 445 to 480 GB/s of bus bandwidth from 1 GiB on") {
  for (Bytes s : {1_GiB, 4_GiB, 16_GiB}) {
    const Bandwidth bus =
        bus_bandwidth(Collective::all_reduce, s, 8, collective_time(Collective::all_reduce, s, nodes(1), hopper()));
    CHECK(bus.in(1_GBps) > 435);
    CHECK(bus.in(1_GBps) < 485);
  }
}

TEST_CASE("more domains never make an all-reduce faster") {
  for (Bytes s : {1_MiB, 64_MiB, 1_GiB}) {
    Time before{};
    for (int k = 1; k <= 512; k *= 2) {
      const Time t = collective_time(Collective::all_reduce, s, nodes(k), hopper());
      CHECK(t >= before);
      before = t;
    }
  }
}

TEST_CASE("messages up to 16 MiB are never slower in one domain than across NICs, and few bytes cost latency alone") {
  using enum NicTransport;
  for (const NicTransport transport : {infiniband, efa, tcpxo, tcpx, tcp})
    for (const auto& [generation, link] : {std::pair{"hopper", 450_GBps}, std::pair{"blackwell", 900_GBps}}) {
      const Interconnect links{scale_up_law(generation, link), transport_law(transport, 50_GBps)};
      for (int ranks = 16; ranks <= 256; ranks *= 2)
        for (Bytes s = 8_B; s <= 16_MiB; s *= 2) {
          INFO(std::string(generation), " ", ranks, " ", s.base());
          CHECK(collective_time(Collective::all_reduce, s, {.ranks = ranks, .ranks_per_domain = ranks}, links) <=
                collective_time(Collective::all_reduce, s, nodes(ranks / 8), links));
        }
      const CollectiveGroup rack{.ranks = 72, .ranks_per_domain = 72};
      CHECK(collective_time(Collective::all_reduce, 1024_B, rack, links) <
            1.05 * collective_time(Collective::all_reduce, 8_B, rack, links));
    }
}

TEST_CASE("long messages over plain sockets take twice what they take over RDMA, over TCPX less and over TCPXO less still") {
  const auto time = [](NicTransport transport) {
    return collective_time(Collective::all_gather, 64_GiB, nodes(4),
                           {scale_up_law("hopper", 450_GBps), transport_law(transport, 25_GBps)});
  };
  using enum NicTransport;
  CHECK(time(tcp) / time(roce) == doctest::Approx(2).epsilon(.06));
  CHECK(time(tcp) > time(tcpx));
  CHECK(time(tcpx) > 1.2 * time(tcpxo));
  CHECK(time(infiniband) == time(roce));
}

TEST_CASE("EFA is that of the old adapters below 200 Gb/s for a GPU, whatever the GPU") {
  CHECK(transport_law(NicTransport::efa, 199_Gbps).hop > 1.5 * transport_law(NicTransport::efa, 200_Gbps).hop);
  CHECK(measured_as("efa", 50_Gbps) == "efa_100g");
  CHECK(measured_as("efa", 400_Gbps) == "efa");
  CHECK(measured_as("tcpxo", 50_Gbps) == "tcpxo");
}

TEST_CASE("draws reach all of one target, one target by one draw, and never more than there are of either") {
  for (const double targets : {1., 2., 8., 144.}) {
    CHECK(distinct_targets(targets, 1) == doctest::Approx(1));
    for (const double draws : {1., 2., 8., 64.}) {
      CHECK(distinct_targets(1, draws) == 1);
      CHECK(distinct_targets(targets, draws) <= std::min(targets, draws) * (1 + 1e-12));
      CHECK(distinct_targets(targets, 2 * draws) >= distinct_targets(targets, draws));
    }
  }
}

TEST_CASE("the ring of a domain is what a collective takes where no other algorithm may and no bound holds") {
  Interconnect links = hopper();
  links.inside.in_switch = {};
  links.allowed.tree = false;
  for (const Collective c : {Collective::all_reduce, Collective::all_gather, Collective::reduce_scatter, Collective::all_to_all})
    for (Bytes s = 1_KiB; s < 16_GiB; s *= 8)
      CHECK(collective_time(c, s, nodes(1), links) == domain_ring_time(c, s, 8, links.inside.law(c), links.inside.link));
}

TEST_CASE("expert exchange: sending a token once per rank beats one copy per expert, and more nodes cost more") {
  const ExpertTraffic traffic{.tokens = 4096, .hidden = 7168, .experts_per_token = 8, .dispatch_bytes = 1, .combine_bytes = 2};
  CHECK(expert_dispatch_time(traffic, ExpertExchange::deduplicated, nodes(4), hopper()) <
        expert_dispatch_time(traffic, ExpertExchange::all_to_all, nodes(4), hopper()));
  CHECK(expert_dispatch_time(traffic, ExpertExchange::deduplicated, nodes(1), hopper()) <
        expert_dispatch_time(traffic, ExpertExchange::deduplicated, nodes(8), hopper()));
  CHECK(expert_combine_time(traffic, ExpertExchange::deduplicated, nodes(8), hopper()) >
        expert_dispatch_time(traffic, ExpertExchange::deduplicated, nodes(8), hopper()));
}
