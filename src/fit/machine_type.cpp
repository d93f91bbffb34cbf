// Which network does a rented type of machine have?
#include "fit/machine_type.h"

#include <array>
#include <cctype>

namespace eigenbau::fit {
namespace {

struct MachineType {
  std::string_view name;  ///< how the vendor's names of its types begin
  std::string_view transport;
};

/// Source: each vendor's page on its accelerated machine types.
constexpr std::array kTypes{
    MachineType{"p4d", "efa"},          MachineType{"p5", "efa"},           MachineType{"p6-b", "efa"},
    MachineType{"a3-mega", "tcpxo"},    MachineType{"a3 mega", "tcpxo"},    MachineType{"a3-ultra", "roce"},
    MachineType{"a4-high", "roce"},     MachineType{"ndv5", "infiniband"},  MachineType{"nd96", "infiniband"},
    MachineType{"ndv4", "infiniband"},  MachineType{"bm.gpu.b4", "roce"},   MachineType{"bm.gpu4.8", "roce"},
    MachineType{"bm.gpu.a100", "roce"}, MachineType{"bm.gpu.h100", "roce"}, MachineType{"bm.gpu.h200", "roce"}};

bool begins_a_word(std::string_view text, std::size_t at) {
  return at == 0 || !std::isalnum(static_cast<unsigned char>(text[at - 1]));
}

}  // namespace

std::string transport_of_machine_type(std::string_view words) {
  for (const MachineType& type : kTypes)
    for (std::size_t at = words.find(type.name); at != std::string_view::npos; at = words.find(type.name, at + 1))
      if (begins_a_word(words, at)) return std::string(type.transport);
  return {};
}

}  // namespace eigenbau::fit
