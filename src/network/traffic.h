// Who sends to whom?
#pragma once

#include <cstdint>
#include <vector>

#include "network/routes.h"
#include "network/topology.h"

namespace eigenbau::network {

struct Flow {
  Endpoint source = 0, target = 0;
};

/// Servers of one job, in a row.
struct ServerRange {
  int first = 0;
  int count = 0;
};
inline ServerRange all_servers(const Clos& clos) { return {0, clos.servers}; }

/// Every endpoint sends to one other and receives from one other, by chance.
std::vector<Flow> random_permutation(const Clos& clos, ServerRange servers, std::uint64_t seed);
/// Every endpoint sends to the one of the same rail on the server `shift` further, round and round: a step of an all-to-all.
std::vector<Flow> rail_shift(const Clos& clos, ServerRange servers, int shift);
/// Rings along the rails, one for each group of `members` servers that stand `stride` apart; `stride` groups lie within one
/// another. Servers that fill no group form smaller rings.
std::vector<Flow> rings(const Clos& clos, ServerRange servers, int members, int stride);

}  // namespace eigenbau::network
