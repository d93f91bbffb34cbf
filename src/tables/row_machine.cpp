// On which accelerators did a row run, on how many, and joined by what?
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "perf/oversubscription.h"
#include "tables/batch_words.h"
#include "tables/degree_words.h"
#include "tables/fabric_words.h"
#include "tables/feature_words.h"
#include "tables/gpu_count.h"
#include "tables/gpu_name.h"
#include "tables/joined_words.h"
#include "tables/machine_type.h"
#include "tables/mention.h"
#include "tables/negation.h"
#include "tables/nic_note.h"
#include "tables/nic_rates.h"
#include "tables/other_run.h"
#include "tables/row_reading.h"
#include "tables/run_text.h"
#include "tables/server_links.h"
#include "units/counted.h"

namespace eigenbau::tables {
namespace {

constexpr double kMostRanks = 1e8;      // as of plain counts
constexpr double kOtherNetwork = 0.15;  // doubt, relative to the step time: the network is another one than the note's

/// GPUs that links join: those of the GPU's usual systems, or fewer where the cells of the GPU and of the network or the options
/// say so; more only in a rack of a GPU that is usual in servers alone.
int joined_gpus(Reading& r, const NicNote& nic) {
  constexpr double kOtherRack = 0.20;  // doubt where links join more than any system that is sold with the GPU
  const catalog::Gpu& gpu = r.out.machine.gpu;
  const int usual = perf::usual_domain(gpu), server = nic.node_gpus.value_or(usual > kLargestServer ? kTray : usual);
  int said = most_joined(lower(fmt::format("{} {}", r.cell("gpu"), r.cell("interconnect_note"))), server);
  for (const std::string& clause : clauses_of(r.cell("options")))
    if (const int joined = joined_by_option(clause, server); joined > 0) said = said > 0 ? std::min(said, joined) : joined;
  if (said == 0 || said == usual) return usual;
  if (said < usual) {
    r.note(fmt::format("links join {} GPUs", said));
    return said;
  }
  const bool rack = said > kLargestServer && usual <= kLargestServer;
  if (rack) r.doubt(kOtherRack, fmt::format("links join {} GPUs, where {} are usual", said, usual));
  else r.note(fmt::format("links join {} GPUs, not {}: no more are usual", usual, said));
  return rack ? said : usual;
}

struct DegreeProduct {
  double ranks = 1;
  bool whole = true;  ///< all are stated; context parallelism is 1 where it is not
};
/// What the degrees multiply to that a row states.
DegreeProduct stated_product(const Reading& r) {
  const DegreeWords options = degrees_of_options(r);
  DegreeProduct product;
  for (const std::string_view column : {"tp", "pp", "cp", "dp"}) {
    auto degree = degree_words(r.cell(column)).of(column);
    if (const auto count = count_in(r.cell(column)); !degree && count) degree = *count;
    if (!degree && r.blank(column)) degree = options.of(column);
    if (!degree && column != "cp") product.whole = false;
    product.ranks *= std::max(1.0, degree.value_or(1));
  }
  return product;
}

/// The same of all degrees. 0: they are not all stated.
int product_of_degrees(const Reading& r) {
  const DegreeProduct product = stated_product(r);
  return product.whole && product.ranks <= kMostRanks ? static_cast<int>(product.ranks) : 0;
}

/// Tokens of a step, as the row's cells say or as is usual.
double tokens_of_step(const Reading& r) {
  if (const auto tokens = worded_count(r.cell("global_batch_tokens")); tokens && tokens->count > 0) return tokens->count;
  const auto batch = worded_count(r.cell("global_batch_seqs"));
  if (!batch || batch->count <= 0) return usual_batch_tokens(catalog::parameters(r.out.model));
  const bool of_tokens = batch->of_tokens || batch->count > kMostBatchSequences;
  return of_tokens ? batch->count : static_cast<double>(batch->count) * r.out.model.sequence_length;
}

/// GPUs of a row that does not say how many it has: the ranks of its degrees, doubled until each has no more than 8,192 tokens of
/// a step, and the training state of the model (18 bytes a parameter) fills no more than half of their memory.
int assumed_gpus(Reading& r) {
  constexpr double kTokensOfEach = 8192, kState = 18, kShare = 0.5, kDoubt = 0.20;
  const double bytes = kState * catalog::parameters(r.out.model), memory = kShare * (r.out.machine.gpu.memory / kByte);
  const double least = std::max(tokens_of_step(r) / kTokensOfEach, memory > 0 ? bytes / memory : 1);
  double gpus = stated_product(r).ranks;
  while (gpus < least && gpus < kMostRanks) gpus *= 2;
  if (gpus > kMostRanks) return 0;
  r.doubt(kDoubt, fmt::format("the number of GPUs is not stated: {:.0f} taken", gpus));
  return static_cast<int>(gpus);
}

/// Nodes of a row and the GPUs of each; 0: not said.
struct Nodes {
  int count = 0, gpus = 0;
};

/// As the cells count them. Where GPUs and nodes are counted, each node has an equal share.
Nodes read_nodes(Reading& r) {
  const auto count = [&](std::string_view column) {
    const auto said = r.count(column);
    if (said && *said < 1) r.refuse(RowStatus::invalid, fmt::format("{} must be at least 1", column));
    return said.value_or(0);
  };
  Nodes nodes{count("nodes"), count("gpus_per_node")};
  const int all = count_in(r.cell("num_gpus")).value_or(0);
  if (nodes.count > 0 && nodes.gpus == 0 && all % nodes.count == 0) nodes.gpus = all / nodes.count;
  return nodes;
}

/// Refuses counts of GPUs and of nodes that do not go together.
void check_nodes(Reading& r, const Nodes& nodes, int gpus) {
  if (nodes.count <= 0 || gpus <= 0 || r.blank("num_gpus")) return;
  const int parts = nodes.gpus > 0 ? (gpus + nodes.gpus - 1) / nodes.gpus : 0;
  if (parts == nodes.count) return;
  const std::string each = nodes.gpus > 0 ? fmt::format(" with gpus_per_node {}", nodes.gpus) : "";
  r.refuse(RowStatus::invalid, fmt::format("num_gpus {} are not on {}{}", gpus, counted(nodes.count, "node"), each));
}

/// GPUs of so many servers: of each as `nodes`, the degrees or the note have it, else as usual.
int gpus_of_servers(Reading& r, const NicNote& nic, const Nodes& nodes, int servers) {
  const int degrees = product_of_degrees(r), of_degrees = servers > 0 && degrees % servers == 0 ? degrees / servers : 0;
  const bool by_degrees = of_degrees >= 1 && of_degrees <= kLargestServer;
  const int likely = by_degrees ? of_degrees : nic.node_gpus.value_or(usual_server(r.out.machine.gpu.scale_up_domain));
  const int each = nodes.gpus > 0 ? nodes.gpus : likely;
  const double product = static_cast<double>(servers) * each;
  if (product > kMostRanks) return 0;
  const std::string_view column = r.blank("num_gpus") ? "nodes" : "num_gpus";
  r.doubt(by_degrees || nic.node_gpus || nodes.gpus > 0 ? 0 : kUnclearWord,
          fmt::format("{} \"{}\" taken as {:.0f} GPUs, {} a server", column, r.cell(column), product, each));
  return static_cast<int>(product);
}

/// How many GPUs the row has; 0: it does not say.
int read_gpus(Reading& r, const NicNote& nic, const Nodes& nodes) {
  const auto said = accelerators_in(r.parts.gpus, r.cell("num_gpus"));
  if (!said && !r.blank("num_gpus")) return r.count("num_gpus").value_or(0);
  if (!said && nodes.count > 0) return gpus_of_servers(r, nic, nodes, nodes.count);
  if (!said) {
    const int product = product_of_degrees(r);
    if (product > 0) r.note(fmt::format("{} GPUs: tp x pp x cp x dp", product));
    return product > 0 ? product : assumed_gpus(r);
  }
  const auto family = [](std::string_view name) { return name.substr(0, name.find('-')); };
  if (!said->name.empty() && family(said->name) != family(r.out.machine.gpu.name))
    r.doubt(kUnclearWord, fmt::format("num_gpus \"{}\" counts other accelerators", r.cell("num_gpus")));
  return said->of_servers ? gpus_of_servers(r, nic, nodes, said->count) : said->count;
}

/// What the columns of nodes say of a server counts as what the note does; a rack is no server.
void take_servers(Reading& r, NicNote& nic, const Nodes& nodes) {
  const int usual = usual_server(r.out.machine.gpu.scale_up_domain);
  if (nodes.gpus <= 0 || nodes.gpus > kLargestServer || nodes.gpus == nic.node_gpus.value_or(usual)) return;
  nic.node_gpus = nodes.gpus;
  r.note(fmt::format("{} a node", counted(nodes.gpus, "GPU")));
}

/// What the note on the network and the options say of the fabric; what is oversubscribed passes less beyond its leaves, unless
/// the job stays within one of its parts.
void read_fabric(Reading& r, std::string_view network) {
  double most = 1;
  const auto leave_out = [&](std::string_view clause) { r.doubt(kUnclearWord, fmt::format("fabric not modeled: {}", clause)); };
  const bool inside = stays_in_part(network);
  const std::string options = without_mentions(r.cell("options"));
  for (const bool of_note : {true, false})
    for (const std::string& clause : clauses_of(of_note ? network : options)) {
      const auto said = fabric_in(clause);
      const bool narrows = said && said->oversubscription.value_or(1) > 1;
      if (said ? said->unmodeled || (narrows && inside) : of_note && may_narrow(clause)) leave_out(clause);
      else if (narrows) most = std::max(most, *said->oversubscription);
    }
  if (most <= 1) return;
  perf::oversubscribe(r.out.machine, most);
  r.note(fmt::format("fabric oversubscribed {:g} to 1 beyond the leaf", most));
}

/// Whether words state a rate, a fabric or a kind of network.
bool speaks_of_network(std::string_view words) {
  const std::string small = lower(words);
  return !nic_rates_in(words).empty() || machine_type(small) || may_narrow(small) ||
         has_one_of(small, {"block", "dragonfly", "clos"}) ||
         has_one_word(small, {"infiniband", "ib", "roce", "efa", "ethernet", "tcp", "rdma", "nvlink"});
}

/// What the row says of its network; a type of machine that stands for the GPU says it as well, where it has that one.
std::string network_of(Reading& r) {
  if (!r.blank("interconnect_note")) {
    RunWords words = words_of_own_network(r.cell("interconnect_note"));
    if (speaks_of_network(words.others))
      r.doubt(kUnclearWord, fmt::format("note on the network passed over, as of another: {}", words.others));
    return std::move(words.own);
  }
  const MachineType* type = machine_type(lower(r.cell("gpu")));
  if (!type) return {};
  if (type->gpu.empty() || type->gpu == r.out.machine.gpu.name) return std::string(r.cell("gpu"));
  r.note(fmt::format("{} has other accelerators: its network is passed over", type->name));
  return {};
}

}  // namespace

bool states_gpus(const Reading& r) { return !r.blank("num_gpus") || !r.blank("nodes") || product_of_degrees(r) > 0; }

void read_machine(Reading& r) {
  perf::Machine& machine = r.out.machine;
  const std::string_view name = r.blank("gpu") ? std::string_view() : r.cell("gpu");
  const bool halves = !name.empty() && counts_halves(r.cell("num_gpus")) && !counts_halves(name);
  auto found = find_gpu(r.parts.gpus, halves ? fmt::format("{} GCD", name) : name);
  if (!found) {
    r.refuse(RowStatus::unsupported, fmt::format("no accelerator like \"{}\" is known", r.cell("gpu")));
    return;
  }
  machine.gpu = std::move(found->gpu);
  for (const NamedGpu& known : r.parts.gpus)  // joined_gpus() has the cell's own
    if (known.gpu.name == machine.gpu.name) machine.gpu.scale_up_domain = known.gpu.scale_up_domain;
  r.doubt(found->doubt, found->said);
  machine.power_cap = found->power_cap;
  if (machine.power_cap > Power{}) r.note(fmt::format("held at {:.4g} W", machine.power_cap.in(kWatt)));
  const std::string network = network_of(r);
  const Nodes nodes = read_nodes(r);
  NicNote nic = read_nic_note(network, machine.gpu, nodes.gpus);
  take_servers(r, nic, nodes);
  if (nic.no_links) machine.gpu.scale_up_bandwidth = Bandwidth{};
  if (!(machine.gpu.scale_up_bandwidth > Bandwidth{}))
    r.note(fmt::format("no links between GPUs: {:.4g} GB/s over the host", machine.host_link().in(kGigabytePerSecond)));
  machine.gpus = read_gpus(r, nic, nodes);
  check_nodes(r, nodes, machine.gpus);
  if (machine.gpus <= 0 && !r.refused()) r.refuse(RowStatus::invalid, "num_gpus must be at least 1");
  machine.scale_up_domain = joined_gpus(r, nic);
  // Beyond a server links join it to others, whatever its GPUs are.
  if (nic.node_gpus && machine.scale_up_domain <= kLargestServer) {
    machine.scale_up_domain = *nic.node_gpus;
    machine.nics_per_domain = *nic.node_gpus;
  }
  machine.nic_per_gpu = nic.per_gpu;
  machine.transport = nic.transport;
  if (nic.denied) r.doubt(kOtherNetwork, "no InfiniBand: RoCE taken");
  if (nic.by_host)
    r.note(fmt::format("NIC {:.4g} Gb/s per GPU: all that its link to the host carries", nic.per_gpu.in(kGigabitPerSecond)));
  if ((!nic.stated || nic.guessed) && machine.gpus > machine.scale_up_domain)
    r.doubt(nic.of_host ? kOtherNetwork : 0, fmt::format("NIC taken as {:.4g} Gb/s per GPU{}", nic.per_gpu.in(kGigabitPerSecond),
                                                         nic.of_host ? ", the note's Ethernet as ports of the host" : ""));
  read_fabric(r, without_mentions(network));
}

}  // namespace eigenbau::tables
