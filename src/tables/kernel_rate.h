// How long did a kernel take of which a table states a rate and no time?
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "input/csv.h"
#include "tables/kernel_row.h"

namespace eigenbau::tables {

/// Time in us from the column tflops, where there is no doubt about which FLOP it counts: products 2·m·n·k, attention over all
/// pairs 4·b·h·s²·d, and as FlashAttention's own benchmark has it half of them for causal ones, 2.5 times as many for a backward
/// pass. Sizes that the row leaves out tell nothing, nor does gbps, of which sources count different bytes.
std::optional<double> time_of_rate_us(const Csv& table, std::size_t row, const KernelRow& kernel);

/// What is said where tflops, of which the FLOP are beyond doubt, is more than 10 % off the time, roundings aside; else empty.
std::string rate_contradiction(const Csv& table, std::size_t row, const KernelRow& kernel);

}  // namespace eigenbau::tables
