// Which constants describe the collectives of a GPU generation and of a transport?
#pragma once

#include <string_view>

#include "perf/collective.h"

namespace eigenbau::perf {

/// How domains are joined. Latency, efficiency and ramp differ two- to fourfold among them.
enum class TransportKind { infiniband, roce, efa, efa_100g, tcpxo };

/// Constants of the links of a GPU: `generation` ampere, hopper, blackwell (else hopper's shares), `link` all links of one
/// GPU one way.
ScaleUp scale_up_law(std::string_view generation, Bandwidth link);

/// Constants of a transport. InfiniBand's are RoCE's: no long series over InfiniBand is published.
Transport transport_law(TransportKind kind);

}  // namespace eigenbau::perf
