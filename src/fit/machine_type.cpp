// Which network does a rented type of machine have?
#include "fit/machine_type.h"

#include <array>
#include <cctype>

namespace eigenbau::fit {
namespace {

struct MachineType {
  std::string_view name;  ///< how the vendor's names of its types begin
  std::string_view transport;
  double gigabits = 0;  ///< per second of each GPU; 0: types of that name differ
};

/// Source: each vendor's page on its accelerated machine types.
constexpr std::array kTypes{MachineType{"p4d", "efa", 50},
                            MachineType{"p5", "efa", 400},
                            MachineType{"p6-b200", "efa", 400},
                            MachineType{"p6-b300", "efa", 800},
                            MachineType{"p6-b", "efa"},
                            MachineType{"a2-mega", "tcp", 6.25},
                            MachineType{"a2-", "tcp", 12.5},
                            MachineType{"a3-mega", "tcpxo", 200},
                            MachineType{"a3 mega", "tcpxo", 200},
                            MachineType{"a3-high", "tcpxo", 100},
                            MachineType{"a3-ultra", "roce", 400},
                            MachineType{"a4-high", "roce", 400},
                            MachineType{"ndv5", "infiniband", 400},
                            MachineType{"nd96", "infiniband"},
                            MachineType{"ndv4", "infiniband", 200},
                            MachineType{"bm.gpu.b4", "roce", 200},
                            MachineType{"bm.gpu4.8", "roce", 200},
                            MachineType{"bm.gpu.a100", "roce", 200},
                            MachineType{"bm.gpu.h100", "roce", 400},
                            MachineType{"bm.gpu.h200", "roce", 400}};

bool begins_a_word(std::string_view text, std::size_t at) {
  return at == 0 || !std::isalnum(static_cast<unsigned char>(text[at - 1]));
}

const MachineType* type_in(std::string_view words) {
  for (const MachineType& type : kTypes)
    for (std::size_t at = words.find(type.name); at != std::string_view::npos; at = words.find(type.name, at + 1))
      if (begins_a_word(words, at)) return &type;
  return nullptr;
}

}  // namespace

std::string transport_of_machine_type(std::string_view words) {
  const MachineType* type = type_in(words);
  return type ? std::string(type->transport) : std::string();
}

std::optional<Bandwidth> nic_of_machine_type(std::string_view words) {
  const MachineType* type = type_in(words);
  return type && type->gigabits > 0 ? std::optional(type->gigabits * kGigabitPerSecond) : std::nullopt;
}

}  // namespace eigenbau::fit
