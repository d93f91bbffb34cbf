// Which figures of the catalog scale the laws of a GPU?
#pragma once

#include "catalog/catalog.h"
#include "fit/kernel_book.h"

namespace eigenbau::fit {

/// Looks a GPU of the catalog up by any of its names, however spelled: "8xH100".
GpuLookup gpu_lookup(const catalog::Catalog& catalog);

GpuFigures figures_of(const catalog::Gpu& gpu);

/// All tables of the catalog.
KernelBook kernel_book(const catalog::Catalog& catalog);

}  // namespace eigenbau::fit
