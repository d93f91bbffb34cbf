// What does one row of a table of collectives ask, and what was measured?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "input/csv.h"
#include "perf/collective.h"
#include "perf/interconnect.h"
#include "tables/collective_algorithm.h"

namespace eigenbau::tables {

/// What a published time includes: a call of the library, or one from the loop of a framework. Who names no benchmark of the
/// library is taken to have written a loop.
enum class TimedBy { unknown, library, framework };

/// One collective as nccl-tests and its kin report it.
struct CollectiveRow {
  std::string id;
  std::string operation;  ///< all_reduce, all_gather, reduce_scatter, alltoall, sendrecv, broadcast, reduce, gather, scatter,
                          ///< ep_dispatch, ep_combine
  std::string gpu;        ///< as written
  int ranks = 0;
  int ranks_per_domain = 0;              ///< GPUs of one server or rack; 0: not said
  bool joined = false;                   ///< links join all of them and no more, whatever is usual for the GPU
  int most_joined = 0;                   ///< links join no more GPUs than that (NVL36, no MNNVL); 0: as usual for the GPU
  std::string unreadable;                ///< the first cell that is no number where one is needed, and what is wrong
  std::optional<Bytes> message;          ///< blank: a long message is meant
  std::string size_taken;                ///< how its size was, where no column has it in bytes; for a reason
  std::optional<Bandwidth> server_nics;  ///< all NICs of one server of which the GPUs are not counted
  std::optional<Bandwidth> gpu_nic;      ///< of one GPU
  std::string machine;                   ///< whose NICs these are, for a reason; empty where the row states them
  std::string transport;                 ///< infiniband, roce, efa, tcpxo, tcpx, tcp; empty: not known
  bool transport_assumed = false;        ///< it is that of the machine type that the row names
  AlgorithmWords algorithms{};
  TimedBy timed_by = TimedBy::library;
  double tokens = 0, hidden = 0, experts_per_token = 0;  ///< of an expert exchange, one rank's; 0: the usual benchmark's
  bool degraded = false;                                 ///< the source marks it as an anomaly
  std::string passed_over;                               ///< measured cells that hold none, or contradict one another
  std::optional<Time> measured_time;                     ///< for fitting and scoring only
  std::optional<Bandwidth> measured_bus;
};

/// Of one call; more is a slip of the pen.
inline constexpr double kMostRanks = 1e7;

/// The rows of a table with the columns of published collective tables; measured columns may be missing: of `time_us`,
/// `algbw_gbs` and `busbw_gbs` any one gives time and bus bandwidth, and the time counts where they contradict it. Two more are
/// read where a table has them: `transport`, and `loop`, what timed the calls (library, framework).
std::vector<CollectiveRow> collective_rows(const Csv& table);

/// The transport that words in lower case name, as in CollectiveRow; empty if none: "NDR InfiniBand", "ib", "rocev2", "no RDMA".
std::string transport_word(std::string_view words);

/// The operation of perf/ that a word means; nothing for expert exchange and unknown words.
std::optional<perf::Collective> collective_of(const std::string& word);

}  // namespace eigenbau::tables
