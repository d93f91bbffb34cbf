// What does SimGrid say of the same flows on the same routes?
#pragma once

#include <span>
#include <vector>

#include "network/simulation.h"

namespace eigenbau::oracle {

/// Flows over links of their own; cases do not touch one another. SimGrid simulates once in a process, so that all cases
/// run side by side.
struct FlowCase {
  network::Paths paths;
  std::vector<double> capacity;  ///< in the rate of one link
  std::vector<network::Transfer> transfers;
  std::vector<network::Flow> hosts{};  ///< between which each flow runs, no pair twice; empty: every flow has two of its own
};

struct Ends {
  std::vector<std::vector<double>> seconds;  ///< when every flow of every case ends
  double cpu = 0;                            ///< seconds that the simulation alone took, without building the platform
};
Ends simgrid_ends(std::span<const FlowCase> cases);

}  // namespace eigenbau::oracle
