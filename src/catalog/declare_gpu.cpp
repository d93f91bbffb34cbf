// What may a file say of an accelerator?
#include "catalog/records.h"

namespace eigenbau {
using namespace catalog;

template <>
const Record<PeakRates>& record<PeakRates>() {
  static const Record<PeakRates> kRecord = [] {
    Record<PeakRates> r("peak", "Dense peak rates of the matrix units. The sparse figure of a data sheet is twice as high.");
    r.field("bf16", &PeakRates::bf16, "bfloat16.").above(0).example("\"989 TFLOP/s\"");
    r.field("fp16", &PeakRates::fp16, "Half precision.").above(0);
    r.field("tf32", &PeakRates::tf32, "TensorFloat-32.").above(0);
    r.field("fp8", &PeakRates::fp8, "8-bit floating point, block-scaled forms included.").above(0);
    r.field("nvfp4", &PeakRates::nvfp4, "4-bit floating point with block scales.").above(0);
    r.field("int8", &PeakRates::int8, "8-bit integers.").above(0);
    return r;
  }();
  return kRecord;
}

template <>
const Record<Gpu>& record<Gpu>() {
  static const Record<Gpu> kRecord = [] {
    Record<Gpu> r("gpu", "An accelerator.");
    declare_identity(r);
    r.field("vendor", &Gpu::vendor, "nvidia, amd, amazon ...").required();
    r.field("generation", &Gpu::generation, "Its architecture; kernels are alike within one.").required().example("\"hopper\"");
    r.field("peak", &Gpu::peak, "Dense peak rates by number format.").required();
    r.field("memory", &Gpu::memory, "Memory as sold.").required().above(0).example("\"80 GB\"");
    r.field("memory_bandwidth", &Gpu::memory_bandwidth, "Of that memory.").required().above(0).example("\"3.35 TB/s\"");
    r.field("tdp", &Gpu::tdp, "Power limit of the board as delivered.").required().above(0).example("\"700 W\"");
    r.field("idle_power", &Gpu::idle_power, "Measured without work.").above(0);
    r.field("multiprocessors", &Gpu::multiprocessors, "SMs or compute units that the tiles of a kernel spread over.").above(0);
    r.field("l2_cache", &Gpu::l2_cache, "Last cache before the memory.").above(0);
    r.field("scale_up_bandwidth", &Gpu::scale_up_bandwidth, "NVLink, xGMI or NeuronLink, one way, all links together.")
        .above(0)
        .example("\"450 GB/s\"");
    r.field("scale_up_domain", &Gpu::scale_up_domain, "Accelerators in one such domain as usually sold.").at_least(1);
    r.field("torus", &Gpu::torus, "Dimensions of the torus that the links form, in which neighbors alone are joined.")
        .at_least(1)
        .at_most(6);
    r.field("host_bandwidth", &Gpu::host_bandwidth, "To the CPU, one way.").above(0);
    r.field("usual_nic", &Gpu::usual_nic,
            "Network rate of one accelerator, one way, in the servers it is usually sold in; where no server with it is known.")
        .above(0)
        .example("\"400 Gb/s\"");
    r.field("best_published_mfu", &Gpu::best_published_mfu,
            "Highest model FLOP utilization ever published, causal count, bf16; a plan above it gets a warning.")
        .above(0)
        .at_most(1)
        .example("\"60 %\"");
    r.field("best_published_mfu_fp8", &Gpu::best_published_mfu_fp8,
            "The same in 8-bit formats, against the fp8 peak; a plan in fp8 above it gets a warning.")
        .above(0)
        .at_most(1)
        .example("\"44 %\"");
    return r;
  }();
  return kRecord;
}

}  // namespace eigenbau
