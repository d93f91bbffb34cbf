// Which links does a row of a collective table mean, and how long does the law say it takes?
#pragma once

#include <optional>
#include <string>

#include "catalog/collective_table.h"
#include "fit/kernel_book.h"
#include "perf/collective.h"
#include "tables/collective_row.h"
#include "tables/gpu_figures.h"

namespace eigenbau::fit {

/// The law's view of a row: links and group, and what had to be assumed.
struct CollectiveCase {
  perf::Interconnect links;
  perf::CollectiveGroup group;
  bool scale_up = true;               ///< false: inside a server over PCIe
  Time loop{};                        ///< added by what timed it
  Time server_loop{};                 ///< and to the same call among the ranks of one domain, which it never beats
  std::string generation, transport;  ///< whose constants are taken
  std::string assumed;                ///< for the reason; empty if nothing was
};

/// The constants of `part` for a generation and a transport; the nearest known where it has none. Falls back on perf/.
perf::ScaleUp scale_up_of(const catalog::CollectivePart& part, const std::string& generation, Bandwidth link,
                          std::string& assumed);
perf::Transport transport_of(const catalog::CollectivePart& part, const std::string& transport, std::string& assumed);

/// What to take for a transport that is not measured, by its class.
///   RDMA; a cloud's own (EFA, TCPXO): the geometric mean of the measured ones of the class and of one more, which stands for
///   what
///     is known without measuring: a step of 14 us, which NCCL itself reckons with (src/graph/tuning.cc), three times that where
///     a cloud's software carries the messages; 95 % of the wire; a ramp of 1.
///   sockets (TCP): half of the wire, since the kernel copies each byte between sockets and the memory of the host, through which
///     it goes to the GPU and back (published: 32 to 50 % of 100 Gb/s, 50 to 60 % of 32 Gb/s; NVIDIA/nccl issues 450 and 209); a
///     step as slow as the slowest of the measured ones, which all bypass the kernel; a ramp of 1.
///   TCPX: the kernel's TCP, whose payload goes straight to the GPU: halfway between sockets and a cloud's own.
perf::Transport usual_transport(const catalog::CollectivePart& part, const std::string& transport);

CollectiveCase collective_case(const tables::CollectiveRow& row, const catalog::CollectivePart& part,
                               const tables::GpuLookup& gpu);

/// What the law says of it, the loop that timed it included.
Time case_time(perf::Collective operation, Bytes message, const CollectiveCase& at);

/// What is wrong with a row; empty if nothing.
std::string invalid(const tables::CollectiveRow& row);

}  // namespace eigenbau::fit
