// What is known of an accelerator: rates, memory, links, watts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "units/quantity.h"

namespace eigenbau::catalog {

/// Dense peak rates of the matrix units (never the sparse figure); nvfp4 stands for 4-bit block formats.
struct PeakRates {
  std::optional<FlopRate> bf16, fp16, tf32, fp8, nvfp4, int8;

  FlopRate sixteen_bit() const { return bf16.value_or(fp16.value_or(FlopRate{})); }  ///< bf16, or fp16 before it was there
};

/// Watts of one accelerator by what it does; measured figures, not the rating.
struct Gpu {
  std::string name, title;
  std::vector<std::string> aliases;
  std::string vendor;      ///< nvidia, amd, amazon
  std::string generation;  ///< ampere, hopper, blackwell, cdna3, cdna4, trainium2: kernels are alike within one
  PeakRates peak;
  Bytes memory{};  ///< as sold: 80 GB
  Bandwidth memory_bandwidth{};
  Power tdp{};                      ///< board limit as delivered
  std::optional<Power> idle_power;  ///< measured, no work
  int multiprocessors = 0;          ///< SMs or CUs that a kernel's tiles spread over
  std::optional<Bytes> l2_cache;
  Bandwidth scale_up_bandwidth{};           ///< NVLink, xGMI, NeuronLink: bytes per second one way, all links together
  int scale_up_domain = 0;                  ///< accelerators in one such domain as usually sold (8, 72)
  int torus = 0;                            ///< dimensions of the torus that the links form; 0: a switch or a mesh
  std::optional<Bandwidth> host_bandwidth;  ///< to the CPU, one way
  std::optional<Bandwidth> usual_nic;       ///< network rate of one accelerator, one way, in the servers it is usually sold in
  std::optional<double>
      best_published_mfu;  ///< highest model FLOP utilization ever published (causal count); no plan beats it silently
  std::optional<double> best_published_mfu_fp8;  ///< the same in 8-bit formats, against their peak
};

}  // namespace eigenbau::catalog
