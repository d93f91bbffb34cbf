// How long is the message of a row of a table of collectives?
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "input/csv.h"
#include "tables/row_number.h"
#include "units/quantity.h"

namespace eigenbau::tables {

struct MessageSize {
  std::optional<Bytes> size;  ///< nothing: no column states it
  std::string taken;          ///< how, where a column leaves a doubt of it; for a reason
};

/// The size by the column `bytes`, else by one that has its unit in its heading (`size_mb`, of 1,000,000 bytes; `size_mib`), else
/// `count` elements of a `type`, of one rank's part where nccl-tests counts those. `unread`: columns that may state it and are
/// not known; where nothing else does and one of them holds something, `cells` refuses the row, and so it does of a count without
/// a type.
MessageSize message_size(const Csv& table, std::size_t row, const std::string& operation, int ranks,
                         const std::vector<std::string>& unread, RowNumbers& cells);

/// Columns of a table of collectives that speak of a size and are not known: "msg_elems".
std::vector<std::string> unread_sizes(const Csv& table);

/// Bytes of an element of a type as nccl-tests, PyTorch and tables call it: "float", "bf16", "torch.half", "f8e4m3". Nothing of
/// others.
std::optional<int> element_bytes(std::string_view type);

/// Whether nccl-tests counts the elements of one rank's part of the message, not those of the whole.
bool counts_parts(std::string_view operation);

}  // namespace eigenbau::tables
