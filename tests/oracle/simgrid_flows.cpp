#include "simgrid_flows.h"

#include <fmt/format.h>

#include <ctime>
#include <map>
#include <simgrid/s4u.hpp>

namespace eigenbau::oracle {
namespace {

namespace sg = simgrid::s4u;

constexpr double kLinkRate = 1e9;  // byte/s of a link of capacity 1

/// Two hosts for every flow and the route between them over the links that it crosses.
std::vector<std::pair<sg::Host*, sg::Host*>> build(sg::NetZone& zone, const FlowCase& flows, std::size_t number) {
  std::vector<const sg::Link*> links;
  for (std::size_t link = 0; link < flows.capacity.size(); ++link)
    links.push_back(
        zone.create_link(fmt::format("c{}l{}", number, link), flows.capacity[link] * kLinkRate)->set_latency(0)->seal());
  std::map<int, sg::Host*> hosts;
  const auto host = [&](int name) {
    sg::Host*& known = hosts[name];
    if (!known) known = zone.create_host(fmt::format("c{}h{}", number, name), 1e9)->seal();
    return known;
  };
  std::vector<std::pair<sg::Host*, sg::Host*>> ends;
  for (int flow = 0; flow < flows.paths.size(); ++flow) {
    const network::Flow between =
        flows.hosts.empty() ? network::Flow{2 * flow, 2 * flow + 1} : flows.hosts[static_cast<std::size_t>(flow)];
    sg::Host* from = host(between.source);
    sg::Host* to = host(between.target);
    std::vector<sg::LinkInRoute> route;
    for (const std::int32_t link : flows.paths.of(flow)) route.emplace_back(links[static_cast<std::size_t>(link)]);
    zone.add_route(from->get_netpoint(), to->get_netpoint(), nullptr, nullptr, route, false);
    ends.emplace_back(from, to);
  }
  return ends;
}

}  // namespace

Ends simgrid_ends(std::span<const FlowCase> cases) {
  int count = 2;
  std::string name = "oracle", quiet = "--log=root.thres:error";
  char* words[] = {name.data(), quiet.data(), nullptr};
  sg::Engine engine(&count, words);
  // Max-min shares alone: no window, no reverse traffic, no latency.
  for (const char* setting : {"network/model:CM02", "network/crosstraffic:0", "network/TCP-gamma:0", "contexts/stack-size:32",
                              "surf/precision:1e-12", "maxmin/precision:1e-12"})
    engine.set_config(setting);
  Ends ends_of_all;
  std::vector<std::vector<double>>& done = ends_of_all.seconds;
  sg::NetZone* world = sg::create_full_zone("world");
  for (std::size_t number = 0; number < cases.size(); ++number) {
    const FlowCase& flows = cases[number];
    sg::NetZone* zone = sg::create_full_zone(fmt::format("case{}", number));
    zone->set_parent(world);
    const auto ends = build(*zone, flows, number);
    zone->seal();
    done.emplace_back(flows.transfers.size(), 0.0);
    for (std::size_t flow = 0; flow < ends.size(); ++flow) {
      const network::Transfer& transfer = flows.transfers[flow];
      double* end = &done.back()[flow];
      sg::Actor::create("flow", ends[flow].first, [from = ends[flow].first, to = ends[flow].second, transfer, end] {
        sg::this_actor::sleep_until(transfer.begin.base());
        sg::Comm::sendto(from, to, static_cast<std::uint64_t>(transfer.alone.base() * kLinkRate));
        *end = sg::Engine::get_clock();
      });
    }
    // Inner vectors keep their places while `done` grows: only their headers move.
  }
  world->seal();
  const std::clock_t before = std::clock();
  engine.run();
  ends_of_all.cpu = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  return ends_of_all;
}

}  // namespace eigenbau::oracle
