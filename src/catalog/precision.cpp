// Which names and sizes do the number formats have?
#include "catalog/precision.h"

#include <cctype>
#include <string>

namespace eigenbau::catalog {
namespace {

struct Format {
  Precision precision;
  std::string_view name;
  double bytes;  ///< of one element with its share of a block scale
  std::array<std::string_view, 4> aliases;
};

constexpr std::array<Format, 9> kFormats{{
    {Precision::fp32, "fp32", 4, {"float32", "float"}},
    {Precision::tf32, "tf32", 4, {}},
    {Precision::fp16, "fp16", 2, {"float16", "half"}},
    {Precision::bf16, "bf16", 2, {"bfloat16"}},
    {Precision::fp8, "fp8", 1, {"fp8_e4m3", "e4m3", "float8"}},
    {Precision::fp8_block, "fp8_block", 1 + 4.0 / 128, {"fp8-block", "fp8-blockwise"}},  // fp32 scale per 128 elements
    {Precision::mxfp8, "mxfp8", 1 + 1.0 / 32, {}},                                       // 8-bit exponent per 32
    {Precision::nvfp4, "nvfp4", 0.5 + 1.0 / 16, {"fp4"}},                                // fp8 scale per 16
    {Precision::int8, "int8", 1, {}},
}};

const Format& format_of(Precision precision) { return kFormats[static_cast<std::size_t>(precision)]; }

std::string lower(std::string_view text) {
  std::string out;
  for (const char c : text) out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  return out;
}

}  // namespace

double bytes_per_element(Precision precision) { return format_of(precision).bytes; }

std::string_view name_of(Precision precision) { return format_of(precision).name; }

std::optional<Precision> precision_from(std::string_view name) {
  const std::string wanted = lower(name);
  if (wanted.empty()) return std::nullopt;
  for (const Format& format : kFormats) {
    if (format.name == wanted) return format.precision;
    for (const std::string_view alias : format.aliases)
      if (alias == wanted) return format.precision;
  }
  return std::nullopt;
}

}  // namespace eigenbau::catalog
