// Does a clause only speak of something, which the run need not have?
#pragma once

#include <string>
#include <string_view>

namespace eigenbau::tables {

/// Whether a clause compares with what it names, or says that it was planned, failed or ran before: "faster than FSDP", "unlike
/// DualPipe", "ZeRO-3 ran out of memory", "it was 10 s in 25.02", "the baseline used FSDP". What the run itself took stands in
/// its columns.
bool is_mention(std::string_view clause);

/// The clauses of a text that are none, nor go on with one by a number or a result alone, parted by semicolons.
std::string without_mentions(std::string_view text);

/// The same without parting what is left, and of those that compare no less than what they compare with: of "TP 8, TP 4 ran out
/// of memory" and "TP 8 instead of 4" it is "tp 8".
std::string stated_words(std::string_view text);

}  // namespace eigenbau::tables
