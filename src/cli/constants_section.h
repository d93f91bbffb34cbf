// Which constants of a software stack are behind a training step, and which of them were fitted?
#pragma once

#include "catalog/catalog.h"
#include "report/tree.h"

namespace eigenbau::cli {

/// All constants of the training law, each with its value, how it was found, and what it means.
report::Section constants_section(const catalog::Stack& stack, const catalog::Catalog& catalog);

}  // namespace eigenbau::cli
