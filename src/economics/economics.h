// What does it all cost, and is it better than leasing?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "campaign/campaign.h"
#include "cluster/cluster.h"
#include "economics/capital.h"
#include "economics/gpu_hour.h"
#include "economics/lease.h"
#include "economics/operating.h"
#include "units/quantity.h"

namespace eigenbau::economics {

/// What the money needs beside the cluster file and the campaign.
struct MoneyInput {
  double gpus = 0;
  std::vector<Purchase> purchases;  ///< bill of materials, shell and plant
  Lives lives;
  Rates rates;
  std::optional<PricePath> market;  ///< lease price of such an accelerator; absent: unknown
  Share availability{1.0};          ///< of an accelerator that is online
  Power site_power{};               ///< of all in training: what stands in where nothing is dated
};

/// One training job's bill.
struct RunCost {
  std::string name;
  Money total{};   ///< of what has run by the end of the campaign
  Money energy{};  ///< part of it
  std::optional<MoneyPerToken> per_token;
  bool finished = false;
};

struct Economics {
  Capital capital;
  Money per_gpu{};  ///< capital over accelerators, of what is known
  Money capital_per_year{};
  std::vector<MonthCost> months;  ///< of the campaign
  YearOfOwning year;              ///< the steady state: the campaign's last 12 months, or what it has
  GpuHour gpu_hour;
  std::vector<RunCost> runs;            ///< in the order of the campaign's
  std::vector<LeaseComparison> leases;  ///< of those whose price and count are known, in the order of the file
  std::vector<std::string> unknown;     ///< what is not in these sums: every cost above is "at least"
  std::optional<Money> day_of_delay;
};

/// All of the money.
Economics work_out_money(const cluster::Cluster& cluster, const campaign::Campaign& campaign, const MoneyInput& input);

/// Price of the same sum in another currency: "29 billion yuan at 7.25".
Money from_foreign(double amount, double per_usd);

}  // namespace eigenbau::economics
