// What does a cluster file say, once every text in it has become a typed value?
//
// This is the wall between text and rooms: no room behind it sees a file, a unit string, a range or "unknown".
// - A quantity carries its unit in its type; a share of a whole is a `Share`; every sum of money is in USD.
// - An absent optional means "unknown or not stated": whoever needs it takes the catalog's figure and says so.
// - A range of the file has been drawn to one value (sample 0: the middle). Only a claim keeps both ends, because there
//   a range is what somebody said and not a doubt of ours.
// - `span` is the table that a thing was written in, so that a later finding can point at it; `source` is who said so.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/date.h"
#include "base/source_text.h"
#include "catalog/context_parallel.h"
#include "catalog/precision.h"
#include "catalog/recompute.h"
#include "catalog/server.h"
#include "units/quantity.h"

namespace eigenbau::cluster {

/// [site]: where the machine stands and what the place charges. What is not stated comes from the catalog or is derived.
struct Site {
  Span span;
  std::string source;
  std::string location;
  std::optional<catalog::Cooling> cooling;       ///< air | direct-liquid | hybrid; absent: as the servers are built
  std::optional<double> pue;                     ///< overrides the derived power usage effectiveness; at least 1
  std::optional<Temperature> outdoor_wet_bulb;   ///< design day, for heat rejection
  std::optional<Temperature> inlet_temperature;  ///< of the air or water that reaches the servers
  std::optional<MoneyPerEnergy> electricity_price;
  std::optional<MoneyPerPowerTime> demand_charge;  ///< per peak power and time, as "15 USD/kW-month" is sold
  std::optional<MassPerEnergy> carbon_intensity;
  std::optional<Volume> water_per_day;  ///< most that the site may draw
  std::optional<Area> area;             ///< of the halls
};

/// [hall]: what one rack position may hold. Absent: no such limit is known.
struct Hall {
  Span span;
  std::optional<int> racks;             ///< positions for compute racks
  std::optional<double> rack_height_u;  ///< usable rack units
  std::optional<Power> rack_power;      ///< most that one rack may draw
  std::optional<Mass> rack_weight;      ///< most that the floor carries per rack, rack included
  std::optional<int> servers_per_rack;  ///< as the builder racks them; overrides what fits
};

enum class Redundancy { none, n, n_plus_1, two_n };  ///< none | N | N+1 | 2N

/// [power]: how the site's power reaches the supplies of the servers, and how far they are capped.
struct PowerTree {
  Span span;
  std::optional<Redundancy> ups;           ///< none: compute runs without UPS
  std::optional<Redundancy> transformers;  ///< units at medium voltage
  std::string transformer, ups_part, pdu;  ///< catalog parts; empty: the design's default
  std::optional<Power> gpu_cap;            ///< power limit set on each accelerator
};

enum class SupplyKind { grid, generator };

/// [[supply]]: something that feeds the site from a day on. Either `power`, or `unit_power` and `count`.
struct Supply {
  Span span;
  std::string source;
  std::string name;
  SupplyKind kind = SupplyKind::grid;
  std::optional<Power> power;                       ///< of the whole supply
  std::optional<Power> unit_power;                  ///< of one unit
  int count = 1;                                    ///< units
  int reserve = 0;                                  ///< units kept in reserve: N+reserve; they do not count as firm power
  std::string part;                                 ///< catalog plant; empty: none named
  std::optional<Date> from;                         ///< unknown: cannot be counted on
  std::optional<Date> until;                        ///< last day; absent: stays
  Share probability{1.0};                           ///< that it comes at all, on that day
  std::optional<MoneyPerEnergy> electricity_price;  ///< fuel or tariff of this supply; absent: the site's
  std::optional<MassPerEnergy> carbon_intensity;    ///< absent: the site's, or the part's

  /// All units running.
  Power total() const { return power ? *power : unit_power.value_or(Power{}) * count; }
  /// With the reserve standing by.
  Power firm() const { return power ? *power : unit_power.value_or(Power{}) * (count - reserve); }
};

/// [[battery]]: carries load for a while; adds no energy.
struct Battery {
  Span span;
  std::string source;
  std::string name;
  std::optional<Power> power;
  std::optional<Energy> energy;
  std::string part;          ///< catalog plant; empty: none named
  std::optional<Date> from;  ///< unknown: cannot be counted on
};

/// [[servers]]: so many of one model. Figures that are stated here override the catalog's.
struct ServerGroup {
  Span span;
  std::string source;
  std::string model;  ///< catalog server
  int count = 0;
  std::optional<Money> price_per_gpu;  ///< the server's price over its accelerators
  std::optional<Power> nameplate_power;
  std::optional<Power> provisioned_power;
  std::optional<Power> training_power;
  std::optional<Power> inference_power;
  std::optional<Power> idle_power;
};

/// rail_only: each rail is a fabric of its own; none: the scale-up domain is all there is.
enum class Topology { rail_fat_tree, fat_tree, rail_only, none };
enum class Routing { ecmp, adaptive, spray };

/// [fabric]: the back-end network between servers.
struct Fabric {
  Span span;
  std::string source;
  Topology topology = Topology::rail_fat_tree;
  std::string network_switch;                  ///< catalog switch; empty: the design chooses by the servers' NICs
  std::string optic, cable;                    ///< catalog parts; empty: the design chooses by distance
  std::optional<int> tiers;                    ///< most tiers of switches
  std::optional<int> planes;                   ///< ports that each adapter is split into, each on a fabric of its own
  std::optional<int> islands;                  ///< fabrics side by side that no cable joins; absent: one
  std::optional<double> oversubscription;      ///< of the leaves: bandwidth down over bandwidth up; 1: none
  std::optional<double> pod_oversubscription;  ///< of what leaves a pod
  std::optional<int> pod_gpus;                 ///< accelerators in a pod
  std::optional<Routing> routing;
  std::optional<int> queue_pairs;                    ///< that ECMP hashes each message over
  std::string front_end_switch;                      ///< catalog switch of the front-end network; empty: the design's default
  std::optional<double> front_end_oversubscription;  ///< of its leaves; absent: the design's default
};

/// own: switches of its own; front_end: storage nodes stand on the front-end network.
enum class StorageWay { own, front_end };

/// [storage_network]: how servers reach storage.
struct StorageNetwork {
  Span span;
  std::string source;
  std::optional<StorageWay> way;           ///< absent: its own where servers have ports for it
  std::string nic;                         ///< catalog NIC of every server; empty: as the server is sold
  std::optional<int> nics_per_server;      ///< absent: as the server is sold
  std::optional<int> links_per_node;       ///< ports of a storage node
  std::string network_switch;              ///< catalog switch; empty: the design chooses by the NICs
  std::optional<double> oversubscription;  ///< of its leaves; absent: the design's default
};

/// [management]: the network of management ports, out of band.
struct Management {
  Span span;
  std::string source;
  bool wanted = true;
  std::string network_switch;               ///< catalog switch that the ports are plugged into; empty: the design's choice
  std::string aggregation_switch;           ///< catalog switch above it; empty: the design's choice
  std::optional<int> uplinks;               ///< of each switch, to as many switches above it
  bool rack_pdus = true, rack_cdus = true;  ///< that stand in racks are managed, too
};

/// [storage]: where data and checkpoints live.
struct Storage {
  Span span;
  std::string source;
  std::string part;          ///< catalog storage; empty: none named
  std::optional<int> units;  ///< of that part
  std::optional<Bytes> capacity;
  std::optional<Bandwidth> write_bandwidth;
  std::optional<Bandwidth> read_bandwidth;
};

/// [[build.delivery]]: servers that arrive from a day on, so many a day.
struct Delivery {
  Span span;
  std::string source;
  int servers = 0;
  std::string model;              ///< empty: the groups in the order of the file
  std::optional<Date> from;       ///< unknown: with the start of the build
  std::optional<double> per_day;  ///< servers a day; absent: all on one day
};

/// [build]: how the machine comes up.
struct Build {
  Span span;
  std::string source;
  std::optional<Date> start;
  std::optional<double> servers_per_day;  ///< most that the crews rack, cable and power in a day
  std::optional<Time> burn_in;            ///< of each server before it is accepted
  std::optional<Time> fabric_test;        ///< of each pod before it joins
  std::optional<Share> dead_on_arrival;   ///< of servers
  std::optional<Time> repair;             ///< of one server that arrived dead
  std::vector<Delivery> deliveries;       ///< empty: everything lies there at the start
};

/// [failures]: what interrupts a job. Absent figures come from the named prior.
struct Failures {
  Span span;
  std::string source;
  std::string prior;                   ///< catalog failure; empty: the catalog's default for the accelerator
  std::optional<Frequency> node_rate;  ///< of one server: "4 per 1000 node-days"
  std::optional<Frequency> job_rate;   ///< that does not grow with servers
  std::optional<Time> restart;
  std::optional<Time> repair;
  std::optional<Share> spares;  ///< servers kept back from jobs
};

/// Shape that a file states in place; a figure here overrides that of the named model.
struct ModelShape {
  std::optional<int> layers, hidden, heads, kv_heads, head_dim, ffn_hidden, vocabulary;
  std::optional<int> experts, experts_per_token, expert_hidden, shared_experts;
};

/// Parallel degrees that a file pins; what is absent is searched.
struct PlanOverride {
  std::optional<int> tp, pp, vp, dp, cp, ep;                ///< tensor, pipeline, virtual pipeline, data, context, expert
  std::optional<int> etp;                                   ///< tensor parallel in an expert
  std::optional<catalog::ContextParallel> cp_comm_type;     ///< how keys and values get around
  std::optional<int> mbs;                                   ///< sequences of one micro-batch
  std::optional<int> zero;                                  ///< ZeRO stage, 0 to 3
  std::optional<int> shard_group;                           ///< ranks that share one sharded copy (hybrid sharding)
  std::optional<bool> expert_overlap;                       ///< traffic of experts beside the compute of another micro-batch
  std::optional<catalog::Recompute::Mode> recompute;        ///< activations computed again in the backward pass
  std::optional<int> recompute_num_layers;                  ///< of each chunk, where whole layers are
  std::vector<catalog::RecomputeModule> recompute_modules;  ///< where parts of layers are; empty: as the stack does
};

/// `automatic` where the plan says nothing of it; a sentence where it contradicts itself, which reading a file refuses.
std::expected<catalog::Recompute, std::string_view> recompute_of(const PlanOverride& plan);

/// When a job may begin: both conditions must hold where both are stated.
struct JobStart {
  std::optional<int> gpus_online;
  std::optional<Date> on;
};

/// What both kinds of [[job]] say.
struct Job {
  Span span;
  std::string source;
  std::string name;
  std::string model;  ///< catalog model
  ModelShape shape;
  catalog::Precision precision = catalog::Precision::bf16;
  std::string stack;        ///< catalog stack; empty: the default for the accelerator
  std::optional<int> gpus;  ///< accelerators it may use; absent: all that are online
  JobStart start;
};

/// [[job]] of kind "training". It ends after `tokens`, or after `compute` where that is stated instead.
struct TrainingJob : Job {
  std::optional<Tokens> tokens;
  std::optional<Flop> compute;                ///< model FLOP of the whole run
  std::optional<int> global_batch_sequences;  ///< stated as a count
  std::optional<Tokens> global_batch_tokens;  ///< stated as an amount: "16 Mtoken"
  std::optional<int> sequence_length;         ///< tokens; absent: as the model was trained
  std::optional<Share> mfu;                   ///< overrides the predicted model FLOP utilization
  PlanOverride plan;
  bool grow = false;  ///< takes what comes online later; else keeps what it began with
  std::optional<Date> deadline;
  std::optional<Time> checkpoint_interval;  ///< absent: the best one is worked out
};

/// [[job]] of kind "serving".
struct ServingJob : Job {
  std::optional<int> input_tokens;
  std::optional<int> output_tokens;
  std::optional<int> gpus_per_replica;
  std::optional<int> concurrency;             ///< requests in one replica at a time; absent: as many as the targets allow
  std::optional<Time> time_to_first_token;    ///< target
  std::optional<Time> time_per_output_token;  ///< target
  std::optional<TokenRate> demand;            ///< output that is asked for; absent: all that the machine gives
  std::optional<MoneyPerToken> price;         ///< of output, "10 USD/Mtoken"
};

/// [[lease]]: an alternative to building. Either `price` or `total` with `term`.
struct Lease {
  Span span;
  std::string source;
  std::string name;
  std::string gpu;  ///< catalog accelerator
  int count = 0;
  std::optional<MoneyRate> price;  ///< of one accelerator: "2.85 USD/GPU-h"
  std::optional<Money> total;      ///< over the term
  std::optional<Time> term;
  std::optional<Date> from;
  std::optional<Share> take_or_pay;  ///< share that is paid even if unused; absent: all of it

  /// Price of one accelerator, from whichever form is stated. Accelerator-hours are count · term.
  std::optional<MoneyRate> price_per_gpu() const {
    if (price) return price;
    if (total && term && count > 0) return *total / (*term * count);
    return std::nullopt;
  }
};

/// [finance]: what money costs and how long things last. Absent figures come from the catalog's price list.
struct Finance {
  Span span;
  std::string source;
  std::optional<Share> discount_rate;  ///< a year
  std::optional<Time> it_life;         ///< servers, network, storage
  std::optional<Time> shell_life;
  std::optional<Time> plant_life;       ///< transformers, generators, cooling
  std::optional<Share> residual_value;  ///< of the IT at the end of its life
  std::optional<Share> maintenance;     ///< of capital, a year
  std::optional<MoneyPerPower> shell;   ///< building, electrical and mechanical plant, per IT power
  std::optional<double> staff;          ///< people on site
  std::optional<Money> staff_cost;      ///< one person, a year
  std::optional<Date> price_date;       ///< prices are taken as of this day; absent: the start of the build
};

/// What somebody said: one figure, or from one to another.
template <class T>
struct Stated {
  T low{};
  T high{};
};

/// "32,000 cards online in July 2024 on 8 MW": can so many run on that day, fed by these supplies alone?
struct OnlineClaim {
  int gpus_online = 0;
  std::optional<Date> on;                ///< absent: when everything stands
  std::vector<std::string> supplied_by;  ///< names of supplies; empty: all that are there on that day
};

/// "100,000 H100 need 150 MW", "8 MW carries 5,300 to 5,700 cards": do count and power go together? One of the two
/// powers is stated.
struct PowerClaim {
  Stated<double> gpus;
  std::optional<Stated<Power>> site_power;  ///< at the meter
  std::optional<Stated<Power>> it_power;    ///< at the supplies of servers, switches and storage
};

/// "100,000 cards in 19 days": which pace of racks and servers is that, and does the build reach it?
struct PaceClaim {
  Stated<double> gpus;
  Time within{};
};

enum class Covers { gpus, servers, it, all_in };  ///< accelerators | servers | all IT | all IT, building and plant

/// "4 GUSD for 100,000 cards": does the money buy that?
struct MoneyClaim {
  Stated<double> gpus;
  std::optional<Stated<Money>> money;          ///< in all
  std::optional<Stated<Money>> money_per_gpu;  ///< or for each accelerator
  Covers covers = Covers::all_in;
  std::optional<double> foreign_amount;  ///< the same sum in another currency
  std::string currency;                  ///< of that: "CNY"
  std::optional<double> per_usd;         ///< units of that currency for one USD
};

/// "the lease costs 2.28 to 3.80 USD per GPU-hour": is that what the lease of this name comes to?
struct LeaseClaim {
  std::string lease;
  Stated<MoneyRate> price;
};

/// "70 to 670 days on 100,000 H100 at MFU 0.35": does so much work take so long?
struct TrainingClaim {
  Stated<Flop> compute;
  Stated<double> gpus;
  std::optional<Share> mfu;  ///< absent: what the model predicts
  Stated<Time> takes;
};

/// [[claim]]: a sentence of the outside world, to be judged against the model. Which keys it has decides what it tests.
struct Claim {
  Span span;
  std::string text;
  std::string source;
  std::optional<Share> tolerance;  ///< that the sentence rounds by; absent: the judge's default
  std::variant<OnlineClaim, PowerClaim, PaceClaim, MoneyClaim, LeaseClaim, TrainingClaim> says;
};

/// One cluster file.
struct Cluster {
  Span span;
  std::string name;
  std::string source;
  Site site;
  Hall hall;
  PowerTree power;
  std::vector<Supply> supplies;  ///< in the order of the file, like every list here
  std::vector<Battery> batteries;
  std::vector<ServerGroup> servers;
  Fabric fabric;
  StorageNetwork storage_network;
  Management management;
  Storage storage;
  Build build;
  Failures failures;
  std::vector<TrainingJob> training;
  std::vector<ServingJob> serving;
  std::vector<Lease> leases;
  Finance finance;
  std::vector<Claim> claims;
};

}  // namespace eigenbau::cluster
