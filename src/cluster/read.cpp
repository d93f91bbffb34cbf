// How does a cluster file become a Cluster?
#include "cluster/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cluster/file.h"
#include "cluster/places.h"

namespace eigenbau::cluster {
namespace {

constexpr auto kTrainingKeys = std::to_array<std::string_view>(
    {"tokens", "compute", "global_batch", "sequence_length", "mfu", "plan", "grow", "deadline", "checkpoint_interval"});
constexpr auto kServingKeys =
    std::to_array<std::string_view>({"input_tokens", "output_tokens", "gpus_per_replica", "concurrency", "time_to_first_token",
                                     "time_per_output_token", "demand", "price"});

/// What each kind of claim is recognized by, what else it needs, and what else it may have.
struct ClaimKind {
  std::string_view tested;
  std::vector<std::string_view> needs;
  std::vector<std::string_view> may;
};

const std::vector<ClaimKind>& claim_kinds() {
  static const std::vector<ClaimKind> kKinds = {
      {"gpus_online", {}, {"on", "supplied_by"}},
      {"site_power", {"gpus"}, {}},
      {"it_power", {"gpus"}, {}},
      {"within", {"gpus"}, {}},
      {"money", {"gpus"}, {"covers", "foreign_amount", "currency", "per_usd"}},
      {"money_per_gpu", {"gpus"}, {"covers", "foreign_amount", "currency", "per_usd"}},
      {"price", {"lease"}, {}},
      {"takes", {"gpus", "compute"}, {"mfu"}},
  };
  return kKinds;
}

bool is_one_of(std::string_view word, const auto& words) { return std::find(words.begin(), words.end(), word) != words.end(); }

/// The kind of claim that the table's keys make, with everything that is wrong with them; nothing if it lacks a key.
const ClaimKind* kind_of(const ClaimTable& claim, const Places& places, Diagnostics& problems) {
  const auto& kinds = claim_kinds();
  const auto kind =
      std::find_if(kinds.begin(), kinds.end(), [&](const ClaimKind& k) { return places.has(claim.span, k.tested); });
  if (kind == kinds.end()) {
    problems.add({.code = "EB2016",
                  .message = "the claim says nothing that can be tested",
                  .span = claim.span,
                  .hint = "give one of gpus_online, site_power, it_power, within, money, money_per_gpu, price, takes"});
    return nullptr;
  }
  bool complete = true;
  for (const std::string_view key : kind->needs) {
    if (places.has(claim.span, key)) continue;
    complete = false;
    problems.add({.code = "EB2017",
                  .message = fmt::format("a claim about `{}` needs `{}`", kind->tested, key),
                  .span = places.key(claim.span, kind->tested)});
  }
  const Node* table = places.table(claim.span);
  for (const Member& member : table->members) {
    if (member.key == kind->tested || is_one_of(member.key, kind->needs) || is_one_of(member.key, kind->may)) continue;
    if (is_one_of(std::string_view(member.key), std::to_array<std::string_view>({"text", "source", "tolerance"}))) continue;
    if (record<ClaimTable>().find(member.key) == nullptr) continue;
    problems.add({.code = "EB2018",
                  .message = fmt::format("a claim about `{}` cannot also have `{}`", kind->tested, member.key),
                  .span = member.key_span,
                  .hint = "one claim tests one sentence: write two"});
  }
  return complete ? &*kind : nullptr;
}

std::optional<Claim> claim_of(const ClaimTable& from, const Places& places, Diagnostics& problems) {
  const ClaimKind* kind = kind_of(from, places, problems);
  if (!kind) return std::nullopt;
  const Stated<double> gpus = from.gpus.value_or(Stated<double>{});
  Claim claim{.span = from.span, .text = from.text, .source = from.source, .tolerance = from.tolerance, .says = {}};
  if (from.gpus_online) claim.says = OnlineClaim{*from.gpus_online, from.on, from.supplied_by};
  else if (from.price) claim.says = LeaseClaim{from.lease, *from.price};
  else if (!from.gpus) return std::nullopt;
  else if (from.site_power || from.it_power) claim.says = PowerClaim{gpus, from.site_power, from.it_power};
  else if (from.within) claim.says = PaceClaim{gpus, *from.within};
  else if (from.money || from.money_per_gpu)
    claim.says = MoneyClaim{gpus, from.money, from.money_per_gpu, from.covers, from.foreign_amount, from.currency, from.per_usd};
  else if (from.takes && from.compute) claim.says = TrainingClaim{*from.compute, gpus, from.mfu, *from.takes};
  else return std::nullopt;
  return claim;
}

void refuse_other_kind(const JobTable& job, const Places& places, Diagnostics& problems) {
  const bool serves = job.kind == JobKind::serving;
  const Node* table = places.table(job.span);
  if (!table) return;
  for (const Member& member : table->members) {
    const bool foreign = serves ? is_one_of(member.key, kTrainingKeys) : is_one_of(member.key, kServingKeys);
    if (!foreign) continue;
    problems.add({.code = "EB2013",
                  .message = fmt::format("`{}` belongs to a {} job, but this one is {}", member.key,
                                         serves ? "training" : "serving", serves ? "serving" : "training"),
                  .span = member.key_span,
                  .hint = serves ? "a training job has kind = \"training\"" : "a serving job has kind = \"serving\""});
  }
}

Job job_of(const JobTable& from) {
  return {.span = from.span,
          .source = from.source,
          .name = from.name,
          .model = from.model,
          .shape = from.shape,
          .precision = from.precision,
          .stack = from.stack,
          .gpus = from.gpus,
          .start = from.start};
}

TrainingJob training_of(const JobTable& from) {
  TrainingJob job{job_of(from)};
  job.tokens = from.tokens;
  job.compute = from.compute;
  job.global_batch_sequences = from.global_batch_sequences;
  job.global_batch_tokens = from.global_batch_tokens;
  job.sequence_length = from.sequence_length;
  job.mfu = from.mfu;
  job.plan = from.plan;
  job.grow = from.grow;
  job.deadline = from.deadline;
  job.checkpoint_interval = from.checkpoint_interval;
  return job;
}

ServingJob serving_of(const JobTable& from) {
  ServingJob job{job_of(from)};
  job.input_tokens = from.input_tokens;
  job.output_tokens = from.output_tokens;
  job.gpus_per_replica = from.gpus_per_replica;
  job.concurrency = from.concurrency;
  job.time_to_first_token = from.time_to_first_token;
  job.time_per_output_token = from.time_per_output_token;
  job.demand = from.demand;
  job.price = from.price;
  return job;
}

Cluster cluster_of(ClusterFile&& file, const Places& places, Diagnostics& problems) {
  Cluster cluster{.span = file.span,
                  .name = std::move(file.name),
                  .source = std::move(file.source),
                  .site = std::move(file.site),
                  .hall = std::move(file.hall),
                  .power = std::move(file.power),
                  .supplies = std::move(file.supply),
                  .batteries = std::move(file.battery),
                  .servers = std::move(file.servers),
                  .fabric = std::move(file.fabric),
                  .storage_network = std::move(file.storage_network),
                  .management = std::move(file.management),
                  .storage = std::move(file.storage),
                  .build = std::move(file.build),
                  .failures = std::move(file.failures),
                  .training = {},
                  .serving = {},
                  .leases = std::move(file.lease),
                  .finance = std::move(file.finance),
                  .claims = {}};
  for (const JobTable& job : file.job) {
    refuse_other_kind(job, places, problems);
    if (job.kind == JobKind::serving) cluster.serving.push_back(serving_of(job));
    else cluster.training.push_back(training_of(job));
  }
  for (const ClaimTable& table : file.claim)
    if (auto claim = claim_of(table, places, problems)) cluster.claims.push_back(std::move(*claim));
  return cluster;
}

void check_format(const ClusterFile& file, const Document& document, Diagnostics& problems) {
  const Member* format = document.root.find("format");
  if (!format || format->value.kind != Node::Kind::string || file.format == kFormat) return;
  problems.add({.code = "EB2001",
                .message = fmt::format("the format is \"{}\", but this program reads \"{}\"", file.format, kFormat),
                .span = format->value.span,
                .hint = fmt::format("format = \"{}\"", kFormat)});
}

}  // namespace

Cluster read_cluster(const Document& document, const Draw& draw, ReadLog& log, Diagnostics& problems) {
  Reader reader(draw, problems, log);
  ClusterFile file = read_as<ClusterFile>(document.root, reader);
  check_format(file, document, problems);
  const Places places(document, problems);
  return cluster_of(std::move(file), places, problems);
}

Cluster sample_cluster(const Document& document, const Draw& draw) {
  ReadLog log;
  Diagnostics problems;
  return read_cluster(document, draw, log, problems);
}

}  // namespace eigenbau::cluster
