// What may a file say of what is bought, how it is wired, when it arrives and how it fails?
#include "cluster/file.h"
#include "cluster/limits.h"

template <>
struct eigenbau::Words<eigenbau::cluster::Topology> {
  using T = cluster::Topology;
  static constexpr std::pair<std::string_view, T> words[] = {
      {"rail-fat-tree", T::rail_fat_tree}, {"fat-tree", T::fat_tree}, {"rail-only", T::rail_only}, {"none", T::none}};
};

template <>
struct eigenbau::Words<eigenbau::cluster::Routing> {
  using R = cluster::Routing;
  static constexpr std::pair<std::string_view, R> words[] = {{"ecmp", R::ecmp}, {"adaptive", R::adaptive}, {"spray", R::spray}};
};

namespace eigenbau {
using namespace cluster;

template <>
const Record<ServerGroup>& record<ServerGroup>() {
  static const Record<ServerGroup> kRecord = [] {
    Record<ServerGroup> r("servers", "So many servers of one model. The figures of the catalog can be overridden here.");
    r.field("model", &ServerGroup::model, "Catalog server.").required().example("\"dgx-h100\"");
    r.field("count", &ServerGroup::count, "Servers; racks for rack-scale systems.")
        .required()
        .at_least(1)
        .at_most(kMostServers)
        .example("8");
    r.field("price_per_gpu", &ServerGroup::price_per_gpu, "Price of the server divided by its accelerators.")
        .above(0)
        .at_most(10 * kMegaUsd)
        .example("\"35 kUSD\"")
        .fallback("the catalog's");
    auto watts = [&](const char* key, std::optional<Power> ServerGroup::* member, const char* doc, const char* example) {
      r.field(key, member, doc).above(0).at_most(10 * kMegawatt).example(example).fallback("the catalog's");
    };
    watts("nameplate_power", &ServerGroup::nameplate_power, "Maximum input of one server that the vendor states.", "\"10.2 kW\"");
    watts("provisioned_power", &ServerGroup::provisioned_power, "What is reserved for one server.", "\"10.2 kW\"");
    watts("training_power", &ServerGroup::training_power, "Input of one server while training, measured.", "\"8.48 kW\"");
    watts("inference_power", &ServerGroup::inference_power, "Input of one server while serving.", "\"7 kW\"");
    watts("idle_power", &ServerGroup::idle_power, "Input of one server without work.", "\"2.5 kW\"");
    r.field("source", &ServerGroup::source, "Who says so.");
    return r;
  }();
  return kRecord;
}

template <>
const Record<Fabric>& record<Fabric>() {
  static const Record<Fabric> kRecord = [] {
    Record<Fabric> r("fabric", "The back-end network between the servers.");
    r.field(
         "topology", &Fabric::topology,
         "How it is wired. `rail`: the n-th NIC of every server on the n-th leaf; `rail-only`: no way from rail to rail but the "
         "scale-up domain.")
        .example("\"rail-fat-tree\"")
        .fallback("rail-fat-tree");
    r.field("switch", &Fabric::network_switch, "Catalog switch.").example("\"nvidia-qm9700\"").fallback("chosen by the NICs");
    r.field("optic", &Fabric::optic, "Catalog optic.").fallback("chosen by distance");
    r.field("cable", &Fabric::cable, "Catalog cable.").fallback("chosen by distance");
    r.field("tiers", &Fabric::tiers, "Most tiers of switches.").at_least(1).at_most(3).example("2").fallback("3");
    r.field("planes", &Fabric::planes, "Ports that each NIC is split into, each on a fabric of its own: 2 x 200G of a 400G NIC.")
        .at_least(1)
        .at_most(8)
        .example("2")
        .fallback("1");
    r.field("islands", &Fabric::islands,
            "Fabrics side by side that no cable joins, each with an equal part of the servers: for machines too large for one.")
        .at_least(1)
        .at_most(1024)
        .example("2")
        .fallback("1");
    r.field("oversubscription", &Fabric::oversubscription, "Of the leaves: bandwidth down over bandwidth up.")
        .at_least(1)
        .at_most(100)
        .example("1.0")
        .fallback("1");
    r.field("pod_oversubscription", &Fabric::pod_oversubscription, "Of what leaves a pod: bandwidth inside over bandwidth out.")
        .at_least(1)
        .at_most(100)
        .example("7.0")
        .fallback("1");
    r.field("pod_gpus", &Fabric::pod_gpus, "Accelerators in a pod.")
        .at_least(1)
        .at_most(kMostGpus)
        .example("3072")
        .fallback("derived");
    r.field("routing", &Fabric::routing, "How packets choose among equal paths.")
        .example("\"adaptive\"")
        .fallback("as the switch does");
    r.field("queue_pairs", &Fabric::queue_pairs, "That ECMP hashes each message over.")
        .at_least(1)
        .at_most(256)
        .example("16")
        .fallback("16");
    r.field("front_end_switch", &Fabric::front_end_switch, "Catalog switch of the front-end network.")
        .fallback("the design's choice");
    r.field("front_end_oversubscription", &Fabric::front_end_oversubscription,
            "Of the leaves of the front-end network: bandwidth down over bandwidth up.")
        .at_least(1)
        .at_most(100)
        .example("4.0")
        .fallback("4");
    r.field("source", &Fabric::source, "Who says so.");
    return r;
  }();
  return kRecord;
}

template <>
const Record<Storage>& record<Storage>() {
  static const Record<Storage> kRecord = [] {
    Record<Storage> r("storage", "Where data and checkpoints live.");
    r.field("part", &Storage::part, "Catalog storage.").fallback("the design's choice");
    r.field("units", &Storage::units, "Of that part.")
        .at_least(1)
        .at_most(kMostServers)
        .example("4")
        .fallback("as many as needed");
    r.field("capacity", &Storage::capacity, "Usable.").above(0).at_most(kMostBytes).example("\"500 TB\"");
    const Bandwidth most = kMostBytes / kSecond;
    r.field("write_bandwidth", &Storage::write_bandwidth, "For checkpoints.").above(0).at_most(most).example("\"20 GB/s\"");
    r.field("read_bandwidth", &Storage::read_bandwidth, "For data and restarts.").above(0).at_most(most).example("\"40 GB/s\"");
    r.field("source", &Storage::source, "Who says so.");
    return r;
  }();
  return kRecord;
}

template <>
const Record<Delivery>& record<Delivery>() {
  static const Record<Delivery> kRecord = [] {
    Record<Delivery> r("build.delivery", "Servers that arrive from a day on, so many a day.");
    r.field("servers", &Delivery::servers, "Servers; racks for rack-scale systems.")
        .required()
        .at_least(1)
        .at_most(kMostServers)
        .example("8");
    r.field("model", &Delivery::model, "Which of the models that are bought.").fallback("the groups in the order of the file");
    r.field("from", &Delivery::from, "First day.").example("2025-02-03").fallback("the start of the build");
    r.field("per_day", &Delivery::per_day, "Servers a day.")
        .above(0)
        .at_most(kMostServers)
        .example("2")
        .fallback("all on one day");
    r.field("source", &Delivery::source, "Who says so.");
    return r;
  }();
  return kRecord;
}

template <>
const Record<Build>& record<Build>() {
  static const Record<Build> kRecord = [] {
    Record<Build> r("build", "How the machine comes up.");
    r.field("start", &Build::start, "First day on which servers may be racked.").example("2025-02-03");
    r.field("servers_per_day", &Build::servers_per_day, "Most that the crews rack, cable and power in a day.")
        .above(0)
        .at_most(kMostServers)
        .example("2")
        .fallback("as fast as they arrive");
    r.field("burn_in", &Build::burn_in, "Test of each server before it is accepted.")
        .at_least(0)
        .at_most(kYear)
        .example("\"48 h\"")
        .fallback("the design's default");
    r.field("fabric_test", &Build::fabric_test, "Test of each pod before it joins.")
        .at_least(0)
        .at_most(kYear)
        .example("\"24 h\"")
        .fallback("the design's default");
    r.field("dead_on_arrival", &Build::dead_on_arrival, "Servers that fail in burn-in.")
        .at_least(0)
        .at_most(0.95)
        .example("\"5 %\"")
        .fallback("the catalog's prior");
    r.field("repair", &Build::repair, "Of one server that arrived dead.")
        .at_least(0)
        .at_most(kYear)
        .example("\"5 days\"")
        .fallback("the catalog's prior");
    r.field("delivery", &Build::deliveries, "What arrives when.").fallback("everything lies there at the start");
    r.field("source", &Build::source, "Who says so.");
    return r;
  }();
  return kRecord;
}

template <>
const Record<Failures>& record<Failures>() {
  static const Record<Failures> kRecord = [] {
    Record<Failures> r("failures", "What interrupts a job and how long it stays away.");
    r.field("prior", &Failures::prior, "Catalog entry for what is not stated here.").fallback("the one for the accelerator");
    r.field("node_rate", &Failures::node_rate, "Failures of one server that interrupt a job.")
        .at_least(0)
        .at_most(1 / kHour)
        .example("\"4 per 1000 node-days\"")
        .fallback("the prior's");
    r.field("job_rate", &Failures::job_rate, "Interruptions that do not grow with servers: software, operators.")
        .at_least(0)
        .at_most(100 / kHour)
        .example("\"0.2 per day\"")
        .fallback("the prior's");
    r.field("restart", &Failures::restart, "Detect, replace, relaunch, reload.")
        .at_least(0)
        .at_most(30 * kDay)
        .example("\"5 min\"")
        .fallback("the prior's");
    r.field("repair", &Failures::repair, "Until a failed server is back.")
        .at_least(0)
        .at_most(kYear)
        .example("\"3 days\"")
        .fallback("the prior's");
    r.field("spares", &Failures::spares, "Servers kept back from jobs.")
        .at_least(0)
        .at_most(0.9)
        .example("\"1 %\"")
        .fallback("sized from the rates");
    r.field("source", &Failures::source, "Who says so.");
    return r;
  }();
  return kRecord;
}

}  // namespace eigenbau
