// A stranger's program on the installed package: reads a quantity, asks a law.
#include <cstdio>

#include "perf/collective.h"
#include "units/parse.h"

int main() {
  using namespace eigenbau;
  const auto message = parse_quantity("1 GB");
  if (!message || message->value != 1e9) return 1;
  perf::CollectiveGroup alone;
  const Time nothing = perf::collective_time(perf::Collective::all_reduce, Bytes::from_base(message->value), alone, {});
  std::printf("an all-reduce with oneself takes %g s\n", nothing.base());
  return nothing == Time{} ? 0 : 1;
}
