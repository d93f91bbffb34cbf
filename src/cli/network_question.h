// Which fabric and which traffic does `eigenbau network` ask about?
#pragma once

#include <string>

#include "cli/command.h"
#include "study/fabric_traffic.h"

namespace eigenbau::cli {

struct NetworkQuestion {
  study::FabricQuestion fabric;
  std::string input, input_hash;  ///< empty: no file
  std::string wired;              ///< the fabric in words
  std::string routed;             ///< the routing in words, and why it was taken
};

inline constexpr const char* kRoutingWords[] = {"ecmp", "static", "adaptive", "spray"};

Result<NetworkQuestion> network_question(const Arguments& arguments);

/// Messages of a trace: columns source, target, bytes, and start_s if it is not 0. All that is wrong is told at once.
Result<std::vector<study::ForestMessage>> read_trace(const std::string& path, const network::Forest& forest);

}  // namespace eigenbau::cli
