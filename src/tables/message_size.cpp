// How long is the message of a row of a table of collectives?
#include "tables/message_size.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tables/cell_words.h"
#include "tables/headings.h"
#include "tables/row_words.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

/// A column whose heading says in which unit it has the size.
struct SizeColumn {
  std::string_view heading;
  Bytes unit;
  std::string_view meant = {};  ///< where the unit is written for another as well
};
const std::array<SizeColumn, 6> kSizes{{{"size_kb", 1e3 * kByte, "thousands"},
                                        {"size_mb", 1e6 * kByte, "millions"},
                                        {"size_gb", 1e9 * kByte, "billions"},
                                        {"size_kib", kKibibyte},
                                        {"size_mib", kMebibyte},
                                        {"size_gib", kGibibyte}}};

struct Width {
  std::string_view type;
  int bytes;
};
constexpr std::array kWidths{Width{"bf16", 2},   Width{"fp32", 4},  Width{"fp64", 8},  Width{"fp8", 1},    Width{"int8", 1},
                             Width{"uint8", 1},  Width{"char", 1},  Width{"byte", 1},  Width{"int16", 2},  Width{"int32", 4},
                             Width{"uint32", 4}, Width{"int", 4},   Width{"int64", 8}, Width{"uint64", 8}, Width{"long", 8},
                             Width{"f8e4m3", 1}, Width{"f8e5m2", 1}};

/// The size by a column that has its unit in its heading; what is no size refuses the row.
std::optional<MessageSize> size_with_unit(const Csv& table, std::size_t row, const SizeColumn& column, RowNumbers& cells) {
  const auto& [heading, unit, meant] = column;
  const std::string_view cell = table.cell(row, heading);
  if (says_nothing(cell)) return std::nullopt;
  const auto plain = plain_number(cell);
  const Bytes size = plain ? *plain * unit : cells.bytes(heading, cell) * kByte;
  if (!(size >= kByte)) cells.refuse(fmt::format("{} '{}' is no size of a byte or more", heading, trimmed(cell)));
  return MessageSize{size, plain && !meant.empty() ? fmt::format("{} in {} of bytes", heading, meant) : ""};
}

/// The size by the elements of a type; a count alone refuses the row.
std::optional<MessageSize> size_of_elements(const Csv& table, std::size_t row, const std::string& operation, int ranks,
                                            RowNumbers& cells) {
  const std::string_view cell = table.cell(row, "count");
  if (says_nothing(cell)) return std::nullopt;
  const double count = cells.whole("count", cell);
  const auto width = element_bytes(table.cell(row, "type"));
  if (!(count >= 1)) cells.refuse(fmt::format("count '{}' is no number of elements", trimmed(cell)));
  if (!width)
    cells.refuse(fmt::format("type '{}' does not tell the bytes of an element, nor a count alone the size of the message",
                             trimmed(table.cell(row, "type"))));
  const bool parts = counts_parts(operation);
  return MessageSize{count * width.value_or(0) * (parts ? ranks : 1) * kByte,
                     parts ? "count taken as of one rank's part, as nccl-tests counts" : ""};
}

/// A size that a row states, and in which column.
struct StatedSize {
  std::string_view column;
  MessageSize size;
};

/// All sizes that a row states, that which counts first.
std::vector<StatedSize> stated_sizes(const Csv& table, std::size_t row, const std::string& operation, int ranks,
                                     RowNumbers& cells) {
  std::vector<StatedSize> stated;
  RowNumbers others;  // what is wrong in them does no harm
  const auto next = [&]() -> RowNumbers& { return stated.empty() ? cells : others; };
  if (const std::string_view cell = table.cell(row, "bytes"); !says_nothing(cell))
    stated.push_back({"bytes", {next().bytes("bytes", cell) * kByte, {}}});
  for (const SizeColumn& column : kSizes)
    if (const auto size = size_with_unit(table, row, column, next())) stated.push_back({column.heading, *size});
  if (const auto size = size_of_elements(table, row, operation, ranks, next())) stated.push_back({"count", *size});
  return stated;
}

/// What is said of the sizes that contradict the first by more than thousands and powers of two are apart; those that are none do
/// not, nor does a count of elements that may be one rank's part or all.
std::string contradictions(const std::vector<StatedSize>& stated, int ranks) {
  constexpr double kAlike = 1.08;
  std::string said;
  const double first = stated.front().size.size->base();
  const auto alike = [&](double size) { return size < kAlike * first && first < kAlike * size; };
  for (const auto& [column, message] : stated) {
    const double size = message.size->base();
    const bool may_be_part = column == "count" && (alike(size * ranks) || alike(size / ranks));
    if (size > 0 && first > 0 && !alike(size) && !may_be_part)
      add_note(said, fmt::format("{} contradicts {} {:.3g} times: {} counts", column, stated.front().column,
                                 std::max(size / first, first / size), stated.front().column));
  }
  return said;
}

bool speaks_of_size(std::string_view heading) {
  const std::string small = lower(heading);
  const auto words = split_at(small, " -_()[]/");
  const auto has = [&](auto... word) { return (is_one_of(words, word) || ...); };
  const bool of_rate = has("s", "sec", "second", "bw", "bandwidth", "rate", "memory", "batch");
  const bool of_group = has("world", "group", "domain", "cluster", "node");
  const auto is_size = [](std::string_view word) {
    return word.starts_with("size") || word.ends_with("size") || word.ends_with("bytes") ||
           is_one_of({"message", "msg", "payload", "buffer", "byte", "kb", "mb", "gb", "kib", "mib", "gib", "elements", "element",
                      "elems", "elem", "numel", "len", "length"},
                     word);
  };
  return !of_rate && !of_group && std::ranges::any_of(words, is_size);
}

}  // namespace

MessageSize message_size(const Csv& table, std::size_t row, const std::string& operation, int ranks,
                         const std::vector<std::string>& unread, RowNumbers& cells) {
  const std::vector<StatedSize> stated = stated_sizes(table, row, operation, ranks, cells);
  if (!stated.empty()) {
    MessageSize size = stated.front().size;
    add_note(size.taken, contradictions(stated, ranks));
    return size;
  }
  const auto holds = [&](const std::string& heading) { return !says_nothing(table.cell(row, heading)); };
  if (const auto found = std::ranges::find_if(unread, holds); found != unread.end())
    cells.refuse(fmt::format("no size: '{}' is not read; bytes is, size_mb and the like, or count with type", *found));
  return {};
}

std::vector<std::string> unread_sizes(const Csv& table) {
  std::vector<std::string> unread = unknown_columns(table, collective_columns());
  std::erase_if(unread, [](const std::string& heading) { return !speaks_of_size(heading); });
  return unread;
}

std::optional<int> element_bytes(std::string_view type) {
  std::string word = lower(trimmed(type));
  for (const std::string_view library : {"torch.", "nccl"})
    if (word.starts_with(library)) word.erase(0, library.size());
  word = format_word(word);
  const auto found = std::ranges::find(kWidths, std::string_view(word), &Width::type);
  return found == kWidths.end() ? std::nullopt : std::optional(found->bytes);
}

bool counts_parts(std::string_view operation) {
  return is_one_of({"all_gather", "reduce_scatter", "alltoall", "gather", "scatter"}, operation);
}

}  // namespace eigenbau::tables
