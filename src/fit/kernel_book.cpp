// What do the fitted tables say about a kernel, and which table answers when none is exactly that kernel's?
#include "fit/kernel_book.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace eigenbau::fit {
namespace {

bool is_wide(std::string_view format) { return format.empty() || format == "bf16"; }

/// How far a table is from what is asked; 0 only if it is exactly that. The order of importance: operation, format, GPU
/// (its generation first), format of the cache, family, variant.
int distance(const KernelKey& table, const GpuFigures& table_gpu, const KernelKey& asked, const GpuFigures& gpu) {
  int d = 0;
  if (table.operation != asked.operation) d += 64;
  if (!asked.format.empty() && table.format != asked.format) d += is_wide(table.format) == is_wide(asked.format) ? 24 : 40;
  if (table_gpu.name != gpu.name) d += table_gpu.generation == gpu.generation ? 8 : 16;
  if (!asked.cache_format.empty() && !table.cache_format.empty() && table.cache_format != asked.cache_format) d += 4;
  if (!asked.family.empty() && table.family != asked.family) d += 2;
  if (!asked.variant.empty() && table.variant != asked.variant) d += 1;
  return d;
}

std::string spoken(const KernelKey& key, const GpuFigures& gpu) {
  std::string text = fmt::format("{} {}", key.operation, gpu.name);
  for (const std::string& part :
       {key.format, key.cache_format.empty() ? "" : "cache " + key.cache_format, key.family, key.variant})
    if (!part.empty()) text += " " + part;
  return text;
}

std::vector<double> numbers(std::string_view text) {
  std::vector<double> values;
  const char *at = text.data(), *end = at + text.size();
  while (at < end) {
    if (*at == ' ') {
      ++at;
      continue;
    }
    double value = 0;
    const auto [next, error] = std::from_chars(at, end, value);
    if (error != std::errc{}) break;
    values.push_back(value);
    at = next;
  }
  return values;
}

}  // namespace

GpuFigures figures_of(const catalog::KernelPart& part) {
  return {.name = part.gpu,
          .generation = part.generation,
          .peak_bf16 = part.peak_bf16,
          .peak_fp8 = part.peak_fp8,
          .peak_nvfp4 = part.peak_nvfp4,
          .memory = part.memory_bandwidth,
          .link = part.scale_up_bandwidth,
          .multiprocessors = static_cast<double>(part.multiprocessors)};
}

catalog::KernelTable describe(const KernelKey& key, const KernelPredictor& fitted) {
  const auto rounded = [](double value) { return numbers(fmt::format("{:.5g}", value)).front(); };
  catalog::KernelTable table{.operation = key.operation,
                             .format = key.format,
                             .cache_format = key.cache_format,
                             .family = key.family,
                             .variant = key.variant,
                             .mean = rounded(fitted.residual.mean),
                             .low = rounded(fitted.residual.low),
                             .high = rounded(fitted.residual.high)};
  for (std::size_t i = 0; i < fitted.constants.size(); ++i)
    table.constants.push_back({std::string(fitted.operation->constants[i].key), rounded(fitted.constants[i])});
  const std::size_t sizes = fitted.operation->sizes({}).size();
  for (const perf::Layer& fitted_layer : fitted.residual.layers) {
    catalog::KernelLayer layer{.scales = fitted_layer.scales, .points = {}};
    for (const auto& point : fitted_layer.points) {
      std::string text;
      for (std::size_t j = 0; j < sizes; ++j) text += fmt::format("{:.6g} ", std::exp2(point[j]));
      layer.points.push_back(text + fmt::format("{:.4g}", point.back()));
    }
    if (!layer.points.empty()) table.layer.push_back(std::move(layer));
  }
  return table;
}

KernelPredictor predictor_of(const catalog::KernelTable& table, const GpuFigures& gpu) {
  const KernelOperation* operation = kernel_operation(table.operation);
  KernelPredictor predictor{.operation = operation, .gpu = gpu, .constants = {}, .residual = {}};
  if (!operation) return predictor;
  for (const Constant& wanted : operation->constants) {
    double value = wanted.range.start;
    for (const auto& constant : table.constants)
      if (constant.name == wanted.key) value = constant.value;
    predictor.constants.push_back(value);
  }
  predictor.residual = {.layers = {}, .mean = table.mean, .low = table.low, .high = table.high};
  for (const catalog::KernelLayer& known : table.layer) {
    perf::Layer layer{.scales = known.scales, .points = {}};
    for (const std::string& text : known.points) {
      auto sizes = numbers(text);
      if (sizes.size() != operation->sizes({}).size() + 1) continue;
      const double weight = sizes.back();
      sizes.pop_back();
      auto point = coordinates(*operation, std::move(sizes));
      if (point.size() != layer.scales.size()) continue;
      point.push_back(weight);
      layer.points.push_back(std::move(point));
    }
    predictor.residual.layers.push_back(std::move(layer));
  }
  return predictor;
}

KernelBook::KernelBook(const std::vector<catalog::KernelPart>& parts) {
  for (const auto& part : parts)
    for (const auto& table : part.table) {
      const KernelKey key{table.operation, part.gpu, table.format, table.cache_format, table.family, table.variant};
      auto predictor = predictor_of(table, figures_of(part));
      if (predictor.operation) tables_.push_back({key, std::move(predictor), table.rows});
    }
}

KernelAnswer KernelBook::answer(const KernelRow& row, const GpuFigures& gpu) const {
  const KernelKey asked{row.operation, gpu.name, row.format, row.cache_format, row.family, row.variant};
  const KernelOperation* operation = kernel_operation(row.operation);
  const Table* best = nullptr;
  int least = 0;
  for (const Table& table : tables_) {
    if (table.predictor.operation != operation) continue;
    const int d = distance(table.key, table.predictor.gpu, asked, gpu);
    if (!best || d < least || (d == least && table.rows > best->rows)) {
      best = &table;
      least = d;
    }
  }
  if (!best) return {0, "no table of this operation is fitted"};
  if (best->predictor.gpu.name == gpu.name)
    return {best->predictor.time_us(row), least == 0 ? "" : fmt::format("answered by {}", spoken(best->key, gpu))};
  KernelPredictor scaled = best->predictor;  // the same shares of another GPU's peaks
  scaled.gpu = gpu;
  return {scaled.time_us(row), fmt::format("answered by the shares of {}", spoken(best->key, best->predictor.gpu))};
}

}  // namespace eigenbau::fit
