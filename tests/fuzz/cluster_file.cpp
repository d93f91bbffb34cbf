// Does any text make the reader of cluster files crash, contradict itself, or draw a value that is no number?
#include <cmath>
#include <string>
#include <string_view>

#include "cluster/read.h"
#include "fuzz.h"

void fuzz_one(std::string_view text) {
  using namespace eigenbau;
  static const catalog::Catalog kParts = catalog::Catalog::built_in();
  const auto document = parse_toml({"fuzz", std::string(text)});
  if (!document) {
    require(!render(document.error().diagnostics, false).empty(), "a failure can be shown");
    return;
  }
  ReadLog log;
  Diagnostics problems;
  const cluster::Cluster middle = cluster::read_cluster(*document, Draw::middle(), log, problems);
  cluster::check_cluster(middle, *document, kParts, problems);
  for (const Diagnostic& d : problems.all()) {
    require(!d.message.empty() && d.code.starts_with("EB"), "a finding says what is wrong, under a code");
    require(d.span.column >= 1 || d.span.line == 0, "columns count from 1");
  }
  require(render(problems, false).empty() == problems.all().empty(), "findings can be shown");
  for (const Uncertain& u : log.uncertain)
    require(std::isfinite(u.range.low) && std::isfinite(u.range.mid) && std::isfinite(u.range.high), "ranges are numbers");
  if (problems.has_errors()) return;
  require(!middle.servers.empty() || document->root.find("servers"), "a cluster has servers");
  for (std::uint32_t sample = 1; sample <= 3; ++sample) {
    const cluster::Cluster drawn = cluster::sample_cluster(*document, Draw::sample(1, sample));
    require(drawn.servers.size() == middle.servers.size() && drawn.claims.size() == middle.claims.size(),
            "a draw moves values, not tables");
    for (const auto& supply : drawn.supplies) require(is_finite(supply.total()) && is_finite(supply.firm()), "power is a number");
    for (const auto& lease : drawn.leases)
      if (const auto price = lease.price_per_gpu()) require(is_finite(*price), "a price is a number");
  }
}
