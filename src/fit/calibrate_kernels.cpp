// Which catalog parts follow from a table of measured kernels?
#include "fit/calibrate_kernels.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/parallel.h"
#include "units/counted.h"

namespace eigenbau::fit {

using namespace tables;

namespace {

constexpr std::size_t kLeastRows = 4;  // fewer say nothing about a law

using Groups = std::map<KernelKey, std::vector<const KernelRow*>>;

struct Fitted {
  catalog::KernelTable table;
  std::vector<double> ratios, held_out;  ///< predicted over measured
};

Groups group_rows(std::vector<KernelRow>& rows, const GpuLookup& lookup, std::map<std::string, GpuFigures>& gpus,
                  std::map<std::string, int>& skipped) {
  Groups groups;
  std::map<std::string, std::optional<GpuFigures>> known;
  std::set<std::string> seen;
  for (KernelRow& row : rows) {
    if (!row.id.empty() && !seen.insert(row.id).second) {
      ++skipped["the id of an earlier row"];
      continue;
    }
    const KernelOperation* operation = kernel_operation(row.operation);
    if (!operation) {
      ++skipped[fmt::format("no law covers the operation {}", row.operation)];
      continue;
    }
    if (row.backward) {
      ++skipped["a backward pass"];
      continue;
    }
    if (!row.measured_us) {
      ++skipped["no measured time above zero"];
      continue;
    }
    if (const auto lacks = row.unreadable.empty() ? operation->invalid(row) : row.unreadable; !lacks.empty()) {
      ++skipped[lacks];
      continue;
    }
    if (!known.contains(row.gpu)) known[row.gpu] = lookup(row.gpu);
    const auto& gpu = known[row.gpu];
    if (!gpu) {
      ++skipped[fmt::format("the catalog does not know the GPU {}", row.gpu)];
      continue;
    }
    if (!(gpu->multiprocessors > 0)) {
      ++skipped[fmt::format("{} has no multiprocessors, to which the laws of kernels are scaled", gpu->name)];
      continue;
    }
    if (operation->computes) {
      const FormatAnswer answer = format_on(row.format, *gpu);
      if (answer.format.empty()) {
        ++skipped[answer.reason];
        continue;
      }
      row.format = answer.format;
    }
    gpus[gpu->name] = *gpu;
    groups[{row.operation, gpu->name, row.format, row.cache_format, row.family, row.variant}].push_back(&row);
  }
  return groups;
}

Fitted fit_table(const KernelKey& key, const GpuFigures& gpu, const std::vector<const KernelRow*>& rows,
                 const CalibrationOptions& options) {
  const KernelOperation& operation = *kernel_operation(key.operation);
  Fitted result;
  result.table = describe(key, fit_kernels(operation, gpu, rows, options.effort));
  const KernelPredictor shipped = predictor_of(result.table, gpu);
  std::vector<double> law;
  for (const KernelRow* row : rows) {
    law.push_back(shipped.law_us(*row) / *row->measured_us);
    result.ratios.push_back(shipped.time_us(*row) / *row->measured_us);
  }
  if (options.folds > 1) result.held_out = held_out_ratios(operation, gpu, rows, options.effort, true, options.folds);
  const Errors of_law = errors_of(law), of_fit = errors_of(result.ratios), unseen = errors_of(result.held_out);
  result.table.rows = static_cast<int>(rows.size());
  result.table.law_median_error = {of_law.median};
  result.table.law_mean_error = {of_law.mean};
  result.table.median_error = {of_fit.median};
  result.table.mean_error = {of_fit.mean};
  result.table.held_out_median_error = {unseen.median};
  result.table.held_out_mean_error = {unseen.mean};
  return result;
}

catalog::KernelPart part_of(const GpuFigures& gpu) {
  return {.name = gpu.name,
          .title = "Kernels of " + gpu.name,
          .aliases = {},
          .gpu = gpu.name,
          .generation = gpu.generation,
          .peak_bf16 = gpu.peak_bf16,
          .peak_fp8 = gpu.peak_fp8,
          .peak_nvfp4 = gpu.peak_nvfp4,
          .memory_bandwidth = gpu.memory,
          .scale_up_bandwidth = gpu.link,
          .multiprocessors = static_cast<int>(gpu.multiprocessors),
          .table = {}};
}

/// What is known of a part's accelerator beside its own tables.
std::vector<SourcedTables> tables_beside(const catalog::KernelPart& part, const std::vector<KnownKernels>& known) {
  const auto fitted = [&](const catalog::KernelTable& table) {
    const KernelKey key = key_of(table, part.gpu);
    return std::ranges::any_of(part.table, [&](const catalog::KernelTable& own) { return key_of(own, part.gpu) == key; });
  };
  std::vector<SourcedTables> beside;
  for (const KnownKernels& kernels : known) {
    if (kernels.gpu != part.gpu) continue;
    for (SourcedTables source : kernels.sources) {
      std::erase_if(source.tables, fitted);
      if (!source.tables.empty()) beside.push_back(std::move(source));
    }
  }
  return beside;
}

}  // namespace

KernelCalibration calibrate_kernels(const Csv& csv, const GpuLookup& lookup, const CalibrationOptions& options) {
  KernelCalibration result;
  auto rows = kernel_rows(csv);
  std::map<std::string, GpuFigures> gpus;
  std::map<std::string, int> skipped;
  Groups groups = group_rows(rows, lookup, gpus, skipped);
  for (auto at = groups.begin(); at != groups.end();) {
    if (at->second.size() >= kLeastRows) {
      ++at;
      continue;
    }
    skipped[fmt::format("too few of {} {} {} {}", at->first.operation, at->first.gpu, at->first.format, at->first.family)] +=
        static_cast<int>(at->second.size());
    at = groups.erase(at);
  }
  for (const auto& [why, count] : skipped) result.skipped.push_back(fmt::format("{}: {}", counted(count, "row"), why));

  std::vector<const Groups::value_type*> work;
  for (const auto& group : groups) work.push_back(&group);
  std::vector<Fitted> fitted(work.size());
  parallel_for(work.size(), options.threads, [&](std::size_t i) {
    fitted[i] = fit_table(work[i]->first, gpus.at(work[i]->first.gpu), work[i]->second, options);
  });

  std::map<std::string, catalog::KernelPart> parts;
  Scorecard seen, unseen;
  for (std::size_t i = 0; i < work.size(); ++i) {
    const KernelKey& key = work[i]->first;
    parts.try_emplace(key.gpu, part_of(gpus.at(key.gpu))).first->second.table.push_back(fitted[i].table);
    const std::string law(kernel_operation(key.operation)->name);
    for (const std::string& group : {law, law + " " + key.gpu}) {
      for (const double ratio : fitted[i].ratios) seen.add(group, ratio);
      for (const double ratio : fitted[i].held_out) unseen.add(group, ratio);
    }
  }
  for (auto& [name, part] : parts) {
    const std::vector<SourcedTables> kept = tables_beside(part, options.known);
    std::string text = kernel_part_text(part, {options.source, options.date, "high"}, kept);
    std::size_t count = 0;
    for (const SourcedTables& source : kept) {
      count += source.tables.size();
      part.table.insert(part.table.end(), source.tables.begin(), source.tables.end());
    }
    if (count > 0) result.kept.push_back(fmt::format("{}: {} of the catalog", name, counted(count, "table")));
    result.parts.push_back({std::move(part), std::move(text)});
  }
  result.fitted = seen.scores();
  result.held_out = unseen.scores();
  return result;
}

}  // namespace eigenbau::fit
