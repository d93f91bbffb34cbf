// Which fabric and which traffic does `eigenbau network` ask about?
#include "cli/network_question.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/codes.h"
#include "cli/inputs.h"
#include "cli/option_values.h"
#include "cluster/read.h"
#include "design/design.h"
#include "design/fabric_topology.h"
#include "design/machine.h"
#include "network/names.h"
#include "units/counted.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

using network::Routing;

constexpr std::uint64_t kMostPairs = 256, kMostSeeds = 1000, kMostPorts = 128;
/// Flows that are simulated at once, queue pairs counted; about 150 bytes of memory each.
constexpr double kMostFlows = 8e6;

Result<void> from_option(const Arguments& arguments, NetworkQuestion& question) {
  if (auto none = none_without_file(arguments); !none) return none;
  const std::uint64_t k = arguments.number("--fat-tree", 0), faster = arguments.number("--uplinks", 1);
  if (k == 0) return refuse("which fabric?", "name a cluster file, or a fat tree as in --fat-tree 32");
  if (k < 4 || k > kMostPorts || k % 2 != 0)
    return refuse(fmt::format("a fat tree of {}-port switches is not simulated", k),
                  "--fat-tree takes even numbers from 4 to 128");
  if (faster < 1 || faster > 16) return refuse("--uplinks must be from 1 to 16", "times the rate of a server's link");
  network::Clos clos = network::full_fat_tree(static_cast<int>(k), static_cast<double>(faster));
  clos.link = 400 * kGigabitPerSecond;
  question.wired =
      fmt::format("A full fat tree of {}-port switches: {} servers with one link of 400 Gb/s", k, print_count(clos.servers));
  question.fabric.forest = clos;
  question.fabric.routing = Routing::hashed;
  question.routed = "ECMP, unless --routing says otherwise";
  return {};
}

/// What the design would route by: as stated, or as its adapters allow.
void choose_routing(const cluster::Cluster& cluster, const design::Design& design, NetworkQuestion& question) {
  const design::FabricRouting taken = design::routing_of(cluster.fabric, design);
  question.fabric.routing = taken.routing;
  question.fabric.queue_pairs = taken.queue_pairs;
  question.routed = taken.from;
}

/// "8 fabrics side by side (8 rails apart), in each 12,544 servers with 1 link of 400 Gb/s on 3 tiers of ..."
std::string wiring_in_words(const network::Forest& forest, const std::string& part) {
  const network::Clos& clos = forest.trees.front();
  std::string switches = fmt::format("one tier of {}", part);
  if (clos.tiers > 1) {
    switches = fmt::format("{} tiers of {}: {} leaves, {} spines", clos.tiers, part, print_count(clos.leaves()),
                           print_count(clos.spines()));
    if (clos.tiers > 2) switches += fmt::format(", {} cores", print_count(clos.cores()));
  }
  std::string text;
  if (forest.trees.size() > 1) {
    std::vector<std::string> why;
    if (forest.islands() > 1) why.push_back(fmt::format("{} islands", forest.islands()));
    if (forest.rails_apart > 1) why.push_back(fmt::format("{} rails apart", forest.rails_apart));
    if (forest.planes > 1) why.push_back(fmt::format("{} planes", forest.planes));
    text = fmt::format("{} fabrics side by side ({}), each ", forest.trees.size(), fmt::join(why, ", "));
  }
  return text + fmt::format("{} servers with {} of {} on {}", print_count(clos.servers), counted(clos.links_per_server, "link"),
                            print_in(clos.link.base(), "Gb/s", 3), switches);
}

Result<void> from_file(const Arguments& arguments, NetworkQuestion& question) {
  constexpr std::array kSaidByFile{"--fat-tree", "--uplinks"};
  if (auto none = none_beside_file(arguments, kSaidByFile, "the file says which fabric; leave one of the two away"); !none)
    return std::unexpected(none.error());
  const auto inputs = read_inputs(arguments.positionals[0], arguments);
  if (!inputs) return std::unexpected(inputs.error());
  const auto reading = cluster::load_cluster(inputs->document, inputs->catalog);
  if (!reading) return std::unexpected(reading.error());
  const auto design = design::design_cluster(reading->cluster, inputs->catalog);
  if (!design) return std::unexpected(design.error());
  question.input = inputs->name;
  question.input_hash = inputs->hash;
  if (Diagnostics unwired = design::unwired(*design); unwired.has_errors())
    return std::unexpected(Failure{ExitCode::no_answer, std::move(unwired)});
  const auto trees = design->back_end ? design::topology_of(*design->back_end) : std::vector<network::Clos>{};
  if (trees.empty()) {
    Failure failure{ExitCode::no_answer, {}};
    failure.diagnostics.add({.code = std::string(kNoFabric),
                             .message = "the cluster has no back-end fabric to simulate",
                             .hint = "see `eigenbau plan FILE --only fabric`"});
    for (const Diagnostic& finding : design->findings.all())
      if (finding.code.starts_with("EB32")) failure.diagnostics.add(finding);
    return std::unexpected(std::move(failure));
  }
  const design::FabricDemand& demand = design->back_end->demand;
  question.fabric.forest = network::Forest(trees, demand.rails_apart, demand.planes);
  choose_routing(reading->cluster, *design, question);
  question.wired = wiring_in_words(question.fabric.forest, design->back_end->part.name);
  return {};
}

Result<network::ServerRange> server_range(const network::Forest& forest, std::string_view text) {
  const std::size_t dash = std::min(text.find('-'), text.size());
  const auto first = whole(text.substr(0, dash)), last = whole(text.substr(std::min(dash + 1, text.size())));
  if (!first || !last || *first < 1 || *last < *first)
    return refuse(fmt::format("'{}' is no range of servers", text), "as in ring:1-512");
  if (*last > forest.servers())
    return refuse(fmt::format("this fabric has no server {}", *last), fmt::format("they are 1 to {}", forest.servers()));
  const int island = forest.island_of(*first - 1);
  if (forest.island_of(*last - 1) != island) {
    const network::ServerRange all = forest.servers_of(island);
    return fail(ExitCode::no_answer,
                {.code = std::string(kNoFabric),
                 .message = fmt::format("servers {} are on {} islands, which no cable joins", text,
                                        forest.island_of(*last - 1) - island + 1),
                 .hint = fmt::format("island {} holds servers {}-{}; without a range the job runs on each island by itself",
                                     island + 1, all.first + 1, all.first + all.count)});
  }
  return network::ServerRange{*first - 1, *last - *first + 1};
}

Result<study::TrafficJob> job_named(const Arguments& arguments, const network::Forest& forest, const std::string& text,
                                    Bytes bytes) {
  using study::Pattern;
  const std::vector<std::pair<std::string, Pattern>> patterns{{"permutation", Pattern::permutation},
                                                              {"ring", Pattern::ring},
                                                              {"alltoall", Pattern::all_to_all},
                                                              {"dp-allreduce", Pattern::dp_all_reduce}};
  study::TrafficJob job{.name = text, .servers = {0, forest.servers()}, .bytes = bytes};
  if (text.ends_with(".csv")) {
    auto messages = read_trace(text, forest);
    if (!messages) return std::unexpected(messages.error());
    job.pattern = Pattern::trace;
    job.messages = *std::move(messages);
    return job;
  }
  const std::size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  const auto found = std::ranges::find(patterns, kind, &std::pair<std::string, Pattern>::first);
  if (found == patterns.end()) {
    std::vector<std::string> words;
    for (const auto& [word, pattern] : patterns) words.push_back(word);
    const auto near = nearest_name(kind, words);
    return refuse(
        fmt::format("--traffic {}: no such traffic", kind),
        near ? "did you mean " + *near + "?" : fmt::format("there are {}, and traces that end in .csv", fmt::join(words, ", ")));
  }
  job.pattern = found->second;
  if (colon != std::string::npos) {
    const auto servers = server_range(forest, std::string_view(text).substr(colon + 1));
    if (!servers) return std::unexpected(servers.error());
    job.servers = *servers;
  }
  // Of a job on several islands the first, which is the largest.
  const int together = std::min(job.servers.count, forest.trees.front().servers);
  if (together < 2)
    return fail(ExitCode::no_answer, {.code = std::string(kNoFabric),
                                      .message = "one server alone sends nothing over the fabric",
                                      .hint = "name more servers"});
  const std::uint64_t stride = arguments.number("--stride", 1);
  if (stride < 1 || stride > static_cast<std::uint64_t>(together))
    return refuse("--stride must be from 1 to the number of servers");
  job.stride = static_cast<int>(stride);
  const auto most = static_cast<std::uint64_t>(std::max(1, together / job.stride));
  const std::uint64_t members = arguments.number("--members", most);
  if (members < 2 || members > most) return refuse(fmt::format("--members must be from 2 to {} servers of that stride", most));
  job.members = static_cast<int>(members);
  return job;
}

Result<void> read_jobs(const Arguments& arguments, study::FabricQuestion& fabric) {
  const auto bytes = quantity_option(arguments, "--bytes", kGibibyte);
  if (!bytes) return std::unexpected(bytes.error());
  constexpr Bytes kMostBytes = 1e18 * kByte;
  if (!(*bytes > Bytes{}) || *bytes > kMostBytes) return refuse("--bytes must be above zero, and an exabyte at most");
  std::vector<std::string> wanted = arguments.values("--traffic");
  if (wanted.empty()) wanted = {"permutation"};
  const bool sums = std::ranges::any_of(wanted, [](const std::string& text) { return text.starts_with("dp-allreduce"); });
  for (const char* option : {"--members", "--stride"})
    if (arguments.has(option) && !sums)
      return refuse(fmt::format("{} says how data-parallel groups stand, and there are none", option),
                    "as in --traffic dp-allreduce --members 8");
  double flows = 0;
  for (const std::string& text : wanted) {
    auto job = job_named(arguments, fabric.forest, text, *bytes);
    if (!job) return std::unexpected(job.error());
    flows += job->pattern == study::Pattern::trace ? static_cast<double>(job->messages.size())
                                                   : static_cast<double>(job->servers.count) * fabric.forest.adapters();
    fabric.jobs.push_back(*std::move(job));
  }
  const double parts = (network::takes_one_path(fabric.routing) ? fabric.queue_pairs : 1) * fabric.forest.planes;
  if (flows * parts > kMostFlows)
    return fail(ExitCode::no_answer,
                {.code = std::string(kNoFabric),
                 .message = fmt::format("{} flows in {} parts each, queue pairs and planes, are more than are simulated at once",
                                        print_count(static_cast<long long>(flows)), static_cast<int>(parts)),
                 .hint = "fewer --qps, or fewer servers as in --traffic permutation:1-1024"});
  return {};
}

Result<void> read_routing(const Arguments& arguments, NetworkQuestion& question) {
  constexpr Routing kRoutings[] = {Routing::hashed, Routing::destination, Routing::adaptive, Routing::spray};
  study::FabricQuestion& fabric = question.fabric;
  const auto word = arguments.value("--routing");
  for (std::size_t i = 0; word && i < std::size(kRoutings); ++i)
    if (*word == kRoutingWords[i]) {
      fabric.routing = kRoutings[i];
      question.routed = "as asked";
    }
  const std::uint64_t pairs = arguments.number("--qps", static_cast<std::uint64_t>(fabric.queue_pairs));
  const std::uint64_t seeds = arguments.number("--seeds", 1);
  if (pairs < 1 || pairs > kMostPairs) return refuse("--qps must be from 1 to 256");
  if (seeds < 1 || seeds > kMostSeeds) return refuse("--seeds must be from 1 to 1,000");
  fabric.queue_pairs = static_cast<int>(pairs);
  fabric.seeds = static_cast<int>(seeds);
  fabric.seed = arguments.number("--seed", 1);
  Diagnostics problems;
  if (!arguments.values("--fail").empty()) fabric.failures.resize(fabric.forest.trees.size());
  for (const std::string& name : arguments.values("--fail"))
    if (const auto added = network::add_failure(fabric.forest, name, fabric.failures); !added)
      problems.add({.code = std::string(kUnknownDevice),
                    .message = fmt::format("--fail {}: {}", name, added.error().message),
                    .hint = added.error().hint});
  if (problems.has_errors()) return fail(ExitCode::bad_input, std::move(problems));
  return {};
}

}  // namespace

Result<NetworkQuestion> network_question(const Arguments& arguments) {
  NetworkQuestion question;
  const auto fabric = arguments.positionals.empty() ? from_option(arguments, question) : from_file(arguments, question);
  if (!fabric) return std::unexpected(fabric.error());
  if (const auto routing = read_routing(arguments, question); !routing) return std::unexpected(routing.error());
  if (const auto jobs = read_jobs(arguments, question.fabric); !jobs) return std::unexpected(jobs.error());
  return question;
}

}  // namespace eigenbau::cli
