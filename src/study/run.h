// What is the whole answer to one file: the middle, the samples around it, the claims, what moves it most?
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "cluster/read.h"
#include "design/fabric_options.h"
#include "input/document.h"
#include "study/answer.h"
#include "study/claims.h"

namespace eigenbau::study {

struct StudyOptions {
  std::uint64_t seed = 1;
  std::uint32_t samples = 48;   ///< beside the middle; 0: no ranges
  unsigned threads = 0;         ///< 0: as many as the machine has
  bool fabric_options = false;  ///< also how else the back end could be wired
  std::size_t swings = 8;       ///< inputs that are moved one by one, the most influential ones
};

/// How far the answer moves when one uncertain input goes to the ends of its range (5 % and 95 % quantile).
struct Sensitivity {
  Uncertain input;
  double input_low = 0, input_high = 0;
  MoneyRate gpu_hour_low{}, gpu_hour_high{};        ///< cost of an accelerator-hour with the input at its low and high end
  std::optional<Time> training_low, training_high;  ///< duration of the first training job that ends; absent: none does
};

struct Study {
  Answer middle;
  std::vector<Answer> samples;
  std::vector<Verdict> verdicts;                     ///< in the order of the file's claims
  std::vector<Sensitivity> sensitivities;            ///< by effect on the accelerator-hour, largest first
  std::vector<Uncertain> uncertain;                  ///< ranges of the file
  std::vector<std::string> unknown;                  ///< paths that the file calls unknown
  std::vector<design::FabricOption> fabric_options;  ///< if asked for
  Diagnostics remarks;                               ///< warnings of the file and findings of the design
};

/// Reads, checks and answers. Fails with all that is wrong with the file. The same bytes for any number of threads.
Result<Study> run_study(const Document& document, const catalog::Catalog& catalog, const StudyOptions& options);

}  // namespace eigenbau::study
