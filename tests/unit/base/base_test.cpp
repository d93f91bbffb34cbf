// Laws of the ground floor: dates count days, streams depend only on their name and index, work is spread completely.
#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "base/date.h"
#include "base/diagnostic.h"
#include "base/fnv1a.h"
#include "base/parallel.h"
#include "base/random.h"

using namespace eigenbau;
using namespace eigenbau::literals;

TEST_CASE("dates are days of the calendar") {
  CHECK(print(*parse_date("2024-08-01")) == "2024-08-01");
  CHECK_FALSE(parse_date("2024-02-30").has_value());
  CHECK_FALSE(parse_date("2024-8-1").has_value());
  CHECK(time_between(*parse_date("2024-02-28"), *parse_date("2024-03-01")) == 2_d);
  CHECK(print(after(*parse_date("2024-12-31"), 25_h)) == "2025-01-02");
}

TEST_CASE("a stream is a pure function of seed, name and index") {
  Stream a{7, "gpu-failure", 3}, b{7, "gpu-failure", 3}, other{7, "gpu-failure", 4};
  const double first = a.uniform();
  CHECK(first == b.uniform());
  CHECK(first != other.uniform());
  double sum = 0, squares = 0;
  constexpr int kDraws = 20000;
  for (int i = 0; i < kDraws; ++i) {
    const double x = a.normal();
    sum += x;
    squares += x * x;
  }
  CHECK(std::abs(sum / kDraws) < 0.03);
  CHECK(squares / kDraws == doctest::Approx(1).epsilon(0.05));
}

TEST_CASE("every index is worked once, for any number of threads") {
  for (const unsigned threads : {1u, 2u, 7u}) {
    std::vector<int> visits(1000, 0);
    parallel_for(visits.size(), threads, [&](std::size_t i) { ++visits[i]; });
    CHECK(visits == std::vector<int>(1000, 1));
  }
}

TEST_CASE("the nearest name is offered only when it is near") {
  const std::vector<std::string> keys{"power", "probability", "from"};
  CHECK(nearest_name("powre", keys) == "power");
  CHECK(nearest_name("probabilty", keys) == "probability");
  CHECK_FALSE(nearest_name("zebra", keys).has_value());
}

TEST_CASE("a part of a name means it, and a slip in its first words does") {
  CHECK(nearest_name("fp4", {"fp8", "nvfp4"}) == "nvfp4");
  CHECK(nearest_name("megatron", {"deepspeed", "megatron-core", "megatron-lm"}) == "megatron-core");
  CHECK(nearest_name("lama3", {"grok-1", "llama3-8b"}) == "llama3-8b");
  CHECK_FALSE(nearest_name("-x", {"--json"}).has_value());
  CHECK_FALSE(nearest_name("x", {"a-b"}).has_value());
}

TEST_CASE("what is shown of a source line is text, whatever its bytes") {
  const auto source = std::make_shared<const SourceText>(SourceText{"a\x1b[31m.toml", "x = \x1b]0;\xff\xfe\xc2\x9b \xc3\xbc\n"});
  const std::string shown = render(Diagnostic{.code = "EB1004", .message = "m", .span = {source, 1, 1, 1}}, false);
  for (const char c : shown) CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
  CHECK(shown.find('\xff') == std::string::npos);
  CHECK(shown.find("\xc2\x9b") == std::string::npos);
  CHECK(shown.find("\xc3\xbc") != std::string::npos);
}

TEST_CASE("of thousands of errors all are counted and some are kept") {
  Diagnostics problems;
  for (int i = 0; i < 5000; ++i) problems.add({.code = "EB1101", .severity = Severity::warning, .message = "w"});
  CHECK_FALSE(problems.has_errors());
  problems.add({.code = "EB1102", .message = "the one error"});
  CHECK(problems.error_count() == 1);
  CHECK(problems.all().size() + problems.dropped() == 5001);
  CHECK(problems.all().size() <= 2 * Diagnostics::kMostKept);
  CHECK(render(problems, false).find("the one error") != std::string::npos);
  CHECK(render(problems, false).find("and 4,800 more") != std::string::npos);
}

TEST_CASE("the hash of a text gives the figures of its specification") {
  CHECK(fnv1a<std::uint32_t>("") == 0x811c9dc5u);
  CHECK(fnv1a<std::uint32_t>("foobar") == 0xbf9cf968u);
  CHECK(fnv1a<std::uint64_t>("") == 0xcbf29ce484222325u);
  CHECK(fnv1a<std::uint64_t>("foobar") == 0x85944171f73967e8u);
}
