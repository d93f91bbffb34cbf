// What does a calibrated collective library do on the links of a machine?
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "catalog/collective_table.h"
#include "perf/interconnect.h"

namespace eigenbau::fit {

/// The constants of `part` on a machine's links, for every transport. What the part has not and the machine's accelerators or
/// transport need is said in `notes`.
std::shared_ptr<const perf::CollectiveLibrary> library_on(const catalog::CollectivePart& part, const perf::Machine& machine,
                                                          std::vector<std::string>& notes);

}  // namespace eigenbau::fit
