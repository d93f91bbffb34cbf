// How many accelerators are online each day, what do they draw, and what keeps them from being more?
#pragma once

#include <vector>

#include "campaign/campaign.h"

namespace eigenbau::campaign {

/// Online(t) = min(wired(t), powered(t)); powered from P(n, cap) <= S(t) under the policy.
/// The limit of a day is `powered` if supply carries fewer than are wired, else the step at which most are held up.
std::vector<Day> timeline(const cluster::Cluster& cluster, const CampaignInput& input, Date first, int days);

/// Energy and peaks by calendar month. What the grid's firm power does not carry is generated on site.
std::vector<Month> months(const std::vector<Day>& days);

/// Every change of the supply, with what it could carry of all that is bought.
std::vector<SupplyStage> supply_stages(const cluster::Cluster& cluster, const CampaignInput& input);

}  // namespace eigenbau::campaign
