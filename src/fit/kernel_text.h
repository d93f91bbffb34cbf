// How is a calibration written down as a part of the catalog?
#pragma once

#include <string>
#include <vector>

#include "base/figure.h"
#include "catalog/kernel_table.h"

namespace eigenbau::fit {

/// Tables that follow from the same measurements.
struct SourcedTables {
  Provenance who;
  std::vector<catalog::KernelTable> tables;
};

/// The file catalog/kernels/<gpu>.toml: the part's figures and tables, of which `who` says what rows they were fitted to, then
/// those of others.
std::string kernel_part_text(const catalog::KernelPart& part, const Provenance& who, const std::vector<SourcedTables>& others);

}  // namespace eigenbau::fit
