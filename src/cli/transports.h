// What are the ways for messages to leave a scale-up domain called?
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "perf/machine.h"
#include "tables/collective_row.h"
#include "tables/run_text.h"

namespace eigenbau::cli {

struct TransportName {
  std::string_view name;   ///< of options
  std::string_view words;  ///< of sentences
  perf::NicTransport transport;
};

inline constexpr std::array kTransports{TransportName{"infiniband", "InfiniBand", perf::NicTransport::infiniband},
                                        TransportName{"roce", "RoCE", perf::NicTransport::roce},
                                        TransportName{"efa", "EFA", perf::NicTransport::efa},
                                        TransportName{"tcpxo", "GPUDirect-TCPXO", perf::NicTransport::tcpxo},
                                        TransportName{"tcpx", "GPUDirect-TCPX", perf::NicTransport::tcpx},
                                        TransportName{"tcp", "TCP sockets", perf::NicTransport::tcp}};

/// By its name, or by other words for it that tables of collectives have: "ib", "RoCEv2".
inline const TransportName* transport_named(std::string_view name) {
  const std::string word = tables::transport_word(tables::lower(name));
  for (const TransportName& known : kTransports)
    if (known.name == name || known.name == word) return &known;
  return nullptr;
}

constexpr std::string_view words_of(perf::NicTransport transport) {
  for (const TransportName& known : kTransports)
    if (known.transport == transport) return known.words;
  return "";
}

inline std::vector<std::string> transport_names() {
  std::vector<std::string> names;
  for (const TransportName& known : kTransports) names.emplace_back(known.name);
  return names;
}

}  // namespace eigenbau::cli
