// What does one row of a table of collectives ask, and what was measured?
#include "tables/collective_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "tables/cell_words.h"
#include "tables/count_words.h"
#include "tables/joined_words.h"
#include "tables/machine_type.h"
#include "tables/measured_cell.h"
#include "tables/message_size.h"
#include "tables/negation.h"
#include "tables/other_run.h"
#include "tables/row_fault.h"
#include "tables/row_number.h"
#include "tables/row_words.h"
#include "tables/run_text.h"
#include "tables/server_links.h"
#include "units/counted.h"

namespace eigenbau::tables {
namespace {

/// Whether a word that begins with `stem` names something in use: "rocev2", "ndr400", but not "process" and not "no EFA".
bool named(std::string_view words, std::string_view stem) {
  for (auto at = words.find(stem); at != std::string_view::npos; at = words.find(stem, at + 1)) {
    if (at > 0 && is_letter_or_digit(words[at - 1])) continue;
    const auto end = std::find_if_not(words.begin() + static_cast<std::ptrdiff_t>(at), words.end(), is_letter_or_digit);
    if (use_of(words, words.substr(at, static_cast<std::size_t>(end - words.begin()) - at)) == Use::on) return true;
  }
  return false;
}

bool names_any(std::string_view words, std::initializer_list<std::string_view> stems) {
  return std::any_of(stems.begin(), stems.end(), [&](std::string_view stem) { return named(words, stem); });
}

/// The type of machine that notes or other words name, where it has the accelerators of the row; else that is said.
const MachineType* type_of(CollectiveRow& row, const std::string& notes, const std::string& words) {
  const MachineType* type = machine_type(notes);
  if (!type) type = machine_type(words);
  if (!type || !contradicts(lower(row.gpu), *type)) return type;
  row.machine = fmt::format("{} has other accelerators: its network is passed over", type->name);
  return nullptr;
}

/// Takes how many GPUs links join in a type of machine that is no usual server.
void take_server(CollectiveRow& row, const MachineType& type) {
  const int server = type.unusual_server();
  if (server == 0 || (row.ranks_per_domain > 0 && row.ranks_per_domain != server)) return;
  row.ranks_per_domain = server;
  row.joined = true;
}

/// NIC cells of a row, where they are blank those of its machine type.
void read_nics(CollectiveRow& row, double nics, double speed, bool per_tray, const MachineType* type) {
  const int server = row.ranks_per_domain;
  const bool of_type =
      type != nullptr && (speed == 0 || (nics == 0 && (speed == type->nic_gbps || speed == type->nics * type->nic_gbps)));
  if (of_type) {
    row.gpu_nic = type->per_gpu();
    row.machine = fmt::format("{}: {} of {:.0f} Gb/s for {}", type->name, counted(type->nics, "NIC"), type->nic_gbps,
                              counted(type->gpus, "GPU"));
  } else if (nics > 0 && speed > 0) {
    const Bandwidth all = nics * speed * kGigabitPerSecond;
    if (per_tray || (server > kLargestServer && nics < server)) row.gpu_nic = all / kTray;  // tables state a tray of a rack
    else if (server > 0) row.gpu_nic = all / server;
    else row.server_nics = all;
  } else if (speed > 0) row.gpu_nic = speed * kGigabitPerSecond;
}

constexpr std::array<std::string_view, 3> kMeasured{"time_us", "algbw_gbs", "busbw_gbs"};

/// Between which times, in us, the rounded figure of a measured cell lies.
struct SaidTime {
  std::string_view column;
  double least = 0, most = 0;
};

/// The times that the measured cells say, that which is scored first.
std::vector<SaidTime> said_times(const CollectiveRow& row, perf::Collective operation, const Csv& table, std::size_t i) {
  const double bus = bus_bandwidth(operation, *row.message, row.ranks, kMicrosecond).in(kGigabytePerSecond);
  const double algorithm = (*row.message / kMicrosecond).in(kGigabytePerSecond);
  std::vector<SaidTime> said;
  for (const auto& [column, of_one] : {std::pair{"time_us", 0.0}, {"busbw_gbs", bus}, {"algbw_gbs", algorithm}}) {
    const double value = table.number(i, column).value_or(0), half = half_digit(table.cell(i, column));
    if (!(value > 0)) continue;
    if (of_one > 0) said.push_back({column, of_one / (value + half), value > half ? of_one / (value - half) : HUGE_VAL});
    else said.push_back({column, value - half, value + half});
  }
  return said;
}

/// What is said where measured cells contradict each other by more than 5 %, roundings aside.
std::string contradiction(const CollectiveRow& row, const Csv& table, std::size_t i) {
  constexpr double kAlike = 1.05;
  const auto operation = collective_of(row.operation);
  if (!operation || !row.message || !(*row.message > Bytes{}) || row.ranks < 2) return {};
  const std::vector<SaidTime> said = said_times(row, *operation, table, i);
  for (std::size_t other = 1; other < said.size(); ++other) {
    const double apart = std::max(said[other].least / said[0].most, said[0].least / said[other].most);
    if (apart > kAlike) return contradiction_text(said[other].column, said[0].column, apart);
  }
  return {};
}

/// What was measured: time and bus bandwidth follow from one another, and a table may have any one of the three columns; where it
/// has a time that counts. A cell that holds no measurement is not made up for by another.
void read_measured(CollectiveRow& row, const Csv& table, std::size_t i) {
  const auto above_zero = [&](std::string_view column) { return std::max(0.0, table.number(i, column).value_or(0)); };
  const double time = above_zero("time_us"), algorithm = above_zero("algbw_gbs"), bus = above_zero("busbw_gbs");
  if (time > 0) row.measured_time = time * kMicrosecond;
  else if (algorithm > 0 && row.message) row.measured_time = *row.message / (algorithm * kGigabytePerSecond);
  if (bus > 0) row.measured_bus = bus * kGigabytePerSecond;
  const auto operation = collective_of(row.operation);
  if (!row.passed_over.empty() || !operation || !row.message || !(*row.message > Bytes{}) || row.ranks < 2) return;
  if (!row.measured_time && row.measured_bus)
    row.measured_time = bus_bandwidth(*operation, *row.message, row.ranks, kSecond) / *row.measured_bus * kSecond;
  if (row.measured_time && (time > 0 || !row.measured_bus))
    row.measured_bus = bus_bandwidth(*operation, *row.message, row.ranks, *row.measured_time);
}

/// GPUs of a row, and of each node; 0: not said.
struct Ranks {
  int all = 0, of_node = 0;
  std::string said{};  ///< how a product was taken
};

/// As num_gpus counts them, else nodes times gpus_per_node. Counts that do not go together refuse the row.
Ranks ranks_of(const Csv& table, std::size_t i, RowNumbers& cells) {
  const auto count = [&](std::string_view column) {
    const double value = cells.ranks(column, table.cell(i, column));
    if (value < 0) cells.refuse(fmt::format("{} '{}' is negative", column, trimmed(table.cell(i, column))));
    return static_cast<int>(std::clamp(value, 0.0, kMostRanks));
  };
  Ranks ranks{count("num_gpus"), count("gpus_per_node")};
  const auto factors = factors_in(table.cell(i, "num_gpus"));
  const bool nodes_said = !says_nothing(table.cell(i, "nodes"));
  if (factors && ranks.of_node == 0 && !nodes_said && factors->second <= kLargestServer) {
    ranks.of_node = factors->second;
    ranks.said = fmt::format("num_gpus \"{}\" taken as {} of {}", trimmed(table.cell(i, "num_gpus")),
                             counted(factors->first, "node"), counted(factors->second, "GPU"));
  }
  if (!nodes_said) return ranks;
  const int nodes = count("nodes");
  const auto parts = [](int all, int part) { return part > 0 ? (all + part - 1) / part : 0; };
  if (says_nothing(table.cell(i, "num_gpus")))
    ranks.all = static_cast<int>(std::min(static_cast<double>(nodes) * ranks.of_node, kMostRanks));
  if (ranks.of_node == 0) ranks.of_node = parts(ranks.all, nodes);
  if (nodes < 1) cells.refuse(fmt::format("nodes '{}' is not positive", trimmed(table.cell(i, "nodes"))));
  else if (ranks.all > 0 && parts(ranks.all, ranks.of_node) != nodes)
    cells.refuse(
        fmt::format("num_gpus {} are not on {} with gpus_per_node {}", ranks.all, counted(nodes, "node"), ranks.of_node));
  return ranks;
}

/// Whether notes name a transport, a type of machine or an algorithm.
bool speaks_of_network(const std::string& notes) {
  return !transport_word(notes).empty() || machine_type(notes) != nullptr ||
         has_one_word(notes, {"sharp", "nvls", "collnet", "ring", "tree"});
}

/// What timed the calls: the column says it, else a benchmark that the row names, else that a call worked in place which a
/// framework's own does not (its all-reduce does).
TimedBy timed_by(const std::string& column, const std::string& words, bool in_place, const std::string& operation) {
  if (column.starts_with("frame")) return TimedBy::framework;
  if (column.starts_with("lib")) return TimedBy::library;
  const bool named = contains(words, "nccl-test") || contains(words, "nccl test") || contains(words, "rccl-test");
  return named || (in_place && operation != "all_reduce") ? TimedBy::library : TimedBy::unknown;
}

}  // namespace

std::vector<CollectiveRow> collective_rows(const Csv& table) {
  std::vector<CollectiveRow> rows;
  const std::vector<std::string> unread = unread_sizes(table);
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (std::string wrong = row_fault(table, i); !wrong.empty()) {
      rows.push_back({.id = std::string(table.cell(i, "id")), .unreadable = std::move(wrong)});
      continue;
    }
    RowNumbers cells;
    const auto number = [&](std::string_view column) { return cells.number(column, table.cell(i, column)); };
    const auto not_negative = [&](std::string_view column, double value) {
      if (value < 0) cells.refuse(fmt::format("{} '{}' is negative", column, trimmed(table.cell(i, column))));
      return value;
    };
    const Ranks ranks = ranks_of(table, i, cells);
    const RunWords noted = words_of_own_network(lower(table.cell(i, "notes")));
    const std::string& notes = noted.own;
    const std::string words = lower(table.cell(i, "gpu")) + " " + lower(table.cell(i, "locator")) + " " + notes;
    CollectiveRow row{.id = std::string(table.cell(i, "id")),
                      .operation = collective_word(table.cell(i, "collective")),
                      .gpu = std::string(table.cell(i, "gpu")),
                      .ranks = ranks.all,
                      .ranks_per_domain = ranks.of_node,
                      .transport = transport_word(lower(table.cell(i, "transport"))),
                      .algorithms = algorithm_words(notes),
                      .degraded = contains(notes, "degraded")};
    row.timed_by = timed_by(lower(table.cell(i, "loop")), lower(table.cell(i, "source")) + " " + words,
                            table.cell(i, "in_place") == "1", row.operation);
    row.most_joined = most_joined(words, row.ranks_per_domain);
    const MachineType* type = type_of(row, notes, words);
    if (type) take_server(row, *type);
    if (row.transport.empty()) row.transport = transport_word(notes);
    if (row.transport.empty() && type) {
      row.transport = type->transport;
      row.transport_assumed = true;
    }
    if (row.transport.empty()) row.transport = plain_word(table.cell(i, "transport"));  // not known, which is said
    MessageSize message = message_size(table, i, row.operation, row.ranks, unread, cells);
    row.message = message.size;
    row.size_taken = std::move(message.taken);
    read_nics(row, not_negative("nics_per_node", number("nics_per_node")),
              not_negative("nic_gbps", cells.gigabits("nic_gbps", table.cell(i, "nic_gbps"))), contains(notes, "per 4-gpu tray"),
              type);
    row.tokens = cells.number("tokens", note_value(notes, "tokens"));
    row.hidden = cells.number("hidden", note_value(notes, "hidden"));
    row.experts_per_token = cells.number("topk", note_value(notes, "topk"));
    row.unreadable = cells.unreadable();
    for (const std::string_view column : kMeasured) add_note(row.passed_over, broken_measurement(table, i, column));
    read_measured(row, table, i);
    add_note(row.passed_over, contradiction(row, table, i));
    add_note(row.passed_over, ranks.said);
    if (speaks_of_network(noted.others))
      add_note(row.passed_over, fmt::format("notes passed over, as of another run: {}", noted.others));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string transport_word(std::string_view words) {
  const auto off = [&](std::string_view feature) { return use_of(words, feature) == Use::off; };
  if (named(words, "tcpxo")) return "tcpxo";
  if (named(words, "tcpx")) return "tcpx";
  if (has_word(words, "nccl_net=socket") || has_word(words, "net/socket") || use_of(words, "tcp") == Use::on) return "tcp";
  if (off("rdma") || off("nccl_ib")) return "tcp";
  if (names_any(words, {"efa"})) return "efa";
  if (names_any(words, {"roce", "ethernet", "spectrum"})) return "roce";
  if (names_any(words, {"infiniband", "ndr", "hdr", "xdr", "cx7"}) || use_of(words, "ib") == Use::on) return "infiniband";
  return off("efa") || off("ib") || off("infiniband") || off("roce") ? "tcp" : "";
}

std::optional<perf::Collective> collective_of(const std::string& word) {
  using enum perf::Collective;
  if (word == "all_reduce") return all_reduce;
  if (word == "all_gather") return all_gather;
  if (word == "reduce_scatter") return reduce_scatter;
  if (word == "alltoall") return all_to_all;
  if (word == "sendrecv") return send_receive;
  if (word == "broadcast") return broadcast;
  if (word == "reduce") return reduce;
  if (word == "gather") return gather;
  if (word == "scatter") return scatter;
  return std::nullopt;
}

}  // namespace eigenbau::tables
