// Which network does a rented type of machine have?
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "units/quantity.h"

namespace eigenbau::fit {

/// The transport (infiniband, roce, efa, tcpxo) of the machine type that `words`, in lower case, name: "2x p5",
/// "bm.gpu.b4.8". Empty where they name none that is known.
std::string transport_of_machine_type(std::string_view words);

/// What each of its GPUs has of the node's network; nothing where the words name no type of which it is known.
std::optional<Bandwidth> nic_of_machine_type(std::string_view words);

}  // namespace eigenbau::fit
