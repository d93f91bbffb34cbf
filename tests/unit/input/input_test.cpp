// Laws of reading: every problem is told at its place, ranges draw within their bounds, what is written is what is read.
#include <doctest/doctest.h>

#include "input/csv.h"
#include "input/record.h"
#include "input/schema.h"

using namespace eigenbau;
using namespace eigenbau::literals;

namespace test_input {
enum class Kind { grid, generator };
struct Source {
  std::string name;
  Power power{};
  Kind kind = Kind::grid;
  std::optional<Date> from;
  Share probability{1};
  Span span{};
};
struct Site {
  int count = 0;
  std::optional<MoneyPerEnergy> price;
  std::vector<Source> supply;
};
}  // namespace test_input
using namespace test_input;

template <>
struct eigenbau::Words<Kind> {
  static constexpr std::pair<std::string_view, Kind> words[] = {{"grid", Kind::grid}, {"generator", Kind::generator}};
};
template <>
const Record<Source>& eigenbau::record<Source>() {
  static const Record<Source> kRecord = [] {
    Record<Source> r("supply", "A source of power.");
    r.field("name", &Source::name, "Its name.");
    r.field("power", &Source::power, "What it adds.").required().above(0).example("\"8 MW\"");
    r.field("kind", &Source::kind, "What it is.");
    r.field("from", &Source::from, "Its first day.");
    r.field("probability", &Source::probability, "That it comes.").at_least(0).at_most(1);
    return r;
  }();
  return kRecord;
}
template <>
const Record<Site>& eigenbau::record<Site>() {
  static const Record<Site> kRecord = [] {
    Record<Site> r("site", "A site.");
    r.field("count", &Site::count, "How many.").at_least(0);
    r.field("price", &Site::price, "Of energy.").above(0);
    r.field("supply", &Site::supply, "What feeds it.");
    return r;
  }();
  return kRecord;
}

namespace {
struct Reading {
  Site site;
  Diagnostics problems;
  ReadLog log;
};
Reading read(const std::string& text, Draw draw = Draw::middle()) {
  Reading reading;
  const auto document = parse_toml({"test.toml", text});
  REQUIRE(document.has_value());
  Reader reader(draw, reading.problems, reading.log);
  reading.site = read_as<Site>(document->root, reader);
  return reading;
}
std::string syntax_code(const std::string& text) {
  const auto document = parse_toml({"test.toml", text});
  return document ? "" : document.error().diagnostics.all().front().code;
}
}  // namespace

TEST_CASE("what is written is what is read") {
  const auto r = read(
      "count = 3\nprice = \"0.065 USD/kWh\"\n[[supply]]\nname = \"grid\"\npower = \"8 MW\"\nfrom = 2024-05-01\nprobability = "
      "\"90 %\"\nkind = \"generator\"\n");
  CHECK_FALSE(r.problems.has_errors());
  CHECK(r.site.count == 3);
  CHECK(r.site.price->in(1_USD / 1_kWh) == doctest::Approx(0.065));
  REQUIRE(r.site.supply.size() == 1);
  CHECK(r.site.supply[0].power == 8_MW);
  CHECK(print(*r.site.supply[0].from) == "2024-05-01");
  CHECK(r.site.supply[0].probability.fraction == doctest::Approx(0.9));
  CHECK(r.site.supply[0].kind == Kind::generator);
  CHECK(r.site.supply[0].span.line == 3);
}

TEST_CASE("all problems of a file are told in one run, each at its place") {
  const auto r = read(
      "cuont = 3\ncount = -1\n[[supply]]\npower = \"8 h\"\n[[supply]]\nkind = \"grit\"\npower = 8\nprobability = \"120 %\"\n");
  std::vector<std::string> codes;
  for (const auto& d : r.problems.all()) codes.push_back(d.code);
  CHECK(codes == std::vector<std::string>{"EB1101", "EB1106", "EB1105", "EB1108", "EB1110", "EB1106"});
  CHECK(r.problems.all()[0].span.line == 1);
  CHECK(r.problems.all()[2].span.line == 4);
  CHECK(r.problems.all()[2].span.column == 9);
  CHECK(r.problems.all()[0].hint == "did you mean `count`?");
}

TEST_CASE("a missing key is told at its table") {
  const auto r = read("[[supply]]\nname = \"x\"\n");
  REQUIRE(r.problems.error_count() == 1);
  CHECK(r.problems.all()[0].code == "EB1102");
  CHECK(r.problems.all()[0].span.line == 1);
}

TEST_CASE("unknown is a value of optional fields only") {
  CHECK_FALSE(read("price = \"unknown\"").problems.has_errors());
  CHECK_FALSE(read("price = \"unknown\"").site.price.has_value());
  CHECK(read("price = \"unknown\"").log.unknown == std::vector<std::string>{"price"});
  CHECK(read("[[supply]]\npower = \"unknown\"").problems.all()[0].code == "EB1109");
}

TEST_CASE("a range gives its middle, the geometric one for prices, and draws stay inside") {
  const std::string text =
      "price = { low = \"0.04 USD/kWh\", high = \"0.09 USD/kWh\" }\n[[supply]]\nname = \"a\"\npower = { low = \"10 MW\", high = "
      "\"20 MW\" }\nfrom = { low = 2024-08-01, high = 2024-08-11 }\n";
  const auto middle = read(text);
  CHECK(middle.site.price->in(1_USD / 1_kWh) == doctest::Approx(0.06));
  CHECK(middle.site.supply[0].power == 15_MW);
  CHECK(print(*middle.site.supply[0].from) == "2024-08-06");
  CHECK(middle.log.uncertain.size() == 3);
  CHECK(middle.log.uncertain[1].path == "supply[a].power");
  int below = 0;
  for (std::uint32_t i = 1; i <= 200; ++i) {
    const auto sample = read(text, Draw::sample(1, i));
    CHECK(sample.site.supply[0].power >= 10_MW);
    CHECK(sample.site.supply[0].power <= 20_MW);
    below += sample.site.supply[0].power < 15_MW;
  }
  CHECK(below > 70);
  CHECK(below < 130);
  CHECK(read(text, Draw::middle().pinned("supply[a].power", 1)).site.supply[0].power == 20_MW);
}

TEST_CASE("a range out of order is refused") {
  CHECK(read("count = { low = 5, high = 2 }").problems.all()[0].code == "EB1107");
  CHECK(read("count = { low = 5 }").problems.all()[0].code == "EB1107");
}

TEST_CASE("a table that is too large is to be split, and a cluster file is not meant to be so large") {
  const std::string path = EIGENBAU_SOURCE_DIR "/validation/training.csv";
  CHECK(read_table_text(path).has_value());
  const auto large = read_table_text(path, 1000);
  REQUIRE_FALSE(large.has_value());
  CHECK(large.error().exit == ExitCode::bad_usage);
  CHECK(large.error().diagnostics.all()[0].code == "EB1002");
  CHECK(large.error().diagnostics.all()[0].hint.starts_with("split the table"));
}

TEST_CASE("the hint of a quantity that is none is one of its kind") {
  const auto hint = [](const char* text) { return read(text).problems.all().at(0).hint; };
  CHECK(hint("[[supply]]\npower = \"x MW\"") == "write it like \"8 MW\"");
  CHECK(hint("price = \"x\"") == "write it like \"0.065 USD/kWh\"");
  CHECK(hint("price = \"1 USD/kWX\"") == "write it like \"0.065 USD/kWh\"");
  CHECK(hint("[[supply]]\npower = \"8 mw\"") == "write \"MW\"");
}

TEST_CASE("what is not a cluster file is refused with its own code") {
  CHECK(syntax_code("power = 8 MW\n") == "EB1006");
  CHECK(syntax_code(std::string("\0\1\2", 3)) == "EB1003");
  CHECK(syntax_code("a = \"\xff\"") == "EB1004");
  std::string deep = "a";
  for (int i = 0; i < 200000; ++i) deep += ".a";
  CHECK(syntax_code(deep + " = 1\n") == "EB1005");
  CHECK(syntax_code("a = " + std::string(5000, '[')) == "EB1005");
  std::string many = "a = [";
  for (std::size_t i = 0; i <= kMostValues; ++i) many += "1,";
  CHECK(syntax_code(many + "]\n") == "EB1009");
  CHECK(syntax_code("# One. Two. Three words. And so on.\ntext = \"a. b. c. d. e. f. g. h. i. j. k. l. m. n. o. p. q. r. s. t. "
                    "u. v. w. x. y. z. a. b. c. d. e. f. g. h. i. j.\"\n")
            .empty());
}

TEST_CASE("points and brackets inside strings and comments are not nesting") {
  const std::string many(40, '['), points(40, '.');
  CHECK(syntax_code("# " + many + points + "\na = \"" + many + points + "\"\nb = '" + many + "'\nc = \"\"\"\n" + many + "\n" +
                    points + "\"\"\"\n")
            .empty());
  CHECK(syntax_code("a = \"\\\"" + many + "\"\n").empty());
}

TEST_CASE("an override replaces one value") {
  auto document = parse_toml({"test.toml", "count = 1\n[[supply]]\nname = \"a b\"\npower = \"8 MW\"\n"});
  REQUIRE(override_value(*document, "supply.\"a b\".power=9 MW").has_value());
  REQUIRE(override_value(*document, "supply[0].probability=\"50 %\"").has_value());
  REQUIRE(override_value(*document, "count=7").has_value());
  Diagnostics problems;
  ReadLog log;
  Reader reader(Draw::middle(), problems, log);
  const Site site = read_as<Site>(document->root, reader);
  CHECK_FALSE(problems.has_errors());
  CHECK(site.count == 7);
  CHECK(site.supply[0].power == 9_MW);
  CHECK(site.supply[0].probability.fraction == 0.5);
  CHECK_FALSE(override_value(*document, "supply[4].power=1 W").has_value());
  CHECK_FALSE(override_value(*document, "nonsense").has_value());
}

TEST_CASE("schema and reference name every field") {
  const std::string schema = json_schema(record<Site>(), "test"), page = reference_page(record<Site>(), "test");
  for (const char* key : {"count", "price", "supply", "power", "kind", "from", "probability"}) {
    CHECK(schema.find('"' + std::string(key) + '"') != std::string::npos);
    CHECK(page.find('`' + std::string(key) + '`') != std::string::npos);
  }
}

TEST_CASE("a byte order mark is no part of the first heading") {
  const auto table = Csv::parse({"t.csv",
                                 "\xEF\xBB\xBF"
                                 "id,b\r\n7,8\r\n"});
  REQUIRE(table.has_value());
  CHECK(table->cell(0, "id") == "7");
  CHECK(table->columns().front() == "id");
}

TEST_CASE("a CSV heading heads one column; blank ones are nobody's") {
  const auto twice = Csv::parse({"t.csv", "a,b,a\n1,2,3\n"});
  REQUIRE_FALSE(twice.has_value());
  CHECK(Csv::parse({"t.csv", "a,b,,\n1,2,,\n"}).has_value());
}

TEST_CASE("a number may have blanks around it") {
  const auto table = Csv::parse({"t.csv", "a,b\n8192 , 7\n"});
  REQUIRE(table.has_value());
  CHECK(table->number(0, "a") == 8192);
  CHECK(table->number(0, "b") == 7);
}

TEST_CASE("a quote that is never closed is named with its line, and nothing else is") {
  const auto table = Csv::parse({"t.csv", "a,b\n1,2\n3,\"4\n5,6\n"});
  REQUIRE_FALSE(table.has_value());
  REQUIRE(table.error().diagnostics.all().size() == 1);
  CHECK(table.error().diagnostics.all().front().message.find("quote that opens on line 3") != std::string::npos);
}

TEST_CASE("CSV cells survive quoting") {
  const auto table = Csv::parse({"t.csv", "a,b\r\n1,\"x, \"\"y\"\"\nz\"\n2.5,\n"});
  REQUIRE(table.has_value());
  CHECK(table->size() == 2);
  CHECK(table->cell(0, "b") == "x, \"y\"\nz");
  CHECK(table->number(1, "a") == 2.5);
  CHECK_FALSE(table->number(1, "b").has_value());
  CHECK(csv_cell("x, \"y\"") == "\"x, \"\"y\"\"\"");
  CHECK(table->span(1, "b").line == 4);
  CHECK(table->span(1, "b").column == 5);
  CHECK(table->span(0, "b").line == 2);
  CHECK(table->span(0, "b").column == 3);
  CHECK_FALSE(Csv::parse({"t.csv", "a,b\n1\n"}).has_value());
  CHECK_FALSE(Csv::parse({"t.csv", ""}).has_value());
}

TEST_CASE("a table is the same with semicolons or tabs, headings in capitals or with blanks around them, and rows of blanks") {
  const auto plain = Csv::parse({"t.csv", "id,note\n1,\"a; b\"\n2,c\n"});
  REQUIRE(plain.has_value());
  for (const char* text : {"id;note\n1;\"a; b\"\n2;c\n", "id\tnote\n1\ta; b\n2\tc\n", "ID, Note \n1,a; b\n\n2,c\n   \n,\n"}) {
    const auto table = Csv::parse({"t.csv", text});
    REQUIRE_MESSAGE(table.has_value(), text);
    CHECK(table->columns() == plain->columns());
    REQUIRE(table->size() == plain->size());
    for (std::size_t i = 0; i < table->size(); ++i) CHECK(table->row(i) == plain->row(i));
  }
  CHECK(Csv::parse({"t.csv", "a;b\n1;22\n"})->span(0, "b").column == 3);
}

TEST_CASE("a row without a cell for each column is an error of the table, or its own alone") {
  constexpr const char* kText = "a,b\n1,2\n3\n4,5,6\n";
  CHECK_FALSE(Csv::parse({"t.csv", kText}).has_value());
  const auto table = Csv::parse({"t.csv", kText}, RaggedRows::marked);
  REQUIRE(table.has_value());
  REQUIRE(table->size() == 3);
  CHECK(table->fault(0).empty());
  CHECK(table->fault(1) == "this row has 1 cell, the heading has 2");
  CHECK(table->cell(1, "b").empty());
  CHECK(table->fault(2) == "this row has 3 cells, the heading has 2");
}
