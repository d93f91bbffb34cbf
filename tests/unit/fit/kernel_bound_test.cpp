// Does every kernel stay above its roofline, and does a number format never run faster than the GPU's rate for it?
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "builtin_parts.h"
#include "fit/kernel_work.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

GpuFigures gpu_of(std::string_view name) { return figures_of(*builtin().gpu(name)); }

void check_above_roofline(const KernelRow& row, const GpuFigures& gpu) {
  const Time least = roofline(kernel_operation(row.operation)->work(row, gpu), gpu);
  const double us = builtin_kernels().answer(row, gpu).time_us;
  INFO(row.operation, " ", gpu.name, " ", row.format, " ", row.m, " ", row.n, " ", row.k, " ", row.batch, " ", row.length);
  CHECK(us >= .9999 * least.in(kMicrosecond));  // a table states the figures of its GPU in four digits
}

KernelPrediction ask(const std::string& gpu, const std::string& format) {
  const auto text = fmt::format("id,gpu,op,dtype,m,n,k,notes\nr,{},gemm,{},8192,8192,8192,trtllm\n", gpu, format);
  return kernel_answers(text).at(0);
}

constexpr double kFlopOfProduct = 2 * 8192. * 8192. * 8192.;

}  // namespace

TEST_CASE("no product of any size and format beats its roofline") {
  for (const char* name : {"a100-80", "h100-sxm", "h200", "h20", "b200", "gb200", "l40s", "mi300x"}) {
    const GpuFigures gpu = gpu_of(name);
    for (const char* asked : {"bf16", "tf32", "fp8", "fp8_block", "nvfp4", "w4a16"})
      for (const char* family : {"trtllm", "vllm", ""})
        for (double m = 1; m < 3e5; m *= 16)
          for (double n = 64; n < 2e5; n *= 32)
            for (double k = 64; k < 2e5; k *= 32)
              check_above_roofline(
                  {.operation = "gemm", .format = format_on(asked, gpu).format, .family = family, .m = m, .n = n, .k = k}, gpu);
  }
}

TEST_CASE("no attention over any cache beats its roofline") {
  for (const char* name : {"a100-80", "h100-sxm", "h200", "b200", "gb200"})
    for (const char* operation : {"attention_prefill", "attention_decode", "mla_prefill", "mla_decode"})
      for (const char* cache : {"bf16", "fp8"})
        for (double batch = 1; batch < 1000; batch *= 4)
          for (double length = 1; length < 3e5; length *= 8)
            for (const double kv_heads : {1., 8., 32.})
              check_above_roofline({.operation = operation,
                                    .format = "bf16",
                                    .cache_format = cache,
                                    .family = "trtllm",
                                    .batch = batch,
                                    .length = length,
                                    .head_size = 128,
                                    .heads = 32,
                                    .kv_heads = kv_heads},
                                   gpu_of(name));
}

TEST_CASE("whatever format is asked, the answer is no faster than the rate that the GPU has for it") {
  const std::pair<const char*, std::optional<FlopRate> catalog::PeakRates::*> formats[]{
      {"fp32", &catalog::PeakRates::tf32},        {"tf32", &catalog::PeakRates::tf32},   {"w4a16", &catalog::PeakRates::bf16},
      {"awq", &catalog::PeakRates::bf16},         {"gptq", &catalog::PeakRates::bf16},   {"int4", &catalog::PeakRates::bf16},
      {"never-heard", &catalog::PeakRates::bf16}, {"bf16", &catalog::PeakRates::bf16},   {"fp8", &catalog::PeakRates::fp8},
      {"mxfp8", &catalog::PeakRates::fp8},        {"nvfp4", &catalog::PeakRates::nvfp4}, {"mxfp4", &catalog::PeakRates::nvfp4},
      {"int8", &catalog::PeakRates::int8}};
  for (const char* name : {"a100-80", "h100-sxm", "h200-nvl", "l40s", "b200", "mi300x"}) {
    const auto gpu = *builtin().gpu(name);
    for (const auto& [format, rate] : formats) {
      INFO(name, " ", format);
      const auto answer = ask(name, format);
      const auto peak = gpu.peak.*rate;
      if (answer.status != RowStatus::ok) {
        CHECK(!peak);
        continue;
      }
      const FlopRate reached = kFlopOfProduct * kFlopUnit / (*answer.time_us * kMicrosecond);
      const FlopRate most = peak ? *peak : gpu.peak.fp8.value_or(*gpu.peak.bf16);  // the next wider that it has
      CHECK(reached <= most);
      if (!peak) CHECK(answer.reason.find("has no") != std::string::npos);
    }
    CHECK(ask(name, "fp64").status == RowStatus::unsupported);
  }
}

TEST_CASE("a format that is not measured under its name is named with the one that stands for it") {
  CHECK(ask("B200", "mxfp4").reason.find("nvfp4") != std::string::npos);
  CHECK(ask("B200", "mxfp8").reason.find("fp8") != std::string::npos);
  CHECK(ask("A100", "fp8").reason.find("a100-80 has no fp8: taken as bf16") != std::string::npos);
  CHECK(ask("H100", "never-heard").reason.find("never_heard") != std::string::npos);
  CHECK(ask("H100", "").reason.find("bf16") != std::string::npos);
  CHECK(ask("H100", "fp32").reason.find("gemm h100-sxm bf16") != std::string::npos);
}
