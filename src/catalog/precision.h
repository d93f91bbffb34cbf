// In which number format is the work of a training or serving job done?
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace eigenbau::catalog {

/// Formats of the matrix products. fp8: per-tensor or per-row scales; mxfp8 and nvfp4: block scales of 32 and 16 elements.
enum class Precision { fp32, tf32, fp16, bf16, fp8, fp8_block, mxfp8, nvfp4, int8 };

/// Bytes that one element of an operand takes, its block scales included.
double bytes_per_element(Precision precision);

std::string_view name_of(Precision precision);
std::optional<Precision> precision_from(std::string_view name);

}  // namespace eigenbau::catalog
