// What is one answer to one cluster: the machine, its days, its jobs, its money?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "campaign/campaign.h"
#include "catalog/catalog.h"
#include "cluster/cluster.h"
#include "design/design.h"
#include "economics/economics.h"
#include "perf/serving.h"
#include "study/planner.h"

namespace eigenbau::study {

/// A training job on all accelerators it may use, beside its course over time in the campaign.
struct TrainingAnswer {
  std::string name;
  JobSetup setup;
  int offered = 0;                    ///< accelerators that the plan was sought for
  std::optional<PlannedJob> planned;  ///< absent: no plan fits
  std::optional<PlannedJob> widest;   ///< on more accelerators than that, though not faster
  Flop work{};                        ///< model FLOP of the whole job; 0: not stated
  Tokens tokens{};
  double law_factor = 1;  ///< of this sample: how far the law's error moves the step time
};

/// A serving job: one replica, and as many as the machine holds.
struct ServingAnswer {
  std::string name;
  catalog::Model model;
  std::optional<perf::ServingEstimate> replica;  ///< absent: none fits
  perf::ServingMisfit misfit{};
  std::optional<perf::ServingEstimate> faster{};  ///< of another size, where the stated one misses the target
  std::vector<perf::ServingPace> paces{};         ///< of the middle values; empty in other samples
  int input_tokens = 0, output_tokens = 0;
  std::optional<Time> target;  ///< for each output token
  int gpus = 0;                ///< accelerators that replicas use
  int replicas = 0;
  TokenRate output{};                                    ///< of all replicas
  std::optional<EnergyPerToken> energy;                  ///< at the meter, for each output token
  std::optional<MoneyPerToken> cost;                     ///< for each output token; absent: prices unknown
  std::string gpu_hour = "the cost of an own GPU-hour";  ///< at which that is
};

struct Answer {
  cluster::Cluster cluster;
  design::Design design;
  campaign::SiteDraw draw_provisioned;  ///< as a careful planner reserves it: what claims are judged by
  campaign::Campaign campaign;
  std::vector<TrainingAnswer> training;
  std::vector<ServingAnswer> serving;
  economics::Economics money;
  std::optional<economics::PricePath> market;  ///< lease price of such an accelerator
  std::string market_source{};
  std::vector<std::string> assumptions;  ///< what stands in for what nobody stated, in words
};

/// Which sample of a study this is; 0 is the middle of everything.
struct SampleId {
  std::uint64_t seed = 0;
  std::uint32_t index = 0;
};

/// Walks one cluster through every room. `book` holds the plans of the middle values; it is filled as needed.
Result<Answer> answer(const cluster::Cluster& cluster, const catalog::Catalog& catalog, PlanBook& book, SampleId sample);

/// The design alone, for the machine on which a plan book is opened.
Result<perf::Machine> machine_of(const cluster::Cluster& cluster, const catalog::Catalog& catalog);

}  // namespace eigenbau::study
