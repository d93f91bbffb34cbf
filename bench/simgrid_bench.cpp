// How many flows a second does SimGrid simulate, and how many this program, on the same flows and routes?
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "base/random.h"
#include "network/simulation.h"
#include "simgrid_flows.h"

namespace {

using namespace eigenbau;
using namespace eigenbau::network;

struct Traffic {
  std::string name;
  oracle::FlowCase flows;
};

void add(const Router& router, const std::vector<Flow>& flows, bool random_sizes, oracle::FlowCase& into) {
  Stream chance(1, "sizes");
  std::uint64_t choice = into.transfers.size();
  for (const Flow& flow : flows) {
    router.append(flow.source, flow.target, choice++, into.paths);
    into.transfers.push_back({.alone = (random_sizes ? chance.exponential() : 1) * kSecond});
    into.hosts.push_back(flow);
  }
}

Traffic permutation(int k, bool random_sizes) {
  const Router router(full_fat_tree(k), Routing::hashed);
  Traffic traffic{fmt::format("permutation, {} endpoints{}", endpoint_count(router.clos()), random_sizes ? ", random sizes" : ""),
                  {.capacity = router.capacity()}};
  add(router, random_permutation(router.clos(), all_servers(router.clos()), 1), random_sizes, traffic.flows);
  return traffic;
}

Traffic shifts(int k, int count) {
  const Router router(full_fat_tree(k), Routing::hashed);
  Traffic traffic{fmt::format("all-to-all, {} of {} steps at once", count, endpoint_count(router.clos()) - 1),
                  {.capacity = router.capacity()}};
  for (int shift = 1; shift <= count; ++shift)
    add(router, rail_shift(router.clos(), all_servers(router.clos()), shift), false, traffic.flows);
  return traffic;
}

double cpu_now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// SimGrid simulates once in a process: each question has a process of its own, which hands back its seconds.
struct Theirs {
  double cpu = -1, last = 0;
};
Theirs ask_simgrid(const oracle::FlowCase& flows) {
  int ends[2];
  Theirs theirs;
  if (::pipe(ends) != 0) return theirs;
  const pid_t child = ::fork();
  if (child == 0) {
    const oracle::Ends answer = oracle::simgrid_ends(std::span(&flows, 1));
    theirs = {answer.cpu, *std::ranges::max_element(answer.seconds[0])};
    const bool written = ::write(ends[1], &theirs, sizeof theirs) == sizeof theirs;
    ::_exit(written ? 0 : 1);
  }
  ::close(ends[1]);
  if (::read(ends[0], &theirs, sizeof theirs) != sizeof theirs) theirs.cpu = -1;
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return theirs;
}

}  // namespace

int main() {
  fmt::print("{:<46} {:>8} {:>12} {:>12} {:>8} {:>16}\n", "traffic", "flows", "ours", "SimGrid", "ratio", "last end differs");
  for (const Traffic& traffic :
       {permutation(8, false), permutation(16, false), permutation(16, true), shifts(8, 127), shifts(16, 8)}) {
    const double before = cpu_now();
    int rounds = 0;
    Completion ours;
    while (cpu_now() - before < 0.2) {
      ours = complete(traffic.flows.paths, traffic.flows.capacity, traffic.flows.transfers);
      ++rounds;
    }
    const double flows = static_cast<double>(traffic.flows.transfers.size());
    const double our_rate = flows * rounds / (cpu_now() - before);
    std::fflush(stdout);  // the child would print it again
    const Theirs theirs = ask_simgrid(traffic.flows);
    if (theirs.cpu < 0) {
      fmt::print("{:<46} {:>8.0f} {:>10.3g}/s   not finished\n", traffic.name, flows, our_rate);
      continue;
    }
    const double their_rate = flows / std::max(1e-6, theirs.cpu);
    fmt::print("{:<46} {:>8.0f} {:>10.3g}/s {:>10.3g}/s {:>8.0f} {:>16.1e}\n", traffic.name, flows, our_rate, their_rate,
               our_rate / their_rate, std::abs(theirs.last / ours.last.base() - 1));
  }
  fmt::print("asked: bulk-synchronous flows 1,000,000 /s (SimGrid 2,800 to 11,000 /s). CPU seconds of the simulation alone.\n");
}
