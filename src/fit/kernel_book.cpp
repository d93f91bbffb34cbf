// What do the fitted tables say about a kernel, and which table answers when none is exactly that kernel's?
#include "fit/kernel_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <tuple>

namespace eigenbau::fit {

using namespace tables;

namespace {

bool is_wide(std::string_view format) { return format.empty() || shares_of(format) == "bf16"; }

int format_distance(std::string_view table, std::string_view asked) {
  if (asked.empty() || table == asked) return 0;
  if (table == shares_of(asked)) return 24;
  return is_wide(table) == is_wide(asked) ? 26 : 40;
}

/// Generations of NVIDIA's GPUs, the oldest first: kernels of neighbors are more alike.
constexpr std::array<std::string_view, 6> kGenerations{"volta", "turing", "ampere", "ada", "hopper", "blackwell"};

constexpr int kStrangers = 16;  // generations of different vendors

int generation_distance(std::string_view table, std::string_view asked) {
  if (table == asked) return 8;
  const auto a = std::find(kGenerations.begin(), kGenerations.end(), table);
  const auto b = std::find(kGenerations.begin(), kGenerations.end(), asked);
  if (a == kGenerations.end() || b == kGenerations.end()) return kStrangers;
  return 9 + static_cast<int>(std::abs(a - b));
}

/// How far a table is from what is asked; 0 only if it is exactly that. The order of importance: operation, format, GPU
/// (its generation first), format of the cache, family, variant.
int distance(const KernelKey& table, const GpuFigures& table_gpu, const KernelKey& asked, const GpuFigures& gpu) {
  int d = 0;
  if (table.operation != asked.operation) d += 64;
  d += format_distance(table.format, asked.format);
  if (table_gpu.name != gpu.name) d += generation_distance(table_gpu.generation, gpu.generation);
  if (!asked.cache_format.empty() && !table.cache_format.empty() && table.cache_format != asked.cache_format) d += 4;
  if (!asked.family.empty() && table.family != asked.family) d += 2;
  if (!asked.variant.empty() && table.variant != asked.variant) d += 1;
  return d;
}

/// Of tables of equally near generations, that of the GPU most alike in peak and memory rate answers. Size tells nothing of
/// kernels of another vendor.
double size_distance(const GpuFigures& a, const GpuFigures& b) {
  if (a.name == b.name || generation_distance(a.generation, b.generation) == kStrangers) return 0;
  return std::abs(std::log(a.peak_bf16 / b.peak_bf16)) + std::abs(std::log(a.memory / b.memory));
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

KernelKey key_of(const catalog::KernelTable& table, const std::string& gpu) {
  return {table.operation, gpu, table.format, table.cache_format, table.family, table.variant};
}

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
      const KernelKey key = key_of(table, part.gpu);
      auto predictor = predictor_of(table, figures_of(part));
      if (predictor.operation) tables_.push_back({key, std::move(predictor), table.rows});
    }
}

KernelAnswer KernelBook::answer(const KernelRow& row, const GpuFigures& gpu) const {
  const KernelKey asked{row.operation, gpu.name, row.format, row.cache_format, row.family, row.variant};
  const KernelOperation* operation = kernel_operation(row.operation);
  const Table* best = nullptr;
  std::tuple<int, double, int> least;
  for (const Table& table : tables_) {
    if (table.predictor.operation != operation) continue;
    const std::tuple away{distance(table.key, table.predictor.gpu, asked, gpu), size_distance(table.predictor.gpu, gpu),
                          -table.rows};
    if (best && away >= least) continue;
    best = &table;
    least = away;
  }
  if (!best) return {0, "no table of this operation is fitted"};
  if (best->predictor.gpu.name != gpu.name)  // the same shares of another GPU's peaks
    return {best->predictor.time_us(row, gpu),
            fmt::format("answered by the shares of {}", spoken(best->key, best->predictor.gpu))};
  GpuFigures own = best->predictor.gpu;  // as they were when the table was fitted
  own.peak_tf32 = gpu.peak_tf32;
  own.peak_int8 = gpu.peak_int8;
  const bool exact = std::get<0>(least) == 0 && (!row.family.empty() || best->key.family.empty());
  return {best->predictor.time_us(row, own), exact ? "" : fmt::format("answered by {}", spoken(best->key, gpu))};
}

KernelBook kernel_book(const catalog::Catalog& catalog) {
  std::vector<catalog::KernelPart> parts;
  for (const auto& entry : catalog.list("kernels"))
    if (auto part = catalog.kernels(entry.name)) parts.push_back(std::move(*part));
  return KernelBook(parts);
}

}  // namespace eigenbau::fit
