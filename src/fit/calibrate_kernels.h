// Which catalog parts follow from a table of measured kernels?
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/kernel_table.h"
#include "fit/kernel_book.h"
#include "fit/kernel_text.h"
#include "fit/scorecard.h"
#include "input/csv.h"
#include "tables/gpu_figures.h"

namespace eigenbau::fit {

/// What a calibration gives: parts as values and as the text of their files, how well they fit, what was passed over.
struct KernelCalibration {
  struct Part {
    catalog::KernelPart part;
    std::string text;  ///< TOML, the same bytes for the same rows
  };
  std::vector<Part> parts;           ///< one per GPU, by name
  std::vector<Score> fitted;         ///< by operation and GPU: the rows of the fit
  std::vector<Score> held_out;       ///< the same, each shape predicted by a fit that has not seen it
  std::vector<std::string> skipped;  ///< "12 rows: the catalog does not know the GPU X"
  std::vector<std::string> kept;     ///< "h100-sxm: 61 tables of the catalog"
};

/// What the catalog says of an accelerator's kernels.
struct KnownKernels {
  std::string gpu;
  std::vector<SourcedTables> sources;
};

struct CalibrationOptions {
  FitEffort effort{};
  unsigned folds = 8;    ///< for the held-out errors; 0: none; kEachAlone: each shape alone
  unsigned threads = 0;  ///< 0: as many as the machine has; the result does not depend on it
  std::string source;    ///< of the rows, for the part
  std::string date = "undated";
  std::vector<KnownKernels> known{};  ///< tables of these that no row is fitted to stay in the part of their accelerator
};

/// Fits every table of `rows`: rows of one operation, GPU, format, format of the cache, family and variant.
KernelCalibration calibrate_kernels(const Csv& rows, const tables::GpuLookup& gpu, const CalibrationOptions& options);

}  // namespace eigenbau::fit
