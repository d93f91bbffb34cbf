// What does the traffic of some jobs get from the fabric, over several seeds?
#pragma once

#include <array>
#include <string>
#include <vector>

#include "network/forest.h"
#include "network/simulation.h"

namespace eigenbau::study {

enum class Pattern { permutation, ring, all_to_all, dp_all_reduce, trace };

/// A message between two adapters. `alone`: the time that it takes at the rate of an adapter.
struct ForestMessage {
  network::ForestFlow flow;
  network::Transfer transfer;
};

/// One job: servers in a row, and what they send. Over several islands it runs on the servers of each by themselves, since no
/// cable joins them; a trace's messages from one to another are unreachable.
/// - permutation: every adapter sends `bytes` to another, drawn by chance.
/// - ring: every adapter sends `bytes` to the same rail of the next server, once around.
/// - all_to_all: every adapter sends `bytes` in all, in equal parts to its rail of all other servers, server after server. One
///   such step is simulated for each seed, drawn by chance. Adaptive or sprayed over all servers, nothing out of order: the
///   rates are those of all steps at once, solved by classes; the links' load is that of one step.
/// - dp_all_reduce: rings of `members` servers that stand `stride` apart each sum `bytes` a GPU: 2(n-1)/n of it passes every
///   adapter.
struct TrafficJob {
  std::string name;
  Pattern pattern = Pattern::permutation;
  network::ServerRange servers;
  Bytes bytes{};
  int members = 0, stride = 1;
  std::vector<ForestMessage> messages{};  ///< of a trace
};

struct FabricQuestion {
  network::Forest forest;
  network::Routing routing = network::Routing::hashed;
  int queue_pairs = 1;
  std::vector<network::Failures> failures{};  ///< of each tree; empty: all is in order
  std::vector<TrafficJob> jobs;
  std::uint64_t seed = 1;
  int seeds = 1;
};

/// Median, least and most over the seeds.
struct Spread {
  double middle = 0, low = 0, high = 0;
};

struct JobTraffic {
  std::string name;
  long messages = 0;     ///< of the first seed
  long crossing = 0;     ///< of these, that cross a scale-up domain first to reach the rail of their target
  Spread mean, worst;    ///< rate in that of an adapter
  Spread seconds;        ///< from the job's first begin to its last end
  long unreachable = 0;  ///< messages that no path is left for, in the first seed
  std::string first_unreachable{};
};

/// Links of one tier and direction, of all fat trees.
struct TierLoad {
  std::string name;
  long links = 0;
  double mean = 0, most = 0;        ///< share of the time that they are busy; mean over those that carry anything
  std::vector<double> by_position;  ///< the fullest link of each group of neighbors
};
struct HotLink {
  std::string name;
  double load = 0;
};

struct FabricTraffic {
  std::vector<JobTraffic> jobs;
  std::vector<TierLoad> tiers;   ///< of the first seed
  std::vector<HotLink> hottest;  ///< of the first seed, fullest first
  int runs = 0;                  ///< seeds that were simulated: one where nothing is left to chance
  long events = 0;
  bool whole = true;  ///< false: a simulation was given up, as network::Completion says
};

FabricTraffic simulate_traffic(const FabricQuestion& question);

}  // namespace eigenbau::study
