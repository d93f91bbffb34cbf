// What may a file say of the networks beside the fabric: storage and management?
#include "cluster/file.h"
#include "cluster/limits.h"

template <>
struct eigenbau::Words<eigenbau::cluster::StorageWay> {
  using W = cluster::StorageWay;
  static constexpr std::pair<std::string_view, W> words[] = {{"own", W::own}, {"front-end", W::front_end}};
};

namespace eigenbau {
using namespace cluster;

template <>
const Record<StorageNetwork>& record<StorageNetwork>() {
  static const Record<StorageNetwork> kRecord = [] {
    Record<StorageNetwork> r("storage_network", "How the servers reach storage.");
    r.field("way", &StorageNetwork::way, "Switches of its own, or nodes on the front-end network.")
        .example("\"own\"")
        .fallback("own where the servers have ports for it, else front-end");
    r.field("nic", &StorageNetwork::nic, "Catalog NIC of every server for storage.").fallback("as the server is sold");
    r.field("nics_per_server", &StorageNetwork::nics_per_server, "How many of them.")
        .at_least(1)
        .at_most(16)
        .example("2")
        .fallback("as the server is sold");
    r.field("links_per_node", &StorageNetwork::links_per_node, "Ports of a storage node, each at the speed of a server's port.")
        .at_least(1)
        .at_most(16)
        .example("2")
        .fallback("2");
    r.field("switch", &StorageNetwork::network_switch, "Catalog switch.").fallback("chosen by the NICs");
    r.field("oversubscription", &StorageNetwork::oversubscription, "Of the leaves: bandwidth down over bandwidth up.")
        .at_least(1)
        .at_most(100)
        .example("1.0")
        .fallback("1");
    r.field("source", &StorageNetwork::source, "Who says so.");
    return r;
  }();
  return kRecord;
}

template <>
const Record<Management>& record<Management>() {
  static const Record<Management> kRecord = [] {
    Record<Management> r("management", "The network of management ports: BMCs, switches, rack PDUs and rack CDUs, out of band.");
    r.field("wanted", &Management::wanted, "Whether the design has one.").example("true").fallback("true");
    r.field("switch", &Management::network_switch, "Catalog switch that the management ports are plugged into.")
        .example("\"management-48x1g\"")
        .fallback("the slowest Ethernet switch");
    r.field("aggregation_switch", &Management::aggregation_switch, "Catalog switch above it.")
        .example("\"nvidia-sn4600c\"")
        .fallback("the slowest Ethernet switch that its uplinks fit");
    r.field("uplinks", &Management::uplinks, "Of each switch, to as many switches above it.")
        .at_least(1)
        .at_most(16)
        .example("2")
        .fallback("2");
    r.field("rack_pdus", &Management::rack_pdus, "The PDUs of every rack have management ports.").fallback("true");
    r.field("rack_cdus", &Management::rack_cdus, "The CDUs that stand in racks have management ports.").fallback("true");
    r.field("source", &Management::source, "Who says so.");
    return r;
  }();
  return kRecord;
}

}  // namespace eigenbau
