// What machine does a cluster file describe, down to racks, switches, transformers, coolers and the bill?
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/codes.h"
#include "base/diagnostic.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "cluster/cluster.h"
#include "design/bill_of_materials.h"
#include "design/cooling.h"
#include "design/fabric_count.h"
#include "design/power_tree.h"
#include "design/racks.h"
#include "design/server_group.h"
#include "design/site_power.h"
#include "perf/machine.h"

namespace eigenbau::design {

/// Where data and checkpoints live, as bought.
struct StorageSystem {
  std::optional<catalog::Storage> part;
  int units = 0;  ///< 0: the file names neither part nor size
  Bytes capacity{};
  Bandwidth write_bandwidth{}, read_bandwidth{};  ///< zero: not known
  Power power{};
  std::string derivation;
};

struct Design {
  std::string name;
  int servers = 0;
  int gpus = 0;
  std::vector<ServerGroup> groups;  ///< in the order of the file
  Racks racks;
  std::optional<Fabric> back_end;  ///< absent: no NICs, or topology "none", or it cannot be wired
  std::optional<Fabric> front_end;
  std::optional<Fabric> storage_network;  ///< absent: storage nodes, if there are any, stand on the front end
  std::optional<Fabric> management;
  StorageSystem storage;
  PowerTree power;
  Cooling cooling;
  SitePowerLaw site;  ///< watts at the meter from watts at the server, and back
  BillOfMaterials bill;
  perf::Machine machine;  ///< as jobs see it: all accelerators of the largest group's kind
  Diagnostics findings;   ///< problems of the design, codes EB3xxx: notes and warnings, nothing that stops it

  /// By number (kBackEnd ...); null: the machine has none.
  Fabric* network(int number);
  const Fabric* network(int number) const;
  /// Accelerators that one job can span: those of an island, since no cable joins two.
  int gpus_joined() const;
  /// Mean over all accelerators of their share of their servers' input.
  Power server_watts(Load load) const;
  /// From the server to the meter. Nameplate and provisioned count the network at its nameplate, too.
  PerGpu per_gpu(Load load) const;
};

/// Derives everything. Fails only if a named part is not in the catalog or nothing is bought; whatever else is wrong with
/// the machine is in its findings.
Result<Design> design_cluster(const cluster::Cluster& cluster, const catalog::Catalog& catalog);

/// The findings that say that the back-end network cannot be wired as the file asks, as errors; none: it can.
Diagnostics unwired(const Design& design);

/// Codes of the findings, for `eigenbau explain`.
std::span<const CodeText> design_codes();

}  // namespace eigenbau::design
