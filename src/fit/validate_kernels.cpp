// What does the product predict for the rows of a kernel table, and how far is it off?
#include "fit/validate_kernels.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "fit/kernel_reach.h"
#include "perf/kernel.h"
#include "tables/collective_row.h"
#include "tables/kernel_rate.h"
#include "tables/measured_cell.h"
#include "tables/row_words.h"
#include "tables/run_text.h"

namespace eigenbau::fit {

using namespace tables;

namespace {

constexpr std::string_view kUsualGpu = "h100-sxm";  // stands in for a GPU that the catalog does not know

/// Time of the backward pass over that of the forward pass: of a product the gradients of both inputs; of attention as
/// perf::AttentionLaw has it.
double backward_over_forward(std::string_view operation) {
  const perf::AttentionLaw attention;
  return operation == "attention_prefill" || operation == "mla_prefill" ? attention.backward_flop / attention.backward_share : 2;
}

bool has_kernels(const std::optional<GpuFigures>& gpu) { return gpu && gpu->multiprocessors > 0; }

/// What every row says besides the table that answers it. `known`: what the catalog has under the row's name; `gpu`: what is
/// taken.
void assume(const KernelRow& row, const GpuFigures& gpu, const std::optional<GpuFigures>& known,
            const std::function<void(const std::string&)>& say) {
  if (row.gpu.empty()) say(fmt::format("no GPU is named: taken as {}", gpu.name));
  else if (!known) say(fmt::format("the catalog does not know the GPU {}: taken as {}", row.gpu, gpu.name));
  else if (!has_kernels(known))
    say(fmt::format("the catalog knows no multiprocessors of {}: as many as {}", known->name, kUsualGpu));
  if (!row.assumed.empty()) say("taken: " + row.assumed);
}

/// Low-latency exchanges are published over NICs, and a table of just these kernels is of such.
bool is_measured_over_nics(const KernelRow& row, const KernelAnswer& tabled) {
  return row.over_nics && row.operation.ends_with("lowlat") && tabled.reason.empty();
}

/// A cache that the row does not describe is in the format of the row, at 4 bits in 16.
void assume_cache(KernelRow& row, const std::function<void(const std::string&)>& say) {
  const bool caches = row.operation.starts_with("attention") || row.operation.starts_with("mla");
  if (!caches || !row.cache_format.empty()) return;
  row.cache_format = row.format == "fp8" || row.format == "tf32" ? row.format : "bf16";
  say(fmt::format("keys and values taken as {}", row.cache_format));
}

KernelPrediction predict(KernelRow row, const KernelBook& book, const std::optional<GpuFigures>& known, const GpuLookup& lookup,
                         const catalog::CollectivePart& library) {
  KernelPrediction prediction{.id = row.id};
  const auto refuse = [&](RowStatus status, std::string reason) {
    prediction.status = status;
    prediction.reason = std::move(reason);
    return prediction;
  };
  if (!row.unreadable.empty()) return refuse(RowStatus::invalid, row.unreadable);
  const KernelOperation* operation = kernel_operation(row.operation);
  if (!operation) return refuse(RowStatus::unsupported, fmt::format("no law covers the operation {}", row.operation));
  if (const auto lacks = operation->invalid(row); !lacks.empty()) return refuse(RowStatus::invalid, lacks);
  if (collective_of(row.operation) && row.n == 1) return refuse(RowStatus::infeasible, "one rank has nothing to exchange");
  auto gpu = known ? known : lookup(kUsualGpu);
  if (gpu && !has_kernels(gpu))
    if (const auto usual = lookup(kUsualGpu)) gpu->multiprocessors = usual->multiprocessors;
  if (!gpu) return refuse(RowStatus::unsupported, fmt::format("the catalog does not know the GPU {}", row.gpu));
  const auto say = [&](const std::string& what) { add_note(prediction.reason, what); };
  assume(row, *gpu, known, say);
  if (operation->computes) {
    const FormatAnswer format = format_on(row.format, *gpu);
    if (format.format.empty()) return refuse(RowStatus::unsupported, format.reason);
    row.format = format.format;
    say(format.reason);
    if (row.brain_floats && gpu->half_only) say(fmt::format("{} has no bf16: taken as fp16", gpu->name));
    assume_cache(row, say);
  }
  KernelAnswer answer = book.answer(row, *gpu);
  if (!is_measured_over_nics(row, answer))
    if (const auto beyond = beyond_tables(row, *gpu, library)) answer = *beyond;
  if (row.backward) {
    const double passes = backward_over_forward(row.operation) + (row.forward ? 1 : 0);
    answer.time_us *= passes;
    say(fmt::format("no table of backward kernels: {:.3g} times the forward pass", passes));
  }
  if (!(answer.time_us > 0) || !std::isfinite(answer.time_us))
    return refuse(RowStatus::unsupported, answer.reason.empty() ? "the law gives no finite time" : answer.reason);
  prediction.time_us = answer.time_us;
  say(answer.reason);
  say(row.passed_over);
  return prediction;
}

/// What is said of a rate that tells no time; empty if the row has none.
std::string unscored_rate(const Csv& table, std::size_t row) {
  const auto has = [&](std::string_view column) { return table.number(row, column).value_or(0) > 0; };
  if (has("tflops")) return "tflops is not scored: which FLOP it counts is not told";
  return has("gbps") ? "gbps is not scored: which bytes it counts is not told" : "";
}

/// What is said of a rate that is more than the accelerator's products have in the format.
std::string beyond_peak(const Csv& table, std::size_t i, const KernelRow& row, const std::optional<GpuFigures>& gpu) {
  constexpr double kAbove = 1.5;  // boards with more power than the data sheet has measure up to a quarter more
  const double rate = table.number(i, "tflops").value_or(0);
  const KernelOperation* operation = kernel_operation(row.operation);
  if (!gpu || !(rate > 0) || !operation || !operation->computes) return {};
  const std::string format = format_on(row.format, *gpu).format;
  const FlopRate peak = format.empty() ? FlopRate{} : format_figures(format, *gpu).peak;
  if (!(peak > FlopRate{}) || rate * kTeraflopPerSecond < kAbove * peak) return {};
  return fmt::format("tflops {:g} is above the peak of {}, {:.0f}", rate, gpu->name, peak.in(kTeraflopPerSecond));
}

}  // namespace

KernelValidation validate_kernels(const Csv& table, const KernelBook& book, const GpuLookup& lookup,
                                  const catalog::CollectivePart& library) {
  KernelValidation result;
  Scorecard by_operation, by_gpu;
  std::set<std::string> seen;
  std::map<std::string, std::optional<GpuFigures>> gpus;
  const auto rows = kernel_rows(table);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const KernelRow& row = rows[i];
    if (!gpus.contains(row.gpu)) gpus[row.gpu] = gpu_of_name(lookup, row.gpu);
    KernelPrediction& prediction = result.rows.emplace_back(predict(row, book, gpus[row.gpu], lookup, library));
    if (!row.id.empty() && !seen.insert(row.id).second) {
      add_note(prediction.reason, repeated_id(row.id));
      continue;
    }
    add_note(prediction.reason, beyond_peak(table, i, row, gpus[row.gpu]));
    const auto rated = row.measured_us ? std::nullopt : time_of_rate_us(table, i, row);
    const auto measured = row.measured_us ? row.measured_us : rated;
    if (!measured) {
      add_note(prediction.reason, unscored_rate(table, i));
      continue;
    }
    if (!rated) add_note(prediction.reason, rate_contradiction(table, i, row));
    const double ratio = prediction.time_us.value_or(0) / *measured;
    const std::string_view apart = rated ? ", by tflops" : "";
    by_operation.add(fmt::format("{}{}", row.operation, apart), ratio);
    by_gpu.add(fmt::format("{} {} {}{}", row.operation, row.gpu, row.format, apart), ratio);
  }
  result.by_operation = by_operation.scores();
  result.by_gpu = by_gpu.scores();
  return result;
}

std::string csv_text(const std::vector<KernelPrediction>& rows) {
  std::string text = "id,status,time_us,reason\n";
  for (const auto& row : rows)
    text += fmt::format("{},{},{},{}\n", csv_cell(row.id), name_of(row.status),
                        row.time_us ? fmt::format("{:.5g}", *row.time_us) : "", csv_cell(row.reason));
  return text;
}

std::string render(const KernelValidation& validation) {
  return render(validation.by_operation, "operation") + "\n" + render(validation.by_gpu, "operation, GPU, format");
}

}  // namespace eigenbau::fit
