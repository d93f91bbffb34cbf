// Does a clause only speak of something, which the run need not have?
#pragma once

#include <string_view>

namespace eigenbau::tables {

/// Whether a clause compares with what it names, or says that it was planned or failed: "faster than FSDP", "unlike DualPipe",
/// "ZeRO-3 ran out of memory".
bool is_mention(std::string_view clause);

}  // namespace eigenbau::tables
