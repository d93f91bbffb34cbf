// At what rate, and with how many bytes, does a GPU work in a number format, and which format stands for one it lacks?
#pragma once

#include <string>
#include <string_view>

#include "perf/link_layout.h"
#include "units/quantity.h"

namespace eigenbau::tables {

/// The data-sheet figures by which a law's shares are scaled. A rate of 0: the GPU has none.
struct GpuFigures {
  std::string name;  ///< as in the catalog
  std::string generation;
  FlopRate peak_bf16{}, peak_tf32{}, peak_fp8{}, peak_nvfp4{}, peak_int8{};
  Bandwidth memory{};
  Bandwidth link{};            ///< all links between GPUs, one way
  Bandwidth host{};            ///< to the CPU, one way
  Bandwidth nic{};             ///< usual in systems of its generation
  double multiprocessors = 0;  ///< 0: the part has none, and no law of kernels is scaled to it
  int domain = 0;              ///< GPUs that its links join; 0: not known
  bool half_only = false;      ///< its 16-bit products are fp16, and no bf16
  perf::LinkLayout layout{};   ///< of the links
};

/// Peak rate and operand bytes of a format of kernel tables.
struct FormatFigures {
  FlopRate peak{};
  double operand_bytes = 2;  ///< first input
  double weight_bytes = 2;   ///< weights
  double result_bytes = 2;
};
FormatFigures format_figures(std::string_view format, const GpuFigures& gpu);

/// What answers a format that is asked.
struct FormatAnswer {
  std::string format;       ///< empty: no law covers it
  std::string reason = {};  ///< why it is not the asked one; empty if it is
};

/// The format in which a GPU answers `asked`: the same, or the nearest that it has and never a faster one. fp32 runs as tf32;
/// a 4-bit or 8-bit format that the GPU lacks runs in the next wider one; an unknown word is taken as bf16.
FormatAnswer format_on(std::string_view asked, const GpuFigures& gpu);

/// The measured format whose shares of the peak a format without tables of its own has: tf32 those of bf16, 4-bit weights
/// those of the format that their products are computed in.
std::string_view shares_of(std::string_view format);

}  // namespace eigenbau::tables
