// What does one row of a table of collectives ask, and what was measured?
#include "fit/collective_row.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string_view>

#include "fit/machine_type.h"
#include "fit/row_words.h"

namespace eigenbau::fit {
namespace {

constexpr double kMost = 1e15;  // of any figure of a row; more is a slip of the pen

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

bool has(const std::string& text, std::string_view word) { return text.find(word) != std::string::npos; }

std::string transport_of(const std::string& words) {
  if (has(words, "tcpx")) return "tcpxo";
  if (has(words, "efa")) return "efa";
  if (has(words, "roce") || has(words, "ethernet") || has(words, "spectrum")) return "roce";
  if (has(words, "infiniband") || has(words, "ndr") || has(words, "hdr") || has(words, "cx7")) return "infiniband";
  return {};
}

/// What timed the calls: the column says it, else a benchmark that the row names.
TimedBy timed_by(const std::string& column, const std::string& words) {
  if (column.starts_with("frame")) return TimedBy::framework;
  if (column.starts_with("lib")) return TimedBy::library;
  return has(words, "nccl-test") || has(words, "nccl test") || has(words, "rccl-test") ? TimedBy::library : TimedBy::unknown;
}

}  // namespace

std::vector<CollectiveRow> collective_rows(const Csv& table) {
  std::vector<CollectiveRow> rows;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto number = [&](std::string_view column) -> std::optional<double> {
      const auto value = table.number(i, column);
      return value && std::abs(*value) < kMost ? value : std::nullopt;
    };
    const auto count = [&](std::string_view column) {
      return static_cast<int>(std::clamp(number(column).value_or(0), 0.0, 1e7));
    };
    const std::string notes = lower(table.cell(i, "notes"));
    const std::string words = lower(table.cell(i, "gpu")) + " " + lower(table.cell(i, "locator")) + " " + notes;
    CollectiveRow row{.id = std::string(table.cell(i, "id")),
                      .operation = collective_word(table.cell(i, "collective")),
                      .gpu = std::string(table.cell(i, "gpu")),
                      .ranks = count("num_gpus"),
                      .ranks_per_domain = count("gpus_per_node"),
                      .transport = transport_of(lower(table.cell(i, "transport"))),
                      .ring_only = has(notes, "nccl_algo=ring"),
                      .in_switch = !has(notes, "nccl_nvls_enable=0"),
                      .in_network = (has(notes, "sharp") || has(notes, "collnet")),
                      .timed_by = timed_by(lower(table.cell(i, "loop")), lower(table.cell(i, "source")) + " " + words),
                      .degraded = has(notes, "degraded")};
    if (row.transport.empty()) row.transport = transport_of(notes);
    if (row.transport.empty()) {
      row.transport = transport_of_machine_type(words);
      row.transport_assumed = !row.transport.empty();
    }
    if (const auto bytes = number("bytes"); bytes) row.message = *bytes * kByte;
    const double nics = number("nics_per_node").value_or(0), speed = number("nic_gbps").value_or(0);
    if (nics > 0 && speed > 0) {
      row.nic = speed * kGigabitPerSecond;
      const bool per_tray = has(notes, "per 4-gpu tray") || row.ranks_per_domain > 16;  // tables state a tray of a rack
      row.domain_nics = nics * *row.nic * (per_tray ? row.ranks_per_domain / 4.0 : 1.0);
    }
    const auto algorithm = number("algbw_gbs"), bus = number("busbw_gbs");
    if (algorithm.value_or(0) > 0 && row.message) row.measured_time = *row.message / (*algorithm * kGigabytePerSecond);
    if (bus.value_or(0) > 0) row.measured_bus = *bus * kGigabytePerSecond;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::optional<perf::Collective> collective_of(const std::string& word) {
  using enum perf::Collective;
  if (word == "all_reduce") return all_reduce;
  if (word == "all_gather") return all_gather;
  if (word == "reduce_scatter") return reduce_scatter;
  if (word == "alltoall") return all_to_all;
  if (word == "sendrecv") return send_receive;
  return std::nullopt;
}

}  // namespace eigenbau::fit
