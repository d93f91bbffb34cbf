// Which rates of network adapters does a note on a run state?
#pragma once

#include <string_view>
#include <vector>

namespace eigenbau::tables {

enum class NicShare { unsaid, of_gpu, of_node };

/// A rate in a note.
struct NicRate {
  double gigabits = 0;      ///< per second
  bool named = false;       ///< what a generation or a product has, where the note puts no figure to it
  bool of_adapter = false;  ///< the note puts the figure to the generation that has it: "EDR 100 Gb/s"
  int count = 0;            ///< of adapters that the note puts to it; 0: none
  bool count_near = false;  ///< in the same clause
  bool count_next = false;  ///< with nothing between: "8x200Gb", where "1x DPU 200Gb" may be any of a list
  NicShare share = NicShare::unsaid;
  int gpus = 1;              ///< that share it: "per 2 GPUs", "2 GPUs share one NIC"
  bool of_host = false;      ///< of storage or management, says the clause: "storage: 2x200GbE"
  bool of_ethernet = false;  ///< of Ethernet that the clause does not say trains: "100GbE", not "100GbE RoCE", "compute: 100GbE"
};

/// "8x200Gb HDR", "1.6 Tb/s per node", "4 NICs of 200 Gb/s", "25 GB/s" (not of links or memory); where no such rate is stated,
/// what a generation or a product that the note names has: "4x NDR200", "Slingshot-11", "ConnectX-7". A count times a figure
/// without a unit is of Gb/s where the clause names a network: "RoCE 4x100". Rates of switches and racks are left out.
std::vector<NicRate> nic_rates_in(std::string_view note);

/// Whether `word` stands in the note with no letter next to it: "hdr" in "8x HDR200".
bool stands_alone(std::string_view note, std::string_view word);

}  // namespace eigenbau::tables
