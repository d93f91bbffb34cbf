// Which tables does a cluster file have, before jobs and claims are told apart by what they say?
#pragma once

#include "cluster/cluster.h"
#include "input/record.h"

namespace eigenbau::cluster {

enum class JobKind { training, serving };

/// [[job]] as written: the keys of both kinds.
struct JobTable {
  Span span;
  std::string source;
  std::string name;
  JobKind kind = JobKind::training;
  std::string model;
  ModelShape shape;
  catalog::Precision precision = catalog::Precision::bf16;
  std::string stack;
  std::optional<int> gpus;
  JobStart start;
  std::optional<Tokens> tokens;
  std::optional<Flop> compute;
  std::optional<int> global_batch_sequences;
  std::optional<Tokens> global_batch_tokens;
  std::optional<int> sequence_length;
  std::optional<Share> mfu;
  PlanOverride plan;
  bool grow = false;
  std::optional<Date> deadline;
  std::optional<Time> checkpoint_interval;
  std::optional<int> input_tokens;
  std::optional<int> output_tokens;
  std::optional<int> gpus_per_replica;
  std::optional<int> concurrency;
  std::optional<Time> time_to_first_token;
  std::optional<Time> time_per_output_token;
  std::optional<TokenRate> demand;
  std::optional<MoneyPerToken> price;
};

/// [[claim]] as written: the keys of all kinds.
struct ClaimTable {
  Span span;
  std::string text;
  std::string source;
  std::optional<Share> tolerance;
  std::optional<int> gpus_online;
  std::optional<Date> on;
  std::vector<std::string> supplied_by;
  std::optional<Stated<double>> gpus;
  std::optional<Stated<Power>> site_power;
  std::optional<Stated<Power>> it_power;
  std::optional<Time> within;
  std::optional<Stated<Money>> money;
  std::optional<Stated<Money>> money_per_gpu;
  Covers covers = Covers::all_in;
  std::optional<double> foreign_amount;
  std::string currency;
  std::optional<double> per_usd;
  std::string lease;
  std::optional<Stated<MoneyRate>> price;
  std::optional<Stated<Flop>> compute;
  std::optional<Share> mfu;
  std::optional<Stated<Time>> takes;
};

struct ClusterFile {
  Span span;
  std::string format;
  std::string name;
  std::string source;
  Site site;
  Hall hall;
  PowerTree power;
  std::vector<Supply> supply;
  std::vector<Battery> battery;
  std::vector<ServerGroup> servers;
  Fabric fabric;
  StorageNetwork storage_network;
  Management management;
  Storage storage;
  Build build;
  Failures failures;
  std::vector<JobTable> job;
  std::vector<Lease> lease;
  Finance finance;
  std::vector<ClaimTable> claim;
};

inline constexpr std::string_view kFormat = "eigenbau.cluster/1";

}  // namespace eigenbau::cluster
