// How are the constants of a collective library written down as a part of the catalog?
#pragma once

#include <string>
#include <string_view>

#include "catalog/collective_table.h"
#include "fit/fit_trust.h"

namespace eigenbau::fit {

/// The file catalog/collectives/<name>.toml. `trust`: in its constants, which is its confidence.
std::string collective_part_text(const catalog::CollectivePart& part, std::string_view source, std::string_view date,
                                 const FitTrust& trust);

/// A TOML string, without control characters and bytes that are no text (UTF-8).
std::string quoted(std::string_view text);

}  // namespace eigenbau::fit
