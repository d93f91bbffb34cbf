// Which prices, lives and rates does a cluster's money run on, where the file does not state them?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "campaign/campaign.h"
#include "catalog/catalog.h"
#include "cluster/cluster.h"
#include "design/design.h"
#include "economics/economics.h"

namespace eigenbau::study {

// Lives and rates that stand in for what a file does not state.
inline constexpr Share kDiscountRate{0.10};     ///< a year; the figure of the check in reference tables of GPU-hour cost
inline constexpr Time kItLife = 5 * kYear;      ///< Epoch AI: depreciation of AI servers since 2023
inline constexpr Time kShellLife = 14 * kYear;  ///< Epoch AI, cost breakdown of 1 GW, 2026
inline constexpr Time kPlantLife = 20 * kYear;
inline constexpr Share kMaintenance{0.03};  ///< of capital, a year
inline constexpr Share kOperation{0.05};    ///< down time of an accelerator that is online: repair, tests

/// The market of one accelerator as the catalog's dated prices give it: the median of each quarter.
std::optional<economics::PricePath> market_price(const catalog::Catalog& catalog, const std::string& gpu, std::string* source);

economics::MoneyInput money_input(const cluster::Cluster& cluster, const design::Design& design, const catalog::Catalog& catalog,
                                  const std::optional<economics::PricePath>& market, std::vector<std::string>& assumptions);

}  // namespace eigenbau::study
