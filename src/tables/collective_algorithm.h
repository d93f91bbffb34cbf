// Which algorithms of the collective library do words allow?
#pragma once

#include <string>
#include <string_view>

#include "perf/collective.h"

namespace eigenbau::tables {

struct AlgorithmWords {
  perf::Algorithms allowed{};  ///< beside the addition in the switch
  bool in_switch = true;       ///< NVLS
  bool in_network = false;     ///< SHARP, CollNet
  std::string unused{};        ///< settings that no law follows, for a reason; empty if there is none
};

/// What `text`, in lower case, says: the setting NCCL_ALGO (a list, or with ^ all but those listed), else words: "ring" alone
/// names rings, "tree" beside "algo" trees; NVLS, SHARP and CollNet that are on or off. Protocols are not told apart.
AlgorithmWords algorithm_words(std::string_view text);

}  // namespace eigenbau::tables
