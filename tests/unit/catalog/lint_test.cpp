// Laws of the linter: each rule is tripped by a part that breaks it and by nothing shipped.
#include "catalog/lint.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "catalog/codes.h"

using namespace eigenbau;
using namespace eigenbau::catalog;

namespace {

/// A shipped part, changed in one place.
Catalog with_change(std::string_view kind, std::string_view name, const std::string& what, const std::string& with) {
  Catalog catalog = Catalog::built_in();
  std::string text = *catalog.text(kind, name);
  const std::size_t at = text.find(what);
  REQUIRE_MESSAGE(at != std::string::npos, what);
  text.replace(at, what.size(), with);
  const auto added = catalog.add_part({"changed.toml", text});
  if (!added) FAIL(render(added.error().diagnostics, false));
  return catalog;
}

/// Codes that lint gives for a part at this severity, with the change.
std::set<std::string> codes(std::string_view kind, std::string_view name, const std::string& what, const std::string& with,
                            Severity severity = Severity::error) {
  const Diagnostics found = lint(with_change(kind, name, what, with), kind, name);
  std::set<std::string> out;
  for (const Diagnostic& d : found.all())
    if (d.severity == severity) {
      CHECK(d.span.line > 0);
      out.insert(d.code);
    }
  return out;
}

using Codes = std::set<std::string>;

}  // namespace

TEST_CASE("the shipped catalog has no error") {
  const Diagnostics found = lint(Catalog::built_in());
  for (const Diagnostic& d : found.all()) CHECK_MESSAGE(d.severity != Severity::error, d.code, " ", d.message);
}

TEST_CASE("sparse rates are found however they hide") {
  // the classic: 1,979 for bf16, with fp8 right, with fp8 doubled as well, and alone
  CHECK(codes("gpu", "h100-sxm", "bf16 = \"989.4 TFLOP/s\"", "bf16 = \"1979 TFLOP/s\"") == Codes{"EB1301"});
  CHECK(codes("gpu", "h800",
              "bf16 = \"989.4 TFLOP/s\"\nfp16 = \"989.4 TFLOP/s\"\ntf32 = \"494.7 TFLOP/s\"\nfp8  = \"1979 TFLOP/s\"\nint8 = "
              "\"1979 TFLOP/s\"",
              "bf16 = \"1979 TFLOP/s\"\nfp8 = \"3958 TFLOP/s\"") == Codes{"EB1301"});
  CHECK(codes("gpu", "a100-80", "bf16 = \"312 TFLOP/s\"", "bf16 = \"624 TFLOP/s\"") == Codes{"EB1301"});
  CHECK(codes("gpu", "h100-sxm", "fp8 = \"1979 TFLOP/s\"", "fp8 = \"3958 TFLOP/s\"") == Codes{"EB1301"});
  CHECK(codes("gpu", "h100-sxm", "tf32 = \"494.7 TFLOP/s\"", "tf32 = \"989 TFLOP/s\"") == Codes{"EB1301"});
  CHECK(codes("gpu", "h100-sxm", "int8 = \"1979 TFLOP/s\"", "int8 = \"3958 TFLOP/s\"") == Codes{"EB1301"});
  CHECK(codes("gpu", "b200", "nvfp4 = \"9000 TFLOP/s\"", "nvfp4 = \"18000 TFLOP/s\"") == Codes{"EB1301"});
}

TEST_CASE("a sparse bf16 rate alone is found by its siblings") {
  const auto change =
      "bf16 = \"989.4 TFLOP/s\"\nfp16 = \"989.4 TFLOP/s\"\ntf32 = \"494.7 TFLOP/s\"\nfp8  = \"1979 TFLOP/s\"\nint8 = \"1979 "
      "TFLOP/s\"";
  CHECK(codes("gpu", "h800", change, "bf16 = \"1979 TFLOP/s\"") == Codes{"EB1301"});
  CHECK(codes("gpu", "h800", change, "bf16 = \"989 TFLOP/s\"").empty());
}

TEST_CASE("ports that do not add up are found") {
  CHECK(codes("switch", "nvidia-sn5600", "ports      = 64", "ports      = 62") == Codes{"EB1302"});
  CHECK(codes("switch", "nvidia-qm9700", "port_speed   = \"800 Gb/s\"", "port_speed   = \"400 Gb/s\"") == Codes{"EB1302"});
  CHECK(codes("switch", "nvidia-sn5600", "breakout     = 4", "breakout     = 3") == Codes{"EB1302"});
  CHECK(codes("server", "hgx-h100", "back_end_nics   = 8", "back_end_nics   = 6") == Codes{"EB1302"});
  CHECK(codes("server", "hgx-h100", "scale_up_domain = 8", "scale_up_domain = 3") == Codes{"EB1302"});
  CHECK(codes("optic", "osfp-2x400g-sm", "links      = 2", "links      = 3") == Codes{"EB1302"});
  CHECK(codes("nic", "connectx-7-400g", "ports      = 1", "ports      = 3") == Codes{"EB1302"});
  CHECK(codes("model", "llama3-8b", "kv_heads        = 8", "kv_heads        = 7") == Codes{"EB1302"});
}

TEST_CASE("supplies smaller than the draw are found, also in the state with one lost") {
  CHECK(codes("server", "dgx-h100", "supplies_needed = 4", "supplies_needed = 3") == Codes{"EB1303"});
  CHECK(codes("server", "dgx-h100", "supplies_needed = 4", "supplies_needed = 7") == Codes{"EB1303"});
  CHECK(codes("server", "dgx-h100", "nameplate_power = \"10.2 kW\"", "nameplate_power = \"5.5 kW\"") ==
        Codes{"EB1303", "EB1304"});
  CHECK(codes("server", "dgx-h100", "supplies        = 6\nsupplies_needed = 4\nsupply_power    = \"3.3 kW\"",
              "supplies = 4\nsupplies_needed = 4\nsupply_power = \"3.3 kW\"", Severity::warning) == Codes{"EB1303"});
  CHECK(codes("switch", "nvidia-sn5600", "supply_power = \"3.0 kW\"", "supply_power = \"1.5 kW\"") == Codes{"EB1303"});
}

TEST_CASE("missing and disordered watts are found") {
  CHECK(codes("server", "hgx-h100", "training_power =", "provisioned_power =", Severity::warning) == Codes{"EB1304"});
  CHECK(codes("server", "hgx-h100", "{ low = \"1.8 kW\", mid = \"2.5 kW\", high = \"3.2 kW\" }", "\"9 kW\"") == Codes{"EB1304"});
  CHECK(codes("gpu", "a100-80", "idle_power = \"88 W\"", "idle_power = \"500 W\"") == Codes{"EB1304"});
  CHECK(codes("gpu", "a100-80", "idle_power = \"88 W\"", "", Severity::note) == Codes{"EB1304"});
  CHECK(codes("plant", "ups-1.5mw", "efficiency   = { low = \"95 %\", mid = \"96.5 %\", high = \"97.5 %\" }", "",
              Severity::warning) == Codes{"EB1304"});
  CHECK(codes("plant", "cdu-row-800kw", "auxiliary_share = { low = \"0.8 %\", mid = \"1.06 %\", high = \"1.5 %\" }", "",
              Severity::warning) == Codes{"EB1304"});
}

TEST_CASE("parts that name parts which do not exist are found") {
  CHECK(codes("server", "hgx-h100", "gpu     = \"h100-sxm\"", "gpu     = \"h100-sxn\"") == Codes{"EB1305"});
  CHECK(codes("server", "hgx-h100", "nic     = \"connectx-7-400g\"", "nic     = \"connectx-77\"") == Codes{"EB1305"});
  CHECK(codes("stack", "torchtitan", "parent  = \"pytorch-fsdp\"", "parent = \"nobody\"") == Codes{"EB1305"});
}

TEST_CASE("missing prices and dates are noted") {
  CHECK(codes("switch", "nvidia-sn5600", "price_date = \"2024-08\"", "", Severity::note) == Codes{"EB1306"});
  CHECK(codes("nic", "connectx-7-400g", "price      = { low = \"1.2 kUSD\", mid = \"1.6 kUSD\", high = \"2.2 kUSD\" }", "",
              Severity::note) == Codes{"EB1306"});
}

TEST_CASE("a figure outside every source block is found") {
  Catalog catalog = Catalog::built_in();
  std::string text = *catalog.text("gpu", "trainium2");
  const std::string moved = "scale_up_domain = 64\n";
  text.erase(text.find(moved), moved.size());
  text.insert(text.find("generation"), moved);
  REQUIRE(catalog.add_part({"t.toml", text}).has_value());
  const Diagnostics found = lint(catalog, "gpu", "trainium2");
  CHECK(std::any_of(found.all().begin(), found.all().end(), [](const Diagnostic& d) { return d.code == "EB1307"; }));
}

TEST_CASE("an alias of two parts is found") {
  const Catalog catalog = with_change("gpu", "h20", "\"H20-SXM\"", "\"h100 sxm\"");
  const Diagnostics found = lint(catalog, "gpu");
  CHECK(std::any_of(found.all().begin(), found.all().end(), [](const Diagnostic& d) { return d.code == "EB1308"; }));
}

TEST_CASE("the part that the guide shows is a good part") {
  std::ifstream in(std::string(EIGENBAU_SOURCE_DIR) + "/docs/dev/add_a_part.md");
  const std::string guide((std::istreambuf_iterator<char>(in)), {});
  const std::size_t begin = guide.find("```toml\n") + 8;
  Catalog catalog = Catalog::built_in();
  const auto added = catalog.add_part({"guide", guide.substr(begin, guide.find("```", begin) - begin)});
  if (!added) FAIL(render(added.error().diagnostics, false));
  CHECK(render(lint(catalog, "server", "our box"), false) == "");
}

TEST_CASE("every code of the catalog is explained once") {
  std::set<std::string_view> seen;
  for (const CodeText& code : catalog_codes()) {
    CHECK(seen.insert(code.code).second);
    CHECK(code.code.starts_with("EB1"));
    CHECK(code.explanation.size() > 40);
  }
}
