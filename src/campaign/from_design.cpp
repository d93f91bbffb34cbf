// What does the campaign take from the design, the failure prior and the file?
#include "campaign/from_design.h"

#include <utility>

namespace eigenbau::campaign {

namespace {

/// Watts of one accelerator while training, mean over all that are bought.
Power accelerator_watts(const design::Design& design) {
  Power sum{};
  for (const design::ServerGroup& group : design.groups) sum += group.power.gpu_training * group.gpus();
  return design.gpus > 0 ? sum / design.gpus : Power{};
}

}  // namespace

SiteDraw site_draw(const design::Design& design) {
  SiteDraw draw;
  const Power server = design.server_watts(design::Load::training);
  draw.per_gpu = design::watts_per_gpu(design.site, server).site();
  draw.board = accelerator_watts(design);
  const Power saved = (1 - kLowestCapShare) * draw.board;
  if (saved > Power{}) draw.meter_per_board = (draw.per_gpu - design::watts_per_gpu(design.site, server - saved).site()) / saved;
  return draw;
}

CampaignInput campaign_input(const cluster::Cluster& cluster, const design::Design& design, const catalog::FailurePrior& prior,
                             Planner planner, CampaignOptions options) {
  CampaignInput input;
  input.draw = site_draw(design);
  input.gpus = design.gpus;
  if (design.servers > 0) input.gpus_per_server = static_cast<double>(design.gpus) / design.servers;
  input.dead_on_arrival_prior = prior.dead_on_arrival.value_or(0);
  input.repair_prior = prior.repair_mean.value_or(Time{});
  input.gpus_per_node = input.gpus_per_server;
  if (!cluster.failures.node_rate && prior.gpus_per_node) input.gpus_per_node = *prior.gpus_per_node;
  input.node_rate = cluster.failures.node_rate.value_or(prior.node_rate);
  input.job_rate = cluster.failures.job_rate ? *cluster.failures.job_rate : prior.job_rate.value_or(Frequency{});
  input.restart.recover = cluster.failures.restart ? *cluster.failures.restart : prior.restart.value_or(Time{});
  input.device_to_host = design.machine.gpu.host_bandwidth.value_or(Bandwidth{});
  input.write = design.storage.write_bandwidth;
  input.read = design.storage.read_bandwidth;
  input.planner = std::move(planner);
  input.options = std::move(options);
  return input;
}

Campaign run_campaign(const cluster::Cluster& cluster, const design::Design& design, const catalog::FailurePrior& prior,
                      Planner planner, CampaignOptions options) {
  return run_campaign(cluster, campaign_input(cluster, design, prior, std::move(planner), std::move(options)));
}

}  // namespace eigenbau::campaign
