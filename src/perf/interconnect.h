// Which constants describe the collectives of a GPU generation and of a transport?
#pragma once

#include <string_view>

#include "perf/collective.h"
#include "perf/machine.h"

namespace eigenbau::perf {

/// Constants of the links of a GPU: `generation` ampere, hopper, blackwell (else hopper's shares without its adding switch),
/// `link` all links of one GPU one way.
ScaleUp scale_up_law(std::string_view generation, Bandwidth link);

/// Constants of a transport whose NICs give an accelerator `nic`: latency, efficiency and ramp differ two- to fourfold among
/// them. InfiniBand's are RoCE's: no long series over InfiniBand is published. EFA below 200 Gb/s is that of the Ampere
/// instances.
Transport transport_law(NicTransport transport, Bandwidth nic);

/// Both for the links and NICs of a machine.
Interconnect interconnect_of(const Machine& machine);

}  // namespace eigenbau::perf
