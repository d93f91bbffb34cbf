// Which links does a row of a collective table mean, and how long does the law say it takes?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/collective_table.h"
#include "fit/kernel_book.h"
#include "perf/interconnect.h"
#include "tables/collective_row.h"
#include "tables/gpu_figures.h"

namespace eigenbau::fit {

/// What a Python loop adds to each call over the library's own benchmark: the difference between both on 8 A100, H200 and B200
/// below 1 MiB is 20 to 27 us.
inline constexpr Time kFrameworkLoop = 22 * kMicrosecond;

/// The law's view of a row: links and group, and what had to be assumed.
struct CollectiveCase {
  perf::Interconnect links;
  perf::CollectiveGroup group;
  bool scale_up = true;               ///< false: inside a server over PCIe
  Time loop{};                        ///< added by what timed it
  Time server_loop{};                 ///< and to the same call among the ranks of one domain, which it never beats
  std::string generation, transport;  ///< whose constants are taken; a transport by the name under which it is measured
  std::string assumed;                ///< for the reason; empty if nothing was
};

/// Under whose name a part states the constants that an operation takes inside a domain (perf::ScaleUp::law).
std::string_view constants_of(perf::Collective operation);

/// The constants of `part` for a generation and a transport. What it lacks are the standard library's own (perf/), and where that
/// has none either those of the nearest that is known; both are said, inside a domain of the operation that is asked.
perf::ScaleUp scale_up_of(const catalog::CollectivePart& part, const std::string& generation, Bandwidth link,
                          std::optional<perf::Collective> asked, std::string& assumed);
perf::Transport transport_of(const catalog::CollectivePart& part, const std::string& transport, std::string& assumed);

/// The transports of `part` alone as perf/ takes them. Their names are the part's, which must outlive them.
std::vector<perf::KnownTransport> known_transports(const catalog::CollectivePart& part);

CollectiveCase collective_case(const tables::CollectiveRow& row, const catalog::CollectivePart& part,
                               const tables::GpuLookup& gpu);

/// What the law says of it, the loop that timed it included.
Time case_time(perf::Collective operation, Bytes message, const CollectiveCase& at);

/// What is wrong with a row; empty if nothing.
std::string invalid(const tables::CollectiveRow& row);

}  // namespace eigenbau::fit
