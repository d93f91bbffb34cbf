// Laws of quantities: text and value agree, dimensions decide what may be added, what is printed can be read back.
#include <doctest/doctest.h>

#include "units/parse.h"
#include "units/print.h"

using namespace eigenbau;
using namespace eigenbau::literals;

namespace {
double value_of(std::string_view text) {
  const auto parsed = parse_quantity(text);
  REQUIRE_MESSAGE(parsed.has_value(), text);
  return parsed->value;
}
bool refused(std::string_view text) { return !parse_quantity(text).has_value(); }
}  // namespace

TEST_CASE("a unit scales its number") {
  CHECK(value_of("150 MW") == doctest::Approx((150_MW).base()));
  CHECK(value_of("400 Gb/s") == doctest::Approx((50_GBps).base()));
  CHECK(value_of("80 GiB") == doctest::Approx(80.0 * (1ull << 30)));
  CHECK(value_of("0.065 USD/kWh") == doctest::Approx(0.065 / 3.6e6));
  CHECK(value_of("4 per 1000 node-days") == doctest::Approx(4 / (1000 * 86400.0)));
  CHECK(value_of("2e26 FLOP") == doctest::Approx(2e26));
  CHECK(value_of("3 %") == doctest::Approx(0.03));
  CHECK(value_of("10 GUSD") == doctest::Approx(1e10));
  CHECK(value_of("100,352 GPUs") == doctest::Approx(100352));
  CHECK(value_of("1 years") == doctest::Approx(8766 * 3600.0));
}

TEST_CASE("bits and bytes, decimal and binary, meters and minutes stay apart") {
  CHECK(value_of("8 Gb") == doctest::Approx(value_of("1 GB")));
  CHECK(value_of("1 GiB") / value_of("1 GB") == doctest::Approx(1.073741824));
  CHECK(parse_quantity("5 m")->dimension == kLength);
  CHECK(parse_quantity("5 min")->dimension == kTime);
  CHECK(parse_quantity("5 MW")->dimension == kPower);
}

TEST_CASE("what is not a quantity is refused, with the place") {
  for (const char* text : {"", "MW", "8 Mw", "8 MW MX", "1,00 MW", "1000,000 MW", "1e999 W", "8 / / W", "8 W/", "8 W^0", "8 W^99",
                           "--8 W", "8 W/0 s"})
    CHECK_MESSAGE(refused(text), text);
  const auto unknown = parse_quantity("8 Mw");
  CHECK(unknown.error().offset == 2);
  CHECK(unknown.error().length == 2);
}

TEST_CASE("what is printed in base-compatible units reads back as itself") {
  for (const char* text :
       {"150 MW", "30.4 min", "5.412 GUSD", "50.0 GB/s", "811 MWh", "1.344 kW/GPU", "0.0650 USD/kWh", "8.00 d"}) {
    const auto parsed = parse_quantity(text);
    REQUIRE(parsed.has_value());
    CHECK(value_of(print_quantity(parsed->value, parsed->dimension)) == doctest::Approx(parsed->value).epsilon(1e-3));
  }
}

TEST_CASE("numbers print with grouped digits and never as NaN") {
  CHECK(print_number(100000) == "100,000");
  CHECK(print_number(-1234567, 7) == "-1,234,567");
  CHECK(print_number(0.0 / 0.0) == "-");
  CHECK(print_count(-1000) == "-1,000");
  CHECK(print(50_MW) == "50.00 MW");
}

TEST_CASE("memory of an accelerator is printed in the binary units that it is built of") {
  CHECK(print_memory(80 * kGibibyte) == "80.0 GiB");
  CHECK(print_memory(764 * kGibibyte) == "764 GiB");
  CHECK(print_memory(12.3 * kMebibyte) == "12.3 MiB");
  CHECK(print_memory(Bytes{}) == "0 MiB");
}

TEST_CASE("memory that is said to be needed is enough, and no more than its last digit too much") {
  for (const double gibibytes : {0.00123456, 0.0123456, 0.0999999, 0.1, 1.2345, 79.95, 80.0, 764.07, 1234.5}) {
    const Bytes size = gibibytes * kGibibyte;
    const auto said = parse_quantity(print_needed_memory(size));
    REQUIRE(said.has_value());
    CHECK(said->value >= size.base() * (1 - 1e-9));
    CHECK(said->value <= size.base() * 1.011);
  }
  CHECK(print_needed_memory(80 * kGibibyte) == "80.0 GiB");
  CHECK(print_needed_memory(764.07 * kGibibyte) == "765 GiB");
}

TEST_CASE("JSON keys carry the base unit") {
  CHECK(json_suffix(kPower) == "_w");
  CHECK(json_suffix(kTime) == "_s");
  CHECK(json_suffix(kMoney - kTime) == "_usd_per_s");
  CHECK(json_suffix(kData - kTime) == "_bytes_per_s");
  CHECK(json_suffix(kDimensionless).empty());
}

TEST_CASE("a plain number shows the digits it was written with, and no others") {
  CHECK(print_plain(1) == "1");
  CHECK(print_plain(0.95) == "0.95");
  CHECK(print_plain(1e7) == "10,000,000");
  CHECK(print_plain(-2) == "-2");
  CHECK(print_plain(1.0 / 0.0) == "-");
}
