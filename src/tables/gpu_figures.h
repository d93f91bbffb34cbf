// Which figures of the catalog scale the laws of a GPU?
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "catalog/catalog.h"
#include "tables/kernel_format.h"

namespace eigenbau::tables {

/// The figures of a GPU by any of its names; nothing if the catalog does not know it.
using GpuLookup = std::function<std::optional<GpuFigures>(std::string_view)>;

/// Looks a GPU of the catalog up by any of its names, however spelled: "8xH100".
GpuLookup gpu_lookup(const catalog::Catalog& catalog);

GpuFigures figures_of(const catalog::Gpu& gpu);

}  // namespace eigenbau::tables
