// Laws of the watts between server and meter.
#include <doctest/doctest.h>

#include "design/site_power.h"

using namespace eigenbau;
using namespace eigenbau::design;
using namespace eigenbau::literals;

namespace {

SitePowerLaw example() {
  return {.gpus = 1000,
          .network = 90_W,
          .storage = 10_W,
          .liquid_share = 0.7,
          .liquid_cooling = 0.03,
          .air_cooling = 0.2,
          .it_levels = {{.linear = 0.005}, {.fixed = 2_W, .linear = 0.01}},
          .site_levels = {{.fixed = 3_W, .quadratic_per_watt = 5e-6}}};
}

}  // namespace

TEST_CASE("without losses, network and cooling the meter shows the server's watts") {
  CHECK(watts_per_gpu({}, 1060_W).site().in(kWatt) == doctest::Approx(1060));
  CHECK(watts_per_gpu({}, 1060_W).pue() == doctest::Approx(1));
}

TEST_CASE("the meter shows the sum of its parts, never less than the IT") {
  const SitePowerLaw law = example();
  for (double w : {300.0, 700.0, 1060.0, 1275.0}) {
    const PerGpu watts = watts_per_gpu(law, w * kWatt);
    CHECK(watts.site().in(kWatt) ==
          doctest::Approx((watts.server + watts.network + watts.storage + watts.losses + watts.cooling).in(kWatt)));
    CHECK(watts.pue() > 1);
    CHECK(watts.losses > Power{});
    CHECK(watts.cooling > Power{});
  }
}

TEST_CASE("count on a supply and supply of a count undo one another") {
  const SitePowerLaw law = example();
  const Power site = site_power(law, 32000, 950_W);
  CHECK(gpus_carried(law, site, 950_W) == doctest::Approx(32000));
}

TEST_CASE("no supply carries nothing, and nothing draws nothing") {
  CHECK(gpus_carried(example(), Power{}, 950_W) == 0);
  CHECK(site_power(example(), 0, 950_W) == Power{});
}

TEST_CASE("a stated PUE is what the meter shows over the IT") {
  SitePowerLaw law = example();
  law.pue = 1.11;
  CHECK(watts_per_gpu(law, 1060_W).pue() == doctest::Approx(1.11));
}

TEST_CASE("taking heat away by liquid instead of air lowers the meter when liquid is cheaper to move") {
  SitePowerLaw more = example();
  more.liquid_share = 0.9;
  CHECK(watts_per_gpu(more, 1060_W).site() < watts_per_gpu(example(), 1060_W).site());
}
