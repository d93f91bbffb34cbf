// What is known of a collective library: latencies and shares by GPU generation and by transport.
#pragma once

#include <string>
#include <vector>

#include "units/quantity.h"

namespace eigenbau::catalog {

/// Constants of one operation inside one scale-up domain.
struct DomainConstants {
  std::string operation;  ///< all_reduce, all_gather, reduce_scatter, alltoall
  Time launch{}, hop{};
  double share = 0;  ///< of the link rate
  Bytes knee{};
  double ramp = 0;
  int rows = 0;  ///< measured collectives that were fitted
  Share median_error, mean_error;
};

/// Constants of a generation's links; shares are of all links of one GPU, one way.
struct GenerationConstants {
  std::string generation;  ///< ampere, hopper, blackwell
  double ring_across = 0;  ///< share that a ring reaches when it also crosses domains; stated, not fitted
  double in_switch = 0;    ///< share that an all-reduce in the switch reaches; 0: none
  std::vector<DomainConstants> law;
};

/// Constants of a transport between domains.
struct TransportConstants {
  std::string transport;  ///< roce, efa, efa_100g, tcpxo; infiniband is taken as roce
  Time hop{};
  double efficiency = 0;
  double ramp = 0;
  int rows = 0;
  Share median_error, mean_error;
};

/// A collective library as `calibrate collectives` described it.
struct CollectivePart {
  std::string name, title;
  std::vector<std::string> aliases;
  std::vector<GenerationConstants> scale_up;
  std::vector<TransportConstants> across;
};

}  // namespace eigenbau::catalog
