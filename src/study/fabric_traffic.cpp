// What does the traffic of some jobs get from the fabric, over several seeds?
#include "study/fabric_traffic.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <tuple>

#include "base/random.h"
#include "network/classes.h"
#include "network/names.h"

namespace eigenbau::study {
namespace {

constexpr std::size_t kHottest = 10;
constexpr std::size_t kPositions = 64;  ///< columns of the heat map

/// Messages of all jobs, one job after another; those of job j end before `ends[j]`.
struct Round {
  std::vector<ForestMessage> messages;
  std::vector<std::size_t> ends;
};

double bytes_factor(const TrafficJob& job, int servers) {
  if (job.pattern != Pattern::dp_all_reduce) return 1;
  const double members = std::max(1, std::min(job.members, servers));
  return 2 * (members - 1) / members;
}

/// The part of a job on the servers of one island, in its own numbers. `adapters` has as many links as a server has adapters.
std::vector<network::Flow> flows_of(const network::Clos& adapters, const TrafficJob& job, network::ServerRange servers,
                                    std::uint64_t seed) {
  switch (job.pattern) {
    case Pattern::permutation:
      return network::random_permutation(adapters, servers, seed);
    case Pattern::ring:
      return network::rail_shift(adapters, servers, 1);
    case Pattern::all_to_all: {
      const int steps = std::max(1, servers.count - 1);
      const int step = 1 + std::min(steps - 1, static_cast<int>(Stream(seed, "step").uniform() * steps));
      return network::rail_shift(adapters, servers, step);
    }
    case Pattern::dp_all_reduce:
      return network::rings(adapters, servers, job.members, job.stride);
    case Pattern::trace:
      break;
  }
  return {};
}

void add_flows(const network::Forest& forest, const TrafficJob& job, std::uint64_t seed, std::vector<ForestMessage>& messages) {
  network::Clos adapters;
  adapters.links_per_server = forest.adapters();
  for (int island = 0; island < forest.islands(); ++island) {
    const network::ServerRange all = forest.servers_of(island);
    const int first = std::max(all.first, job.servers.first);
    const int end = std::min(all.first + all.count, job.servers.first + job.servers.count);
    if (end - first < 2) continue;
    const network::Transfer each{.alone = job.bytes * bytes_factor(job, end - first) / forest.adapter_rate()};
    for (const network::Flow& flow : flows_of(adapters, job, {first, end - first}, seed + static_cast<std::uint64_t>(island)))
      messages.push_back({{flow.source, flow.target}, each});
  }
}

Round round_of(const FabricQuestion& question, std::uint64_t seed) {
  Round round;
  for (const TrafficJob& job : question.jobs) {
    if (job.pattern == Pattern::trace) round.messages.insert(round.messages.end(), job.messages.begin(), job.messages.end());
    else add_flows(question.forest, job, seed, round.messages);
    round.ends.push_back(round.messages.size());
  }
  return round;
}

/// What the trees did with a round: when each message was done (infinite: unreachable), and the load of every tree's links.
struct Outcome {
  std::vector<Time> done;
  std::vector<std::vector<double>> load;
  long events = 0;
  bool whole = true;
};

constexpr double kNever = std::numeric_limits<double>::infinity();

/// Runs all trees. A message is split evenly over its planes; `lost`: those of its planes that have no path for it, on which the
/// others carry its part.
Outcome run_trees(const FabricQuestion& question, const std::vector<network::Router>& routers, const Round& round,
                  std::uint64_t seed, std::vector<std::uint32_t>& lost) {
  const network::Forest& forest = question.forest;
  std::vector<std::vector<network::Message>> messages(forest.trees.size());
  std::vector<std::vector<std::size_t>> whose(forest.trees.size());
  Outcome outcome{.done = std::vector<Time>(round.messages.size(), Time::from_base(kNever))};
  for (std::size_t m = 0; m < round.messages.size(); ++m) {
    const double planes = forest.planes, used = planes - std::popcount(lost[m]);
    for (const network::TreeFlow& part : network::parts_of(forest, round.messages[m].flow)) {
      if (lost[m] >> (part.tree % forest.planes) & 1) continue;
      network::Transfer transfer = round.messages[m].transfer;
      transfer.alone = transfer.alone * (planes / used);
      messages[static_cast<std::size_t>(part.tree)].push_back({part.flow, transfer});
      whose[static_cast<std::size_t>(part.tree)].push_back(m);
      outcome.done[m] = Time{};
    }
  }
  for (std::size_t tree = 0; tree < forest.trees.size(); ++tree) {
    // Planes hash each for itself.
    constexpr std::uint64_t kApart = 0x9e3779b97f4a7c15ULL;
    network::Simulation one = network::simulate(routers[tree], messages[tree], question.queue_pairs, seed + kApart * tree);
    for (std::size_t i = 0; i < one.done.size(); ++i)
      outcome.done[whose[tree][i]] = std::max(outcome.done[whose[tree][i]], one.done[i]);
    for (const int i : one.unreachable)
      lost[whose[tree][static_cast<std::size_t>(i)]] |= 1U << (tree % static_cast<std::size_t>(forest.planes));
    outcome.events += one.events;
    outcome.whole = outcome.whole && one.whole;
    outcome.load.push_back(std::move(one.load));
  }
  return outcome;
}

/// Adapters send over the planes that are left: what one plane has no path for goes again, over the others.
Outcome run_round(const FabricQuestion& question, const std::vector<network::Router>& routers, const Round& round,
                  std::uint64_t seed) {
  std::vector<std::uint32_t> lost(round.messages.size(), 0);
  Outcome outcome = run_trees(question, routers, round, seed, lost);
  const std::uint32_t all = (1U << question.forest.planes) - 1;
  const bool again = std::ranges::any_of(lost, [&](std::uint32_t planes) { return planes != 0 && planes != all; });
  return again ? run_trees(question, routers, round, seed, lost) : std::move(outcome);
}

Spread spread(std::vector<double> values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  const double middle = values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  return {middle, values.front(), values.back()};
}

/// What one seed gave one job.
struct JobRun {
  double mean = 0, worst = 0, seconds = 0;
};

JobRun run_of(const Outcome& outcome, const Round& round, std::size_t begin, std::size_t end) {
  JobRun run{.worst = kNever};
  double sum = 0, arrived = 0;
  Time first = Time::from_base(kNever), last{};
  for (std::size_t m = begin; m < end; ++m) {
    if (!std::isfinite(outcome.done[m].base())) continue;
    const network::Transfer& transfer = round.messages[m].transfer;
    const Time took = outcome.done[m] - transfer.begin;
    const double rate = took > Time{} ? transfer.alone / took : 1;
    sum += rate;
    arrived += 1;
    run.worst = std::min(run.worst, rate);
    first = std::min(first, transfer.begin);
    last = std::max(last, outcome.done[m]);
  }
  if (arrived == 0) return {};
  run.mean = sum / arrived;
  run.seconds = (last - first).base();
  return run;
}

std::vector<TierLoad> tier_loads(const std::vector<network::Router>& routers, const std::vector<std::vector<double>>& loads) {
  constexpr std::string_view kUp[] = {"server to leaf", "leaf to spine", "spine to core"};
  constexpr std::string_view kDown[] = {"leaf to server", "spine to leaf", "core to spine"};
  const network::Clos& clos = routers.front().clos();
  const bool single = network::takes_one_path(routers.front().routing());
  const std::size_t owners[] = {static_cast<std::size_t>(clos.servers), static_cast<std::size_t>(clos.leaves()),
                                static_cast<std::size_t>(single ? clos.spines() : clos.pods)};
  std::vector<TierLoad> up, down;
  for (std::size_t tier = 0; tier < static_cast<std::size_t>(clos.tiers); ++tier) {
    up.push_back({.name = std::string(kUp[tier])});
    down.push_back({.name = std::string(kDown[tier])});
    for (TierLoad* one : {&up.back(), &down.back()})
      one->by_position.assign(std::min(kPositions, routers.size() * owners[tier]), 0);
  }
  std::vector<double> used(2 * up.size(), 0);
  for (std::size_t tree = 0; tree < routers.size(); ++tree)
    for (std::size_t link = 0; link < loads[tree].size(); ++link) {
      const auto number = static_cast<std::int32_t>(link);
      const double load = loads[tree][link];
      const auto tier = static_cast<std::size_t>(routers[tree].tier_of(number));
      TierLoad& one = link % 2 == 0 ? up[tier] : down[tier];
      const std::size_t owner = tree * owners[tier] + static_cast<std::size_t>(routers[tree].owner_of(number));
      double& cell = one.by_position[owner * one.by_position.size() / (routers.size() * owners[tier])];
      cell = std::max(cell, load);
      ++one.links;
      one.mean += load;
      used[2 * tier + link % 2] += load > 0 ? 1 : 0;
      one.most = std::max(one.most, load);
    }
  for (std::size_t tier = 0; tier < up.size(); ++tier) {
    up[tier].mean /= std::max(1.0, used[2 * tier]);
    down[tier].mean /= std::max(1.0, used[2 * tier + 1]);
  }
  up.insert(up.end(), down.rbegin(), down.rend());
  return up;
}

std::vector<HotLink> hottest(const network::Forest& forest, const std::vector<network::Router>& routers,
                             const std::vector<std::vector<double>>& loads) {
  struct One {
    double load;
    std::size_t tree;
    std::int32_t link;
  };
  std::vector<One> all;
  const auto keep_fullest = [&] {
    const std::size_t kept = std::min(kHottest, all.size());
    std::ranges::partial_sort(all, all.begin() + static_cast<std::ptrdiff_t>(kept), [](const One& a, const One& b) {
      return std::tuple(-a.load, a.tree, a.link) < std::tuple(-b.load, b.tree, b.link);
    });
    all.resize(kept);
  };
  for (std::size_t tree = 0; tree < loads.size(); ++tree) {
    for (std::size_t link = 0; link < loads[tree].size(); ++link)
      if (loads[tree][link] > 0) all.push_back({loads[tree][link], tree, static_cast<std::int32_t>(link)});
    keep_fullest();
  }
  std::vector<HotLink> links;
  for (const One& one : all)
    links.push_back({network::name_of(forest, static_cast<int>(one.tree), routers[one.tree], one.link), one.load});
  return links;
}

/// All steps of an all-to-all at once are few classes of flows when nothing breaks the symmetry of the trees.
bool solved_by_classes(const FabricQuestion& question) {
  return !network::takes_one_path(question.routing) && question.failures.empty() && question.jobs.size() == 1 &&
         question.jobs[0].pattern == Pattern::all_to_all && question.jobs[0].servers.count == question.forest.servers();
}

/// All trees of an island are alike, and so is what they carry.
JobRun all_to_all_run(const FabricQuestion& question) {
  const network::Forest& forest = question.forest;
  const double alone = (question.jobs[0].bytes / forest.adapter_rate()).base();
  JobRun run{.worst = kNever};
  for (int island = 0; island < forest.islands(); ++island) {
    const network::Clos& clos = forest.trees[static_cast<std::size_t>(island * forest.copies())];
    if (clos.servers < 2) continue;
    const network::ClassShares shares = network::shares_of(network::all_to_all_classes(clos));
    const double peers = clos.servers - 1;
    run.mean += shares.mean * peers * clos.servers / forest.servers();
    run.worst = std::min(run.worst, shares.worst * peers);
    run.seconds = std::max(run.seconds, alone / (shares.worst * peers));
  }
  return run;
}

/// Seeds change nothing where no flow and no path is drawn by chance.
bool by_chance(const FabricQuestion& question) {
  return question.routing == network::Routing::hashed || std::ranges::any_of(question.jobs, [&](const TrafficJob& job) {
           return job.pattern == Pattern::permutation || (job.pattern == Pattern::all_to_all && !solved_by_classes(question));
         });
}

/// Of one job in the first seed: how many messages there were, and what became of them.
void count_messages(const network::Forest& forest, const Outcome& outcome, const Round& round, std::size_t begin, std::size_t end,
                    JobTraffic& job) {
  job.messages = static_cast<long>(end - begin);
  for (std::size_t m = begin; m < end; ++m) {
    const network::ForestFlow& flow = round.messages[m].flow;
    if (network::crosses(forest, flow)) ++job.crossing;
    if (std::isfinite(outcome.done[m].base()) || job.unreachable++ > 0) continue;
    job.first_unreachable = network::name_of(forest, flow.source) + " to " + network::name_of(forest, flow.target);
  }
}

}  // namespace

FabricTraffic simulate_traffic(const FabricQuestion& question) {
  FabricTraffic answer{.runs = by_chance(question) ? std::max(1, question.seeds) : 1};
  const network::Forest& forest = question.forest;
  std::vector<network::Router> routers;
  for (std::size_t tree = 0; tree < forest.trees.size(); ++tree)
    routers.emplace_back(forest.trees[tree], question.routing,
                         question.failures.empty() ? network::Failures{} : question.failures[tree]);
  std::vector<std::vector<double>> mean(question.jobs.size()), worst = mean, seconds = mean;
  for (const TrafficJob& job : question.jobs) answer.jobs.push_back({.name = job.name});
  for (int run = 0; run < answer.runs; ++run) {
    const std::uint64_t seed = question.seed + static_cast<std::uint64_t>(run);
    const Round round = round_of(question, seed);
    const Outcome outcome = run_round(question, routers, round, seed);
    answer.whole = answer.whole && outcome.whole;
    std::size_t begin = 0;
    for (std::size_t j = 0; j < question.jobs.size(); begin = round.ends[j++]) {
      const JobRun one = solved_by_classes(question) ? all_to_all_run(question) : run_of(outcome, round, begin, round.ends[j]);
      mean[j].push_back(one.mean);
      worst[j].push_back(one.worst);
      seconds[j].push_back(one.seconds);
      if (run == 0) count_messages(forest, outcome, round, begin, round.ends[j], answer.jobs[j]);
    }
    if (run > 0) continue;
    answer.tiers = tier_loads(routers, outcome.load);
    answer.hottest = hottest(forest, routers, outcome.load);
    answer.events = outcome.events;
  }
  for (std::size_t j = 0; j < question.jobs.size(); ++j) {
    answer.jobs[j].mean = spread(std::move(mean[j]));
    answer.jobs[j].worst = spread(std::move(worst[j]));
    answer.jobs[j].seconds = spread(std::move(seconds[j]));
  }
  return answer;
}

}  // namespace eigenbau::study
