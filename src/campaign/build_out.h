// How many accelerators are delivered, installed, accepted and wired by the end of each day?
#pragma once

#include <vector>

#include "base/date.h"
#include "cluster/cluster.h"

namespace eigenbau::campaign {

/// How the machine comes up; everything counted in accelerators.
struct BuildOutInput {
  double gpus = 0;  ///< bought
  Date start{};     ///< of the build
  struct Delivery {
    Date from{};
    double gpus = 0;
    double per_day = 0;  ///< 0: all on one day
  };
  std::vector<Delivery> deliveries;  ///< empty: everything lies there at the start
  double installed_per_day = 0;      ///< most that the crews place, cable and power in a day; 0: no limit
  Time burn_in{};
  Time fabric_test{};
  double dead_on_arrival = 0;  ///< share that fails its first burn-in
  Time repair{};               ///< after which it is burned in again
};

/// Cumulative counts at the end of a day.
struct BuildOutDay {
  double delivered = 0;
  double installed = 0;  ///< placed, cabled, powered on
  double accepted = 0;   ///< burned in, and repaired where dead on arrival
  double wired = 0;      ///< tested in the fabric
};

/// The build-out by day, `days` of them from `first` on.
///   installed(t) = min(delivered(t), installed(t-1) + crews)
///   accepted(t)  = (1-d)·installed(t-b) + d·installed(t-2b-r)       d dead on arrival, b burn-in, r repair
///   wired(t)     = accepted(t-f)                                    f fabric test
/// online <= wired <= accepted <= installed <= delivered. Times are rounded up to whole days. Stops being true where one
/// crew serves two trades, where burn-in power or test benches bind, or a pod waits for its last server: schedule/ knows.
std::vector<BuildOutDay> build_out(const BuildOutInput& input, Date first, int days);

/// What the file says of the build, for `gpus_per_server` accelerators a server. Deliveries never exceed what is bought.
/// `start` is the day that stands in where the file does not date the build.
BuildOutInput build_out_input(const cluster::Cluster& cluster, double gpus, double gpus_per_server, Date start,
                              double dead_on_arrival_prior, Time repair_prior);

/// "100,000 cards in 19 days": the pace that a sentence implies.
struct Pace {
  double gpus_per_day = 0;
  double servers_per_day = 0;
  double racks_per_day = 0;
};
Pace pace(double gpus, Time within, double gpus_per_server, double servers_per_rack);

}  // namespace eigenbau::campaign
