// Which links does a flow cross from one adapter to another?
#include "network/routes.h"

#include <algorithm>
#include <limits>

namespace eigenbau::network {
namespace {

/// Paths tried by hash before all are tried in turn; with few failures the first of them is alive.
constexpr int kHashedTries = 16;

/// Mixes a number so that every bit of the result depends on every bit of it (finalizer of SplitMix64).
std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// The next of several equal ways. Every switch hashes with a salt of its own, so that choices do not repeat each other.
int hashed(std::uint64_t choice, std::uint64_t salt, int ways) {
  return static_cast<int>(mix(choice ^ mix(salt)) % static_cast<std::uint64_t>(ways));
}

std::int32_t directed(long index, bool up) { return static_cast<std::int32_t>(2 * index + (up ? 0 : 1)); }

}  // namespace

int endpoint_count(const Clos& clos) { return clos.servers * clos.links_per_server; }

Router::Router(const Clos& clos, Routing routing, const Failures& failures) : clos_(clos), routing_(routing) {
  const long hosts = link_count(clos, Tier::host_leaf);
  leaf_base_ = hosts;
  if (!failures.empty()) cut(failures);
  if (!takes_one_path(routing)) {
    spine_base_ = leaf_base_ + (clos.tiers >= 2 ? clos.leaves() : 0);
    bundle();
    return;
  }
  spine_base_ = leaf_base_ + link_count(clos, Tier::leaf_spine);
  capacity_.assign(static_cast<std::size_t>(2 * link_count(clos)), clos.uplink_rate);
  std::fill_n(capacity_.begin(), 2 * hosts, 1.0);
  for (std::size_t link = 0; link < out_.size(); ++link)
    if (out_[link]) capacity_[2 * link] = capacity_[2 * link + 1] = 0;
}

void Router::cut(const Failures& failures) {
  out_.assign(static_cast<std::size_t>(link_count(clos_)), false);
  std::vector<bool> dead[4];
  dead[static_cast<int>(Node::leaf)].resize(static_cast<std::size_t>(clos_.leaves()));
  dead[static_cast<int>(Node::spine)].resize(static_cast<std::size_t>(clos_.spines()));
  dead[static_cast<int>(Node::core)].resize(static_cast<std::size_t>(clos_.cores()));
  dead[static_cast<int>(Node::server)].resize(static_cast<std::size_t>(clos_.servers));
  for (const auto& [node, number] : failures.switches) dead[static_cast<int>(node)][static_cast<std::size_t>(number)] = true;
  const auto is_dead = [&](const Port& port) { return dead[static_cast<int>(port.node)][static_cast<std::size_t>(port.device)]; };
  std::size_t at = 0;
  for (const Tier tier : kTiers)
    for (long index = 0, links = link_count(clos_, tier); index < links; ++index, ++at) {
      const Link link = link_at(clos_, tier, index);
      if (is_dead(link.down) || is_dead(link.up)) out_[at] = true;
    }
  for (const auto& [tier, index] : failures.links) {
    long base = 0;
    for (const Tier below : kTiers)
      if (below < tier) base += link_count(clos_, below);
    out_[static_cast<std::size_t>(base + index)] = true;
  }
}

/// Capacities of bundles. A leaf's or spine's packets leave evenly over its own live uplinks; what comes down to it comes
/// evenly from the switches above (spray), or as they can carry it (adaptive).
void Router::bundle() {
  const long hosts = link_count(clos_, Tier::host_leaf), leaf_links = link_count(clos_, Tier::leaf_spine);
  const auto in_order = [&](long index) { return out_.empty() || !out_[static_cast<std::size_t>(index)]; };
  for (long link = 0; link < hosts; ++link) capacity_.insert(capacity_.end(), 2, in_order(link) ? 1.0 : 0.0);
  const auto add = [&](const std::vector<int>& live, bool even_upward) {
    double all = 0, weakest = std::numeric_limits<double>::infinity(), switches = 0;
    for (const int links : live) {
      all += links;
      if (links > 0) weakest = std::min<double>(weakest, links), switches += 1;
    }
    const double even = switches > 0 ? weakest * switches : 0;
    const bool sprayed = routing_ == Routing::spray;
    capacity_.push_back((sprayed && even_upward ? even : all) * clos_.uplink_rate);
    capacity_.push_back((sprayed ? even : all) * clos_.uplink_rate);
  };
  if (clos_.tiers < 2) return;
  std::vector<int> live(static_cast<std::size_t>(clos_.spines_per_pod));
  for (int leaf = 0; leaf < clos_.leaves(); ++leaf) {
    std::ranges::fill(live, 0);
    for (int k = 0; k < clos_.leaf_up; ++k) {
      const long index = static_cast<long>(leaf) * clos_.leaf_up + k;
      if (in_order(hosts + index))
        ++live[static_cast<std::size_t>(link_at(clos_, Tier::leaf_spine, index).up.device % clos_.spines_per_pod)];
    }
    add(live, false);
  }
  if (clos_.tiers < 3) return;
  for (int pod = 0; pod < clos_.pods; ++pod) {
    std::ranges::fill(live, 0);
    for (int spine = 0; spine < clos_.spines_per_pod; ++spine)
      for (int k = 0; k < clos_.spine_up; ++k) {
        const long index = (static_cast<long>(pod) * clos_.spines_per_pod + spine) * clos_.spine_up + k;
        if (in_order(hosts + leaf_links + index)) ++live[static_cast<std::size_t>(spine)];
      }
    add(live, true);
  }
}

Tier Router::tier_of(std::int32_t link) const {
  const long index = link / 2;
  return index < leaf_base_ ? Tier::host_leaf : index < spine_base_ ? Tier::leaf_spine : Tier::spine_core;
}

int Router::owner_of(std::int32_t link) const {
  const long index = link / 2;
  const bool single = takes_one_path(routing_);
  if (index < leaf_base_) return static_cast<int>(index / clos_.links_per_server);
  if (index < spine_base_) return static_cast<int>((index - leaf_base_) / (single ? clos_.leaf_up : 1));
  return static_cast<int>((index - spine_base_) / (single ? clos_.spine_up : 1));
}

Router::Ends Router::ends_of(Endpoint source, Endpoint target) const {
  const int each = clos_.links_per_server;
  const int leaf_a = leaf_of(clos_, source / each, source % each), leaf_b = leaf_of(clos_, target / each, target % each);
  return {leaf_a, leaf_b, leaf_a / clos_.leaves_per_pod(), leaf_b / clos_.leaves_per_pod()};
}

/// The links of one path; `pick(stage, switch, ways)` chooses at each turn: leaf up, spine up, core down, spine down.
template <class Pick>
void Router::walk(const Ends& e, Pick pick, std::vector<std::int32_t>& links) const {
  const Clos& c = clos_;
  const long first = static_cast<long>(e.source_leaf) * c.leaf_up + pick(0, e.source_leaf, c.leaf_up);
  links.push_back(directed(leaf_base_ + first, true));
  int spine = link_at(c, Tier::leaf_spine, first).up.device;
  if (e.source_pod != e.target_pod) {
    const long climb = static_cast<long>(spine) * c.spine_up + pick(1, spine, c.spine_up);
    links.push_back(directed(spine_base_ + climb, true));
    const int core = link_at(c, Tier::spine_core, climb).up.device;
    spine = e.target_pod * c.spines_per_pod + spine % c.spines_per_pod;
    const int down = uplink_to(c.spine_up, c.cores_per_plane, c.links_per_cage, core % c.cores_per_plane,
                               pick(2, core, c.spine_up / c.cores_per_plane));
    links.push_back(directed(spine_base_ + static_cast<long>(spine) * c.spine_up + down, false));
  }
  const int down = uplink_to(c.leaf_up, c.spines_per_pod, c.links_per_cage, spine % c.spines_per_pod,
                             pick(3, spine, c.leaf_up / c.spines_per_pod));
  links.push_back(directed(leaf_base_ + static_cast<long>(e.target_leaf) * c.leaf_up + down, false));
}

bool Router::alive(const std::vector<std::int32_t>& links, std::size_t from) const {
  return std::all_of(links.begin() + static_cast<std::ptrdiff_t>(from), links.end(),
                     [&](std::int32_t link) { return !out_[static_cast<std::size_t>(link / 2)]; });
}

/// Ways to a target by its number: up from the leaf by its place on its own leaf, up from the spine by that leaf, and down by
/// the links that its own leaf and spine would take upward. Any shift of all servers then meets no other flow on a full tree.
/// Source: Zahavi 2010, routing of fat trees by target modulo uplinks.
Router::Ways Router::ways_to(const Ends& ends, Endpoint target) const {
  const Clos& c = clos_;
  const int server = target / c.links_per_server, link = target % c.links_per_server;
  const int in_unit = server % c.servers_per_pod % c.servers_per_unit;
  const int place = in_unit * (c.links_per_server / c.rails) + link / c.rails;
  Ways ways{.leaf_up = place % c.leaf_up};
  const int parallel = c.leaf_up / c.spines_per_pod;
  ways.spine_down = link_at(c, Tier::leaf_spine, ways.leaf_up).up.port % parallel;
  if (ends.source_pod == ends.target_pod) return ways;
  ways.spine_up = static_cast<int>((static_cast<long>(ends.target_leaf) * parallel + ways.spine_down) % c.spine_up);
  ways.core_down = link_at(c, Tier::spine_core, ways.spine_up).up.port % (c.spine_up / c.cores_per_plane);
  return ways;
}

bool Router::append_path(const Ends& ends, Endpoint target, std::uint64_t choice, std::vector<std::int32_t>& links) const {
  const Ways ways = routing_ == Routing::destination ? ways_to(ends, target) : Ways{};
  const auto wanted = [&](std::uint64_t draw) {
    return [this, draw, &ways](int stage, int device, int count) {
      if (routing_ == Routing::hashed)
        return hashed(draw, (static_cast<std::uint64_t>(stage) << 32) + static_cast<std::uint64_t>(device), count);
      const int by_target[] = {ways.leaf_up, ways.spine_up, ways.core_down, ways.spine_down};
      return by_target[stage];
    };
  };
  const std::size_t from = links.size();
  for (int attempt = 0; attempt < (routing_ == Routing::hashed ? kHashedTries : 1); ++attempt) {
    walk(ends, wanted(attempt == 0 ? choice : mix(choice + static_cast<std::uint64_t>(attempt))), links);
    if (out_.empty() || alive(links, from)) return true;
    links.resize(from);
  }
  long paths = 1;
  const long counts[] = {clos_.leaf_up, ends.source_pod == ends.target_pod ? 1 : clos_.spine_up,
                         ends.source_pod == ends.target_pod ? 1 : clos_.spine_up / clos_.cores_per_plane,
                         clos_.leaf_up / clos_.spines_per_pod};
  for (const long count : counts) paths *= count;
  for (long path = 1; path < paths; ++path) {
    // The next path after the wanted one: digits of `path` are added to its choices, those of the leaf first.
    long digits = path;
    const auto first = wanted(choice);
    walk(
        ends,
        [&](int stage, int device, int count) {
          const long digit = digits % count;
          digits /= count;
          return static_cast<int>((first(stage, device, count) + digit) % count);
        },
        links);
    if (alive(links, from)) return true;
    links.resize(from);
  }
  return false;
}

bool Router::append_bundles(const Ends& e, std::vector<std::int32_t>& links) const {
  const std::size_t from = links.size();
  links.push_back(directed(leaf_base_ + e.source_leaf, true));
  if (e.source_pod != e.target_pod) {
    links.push_back(directed(spine_base_ + e.source_pod, true));
    links.push_back(directed(spine_base_ + e.target_pod, false));
  }
  links.push_back(directed(leaf_base_ + e.target_leaf, false));
  return std::all_of(links.begin() + static_cast<std::ptrdiff_t>(from), links.end(),
                     [&](std::int32_t link) { return capacity_[static_cast<std::size_t>(link)] > 0; });
}

bool Router::append(Endpoint source, Endpoint target, std::uint64_t choice, Paths& paths) const {
  const std::size_t from = paths.links.size();
  const std::int32_t out = directed(source, true), in = directed(target, false);
  if (capacity_[static_cast<std::size_t>(out)] <= 0 || capacity_[static_cast<std::size_t>(in)] <= 0) return false;
  paths.links.push_back(out);
  const Ends ends = ends_of(source, target);
  if (ends.source_leaf != ends.target_leaf &&
      !(takes_one_path(routing_) ? append_path(ends, target, choice, paths.links) : append_bundles(ends, paths.links))) {
    paths.links.resize(from);
    return false;
  }
  paths.links.push_back(in);
  paths.end_flow();
  return true;
}

}  // namespace eigenbau::network
