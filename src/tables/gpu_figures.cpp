// Which figures of the catalog scale the laws of a GPU?
#include "tables/gpu_figures.h"

#include <utility>
#include <vector>

#include "perf/machine.h"
#include "tables/gpu_name.h"

namespace eigenbau::tables {

GpuFigures figures_of(const catalog::Gpu& gpu) {
  return {.name = gpu.name,
          .generation = gpu.generation,
          .peak_bf16 = gpu.peak.sixteen_bit(),
          .peak_tf32 = gpu.peak.tf32.value_or(FlopRate{}),
          .peak_fp8 = gpu.peak.fp8.value_or(FlopRate{}),
          .peak_nvfp4 = gpu.peak.nvfp4.value_or(FlopRate{}),
          .peak_int8 = gpu.peak.int8.value_or(FlopRate{}),
          .memory = gpu.memory_bandwidth,
          .link = gpu.scale_up_bandwidth,
          .host = perf::host_link(gpu),
          .nic = perf::usual_nic(gpu),
          .multiprocessors = static_cast<double>(gpu.multiprocessors),
          .domain = gpu.scale_up_domain,
          .half_only = !gpu.peak.bf16 && gpu.peak.fp16,
          .layout = perf::link_layout(gpu, gpu.scale_up_domain)};
}

GpuLookup gpu_lookup(const catalog::Catalog& catalog) {
  std::vector<NamedGpu> gpus;
  for (const auto& entry : catalog.list("gpu"))
    if (auto gpu = catalog.gpu(entry.name)) gpus.push_back(with_names(std::move(*gpu)));
  return [gpus = std::move(gpus)](std::string_view name) -> std::optional<GpuFigures> {
    const auto found = find_gpu(gpus, name);
    if (!found || !found->said.empty() || found->power_cap > Power{}) return std::nullopt;
    return figures_of(found->gpu);
  };
}

}  // namespace eigenbau::tables
