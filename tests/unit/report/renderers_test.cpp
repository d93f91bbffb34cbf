// Does every figure of an answer reach every form of it, whole and without surprises?
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <regex>

#include "report/csv.h"
#include "report/html.h"
#include "report/json.h"
#include "report/markup.h"
#include "report/print.h"
#include "report/text.h"
#include "sample_report.h"
#include "units/print.h"

using namespace eigenbau;
using namespace eigenbau::report;
using namespace eigenbau::literals;
using Json = nlohmann::json;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::vector<std::string> all_forms(const Report& report) {
  std::vector<std::string> forms{render_summary(report, {}), render_text(report, {}), render_json(report, std::nullopt),
                                 render_html(report), render_comparison(std::vector<Report>{report, report}, true, {})};
  for (const std::string& name : csv_names(report)) forms.push_back(*render_csv(report, name));
  return forms;
}

template <class Check>
void each_row(const Report& report, Check check) {
  for (const Section& section : report.sections)
    for (const Item& item : section.items) {
      if (const auto* row = std::get_if<Row>(&item)) check(section, *row);
      if (const auto* judgment = std::get_if<Judgment>(&item))
        for (const Row& row : judgment->numbers) check(section, row);
    }
}

}  // namespace

TEST_CASE("every figure is in the text, in the JSON under its section, and in the page with its derivation") {
  const Report report = sample_report();
  const std::string text = render_text(report, {.width = 400}), html = render_html(report);
  each_row(report, [&](const Section&, const Row& row) {
    CAPTURE(row.key);
    CHECK(contains(text, row.label));
    CHECK(contains(text, print(row)));
    CHECK(contains(html, escaped(row.label)));
    CHECK(contains(html, escaped(print(row).substr(0, print(row).find(" (")))));
    CHECK(contains(text, basis_of(row)));
    CHECK(contains(html, escaped(basis_of(row))));
  });
  const Json json = Json::parse(render_json(report, std::nullopt));
  for (const Section& section : report.sections)
    for (const Item& item : section.items)
      if (const auto* row = std::get_if<Row>(&item)) {
        const auto* figure = std::get_if<Figure>(&row->value);
        const std::string key = row->key + (figure ? json_suffix(figure->dimension) : "");
        REQUIRE(json["sections"][section.key]["figures"].contains(key));
      }
}

TEST_CASE("JSON gives back every double bit for bit") {
  Section section{.key = "some", .title = "Some"};
  const std::vector<double> values{0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 123456789012345680.0, 2.718281828459045};
  for (std::size_t i = 0; i < values.size(); ++i) add(section, "figure_" + std::to_string(i), "f", figure(values[i] * 1_W, {}));
  const Json json = Json::parse(render_json(Report{.sections = {section}}, std::nullopt));
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK(json["sections"]["some"]["figures"]["figure_" + std::to_string(i) + "_w"].get<double>() == values[i]);
}

TEST_CASE("units are in the keys, ranges and what was said beside them, and what is unknown is null") {
  const Json json = Json::parse(render_json(sample_report(), std::nullopt));
  const Json& power = json["sections"]["power"];
  CHECK(json["format"] == "eigenbau.report/1");
  CHECK(power["figures"]["site_power_w"] == 128.4e6);
  CHECK(power["ranges"]["site_power_w"]["low"] == 121e6);
  CHECK(power["said"]["site_power_w"]["high"] == 150e6);
  CHECK(power["figures"]["battery_from"].is_null());
  CHECK(json["sections"]["supply"]["figures"]["all_online"] == "2025-05-01");
  CHECK(power["tables"]["levels"]["rows"][0]["load_w"] == 128.4e6);
  CHECK(json["sections"]["claims"]["judgments"][0]["verdict"] == "cannot be");
  CHECK_FALSE(json.contains("run"));
  CHECK(Json::parse(render_json(sample_report(), RunStats{.seconds = 0.1}))["run"]["seconds"] == 0.1);
}

TEST_CASE("nothing that is not finite is ever printed") {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN(), kInfinity = std::numeric_limits<double>::infinity();
  Report report = sample_report();
  for (Section& section : report.sections)
    for (Item& item : section.items) {
      if (auto* row = std::get_if<Row>(&item))
        if (auto* some = std::get_if<Figure>(&row->value)) some->value = kNan, some->low = kInfinity, some->high = kNan;
      if (auto* table = std::get_if<Table>(&item))
        for (TableRow& row : table->rows)
          for (Cell& cell : row.cells)
            if (std::holds_alternative<Number>(cell)) cell = Number{kNan, -kInfinity, kInfinity};
      if (auto* timeline = std::get_if<Timeline>(&item))
        timeline->series[0].points[0].value = kInfinity, timeline->series[1].points[3].low = kNan;
      if (auto* stack = std::get_if<Stack>(&item)) stack->bars[0].segments[0].amount.value = kNan;
      if (auto* tornado = std::get_if<Tornado>(&item)) tornado->swings[0].at_high = kInfinity, tornado->middle = kNan;
      if (auto* scatter = std::get_if<Scatter>(&item))
        scatter->clouds[0].spots[0].measured = kNan, scatter->clouds[0].spots[1].predicted = -kInfinity;
      if (auto* plan = std::get_if<Plan>(&item)) plan->rectangles[0].width = kNan;
    }
  const std::regex not_finite(R"((^|[^A-Za-z])-?(nan|inf|infinity)([^A-Za-z]|$))", std::regex::icase);
  REQUIRE(std::regex_search("a -nan b", not_finite));
  for (const std::string& text : all_forms(report)) {
    std::smatch found;
    const bool any = std::regex_search(text, found, not_finite);
    CAPTURE(any ? text.substr(std::max<long>(0, found.position() - 40), 80) : "");
    CHECK_FALSE(any);
  }
}

TEST_CASE("the page refers to nothing outside itself and runs nothing") {
  const std::string html = render_html(sample_report());
  for (const char* word :
       {"http:", "https:", "src=", "<script", "<link", "@import", "url(", "javascript:", "onload", "<iframe"}) {
    CAPTURE(word);
    CHECK_FALSE(contains(html, word));
  }
  CHECK(html.size() < 500'000);
}

TEST_CASE("text of the file stays text in the page") {
  Report report = sample_report();
  report.title = "<script>alert('x')</script> & \"more\"";
  const std::string html = render_html(report);
  CHECK_FALSE(contains(html, "<script"));
  CHECK(contains(html, "&lt;script&gt;alert('x')&lt;/script&gt; &amp; &quot;more&quot;"));
}

TEST_CASE("the same answer gives the same bytes") {
  const auto first = all_forms(sample_report()), second = all_forms(sample_report());
  CHECK(first == second);
}

TEST_CASE("the summary fits one screen, holds every headline figure and verdict, and has colors only where asked") {
  const Report report = sample_report();
  const std::string summary = render_summary(report, {.color = false, .width = 100});
  CHECK(std::count(summary.begin(), summary.end(), '\n') <= 45);
  for (std::size_t start = 0; start < summary.size();) {
    const std::size_t end = summary.find('\n', start);
    const std::string line = summary.substr(start, end - start);
    CAPTURE(line);
    CHECK(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; }) <= 100);
    start = end + 1;
  }
  each_row(report, [&](const Section&, const Row& row) {
    if (row.headline) CHECK(contains(summary, print(row)));
  });
  CHECK(contains(summary, "cannot be 32,000 cards online"));
  CHECK(contains(summary, report.input_hash));
  CHECK_FALSE(contains(summary, "\x1b"));
  CHECK(contains(render_summary(report, {.color = true}), "\x1b["));
}

TEST_CASE("the summary cuts no remark, however long, and stays in its width") {
  std::string remark = "owning is";
  while (remark.size() < 150) {
    remark += " cheaper";
    Report report = sample_report();
    for (Section& section : report.sections)
      for (Item& item : section.items)
        if (Row* row = std::get_if<Row>(&item)) row->remark = remark;
    const std::string summary = render_summary(report, {.color = false, .width = 100});
    CHECK(contains(std::regex_replace(summary, std::regex("\\s+"), " "), remark));
    CHECK_FALSE(std::regex_search(summary, std::regex("[ -~]{101}")));
  }
}

TEST_CASE("a column that no row fills is shown to no one, and is in the JSON and the CSV") {
  const auto forms = [](Cell in_second) {
    Table table{.key = "t", .title = "Table", .columns = {{.key = "a", .label = "first"}, {.key = "b", .label = "second"}}};
    table.rows.push_back({.key = "1", .cells = {std::string("x"), Cell{}}});
    table.rows.push_back({.key = "2", .cells = {std::string("y"), std::move(in_second)}});
    Section section{.key = "s", .title = "Section"};
    section.items.push_back(std::move(table));
    const Report report{.title = "Report", .sections = {section}};
    return std::array{render_text(report, {}), render_html(report), render_json(report, std::nullopt), *render_csv(report, "t")};
  };
  const auto bare = forms(Cell{}), filled = forms(std::string("word"));
  for (const std::size_t people : {0, 1}) {
    CHECK_FALSE(contains(bare[people], "second"));
    CHECK(contains(filled[people], "second"));
  }
  CHECK(contains(bare[2], "\"b\""));
  CHECK(contains(bare[3], "b"));
}

TEST_CASE("words of a table's last column stay in the width of the screen and lose nothing") {
  const std::string words = "the first of many words that say at length what a constant of the law of a training step means";
  Section section{.key = "constants", .title = "Constants"};
  section.items.push_back(Table{.key = "constants",
                                .columns = {{.key = "name", .label = "constant"}, {.key = "meaning", .label = "meaning"}},
                                .rows = {{.key = "a", .cells = {std::string("grouped_gemm"), words}},
                                         {.key = "b", .cells = {std::string("fixed"), std::string("few words")}}}});
  const Report report{.sections = {section}};
  CHECK(contains(render_text(report, {.width = 200}), words));
  for (const std::size_t width : {40UL, 60UL, 100UL}) {
    const std::string text = render_text(report, {.width = width});
    for (std::size_t start = 0; start < text.size(); start = text.find('\n', start) + 1)
      CHECK(text.find('\n', start) - start <= width);
    for (std::size_t start = 0; start < words.size();) {
      const std::size_t end = std::min(words.find(' ', start), words.size());
      CHECK(contains(text, words.substr(start, end - start)));
      start = end + 1;
    }
  }
}

TEST_CASE("values and remarks of figures stay in the width of the screen and lose nothing") {
  const std::string words = "the first of many words that say at length what costs most beside the model's own work";
  Section section{.key = "search", .title = "Search"};
  add(section, "because", "Why", words);
  Row& cost = add(section, "cost", "Cost of a token", std::string("0.770 USD/Mtoken"));
  cost.remark = words;
  cost.said = Said{1, 2, "news"};
  const std::string said = "said: " + print(*cost.said, cost) + " (news)";
  add(section, "short", "Short", std::string("4 GPUs")).remark = "of 8";
  const Report report{.sections = {section}};
  CHECK(contains(render_text(report, {.width = 200}), "0.770 USD/Mtoken  " + said + "  " + words));
  for (const std::size_t width : {60UL, 100UL}) {
    const std::string text = render_text(report, {.width = width});
    CHECK(contains(text, "4 GPUs  of 8\n"));
    std::string flat;
    for (const char c : text)
      if (c != '\n' && !(c == ' ' && flat.ends_with(' '))) flat += c;
    CHECK(flat.find(words) != flat.rfind(words));
    for (std::size_t start = 0; start < text.size(); start = text.find('\n', start) + 1)
      CHECK(text.find('\n', start) - start <= width);
  }
}

TEST_CASE("a range is printed in the unit of its middle") {
  CHECK(print(Number{41.1e6, 38e6, 44.5e6}, {.dimension = kPower}) == "41.1 MW (38.0 to 44.5)");
  CHECK(print(Number{0.86}, {.form = Form::share}) == "86.0 %");
  CHECK(print(Number{1e-8}, {.form = Form::share}) == "<0.0001 %");
  CHECK(print(Number{100000}, {.form = Form::count}) == "100,000");
  CHECK(print(Number{1284}, {.dimension = kPower, .unit = "W"}) == "1,284 W");
  CHECK(print(Row{.key = "x", .label = "x"}) == "unknown");
}

TEST_CASE("CSV quotes what needs it, keeps doubles exact and knows its tables") {
  const Report report = sample_report();
  const std::string levels = *render_csv(report, "power.levels");
  CHECK(levels.starts_with("level,load_w,count,use\n"));
  CHECK(contains(levels, "\"utility, 161 kV\",128400000,2,0.86"));
  CHECK(contains(levels, "\"PDU, \"\"415 V\"\"\""));
  CHECK(render_csv(report, "supply.gpus")->starts_with("day,installed,powered,online\n"));
  CHECK_FALSE(render_csv(report, "power.nothing").has_value());
  const std::string parts = *render_csv(report, "cost.hour_parts");
  CHECK(parts.starts_with("part,own_usd_per_s,lease_usd_per_s\n"));
  CHECK(contains(parts, "energy,"));
  CHECK(std::ranges::count(csv_names(report), "cost.hour_parts") == 1);
}

TEST_CASE("the page counts the parts of a sum in one unit, tells every part in a table, and draws no two alike") {
  Stack stack{.key = "step", .title = "Where it goes", .dimension = kTime, .bars = {{.key = "bar", .label = "bar"}}};
  for (int i = 0; i < 16; ++i)
    stack.bars[0].segments.push_back(
        {.key = fmt::format("p{}", i), .label = fmt::format("part {}", i), .amount = {i == 0 ? 3.5 : 0.4}});
  const Report report{.title = "parts", .sections = {{.key = "step", .title = "Step", .items = {stack}}}};
  const std::string page = render_html(report);
  CHECK(contains(page, "0.400 s"));
  CHECK_FALSE(contains(page, ">400<"));
  for (int i = 0; i < 16; ++i) {
    CHECK(contains(page, fmt::format("class=\"c{} part\"", i)));
    CHECK(contains(page, fmt::format("<td>part {}</td>", i)));
  }
}
