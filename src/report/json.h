// How is an answer handed to other software: JSON with stable keys, the unit in the key, and exact numbers?
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "report/tree.h"

namespace eigenbau::report {

/// What one run took. Not part of an answer: it varies from run to run and is shown only when asked for.
struct RunStats {
  double seconds = 0;
  double peak_memory_bytes = 0;
  std::map<std::string, double> counters{};
};

/// "eigenbau.report/1". A value that is not finite, or unknown, is null.
std::string render_json(const Report& report, const std::optional<RunStats>& run);

/// "eigenbau.comparison/1": the reports in a list.
std::string render_json(std::span<const Report> reports, const std::optional<RunStats>& run);

}  // namespace eigenbau::report
