// At what rate, and with how many bytes, does a GPU work in a number format, and which format stands for one it lacks?
#include "tables/kernel_format.h"
#include "tables/run_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace eigenbau::tables {
namespace {

constexpr double kBlock4 = 0.5 + 1.0 / 16;    // bytes: 4 bits, a byte of scale for 16 elements
constexpr double kMxBlock4 = 0.5 + 1.0 / 32;  // for 32 elements

/// A known format: the rate that it needs, the bytes of its elements, and the next wider one for a GPU without that rate.
struct Format {
  std::string_view name, shares;  ///< as in tables; whose shares of the peak
  FlopRate GpuFigures::* peak;
  double operand_bytes, weight_bytes, result_bytes;
  std::string_view wider;
};
constexpr std::array kFormats{
    Format{"bf16", "bf16", &GpuFigures::peak_bf16, 2, 2, 2, ""},
    Format{"tf32", "bf16", &GpuFigures::peak_tf32, 4, 4, 4, ""},
    Format{"fp8", "fp8", &GpuFigures::peak_fp8, 1, 1, 2, "bf16"},
    Format{"fp8_block", "fp8_block", &GpuFigures::peak_fp8, 1, 1, 2, "bf16"},
    Format{"int8", "fp8", &GpuFigures::peak_int8, 1, 1, 2, "bf16"},
    Format{"nvfp4", "nvfp4", &GpuFigures::peak_nvfp4, kBlock4, kBlock4, 2, "fp8"},
    Format{"w4a16", "bf16", &GpuFigures::peak_bf16, 2, kBlock4, 2, ""},
    Format{"w4a16_mxfp4", "bf16", &GpuFigures::peak_bf16, 2, kMxBlock4, 2, ""},
    Format{"w4a8_mxfp4_mxfp8", "fp8", &GpuFigures::peak_fp8, 1, kMxBlock4, 2, "w4a16_mxfp4"},
};

const Format* known(std::string_view name) {
  const auto found = std::find_if(kFormats.begin(), kFormats.end(), [&](const Format& f) { return f.name == name; });
  return found == kFormats.end() ? nullptr : &*found;
}

/// Formats that are measured under another name, or not at all.
struct Stand {
  std::string_view asked, format, reason;
};
constexpr std::array kStands{
    Stand{"", "bf16", "no number format given: bf16"}, Stand{"fp32", "tf32", "fp32 taken as tf32"},
    Stand{"mxfp4", "nvfp4", "mxfp4 taken as nvfp4"},   Stand{"mxfp8", "fp8", "mxfp8 taken as fp8"},
    Stand{"fp64", "", "no law covers fp64"},
};

/// Weights in 4 bits beside 16-bit inputs, however the weights were found.
constexpr std::array<std::string_view, 8> kFourBitWeights{"w4a16",   "int4",     "awq",       "gptq",
                                                          "int4_wo", "int4_awq", "w4a16_awq", "w4a16_gptq"};

}  // namespace

FormatFigures format_figures(std::string_view format, const GpuFigures& gpu) {
  const Format* found = known(format);
  const Format& f = found ? *found : kFormats.front();
  return {gpu.*f.peak, f.operand_bytes, f.weight_bytes, f.result_bytes};
}

FormatAnswer format_on(std::string_view asked, const GpuFigures& gpu) {
  FormatAnswer answer{.format = std::string(asked)};
  const auto say = [&](const std::string& what) { add_note(answer.reason, what); };
  for (const Stand& stand : kStands) {
    if (stand.asked != asked) continue;
    answer.format = stand.format;
    say(std::string(stand.reason));
  }
  if (std::find(kFourBitWeights.begin(), kFourBitWeights.end(), asked) != kFourBitWeights.end()) {
    answer.format = "w4a16";
    say(fmt::format("{}: 4-bit weights, products in 16 bits", asked));
  }
  if (answer.format.empty()) return answer;
  if (!known(answer.format)) {
    say(fmt::format("the number format {} is not known: taken as bf16", answer.format));
    answer.format = "bf16";
  }
  for (const Format* f = known(answer.format); f && !(gpu.*f->peak > FlopRate{}); f = known(answer.format)) {
    if (f->wider.empty()) return {"", fmt::format("{} has no rate for {}", gpu.name, asked)};
    say(fmt::format("{} has no {}: taken as {}", gpu.name, f->name, f->wider));
    answer.format = f->wider;
  }
  return answer;
}

std::string_view shares_of(std::string_view format) {
  const Format* found = known(format);
  return found ? found->shares : "bf16";
}

}  // namespace eigenbau::tables
