// What do the flows of a symmetric collective get, solved once for all that are alike?
#include "network/classes.h"

#include <algorithm>
#include <limits>

namespace eigenbau::network {
namespace {

double leaf_capacity(const Clos& c) { return c.leaf_up * c.uplink_rate; }
double pod_capacity(const Clos& c) { return static_cast<double>(c.spines_per_pod) * c.spine_up * c.uplink_rate; }
int per_leaf(const Clos& c) { return c.links_per_server / c.rails; }

/// Units that hold equally many servers, in pods that hold equally many.
struct UnitKind {
  double servers = 0;  ///< in one unit
  double in_pod = 0;   ///< units of this kind in one such pod
  double pods = 0;     ///< such pods
  int pod_kind = 0;    ///< 0: full pods, 1: the last one
  double units() const { return in_pod * pods; }
};

std::vector<UnitKind> unit_kinds(const Clos& c) {
  std::vector<UnitKind> kinds;
  const auto add = [&](int servers, int pods, int pod_kind) {
    const int full = servers / c.servers_per_unit, rest = servers % c.servers_per_unit;
    if (pods > 0 && full > 0)
      kinds.push_back({static_cast<double>(c.servers_per_unit), static_cast<double>(full), static_cast<double>(pods), pod_kind});
    if (pods > 0 && rest > 0) kinds.push_back({static_cast<double>(rest), 1, static_cast<double>(pods), pod_kind});
  };
  const int full_pods = c.servers / c.servers_per_pod;
  add(c.servers_per_pod, full_pods, 0);
  add(c.servers - full_pods * c.servers_per_pod, 1, 1);
  return kinds;
}

/// Servers of kind b that one server of kind a has in its unit, in other units of its pod, and in other pods.
struct Peers {
  double unit = 0, pod = 0, beyond = 0;
};

Peers peers_of(const UnitKind& a, const UnitKind& b) {
  const bool same_kind = a.pod_kind == b.pod_kind && a.servers == b.servers;
  const bool same_pods = a.pod_kind == b.pod_kind;
  Peers peers;
  if (same_kind) peers.unit = a.servers - 1;
  if (same_pods) peers.pod = (b.in_pod - (same_kind ? 1 : 0)) * b.servers;
  peers.beyond = b.in_pod * (b.pods - (same_pods ? 1 : 0)) * b.servers;
  return peers;
}

}  // namespace

std::vector<double> max_min_rates(const Classes& classes) {
  std::vector<double> left = classes.capacity, open(classes.capacity.size(), 0), rate(classes.flows.size(), -1);
  std::vector<std::vector<int>> crossing(classes.capacity.size());
  for (std::size_t c = 0; c < classes.flows.size(); ++c)
    for (const Classes::Crossing& cross : classes.flows[c].crossed) {
      open[static_cast<std::size_t>(cross.link)] += cross.flows;
      crossing[static_cast<std::size_t>(cross.link)].push_back(static_cast<int>(c));
    }
  const auto fill = [&](std::size_t c, double share) {
    if (rate[c] >= 0) return;
    rate[c] = std::max(share, 0.0);
    for (const Classes::Crossing& cross : classes.flows[c].crossed) {
      left[static_cast<std::size_t>(cross.link)] -= cross.flows * rate[c];
      open[static_cast<std::size_t>(cross.link)] -= cross.flows;
    }
  };
  for (;;) {
    double own = std::numeric_limits<double>::infinity(), share = own;
    for (std::size_t c = 0; c < rate.size(); ++c)
      if (rate[c] < 0) own = std::min(own, classes.flows[c].own);
    std::size_t tightest = left.size();
    for (std::size_t link = 0; link < left.size(); ++link)
      if (std::ranges::any_of(crossing[link], [&](int c) { return rate[static_cast<std::size_t>(c)] < 0; }) &&
          left[link] / open[link] < share) {
        share = left[link] / open[link];
        tightest = link;
      }
    if (own <= share && own < std::numeric_limits<double>::infinity()) {
      for (std::size_t c = 0; c < rate.size(); ++c)
        if (classes.flows[c].own == own) fill(c, own);
    } else if (tightest < left.size()) {
      for (const int c : crossing[tightest]) fill(static_cast<std::size_t>(c), share);
    } else {
      break;
    }
  }
  for (double& r : rate) r = std::max(r, 0.0);
  return rate;
}

ClassShares shares_of(const Classes& classes) {
  const std::vector<double> rates = max_min_rates(classes);
  ClassShares shares{.worst = rates.empty() ? 0 : *std::ranges::min_element(rates)};
  double sum = 0, flows = 0;
  for (std::size_t c = 0; c < rates.size(); ++c) {
    sum += classes.flows[c].flows * rates[c];
    flows += classes.flows[c].flows;
  }
  shares.mean = flows > 0 ? sum / flows : 0;
  return shares;
}

Classes rail_classes(const Clos& c, ServerRange servers, const std::function<int(int)>& target) {
  // Alone on its adapters, a flow has at most a whole link. Links up and down of every unit, then of every pod.
  Classes classes;
  const auto units = static_cast<std::size_t>(c.units), pods = static_cast<std::size_t>(c.pods);
  classes.capacity.assign(2 * units, leaf_capacity(c));
  classes.capacity.insert(classes.capacity.end(), 2 * pods, pod_capacity(c));
  const auto unit_of = [&](int server) { return leaf_of(c, server, 0) / c.rails; };
  const auto add = [&](int from, int to, double run) {
    const double flows = run * c.links_per_server;
    Classes::FlowClass one{.flows = flows, .crossed = {}, .own = 1.0};
    if (from != to) {
      const double on_leaf = run * per_leaf(c);
      one.crossed.push_back({2 * from, on_leaf});
      one.crossed.push_back({2 * to + 1, on_leaf});
      const int first_pod = 2 * c.units, pod_a = from / c.units_per_pod, pod_b = to / c.units_per_pod;
      if (pod_a != pod_b) {
        one.crossed.push_back({first_pod + 2 * pod_a, flows});
        one.crossed.push_back({first_pod + 2 * pod_b + 1, flows});
      }
    }
    classes.flows.push_back(std::move(one));
  };
  int from = -1, to = -1;
  double run = 0;
  for (int i = 0; i < servers.count; ++i) {
    const int next = target(i);
    if (next == i) continue;
    const int a = unit_of(servers.first + i), b = unit_of(servers.first + next);
    if (a == from && b == to) {
      run += 1;
      continue;
    }
    if (run > 0) add(from, to, run);
    from = a, to = b, run = 1;
  }
  if (run > 0) add(from, to, run);
  return classes;
}

Classes all_to_all_classes(const Clos& c) {
  const std::vector<UnitKind> kinds = unit_kinds(c);
  const int n = static_cast<int>(kinds.size());
  // By kind of unit: host up, host down, leaf up, leaf down; then by kind of pod: up, down.
  Classes classes;
  for (int kind = 0; kind < n; ++kind)
    for (const double capacity : {1.0, 1.0, leaf_capacity(c), leaf_capacity(c)}) classes.capacity.push_back(capacity);
  for (int pod = 0; pod < 4; ++pod) classes.capacity.push_back(pod_capacity(c));
  const auto add = [&](int a, int b, double peers_of_a, double peers_of_b, int reach) {
    const UnitKind &from = kinds[static_cast<std::size_t>(a)], &to = kinds[static_cast<std::size_t>(b)];
    if (!(peers_of_a > 0) || !(peers_of_b > 0)) return;
    Classes::FlowClass one{.flows = from.units() * from.servers * peers_of_a * c.links_per_server,
                           .crossed = {{4 * a, peers_of_a}, {4 * b + 1, peers_of_b}}};
    if (reach > 0) {
      one.crossed.push_back({4 * a + 2, from.servers * per_leaf(c) * peers_of_a});
      one.crossed.push_back({4 * b + 3, to.servers * per_leaf(c) * peers_of_b});
    }
    if (reach > 1) {
      one.crossed.push_back({4 * n + 2 * from.pod_kind, from.in_pod * from.servers * c.links_per_server * peers_of_a});
      one.crossed.push_back({4 * n + 2 * to.pod_kind + 1, to.in_pod * to.servers * c.links_per_server * peers_of_b});
    }
    classes.flows.push_back(std::move(one));
  };
  for (int a = 0; a < n; ++a)
    for (int b = 0; b < n; ++b) {
      const Peers out = peers_of(kinds[static_cast<std::size_t>(a)], kinds[static_cast<std::size_t>(b)]);
      const Peers in = peers_of(kinds[static_cast<std::size_t>(b)], kinds[static_cast<std::size_t>(a)]);
      add(a, b, out.unit, in.unit, 0);
      add(a, b, out.pod, in.pod, 1);
      add(a, b, out.beyond, in.beyond, 2);
    }
  return classes;
}

}  // namespace eigenbau::network
