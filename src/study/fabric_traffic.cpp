// What does the traffic of some jobs get from the fabric, over several seeds?
#include "study/fabric_traffic.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.h"
#include "network/classes.h"
#include "network/names.h"

namespace eigenbau::study {
namespace {

constexpr std::size_t kHottest = 10;
constexpr std::size_t kPositions = 64;  ///< columns of the heat map

/// Messages of all jobs, one job after another; those of job j end before `ends[j]`.
struct Round {
  std::vector<network::Message> messages;
  std::vector<std::size_t> ends;
};

double bytes_factor(const TrafficJob& job) {
  if (job.pattern != Pattern::dp_all_reduce) return 1;
  const double members = std::max(1, std::min(job.members, job.servers.count));
  return 2 * (members - 1) / members;
}

std::vector<network::Flow> flows_of(const network::Clos& clos, const TrafficJob& job, std::uint64_t seed) {
  switch (job.pattern) {
    case Pattern::permutation:
      return network::random_permutation(clos, job.servers, seed);
    case Pattern::ring:
      return network::rail_shift(clos, job.servers, 1);
    case Pattern::all_to_all: {
      const int steps = std::max(1, job.servers.count - 1);
      const int step = 1 + std::min(steps - 1, static_cast<int>(Stream(seed, "step").uniform() * steps));
      return network::rail_shift(clos, job.servers, step);
    }
    case Pattern::dp_all_reduce:
      return network::rings(clos, job.servers, job.members, job.stride);
    case Pattern::trace:
      break;
  }
  return {};
}

Round round_of(const FabricQuestion& question, std::uint64_t seed) {
  Round round;
  for (const TrafficJob& job : question.jobs) {
    const network::Transfer each{.alone = job.bytes * bytes_factor(job) / question.clos.link};
    if (job.pattern == Pattern::trace) round.messages.insert(round.messages.end(), job.messages.begin(), job.messages.end());
    else
      for (const network::Flow& flow : flows_of(question.clos, job, seed)) round.messages.push_back({flow, each});
    round.ends.push_back(round.messages.size());
  }
  return round;
}

Spread spread(std::vector<double> values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  const double middle = values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  return {middle, values.front(), values.back()};
}

std::string name_of(const network::Clos& clos, network::Endpoint endpoint) {
  const int each = clos.links_per_server;
  return network::name_of(clos, network::Node::server, endpoint / each) + ":" + std::to_string(endpoint % each);
}

/// What one seed gave one job.
struct JobRun {
  double mean = 0, worst = 0, seconds = 0;
};

JobRun run_of(const network::Simulation& simulation, const Round& round, std::size_t begin, std::size_t end) {
  JobRun run{.worst = std::numeric_limits<double>::infinity()};
  double sum = 0, arrived = 0;
  Time first = Time::from_base(std::numeric_limits<double>::infinity()), last{};
  for (std::size_t m = begin; m < end; ++m) {
    if (!std::isfinite(simulation.done[m].base())) continue;
    sum += simulation.rate[m];
    arrived += 1;
    run.worst = std::min(run.worst, simulation.rate[m]);
    first = std::min(first, round.messages[m].transfer.begin);
    last = std::max(last, simulation.done[m]);
  }
  if (arrived == 0) return {};
  run.mean = sum / arrived;
  run.seconds = (last - first).base();
  return run;
}

std::vector<TierLoad> tier_loads(const network::Router& router, const std::vector<double>& load) {
  constexpr std::string_view kUp[] = {"server to leaf", "leaf to spine", "spine to core"};
  constexpr std::string_view kDown[] = {"leaf to server", "spine to leaf", "core to spine"};
  const network::Clos& clos = router.clos();
  const bool single = network::takes_one_path(router.routing());
  const int owners[] = {clos.servers, clos.leaves(), single ? clos.spines() : clos.pods};
  std::vector<TierLoad> up, down;
  for (int tier = 0; tier < clos.tiers; ++tier) {
    up.push_back({.name = std::string(kUp[tier])});
    down.push_back({.name = std::string(kDown[tier])});
    for (TierLoad* one : {&up.back(), &down.back()})
      one->by_position.assign(std::min<std::size_t>(kPositions, static_cast<std::size_t>(owners[tier])), 0);
  }
  std::vector<double> used(2 * up.size(), 0);
  for (std::size_t link = 0; link < load.size(); ++link) {
    const auto tier = static_cast<std::size_t>(router.tier_of(static_cast<std::int32_t>(link)));
    TierLoad& one = link % 2 == 0 ? up[tier] : down[tier];
    const auto owner = static_cast<std::size_t>(router.owner_of(static_cast<std::int32_t>(link)));
    double& cell = one.by_position[owner * one.by_position.size() / static_cast<std::size_t>(owners[tier])];
    cell = std::max(cell, load[link]);
    ++one.links;
    one.mean += load[link];
    used[2 * tier + link % 2] += load[link] > 0 ? 1 : 0;
    one.most = std::max(one.most, load[link]);
  }
  for (std::size_t tier = 0; tier < up.size(); ++tier) {
    up[tier].mean /= std::max(1.0, used[2 * tier]);
    down[tier].mean /= std::max(1.0, used[2 * tier + 1]);
  }
  up.insert(up.end(), down.rbegin(), down.rend());
  return up;
}

std::vector<HotLink> hottest(const network::Router& router, const std::vector<double>& load) {
  std::vector<std::int32_t> order;
  for (std::size_t link = 0; link < load.size(); ++link)
    if (load[link] > 0) order.push_back(static_cast<std::int32_t>(link));
  const auto last = order.begin() + static_cast<std::ptrdiff_t>(std::min(kHottest, order.size()));
  std::ranges::partial_sort(order, last, [&](std::int32_t a, std::int32_t b) {
    const double x = load[static_cast<std::size_t>(a)], y = load[static_cast<std::size_t>(b)];
    return x > y || (x == y && a < b);
  });
  std::vector<HotLink> links;
  for (auto it = order.begin(); it != last; ++it)
    links.push_back({network::name_of(router, *it), load[static_cast<std::size_t>(*it)]});
  return links;
}

/// All steps of an all-to-all at once are few classes of flows when nothing breaks the symmetry of the tree.
bool solved_by_classes(const FabricQuestion& question) {
  return !network::takes_one_path(question.routing) && question.failures.empty() && question.jobs.size() == 1 &&
         question.jobs[0].pattern == Pattern::all_to_all && question.jobs[0].servers.count == question.clos.servers;
}

JobRun all_to_all_run(const FabricQuestion& question) {
  const network::ClassShares shares = network::shares_of(network::all_to_all_classes(question.clos));
  const double peers = question.clos.servers - 1;
  const double alone = (question.jobs[0].bytes / question.clos.link).base();
  return {shares.mean * peers, shares.worst * peers, alone / (shares.worst * peers)};
}

/// Seeds change nothing where no flow and no path is drawn by chance.
bool by_chance(const FabricQuestion& question) {
  return question.routing == network::Routing::hashed || std::ranges::any_of(question.jobs, [&](const TrafficJob& job) {
           return job.pattern == Pattern::permutation || (job.pattern == Pattern::all_to_all && !solved_by_classes(question));
         });
}

}  // namespace

FabricTraffic simulate_traffic(const FabricQuestion& question) {
  FabricTraffic answer{.runs = by_chance(question) ? std::max(1, question.seeds) : 1};
  const network::Router router(question.clos, question.routing, question.failures);
  std::vector<std::vector<double>> mean(question.jobs.size()), worst = mean, seconds = mean;
  for (const TrafficJob& job : question.jobs) answer.jobs.push_back({.name = job.name});
  for (int run = 0; run < answer.runs; ++run) {
    const std::uint64_t seed = question.seed + static_cast<std::uint64_t>(run);
    const Round round = round_of(question, seed);
    const network::Simulation simulation = network::simulate(router, round.messages, question.queue_pairs, seed);
    answer.whole = answer.whole && simulation.whole;
    std::size_t begin = 0;
    for (std::size_t j = 0; j < question.jobs.size(); begin = round.ends[j++]) {
      const JobRun one = solved_by_classes(question) ? all_to_all_run(question) : run_of(simulation, round, begin, round.ends[j]);
      mean[j].push_back(one.mean);
      worst[j].push_back(one.worst);
      seconds[j].push_back(one.seconds);
      if (run > 0) continue;
      answer.jobs[j].messages = static_cast<long>(round.ends[j] - begin);
      for (const int m : simulation.unreachable) {
        if (static_cast<std::size_t>(m) < begin || static_cast<std::size_t>(m) >= round.ends[j]) continue;
        const network::Flow& flow = round.messages[static_cast<std::size_t>(m)].flow;
        if (answer.jobs[j].unreachable++ == 0)
          answer.jobs[j].first_unreachable = name_of(question.clos, flow.source) + " to " + name_of(question.clos, flow.target);
      }
    }
    if (run > 0) continue;
    answer.tiers = tier_loads(router, simulation.load);
    answer.hottest = hottest(router, simulation.load);
    answer.events = simulation.events;
  }
  for (std::size_t j = 0; j < question.jobs.size(); ++j) {
    answer.jobs[j].mean = spread(std::move(mean[j]));
    answer.jobs[j].worst = spread(std::move(worst[j]));
    answer.jobs[j].seconds = spread(std::move(seconds[j]));
  }
  return answer;
}

}  // namespace eigenbau::study
