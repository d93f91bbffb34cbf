// Which peak rates are sparse ones in disguise?
#include <fmt/format.h>

#include <algorithm>

#include "catalog/lint_rules.h"
#include "units/print.h"

namespace eigenbau::catalog {
namespace {

/// Dense rates of one chip are multiples of each other; data sheets round, and clocks differ a little between formats.
constexpr double kRounding = 0.06;
/// A sparse figure is twice the dense one; siblings of one generation differ by less than this per multiprocessor.
constexpr double kSuspicious = 1.9;
/// 4-bit rates are 4 times the bf16 rate, 6 times where the chip is built for them, 8 and more only when sparse.
constexpr double kMostFp4 = 6.6;

struct Expectation {
  std::string_view field;
  std::optional<FlopRate> rate;
  double times_bf16;
};

double rate_per_multiprocessor(const Gpu& gpu) { return gpu.peak.bf16->base() / std::max(1, gpu.multiprocessors); }

std::optional<double> median_of_siblings(const Gpu& gpu, const std::vector<Gpu>& siblings) {
  std::vector<double> rates;
  for (const Gpu& other : siblings)
    if (other.name != gpu.name && other.peak.bf16 && (other.multiprocessors > 0) == (gpu.multiprocessors > 0))
      rates.push_back(rate_per_multiprocessor(other));
  if (rates.empty()) return std::nullopt;
  std::nth_element(rates.begin(), rates.begin() + static_cast<std::ptrdiff_t>(rates.size() / 2), rates.end());
  return rates[rates.size() / 2];
}

void check_formats(const Gpu& gpu, Findings& findings) {
  const Expectation expectations[] = {
      {"peak.fp16", gpu.peak.fp16, 1}, {"peak.tf32", gpu.peak.tf32, 0.5}, {"peak.fp8", gpu.peak.fp8, 2}};
  for (const Expectation& e : expectations) {
    if (!e.rate) continue;
    const double ratio = *e.rate / *gpu.peak.bf16 / e.times_bf16;
    if (ratio > 1 - kRounding && ratio < 1 + kRounding) continue;
    findings.add(Severity::error, "EB1301", ratio > 1 ? e.field : "peak.bf16",
                 fmt::format("`{}` is {:.2f} times `peak.bf16`, where dense rates are {} times", e.field, e.times_bf16 * ratio,
                             e.times_bf16),
                 ratio > 1.5 || ratio < 0.67 ? "one of the two is the rate with sparsity: halve it" : "check both");
  }
  if (gpu.peak.int8 && *gpu.peak.int8 / *gpu.peak.bf16 > 2 * (1 + kRounding))
    findings.add(Severity::error, "EB1301", "peak.int8", "`peak.int8` is more than twice `peak.bf16`",
                 "it looks like the rate with sparsity: halve it");
  if (gpu.peak.nvfp4 && *gpu.peak.nvfp4 / *gpu.peak.bf16 > kMostFp4)
    findings.add(Severity::error, "EB1301", "peak.nvfp4",
                 fmt::format("`peak.nvfp4` is {:.1f} times `peak.bf16`", *gpu.peak.nvfp4 / *gpu.peak.bf16),
                 "it looks like the rate with sparsity: halve it");
}

}  // namespace

void lint_rates(const Gpu& gpu, const std::vector<Gpu>& siblings, Findings& findings) {
  if (!gpu.peak.bf16) return findings.add(Severity::warning, "EB1301", "peak", "no `peak.bf16`, so no other rate can be checked");
  check_formats(gpu, findings);
  const auto usual = median_of_siblings(gpu, siblings);
  if (usual && rate_per_multiprocessor(gpu) > kSuspicious * *usual)
    findings.add(Severity::error, "EB1301", "peak.bf16",
                 fmt::format("a multiprocessor does {:.1f} times the bf16 work of its {} siblings",
                             rate_per_multiprocessor(gpu) / *usual, gpu.generation),
                 "it looks like the rate with sparsity: halve it");
}

void lint_gpu(const Gpu& gpu, Findings& findings) {
  if (!gpu.idle_power) findings.add(Severity::note, "EB1304", "", "no watts at idle");
  else if (*gpu.idle_power >= gpu.tdp)
    findings.add(Severity::error, "EB1304", "idle_power",
                 fmt::format("idles at {}, above its limit of {}", print(*gpu.idle_power), print(gpu.tdp)));
  if (gpu.scale_up_domain > 1 && gpu.scale_up_bandwidth.base() <= 0)
    findings.add(Severity::warning, "EB1302", "scale_up_domain", "has a scale-up domain but no scale-up bandwidth");
}

}  // namespace eigenbau::catalog
