// How long does an exchange of a kernel table take that the links of one domain do not carry?
#pragma once

#include <optional>

#include "catalog/collective_table.h"
#include "fit/kernel_book.h"

namespace eigenbau::fit {

/// A collective or an exchange of tokens by the laws of perf/collective.h; nothing where all ranks share the switched links of
/// one domain, which the fitted tables describe. Domains, servers and NICs are those usual for the GPU, which is said. No time,
/// and why, where NICs carry an exchange of which no law tells the time.
std::optional<KernelAnswer> beyond_tables(const tables::KernelRow& row, const tables::GpuFigures& gpu,
                                          const catalog::CollectivePart& library);

}  // namespace eigenbau::fit
