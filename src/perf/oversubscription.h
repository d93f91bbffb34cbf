// What does a fabric pass that is oversubscribed beyond its leaves?
#pragma once

#include "perf/machine.h"

namespace eigenbau::perf {

/// Beyond the leaf only one `ratio`-th of the NICs' rate passes, whatever the fabric was:
///   share = min(1, 1/(f·r))      r ratio; f share of a leaf's flows that leave it: 1, in rings distance of neighbors over leaf
/// Where no fabric is known a leaf joins 32 servers: 64-port switches, half of the ports up.
void oversubscribe(Machine& machine, double ratio);

}  // namespace eigenbau::perf
