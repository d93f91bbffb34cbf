// Which network does a rented type of machine have?
#pragma once

#include <string>
#include <string_view>

namespace eigenbau::fit {

/// The transport (infiniband, roce, efa, tcpxo) of the machine type that `words`, in lower case, name: "2x p5",
/// "bm.gpu.b4.8". Empty where they name none that is known.
std::string transport_of_machine_type(std::string_view words);

}  // namespace eigenbau::fit
