// Which machines do the tests of a design build?
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "design/design.h"

namespace eigenbau::design {

inline const catalog::Catalog& parts() {
  static const catalog::Catalog kCatalog = catalog::Catalog::built_in();
  return kCatalog;
}

inline cluster::Cluster cluster_of(const std::string& model, int count) {
  cluster::Cluster cluster;
  cluster.name = "test";
  cluster.servers.push_back({.model = model, .count = count});
  return cluster;
}

inline Design design_of(const cluster::Cluster& cluster) {
  Result<Design> design = design_cluster(cluster, parts());
  REQUIRE(design);
  return *design;
}

/// Half Supermicro in liquid, half Dell in air, Spectrum switches: the machine of Memphis.
inline cluster::Cluster memphis() {
  cluster::Cluster cluster = cluster_of("supermicro-4u-hgx-h100-liquid", 6250);
  cluster.servers.push_back({.model = "dell-xe9680-h100", .count = 6250});
  cluster.fabric.network_switch = "nvidia-sn5600";
  cluster.fabric.routing = cluster::Routing::adaptive;
  return cluster;
}

inline bool has(const Design& design, std::string_view code) {
  return std::ranges::any_of(design.findings.all(), [&](const Diagnostic& finding) { return finding.code == code; });
}

}  // namespace eigenbau::design
