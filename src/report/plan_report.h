// How does the answer to a cluster file become a result tree?
#pragma once

#include <string>

#include "report/tree.h"
#include "study/run.h"

namespace eigenbau::report {

/// What a report says of its own making.
struct Origin {
  std::string input;
  std::string input_hash;
  std::string version;
  std::uint64_t seed = 0;
};

/// Sections power, racks, fabric, supply, jobs, cost, claims, open; ranges from the study's samples.
Report plan_report(const study::Study& study, const Origin& origin);

}  // namespace eigenbau::report
