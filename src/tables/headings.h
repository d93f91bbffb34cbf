// Which columns of a table of measurements are read, whatever heads them?
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "input/csv.h"

namespace eigenbau::tables {

/// A column that a table may have, and other usual headings of it that mean nothing else.
struct KnownColumn {
  std::string_view name;
  std::vector<std::string_view> aliases = {};
};
using KnownColumns = std::vector<KnownColumn>;

/// Of the published tables; some of their columns hold nothing that is read.
const KnownColumns& kernel_columns();
const KnownColumns& collective_columns();
const KnownColumns& training_columns();

/// The same table with columns headed as they are known: "Time (us)" is time_us, "size" bytes. Where two columns mean the same,
/// the one that is named so counts, else the first. Rows of a table without ids are numbered: "row-1".
Csv with_known_headings(Csv table, const KnownColumns& known);

/// Headings of columns of which nobody knows what they hold.
std::vector<std::string> unknown_columns(const Csv& table, const KnownColumns& known);

/// The known column that a heading was most likely meant to be; empty if none is near.
std::string nearest_column(std::string_view heading, const KnownColumns& known);

}  // namespace eigenbau::tables
