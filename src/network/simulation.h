// What does traffic get from a fabric: which rate does every flow have, when is it done, how full is every link?
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "network/completion.h"
#include "network/routes.h"
#include "network/traffic.h"

namespace eigenbau::network {

/// One message. `alone`: the time it takes at the rate of one link.
struct Message {
  Flow flow;
  Transfer transfer;
};

/// The same message on every flow, begun together.
std::vector<Message> together(const std::vector<Flow>& flows, Transfer each);

/// A message is split evenly over its queue pairs, each hashed to a path of its own, and is done when the slowest of them is.
///   rate = alone / (done - begin)      in the rate of one link; 0: unreachable
struct Simulation {
  std::vector<double> rate;
  std::vector<Time> done;
  std::vector<int> unreachable;  ///< messages that no path is left for
  double mean = 0, worst = 0;    ///< rate over the messages that arrive
  Time last{};
  std::vector<double> load;  ///< of each directed link: share of the time from the first begin to the last end that it is busy
  long events = 0;
  bool whole = true;  ///< false: too many flows of unequal size share one link to go through all of it
};
Simulation simulate(const Router& router, std::span<const Message> messages, int queue_pairs, std::uint64_t seed);

}  // namespace eigenbau::network
