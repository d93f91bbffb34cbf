// How do training jobs share the accelerators that are online, day by day?
#pragma once

#include <vector>

#include "campaign/campaign.h"

namespace eigenbau::campaign {

/// Every training job of the file over the days of the campaign, in the order of the file.
/// progress per second = work per step / (t_step · work) · goodput · f(cap). A job that grows is planned anew when a
/// quarter more accelerators are there, or when no more are coming for now; each new plan costs one restart.
/// Day by day: a job that begins or ends within a day is right to that day.
std::vector<TrainingRun> training_runs(const cluster::Cluster& cluster, const std::vector<Day>& days, const CampaignInput& input);

}  // namespace eigenbau::campaign
