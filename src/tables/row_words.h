// What do the words of tables of measured rows mean, however they are spelled?
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tables/gpu_figures.h"

namespace eigenbau::tables {

/// In lower case, blanks and hyphens as underscores: "All-Reduce" is "all_reduce".
std::string plain_word(std::string_view written);

/// The name under which kernel tables know an operation: "matmul" is gemm, "fmha" attention_prefill. Plain if nothing is known.
std::string kernel_word(std::string_view written);

/// The same for collectives: "AllReduce", "all_reduce_perf".
std::string collective_word(std::string_view written);

/// The same for number formats: "float8_e4m3fn" is fp8, fp16 runs as bf16.
std::string format_word(std::string_view written);

/// The value of "key=value" in notes separated by semicolons; empty if there is none.
std::string_view note_value(std::string_view notes, std::string_view key);

/// A GPU by a name that may say more than the catalog's: "NVIDIA H100 80GB HBM3" is the H100. The longest run of the name's words
/// that the lookup knows, else the accelerators of a rented type of machine ("p5.48xlarge"); nothing if it knows none.
std::optional<GpuFigures> gpu_of_name(const GpuLookup& lookup, std::string_view written);

}  // namespace eigenbau::tables
