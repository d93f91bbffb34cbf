// Laws of traffic between rails that no switch joins.
#include "perf/rank_group.h"

#include <doctest/doctest.h>

#include "catalog/catalog.h"

using namespace eigenbau;
using namespace eigenbau::perf;

TEST_CASE("bytes for other rails take the scale-up links first: nothing with one fabric, the whole message at most") {
  const catalog::Catalog catalog = catalog::Catalog::built_in();
  Machine machine = machine_of(*catalog.gpu("h100-sxm"), 1024);
  const Bandwidth link = machine.gpu.scale_up_bandwidth;
  CHECK(rail_crossing_time(kGigabyte, link, machine) == Time{});
  Time before{};
  for (const int rails : {2, 4, 8, 16}) {
    machine.rails_apart = rails;
    const Time time = rail_crossing_time(kGigabyte, link, machine);
    CHECK(time > before);
    CHECK(time < kGigabyte / link);
    CHECK(rail_crossing_time(2 * kGigabyte, link, machine) / time == doctest::Approx(2));
    CHECK(rail_crossing_time(kGigabyte, 2 * link, machine) / time == doctest::Approx(0.5));
    before = time;
  }
}
