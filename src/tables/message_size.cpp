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
std::optional<MessageSize> size_with_unit(const Csv& table, std::size_t row, RowNumbers& cells) {
  for (const auto& [heading, unit, meant] : kSizes) {
    const std::string_view cell = table.cell(row, heading);
    if (says_nothing(cell)) continue;
    const auto plain = plain_number(cell);
    const Bytes size = plain ? *plain * unit : cells.bytes(heading, cell) * kByte;
    if (!(size >= kByte)) cells.refuse(fmt::format("{} '{}' is no size of a byte or more", heading, trimmed(cell)));
    return MessageSize{size, plain && !meant.empty() ? fmt::format("{} in {} of bytes", heading, meant) : ""};
  }
  return std::nullopt;
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

bool speaks_of_size(std::string_view heading) {
  const std::string small = lower(heading);
  const auto words = split_at(small, " _-()[]/");
  const auto has = [&](auto... word) { return (is_one_of(words, word) || ...); };
  const bool of_rate = has("s", "sec", "second", "per", "bw", "bandwidth", "rate", "memory", "batch");
  return !of_rate && has("size", "message", "msg", "payload", "buffer", "bytes", "byte", "kb", "mb", "gb", "kib", "mib", "gib",
                         "elements", "element", "elems", "elem", "numel");
}

}  // namespace

MessageSize message_size(const Csv& table, std::size_t row, const std::string& operation, int ranks,
                         const std::vector<std::string>& unread, RowNumbers& cells) {
  if (const std::string_view cell = table.cell(row, "bytes"); !says_nothing(cell))
    return {cells.bytes("bytes", cell) * kByte, {}};
  if (const auto size = size_with_unit(table, row, cells)) return *size;
  if (const auto size = size_of_elements(table, row, operation, ranks, cells)) return *size;
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
