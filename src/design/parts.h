// Which catalog parts does this design use? Looked up once, so that everything behind works on plain values.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/figure.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "cluster/cluster.h"

namespace eigenbau::design {

struct GroupParts {
  catalog::Server server;
  catalog::Gpu gpu;
  std::optional<catalog::Nic> nic, front_end_nic, storage_nic;
};

/// Plant that is taken where the file names none.
struct PlantParts {
  catalog::Plant substation, switchgear, transformer, ups, pdu, rack_pdu;
  catalog::Plant rack_cdu, row_cdu, dry_cooler, crah, chiller, rear_door;
  catalog::Plant generator, battery;
};

struct Parts {
  std::vector<GroupParts> groups;  ///< one for each [[servers]]
  std::vector<catalog::Switch> switches;
  std::vector<catalog::Optic> optics;
  std::vector<catalog::Cable> cables;
  /// Switches that the file names.
  std::optional<catalog::Switch> network_switch, front_end_switch, storage_switch, management_switch, aggregation_switch;
  std::optional<catalog::Optic> optic;
  std::optional<catalog::Cable> cable;
  std::optional<catalog::Storage> storage;
  bool storage_named = false;
  PlantParts plant;
  std::vector<std::optional<catalog::Plant>> supplies, batteries;  ///< named by [[supply]], [[battery]]
  catalog::PriceList construction;

  /// Who says so: kind, name, field of a part.
  std::function<Provenance(std::string_view, std::string_view, std::string_view)> provenance;
};

/// Looks everything up; fails with all names that are not in the catalog.
Result<Parts> find_parts(const cluster::Cluster& cluster, const catalog::Catalog& catalog);

}  // namespace eigenbau::design
