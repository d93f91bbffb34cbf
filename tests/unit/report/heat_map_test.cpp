// Does a heat map look the same to every renderer, whatever is in it?
#include <doctest/doctest.h>

#include <limits>

#include "report/html.h"
#include "report/json.h"
#include "report/text.h"

using namespace eigenbau::report;

namespace {

Report with_map(std::vector<double> shares) {
  HeatMap map{.key = "load", .title = "Load <by tier>"};
  map.lines.push_back({.key = "up", .label = "up & away", .shares = std::move(shares)});
  Report report{.title = "Test"};
  report.sections.push_back({.key = "network", .title = "Network", .items = {std::move(map)}});
  return report;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("one column a place: empty, full, and darker the more") {
  const std::string text = render_text(with_map({0, 0.5, 1}), {.color = false});
  CHECK(text.find("| ▄█|") != std::string::npos);
  CHECK(count(render_text(with_map({0.1, 0.6, 0.95}), {.color = true}), "\x1b[3") >= 3);
}

TEST_CASE("the page draws one rectangle a place and escapes what it prints; JSON keeps the numbers") {
  const std::string page = render_html(with_map({0, 0.5, 1}));
  CHECK(count(page, "fill-opacity=") == 3);
  CHECK(page.find("up &amp; away") != std::string::npos);
  CHECK(page.find("Load <by") == std::string::npos);
  CHECK(render_json(with_map({0.25}), std::nullopt).find("0.25") != std::string::npos);
}

TEST_CASE("what is not finite is never drawn as a number") {
  const auto report = with_map({std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), -1});
  for (const std::string& out : {render_text(report, {.color = true}), render_html(report), render_json(report, std::nullopt)}) {
    CHECK(count(out, "nan") == 0);
    CHECK(count(out, "inf %") == 0);
  }
}
