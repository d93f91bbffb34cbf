// What does one part file say, and who says each figure of it?
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/figure.h"
#include "input/document.h"
#include "input/reader.h"

namespace eigenbau {
class RecordInfo;
}

namespace eigenbau::catalog {

/// The note of the block that each fit of a stack replaces.
inline constexpr std::string_view kFitNote = "fitted constants, replaced by each fit";

/// A part file with its `[[from]]` blocks laid into one table.
struct PartFile {
  Node fields{};                              ///< what a Record reads: identity and figures
  std::map<std::string, Provenance> sources;  ///< by path within the part: "tdp", "peak.bf16", "lease[0]"
  std::map<std::string, std::string> notes;   ///< by path: of the block that states it, where that has one
  Diagnostics problems;                       ///< syntax, unknown kind, figures stated twice, blocks without a source
};

/// Reads the text of a part of this kind. `name` is the part's file name without its ending; empty: whatever it says.
///
///   format = "eigenbau.part/1"        the same in every file
///   kind, name, title, aliases        identity
///   [[from]]                          one block for each source: source, date, confidence, then its figures;
///                                     a `note` is for people
/// The part is the union of its blocks. Lists of tables (prices) grow from block to block; any other figure that is
/// stated twice is an error.
PartFile read_part_file(SourceText text, std::string_view kind, std::string_view name);

/// Fields that hold a number but stand outside every `[[from]]` block, so that nobody vouches for them.
std::vector<std::string> unsourced_figures(const PartFile& part, const RecordInfo& fields);

}  // namespace eigenbau::catalog
