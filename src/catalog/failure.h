// How often do parts of a cluster fail, and how long do they stay away?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "units/quantity.h"

namespace eigenbau::catalog {

/// Prior for one class of machine.
struct FailurePrior {
  std::string name, title;
  std::vector<std::string> aliases;
  std::optional<int> gpus_per_node;   ///< accelerators of what is counted as one node; absent: those of a server
  Frequency node_rate{};              ///< failures of one node that interrupt a job
  std::optional<Frequency> job_rate;  ///< interrupts that do not grow with nodes: software, operators
  std::optional<Time> restart;        ///< detect, decide, replace, relaunch, reload
  std::optional<Time> repair_mean;
  std::optional<double> repair_dispersion;  ///< variance over mean of the number of nodes down (Poisson: 1)
  std::optional<double> link_rate_per_month;
  std::optional<double> dead_on_arrival;
};

}  // namespace eigenbau::catalog
