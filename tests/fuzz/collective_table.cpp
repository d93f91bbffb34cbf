// Does any table of collectives make its validation crash, hang, or answer with something that is no time?
#include <string>
#include <string_view>

#include "answers.h"
#include "fit/validate_collectives.h"
#include "tables/gpu_figures.h"

void fuzz_one(std::string_view text) {
  using namespace eigenbau;
  static const catalog::Catalog kCatalog = catalog::Catalog::built_in();
  static const tables::GpuLookup kGpus = tables::gpu_lookup(kCatalog);
  static const catalog::CollectivePart kLibrary = kCatalog.collectives("nccl").value();
  const auto table = Csv::parse({"fuzz", std::string(text)});
  if (!table) return;
  const auto validation = fit::validate_collectives(*table, kLibrary, kGpus);
  for (const fit::CollectivePrediction& row : validation.rows) {
    if (row.status != tables::RowStatus::ok) continue;
    require(row.time && row.bus, "an answer has a time and a bandwidth");
    require(is_finite(*row.time) && *row.time > Time{}, "a collective takes time");
    require(is_finite(*row.bus) && *row.bus > Bandwidth{}, "a bandwidth is a number");
  }
  require_answers(fit::csv_text(validation.rows), *table);
  require_scores(validation.scores);
}
