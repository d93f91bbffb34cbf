// What does one row of a table of collectives ask, and what was measured?
#include "fit/collective_row.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "fit/feature_words.h"
#include "fit/machine_type.h"
#include "fit/row_number.h"
#include "fit/row_words.h"
#include "fit/run_text.h"

namespace eigenbau::fit {
namespace {

bool is_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// Where `word` stands alone at or after `from`.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0) {
  for (auto at = text.find(word, from); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end]))) return at;
  }
  return std::string_view::npos;
}

bool has_word(std::string_view text, std::string_view word) { return find_word(text, word) != std::string_view::npos; }

std::string transport_of(const std::string& words) {
  if (contains(words, "tcpx")) return "tcpxo";
  if (has_word(words, "tcp")) return "tcp";
  if (contains(words, "efa")) return "efa";
  if (contains(words, "roce") || contains(words, "ethernet") || contains(words, "spectrum")) return "roce";
  if (contains(words, "infiniband") || contains(words, "ndr") || contains(words, "hdr") || contains(words, "cx7") ||
      has_word(words, "ib"))
    return "infiniband";
  return {};
}

/// What timed the calls: the column says it, else a benchmark that the row names.
TimedBy timed_by(const std::string& column, const std::string& words) {
  if (column.starts_with("frame")) return TimedBy::framework;
  if (column.starts_with("lib")) return TimedBy::library;
  return contains(words, "nccl-test") || contains(words, "nccl test") || contains(words, "rccl-test") ? TimedBy::library
                                                                                                      : TimedBy::unknown;
}

}  // namespace

std::vector<CollectiveRow> collective_rows(const Csv& table) {
  std::vector<CollectiveRow> rows;
  for (std::size_t i = 0; i < table.size(); ++i) {
    RowNumbers cells;
    const auto number = [&](std::string_view column) { return cells.number(column, table.cell(i, column)); };
    const auto count = [&](std::string_view column) {
      return static_cast<int>(std::clamp(cells.whole(column, table.cell(i, column)), 0.0, kMostRanks));
    };
    const std::string notes = lower(table.cell(i, "notes"));
    const std::string words = lower(table.cell(i, "gpu")) + " " + lower(table.cell(i, "locator")) + " " + notes;
    CollectiveRow row{.id = std::string(table.cell(i, "id")),
                      .operation = collective_word(table.cell(i, "collective")),
                      .gpu = std::string(table.cell(i, "gpu")),
                      .ranks = count("num_gpus"),
                      .ranks_per_domain = count("gpus_per_node"),
                      .transport = transport_of(lower(table.cell(i, "transport"))),
                      .ring_only = contains(notes, "nccl_algo=ring"),
                      .in_switch = !contains(notes, "nccl_nvls_enable=0"),
                      .in_network = in_use(notes, "sharp") || in_use(notes, "collnet"),
                      .timed_by = timed_by(lower(table.cell(i, "loop")), lower(table.cell(i, "source")) + " " + words),
                      .degraded = contains(notes, "degraded")};
    if (row.transport.empty()) row.transport = transport_of(notes);
    if (row.transport.empty()) {
      row.transport = transport_of_machine_type(words);
      row.transport_assumed = !row.transport.empty();
    }
    if (row.transport.empty()) row.transport = plain_word(table.cell(i, "transport"));  // not known, which is said
    if (table.cell(i, "bytes").find_first_not_of(' ') != std::string_view::npos)
      row.message = cells.bytes("bytes", table.cell(i, "bytes")) * kByte;
    const double nics = number("nics_per_node"), speed = number("nic_gbps");
    constexpr double kTray = 4;  // GPUs of a rack's tray, which tables count NICs of
    if (nics > 0 && speed > 0) {
      const Bandwidth all = nics * speed * kGigabitPerSecond;
      if (contains(notes, "per 4-gpu tray") || row.ranks_per_domain > 16) row.gpu_nic = all / kTray;
      else row.domain_nics = all;
    } else if (speed > 0) row.gpu_nic = speed * kGigabitPerSecond;
    row.tokens = cells.number("tokens", note_value(notes, "tokens"));
    row.hidden = cells.number("hidden", note_value(notes, "hidden"));
    row.experts_per_token = cells.number("topk", note_value(notes, "topk"));
    row.unreadable = cells.unreadable();
    const auto algorithm = table.number(i, "algbw_gbs"), bus = table.number(i, "busbw_gbs");
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
