// Which fat trees stand side by side, and through which of them does a flow go?
#include "network/forest.h"

namespace eigenbau::network {

int Forest::servers() const {
  int sum = 0;
  for (std::size_t tree = 0; tree < trees.size(); tree += static_cast<std::size_t>(copies())) sum += trees[tree].servers;
  return sum;
}

ServerRange Forest::servers_of(int island) const {
  return {island * trees.front().servers, trees[static_cast<std::size_t>(island * copies())].servers};
}

bool crosses(const Forest& forest, ForestFlow flow) {
  const int adapters = forest.adapters(), rails = forest.rails_apart;
  return flow.source % adapters % rails != flow.target % adapters % rails;
}

std::vector<TreeFlow> parts_of(const Forest& forest, ForestFlow flow) {
  const int adapters = forest.adapters(), rails = forest.rails_apart;
  const int from = flow.source / adapters, to = flow.target / adapters;
  const int island = forest.island_of(from);
  std::vector<TreeFlow> parts;
  if (island != forest.island_of(to)) return parts;
  const int target = flow.target % adapters, source = crosses(forest, flow) ? target : flow.source % adapters;
  const int each = forest.trees.front().links_per_server, first = forest.servers_of(island).first;
  const Flow in_tree{(from - first) * each + source / rails, (to - first) * each + target / rails};
  for (int plane = 0; plane < forest.planes; ++plane)
    parts.push_back({(island * rails + target % rails) * forest.planes + plane, in_tree});
  return parts;
}

}  // namespace eigenbau::network
