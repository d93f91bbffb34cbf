// Does any table of kernels make its validation crash, hang, or answer with something that is no time?
#include <cmath>
#include <string>
#include <string_view>

#include "answers.h"
#include "fit/validate_kernels.h"
#include "tables/gpu_figures.h"

void fuzz_one(std::string_view text) {
  using namespace eigenbau;
  static const catalog::Catalog kCatalog = catalog::Catalog::built_in();
  static const tables::GpuLookup kGpus = tables::gpu_lookup(kCatalog);
  static const fit::KernelBook kBook = fit::kernel_book(kCatalog);
  static const catalog::CollectivePart kLibrary = kCatalog.collectives("nccl").value();
  const auto table = Csv::parse({"fuzz", std::string(text)});
  if (!table) return;
  const auto validation = fit::validate_kernels(*table, kBook, kGpus, kLibrary);
  for (const fit::KernelPrediction& row : validation.rows) {
    require(row.time_us.has_value() == (row.status == tables::RowStatus::ok), "an answer has a time");
    if (row.time_us) require(std::isfinite(*row.time_us) && *row.time_us > 0, "a kernel takes time");
  }
  require_answers(fit::csv_text(validation.rows), *table);
  require_scores(validation.by_operation);
  require_scores(validation.by_gpu);
}
