// What does the campaign take from the design, the failure prior and the file?
#pragma once

#include "campaign/campaign.h"
#include "catalog/failure.h"
#include "cluster/cluster.h"
#include "design/design.h"

namespace eigenbau::campaign {

/// Watts at the meter as the cap varies: the design's own chain from server to meter at full power, and its slope down to
/// the lowest cap. A cap lowers a server's input watt for watt, as `design::server_power` does.
SiteDraw site_draw(const design::Design& design);

/// The file's figures first, then the prior's.
CampaignInput campaign_input(const cluster::Cluster& cluster, const design::Design& design, const catalog::FailurePrior& prior,
                             Planner planner, CampaignOptions options = {});

/// The whole campaign of a designed cluster.
Campaign run_campaign(const cluster::Cluster& cluster, const design::Design& design, const catalog::FailurePrior& prior,
                      Planner planner, CampaignOptions options = {});

}  // namespace eigenbau::campaign
