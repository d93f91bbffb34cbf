// Which parts of the catalog do the tests of measured tables ask?
#pragma once

#include <string>
#include <vector>

#include "fit/validate_kernels.h"
#include "tables/gpu_figures.h"
#include "tables/training_parts.h"

namespace eigenbau::fit {

using namespace tables;

inline const catalog::Catalog& builtin() {
  static const catalog::Catalog kCatalog = catalog::Catalog::built_in();
  return kCatalog;
}

inline const GpuLookup& builtin_gpus() {
  static const GpuLookup kLookup = gpu_lookup(builtin());
  return kLookup;
}

inline const KernelBook& builtin_kernels() {
  static const KernelBook kBook = kernel_book(builtin());
  return kBook;
}

inline const TrainingParts& builtin_training() {
  static const TrainingParts kParts = training_parts(builtin()).value();
  return kParts;
}

inline catalog::CollectivePart nccl() { return *builtin().collectives("nccl"); }

/// The answers to a table of kernels.
inline std::vector<KernelPrediction> kernel_answers(const std::string& text) {
  return validate_kernels(*Csv::parse({"rows.csv", text}), builtin_kernels(), builtin_gpus(), nccl()).rows;
}

}  // namespace eigenbau::fit
