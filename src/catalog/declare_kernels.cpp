// What may a file say of the kernels of a GPU and of a collective library? `eigenbau calibrate` writes such files.
#include "catalog/records.h"

namespace eigenbau {
using namespace catalog;

namespace {

template <class T>
void declare_errors(Record<T>& r) {
  r.field("rows", &T::rows, "Measured rows that were fitted.").at_least(0);
  r.field("median_error", &T::median_error, "Median of |predicted/measured - 1| over them.").at_least(0);
  r.field("mean_error", &T::mean_error, "Mean of the same.").at_least(0);
}

}  // namespace

template <>
const Record<KernelConstant>& record<KernelConstant>() {
  static const Record<KernelConstant> kRecord = [] {
    Record<KernelConstant> r("constant", "A constant of the law of the operation.");
    r.field("name", &KernelConstant::name, "Its name, with its unit.").required().example("\"launch_us\"");
    r.field("value", &KernelConstant::value, "Its value.").required();
    return r;
  }();
  return kRecord;
}

template <>
const Record<KernelLayer>& record<KernelLayer>() {
  static const Record<KernelLayer> kRecord = [] {
    Record<KernelLayer> r("layer", "A smooth part of a correction.");
    r.field("scales", &KernelLayer::scales,
            "Doublings of each size, then of each product of sizes, within which the part carries.")
        .required();
    r.field("points", &KernelLayer::points, "Sizes of a point, then its weight.").example("[\"512 4096 4096 1 -0.03\"]");
    return r;
  }();
  return kRecord;
}

template <>
const Record<KernelTable>& record<KernelTable>() {
  static const Record<KernelTable> kRecord = [] {
    Record<KernelTable> r("table", "Kernels of one operation, format and family.");
    r.field("operation", &KernelTable::operation, "As tables of measured kernels name it.").required().example("\"gemm\"");
    r.field("format", &KernelTable::format, "Number format of the operands.").example("\"fp8_block\"");
    r.field("cache_format", &KernelTable::cache_format, "Number format of keys and values.");
    r.field("family", &KernelTable::family, "Whose kernels they are.").example("\"trtllm\"");
    r.field("variant", &KernelTable::variant, "Which of the family's kernels.");
    r.field("constants", &KernelTable::constants, "Constants of the law.").required();
    r.field("mean", &KernelTable::mean, "Correction far from all points, as a logarithm.");
    r.field("low", &KernelTable::low, "Least correction, as a logarithm.");
    r.field("high", &KernelTable::high, "Largest correction, as a logarithm.");
    r.field("layer", &KernelTable::layer, "Smooth parts of the correction.");
    declare_errors(r);
    r.field("law_median_error", &KernelTable::law_median_error, "Median error of the law without the correction.").at_least(0);
    r.field("law_mean_error", &KernelTable::law_mean_error, "Mean of the same.").at_least(0);
    r.field("held_out_median_error", &KernelTable::held_out_median_error, "Median error on shapes that a fit has not seen.")
        .at_least(0);
    r.field("held_out_mean_error", &KernelTable::held_out_mean_error, "Mean of the same.").at_least(0);
    return r;
  }();
  return kRecord;
}

template <>
const Record<KernelPart>& record<KernelPart>() {
  static const Record<KernelPart> kRecord = [] {
    Record<KernelPart> r("kernels", "Fitted laws of the kernels of a GPU.");
    declare_identity(r);
    r.field("gpu", &KernelPart::gpu, "The accelerator.").required().example("\"h100-sxm\"");
    r.field("generation", &KernelPart::generation, "Its architecture.").required();
    r.field("peak_bf16", &KernelPart::peak_bf16, "Rate that the constants are shares of, bf16.").required().above(0);
    r.field("peak_fp8", &KernelPart::peak_fp8, "The same for 8-bit formats.").above(0);
    r.field("peak_nvfp4", &KernelPart::peak_nvfp4, "The same for 4-bit formats.").above(0);
    r.field("memory_bandwidth", &KernelPart::memory_bandwidth, "The same for the memory.").required().above(0);
    r.field("scale_up_bandwidth", &KernelPart::scale_up_bandwidth, "The same for the links.").above(0);
    r.field("multiprocessors", &KernelPart::multiprocessors, "That the tiles spread over.").required().above(0);
    r.field("table", &KernelPart::table, "One for each operation, format and family.").required();
    return r;
  }();
  return kRecord;
}

template <>
const Record<DomainConstants>& record<DomainConstants>() {
  static const Record<DomainConstants> kRecord = [] {
    Record<DomainConstants> r("law", "An operation inside one scale-up domain.");
    r.field("operation", &DomainConstants::operation, "The collective.").required().example("\"all_reduce\"");
    r.field("launch", &DomainConstants::launch, "Time of the smallest message.").required().at_least(0).example("\"4.8 us\"");
    r.field("hop", &DomainConstants::hop, "Latency of one step of the ring.").required().at_least(0);
    r.field("share", &DomainConstants::share, "Share of the link rate that long messages reach.").required().above(0);
    r.field("knee", &DomainConstants::knee, "Bytes on the wire at which the ramp doubles the time.").required().at_least(0);
    r.field("ramp", &DomainConstants::ramp, "How slowly the ramp dies out.").required().at_least(0).at_most(1);
    declare_errors(r);
    return r;
  }();
  return kRecord;
}

template <>
const Record<GenerationConstants>& record<GenerationConstants>() {
  static const Record<GenerationConstants> kRecord = [] {
    Record<GenerationConstants> r("scale_up", "Collectives over the links of a generation.");
    r.field("generation", &GenerationConstants::generation, "Architecture of the GPUs.").required().example("\"hopper\"");
    r.field("ring_across", &GenerationConstants::ring_across,
            "Share of the links that a ring across domains reaches inside; not fitted.")
        .required()
        .above(0);
    r.field("in_switch", &GenerationConstants::in_switch, "Share of the links that an all-reduce in the switch reaches; 0: none.")
        .at_least(0);
    r.field("law", &GenerationConstants::law, "One for each operation.").required();
    return r;
  }();
  return kRecord;
}

template <>
const Record<TransportConstants>& record<TransportConstants>() {
  static const Record<TransportConstants> kRecord = [] {
    Record<TransportConstants> r("across", "Collectives between domains.");
    r.field("transport", &TransportConstants::transport, "How domains are joined.").required().example("\"roce\"");
    r.field("hop", &TransportConstants::hop, "Latency of one step across.").required().at_least(0);
    r.field("efficiency", &TransportConstants::efficiency, "Share of the NIC rate that long messages reach.").required().above(0);
    r.field("ramp", &TransportConstants::ramp, "Length of the ramp, relative.").required().at_least(0);
    declare_errors(r);
    return r;
  }();
  return kRecord;
}

template <>
const Record<CollectivePart>& record<CollectivePart>() {
  static const Record<CollectivePart> kRecord = [] {
    Record<CollectivePart> r("collectives", "Fitted laws of a collective library.");
    declare_identity(r);
    r.field("scale_up", &CollectivePart::scale_up, "One for each generation of GPUs.");
    r.field("across", &CollectivePart::across, "One for each transport.");
    return r;
  }();
  return kRecord;
}

}  // namespace eigenbau
