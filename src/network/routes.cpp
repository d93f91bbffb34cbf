#include "network/routes.h"

namespace eigenbau::network {
namespace {

/// Mixes a number so that every bit of the result depends on every bit of it (finalizer of SplitMix64).
std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// The next of several equal ways. Every switch hashes with a salt of its own, so that choices do not repeat each other.
int pick(std::uint64_t choice, std::uint64_t salt, int ways) {
  return static_cast<int>(mix(choice ^ mix(salt)) % static_cast<std::uint64_t>(ways));
}

std::int32_t directed(long index, bool up) { return static_cast<std::int32_t>(2 * index + (up ? 0 : 1)); }

struct Ends {
  int source_leaf, target_leaf, source_pod, target_pod;
};

Ends ends_of(const Clos& c, Endpoint source, Endpoint target) {
  const int leaf_a = leaf_of(c, source / c.links_per_server, source % c.links_per_server);
  const int leaf_b = leaf_of(c, target / c.links_per_server, target % c.links_per_server);
  return {leaf_a, leaf_b, leaf_a / c.leaves_per_pod(), leaf_b / c.leaves_per_pod()};
}

void append_hashed(const Clos& c, const Ends& e, std::uint64_t choice, std::vector<std::int32_t>& links) {
  const long leaf_base = link_count(c, Tier::host_leaf);
  const long spine_base = leaf_base + link_count(c, Tier::leaf_spine);
  const auto leaf_salt = static_cast<std::uint64_t>(e.source_leaf);
  const int up = pick(choice, leaf_salt, c.leaf_up);
  const long first = static_cast<long>(e.source_leaf) * c.leaf_up + up;
  links.push_back(directed(leaf_base + first, true));
  int spine = link_at(c, Tier::leaf_spine, first).up.device;
  if (e.source_pod != e.target_pod) {
    const std::uint64_t spine_salt = (1ULL << 32) + static_cast<std::uint64_t>(spine);
    const long climb = static_cast<long>(spine) * c.spine_up + pick(choice, spine_salt, c.spine_up);
    links.push_back(directed(spine_base + climb, true));
    const int core = link_at(c, Tier::spine_core, climb).up.device;
    spine = e.target_pod * c.spines_per_pod + spine % c.spines_per_pod;
    const int parallel = c.spine_up / c.cores_per_plane;
    const int down = uplink_to(c.spine_up, c.cores_per_plane, c.links_per_cage, core % c.cores_per_plane,
                               pick(choice, (2ULL << 32) + static_cast<std::uint64_t>(core), parallel));
    links.push_back(directed(spine_base + static_cast<long>(spine) * c.spine_up + down, false));
  }
  const int parallel = c.leaf_up / c.spines_per_pod;
  const int down = uplink_to(c.leaf_up, c.spines_per_pod, c.links_per_cage, spine % c.spines_per_pod,
                             pick(choice, (3ULL << 32) + static_cast<std::uint64_t>(spine), parallel));
  links.push_back(directed(leaf_base + static_cast<long>(e.target_leaf) * c.leaf_up + down, false));
}

void append_balanced(const Clos& c, const Ends& e, std::vector<std::int32_t>& links) {
  const long leaf_base = link_count(c, Tier::host_leaf), pod_base = leaf_base + c.leaves();
  links.push_back(directed(leaf_base + e.source_leaf, true));
  if (e.source_pod != e.target_pod) {
    links.push_back(directed(pod_base + e.source_pod, true));
    links.push_back(directed(pod_base + e.target_pod, false));
  }
  links.push_back(directed(leaf_base + e.target_leaf, false));
}

long undirected(const Clos& c, Routing routing) {
  if (routing == Routing::hashed) return link_count(c);
  return link_count(c, Tier::host_leaf) + (c.tiers >= 2 ? c.leaves() : 0) + (c.tiers >= 3 ? c.pods : 0);
}

}  // namespace

int endpoint_count(const Clos& clos) { return clos.servers * clos.links_per_server; }

int directed_links(const Clos& clos, Routing routing) { return static_cast<int>(2 * undirected(clos, routing)); }

Tier tier_of(const Clos& clos, Routing routing, std::int32_t link) {
  const long index = link / 2, hosts = link_count(clos, Tier::host_leaf);
  if (index < hosts) return Tier::host_leaf;
  const long leaves = routing == Routing::hashed ? link_count(clos, Tier::leaf_spine) : clos.leaves();
  return index < hosts + leaves ? Tier::leaf_spine : Tier::spine_core;
}

std::vector<double> capacities(const Clos& clos, Routing routing) {
  std::vector<double> capacity(static_cast<std::size_t>(directed_links(clos, routing)), 1.0);
  const bool bundled = routing == Routing::balanced;
  const double leaf = clos.uplink_rate * (bundled ? clos.leaf_up : 1);
  const double spine = clos.uplink_rate * (bundled ? static_cast<double>(clos.spines_per_pod) * clos.spine_up : 1);
  for (std::size_t link = 0; link < capacity.size(); ++link) {
    const Tier tier = tier_of(clos, routing, static_cast<std::int32_t>(link));
    if (tier != Tier::host_leaf) capacity[link] = tier == Tier::leaf_spine ? leaf : spine;
  }
  return capacity;
}

void append_route(const Clos& clos, Routing routing, Endpoint source, Endpoint target, std::uint64_t choice, Paths& paths) {
  paths.links.push_back(directed(source, true));
  const Ends ends = ends_of(clos, source, target);
  if (ends.source_leaf != ends.target_leaf) {
    if (routing == Routing::hashed) append_hashed(clos, ends, choice, paths.links);
    else append_balanced(clos, ends, paths.links);
  }
  paths.links.push_back(directed(target, false));
  paths.end_flow();
}

}  // namespace eigenbau::network
