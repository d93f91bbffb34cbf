// How far is the exponential law from a real cluster's failures? Replays the StepFun trace where it lies beside the project.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "perf/goodput.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::perf;

namespace {

/// Times at which a fault began, in order: the trace lists "event_time" [days] and then "event_type" for each event.
std::vector<Time> fault_starts(const std::string& text) {
  std::vector<Time> starts;
  for (std::size_t at = text.find("\"event_time\":"); at != std::string::npos; at = text.find("\"event_time\":", at + 1)) {
    const std::size_t type = text.find("\"event_type\":", at);
    if (type == std::string::npos || text.compare(type + 13, 14, " \"fault_start\"") != 0) continue;
    starts.push_back(std::stod(text.substr(at + 13, 24)) * kDay);
  }
  std::ranges::sort(starts);
  return starts;
}

/// Share of the wall time that a job on all nodes spends on work that it keeps, when each fault interrupts it.
double replay(const std::vector<Time>& faults, Time restart, Time interval, Time blocking) {
  Time now = faults.front(), kept{};
  for (std::size_t next = 1; next < faults.size(); ++next) {
    if (faults[next] < now) {  // strikes the restart, which begins again
      now = faults[next] + restart;
      continue;
    }
    kept += std::floor((faults[next] - now) / (interval + blocking)) * interval;
    now = faults[next] + restart;
  }
  return kept / (faults.back() - faults.front());
}

}  // namespace

TEST_CASE(
    "on a real trace, whose faults come in bursts, the law is on the safe side: by four points, nine if restarts are long") {
  const std::filesystem::path path = std::filesystem::path(EIGENBAU_SOURCE_DIR) / "../shared/traces/stepfun_fault_trace.json";
  std::ifstream file(path);
  if (!file) {
    MESSAGE("skipped: no fault trace beside the project");
    return;
  }
  const std::vector<Time> faults = fault_starts({std::istreambuf_iterator<char>(file), {}});
  REQUIRE(faults.size() == 584);
  const Time mtti = (faults.back() - faults.front()) / static_cast<double>(faults.size() - 1);
  for (double restart : {0.005, 0.02, 0.1, 0.2, 0.35})
    for (double interval : {0.03, 0.07, 0.15}) {
      const Time r = restart * mtti, t = interval * mtti, c = 0.002 * mtti;
      GoodputInput input{.nodes = 1, .node_rate = 1.0 / mtti};
      input.restart.recover = r;
      input.checkpointing = {.blocking = c, .interval = t};
      const double law = goodput(input).goodput;
      const double real = replay(faults, r, t, c);
      CAPTURE(restart);
      CAPTURE(interval);
      CHECK(real >= law);
      CHECK(real <= law + (restart <= 0.1 ? 0.04 : 0.09));
    }
}
