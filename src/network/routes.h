// Which links does a flow cross from one adapter to another?
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "network/max_min.h"
#include "network/topology.h"

namespace eigenbau::network {

/// - `hashed`: one path for each flow by a hash, as ECMP does; every switch hashes with a salt of its own.
/// - `destination`: one path by the number of the target, as static routing of fat trees does (target modulo uplinks).
/// - `adaptive`: spread over all paths by their load; the links between two stages then count as one bundle.
/// - `spray`: packets take all paths in turn; as adaptive while all links are alike. Where some are out, the weakest switch of
///   a stage sets the pace, since each gets as much as the others.
enum class Routing { hashed, destination, adaptive, spray };
constexpr bool takes_one_path(Routing routing) { return routing == Routing::hashed || routing == Routing::destination; }

/// A port of a server: server · links_per_server + link.
using Endpoint = std::int32_t;
int endpoint_count(const Clos& clos);

/// What is out of order: switches by number, links by tier and index.
struct Failures {
  std::vector<std::pair<Node, int>> switches;
  std::vector<std::pair<Tier, long>> links;
  bool empty() const { return switches.empty() && links.empty(); }
};

/// Routes through one fat tree, around what is out of order.
/// Directed links, each way of a cable on its own, are numbered 2i upward and 2i + 1 downward. One path: i by tier and index.
/// Bundled: host links as before, then one bundle for every leaf and every pod.
/// A bundle carries what its live links carry, whatever the far end is: exact without failures, a little too much for flows
/// between two leaves that have lost links to different spines.
class Router {
 public:
  Router(const Clos& clos, Routing routing, const Failures& failures = {});

  const Clos& clos() const { return clos_; }
  Routing routing() const { return routing_; }
  int links() const { return static_cast<int>(capacity_.size()); }
  /// Of each directed link, in the rate of a server's link; 0: out of order.
  const std::vector<double>& capacity() const { return capacity_; }
  Tier tier_of(std::int32_t link) const;
  /// The switch (or server, for its own links) whose uplinks the directed link is or is one of; pods by their number.
  int owner_of(std::int32_t link) const;

  /// Appends the links from `source` to `target` and ends the flow; `choice` decides among equal paths. False, and nothing
  /// appended: no path is left.
  bool append(Endpoint source, Endpoint target, std::uint64_t choice, Paths& paths) const;

 private:
  struct Ends {
    int source_leaf, target_leaf, source_pod, target_pod;
  };
  /// Which of the equal links are taken at each turn.
  struct Ways {
    int leaf_up = 0, spine_up = 0, core_down = 0, spine_down = 0;
  };
  Ways ways_to(const Ends& ends, Endpoint target) const;
  Ends ends_of(Endpoint source, Endpoint target) const;
  bool append_path(const Ends& ends, Endpoint target, std::uint64_t choice, std::vector<std::int32_t>& links) const;
  template <class Pick>
  void walk(const Ends& ends, Pick pick, std::vector<std::int32_t>& links) const;
  bool append_bundles(const Ends& ends, std::vector<std::int32_t>& links) const;
  bool alive(const std::vector<std::int32_t>& links, std::size_t from) const;
  void cut(const Failures& failures);
  void bundle();

  Clos clos_;
  Routing routing_;
  long leaf_base_ = 0, spine_base_ = 0;  ///< first link of the tier, single or bundled
  std::vector<bool> out_;                ///< single links by index; empty: all are in order
  std::vector<double> capacity_;
};

}  // namespace eigenbau::network
