// How long does a collective take from small to large messages, as nccl-tests would print it?
#pragma once

#include <string>
#include <vector>

#include "fit/validate_collectives.h"
#include "tables/gpu_figures.h"

namespace eigenbau::fit {

/// One line of the table.
struct SweepLine {
  Bytes message{};
  Time time{};
  Bandwidth algorithm{}, bus{};
  Time least{};  ///< that physics allows
};

struct Sweep {
  std::string operation;
  tables::CollectiveRow row;  ///< without a message
  std::string assumed;
  std::vector<SweepLine> lines;
  int element_bytes = 4;
};

/// Messages from `first` to `last`, each `factor` times the one before; `row.operation` must be a collective of perf/.
Sweep sweep(tables::CollectiveRow row, Bytes first, Bytes last, double factor, const catalog::CollectivePart& part,
            const tables::GpuLookup& gpu);

/// The columns that users of nccl-tests know: size, count, type, redop, root, time, algbw, busbw.
std::string render(const Sweep& sweep);

}  // namespace eigenbau::fit
