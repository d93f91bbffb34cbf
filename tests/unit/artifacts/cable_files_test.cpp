// Laws of the files: whatever one names, an earlier one has; nothing is named twice; both formats tell of the same cables.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "artifacts/cable_list.h"
#include "artifacts/netbox.h"
#include "design/design.h"

using namespace eigenbau;
using namespace eigenbau::artifacts;

namespace {

using Rows = std::vector<std::map<std::string, std::string>>;

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') fields.back() += line[i++];
    else if (line[i] == '"') quoted = !quoted;
    else if (line[i] == ',' && !quoted) fields.emplace_back();
    else fields.back() += line[i];
  }
  return fields;
}

Rows rows_of(const TextFile& file) {
  std::istringstream in(file.content);
  std::string line;
  std::getline(in, line);
  const std::vector<std::string> heading = fields_of(line);
  Rows rows;
  while (std::getline(in, line)) {
    const std::vector<std::string> fields = fields_of(line);
    REQUIRE(fields.size() == heading.size());
    std::map<std::string, std::string> row;
    for (std::size_t i = 0; i < fields.size(); ++i) row[heading[i]] = fields[i];
    rows.push_back(std::move(row));
  }
  CHECK(static_cast<long>(rows.size()) == file.rows);
  return rows;
}

struct Files {
  design::Design design;
  std::map<std::string, Rows> of;
  std::vector<TextFile> texts;
};

Files files_of(const std::string& model, int count) {
  static const catalog::Catalog kCatalog = catalog::Catalog::built_in();
  cluster::Cluster cluster;
  cluster.name = "A \"test\", of files";
  cluster.servers.push_back({.model = model, .count = count});
  cluster.storage.units = 7;
  Result<design::Design> design = design::design_cluster(cluster, kCatalog);
  REQUIRE(design);
  const design::Floor floor = design::floor_of(*design);
  const Names names(*design, floor);
  const Inventory inventory = inventory_of(*design, floor, 48);
  Files files{.design = *design, .of = {}, .texts = netbox_files(*design, floor, names, inventory)};
  for (TextFile& file : cable_list(*design, floor, names, inventory)) files.texts.push_back(std::move(file));
  for (const TextFile& file : files.texts) files.of[file.name] = rows_of(file);
  return files;
}

std::set<std::string> column(const Rows& rows, const std::string& name) {
  std::set<std::string> values;
  for (const auto& row : rows) values.insert(row.at(name));
  return values;
}

}  // namespace

TEST_CASE("what a file of NetBox names, an earlier one has brought in, once") {
  for (const auto& [model, count] : {std::pair("dgx-h100", 300), std::pair("gb200-nvl72", 40), std::pair("hgx-b200", 3)}) {
    CAPTURE(model);
    auto files = files_of(model, count);
    const Rows &devices = files.of["netbox-7-devices.csv"], &types = files.of["netbox-5-device-types.csv"];
    const std::set<std::string> racks = column(files.of["netbox-3-racks.csv"], "name");
    CHECK(racks.size() == files.of["netbox-3-racks.csv"].size());
    CHECK(static_cast<int>(racks.size()) == files.design.racks.total());
    CHECK(column(devices, "name").size() == devices.size());
    for (const auto& [file, key, from, name] :
         {std::tuple("netbox-7-devices.csv", "rack", "netbox-3-racks.csv", "name"),
          std::tuple("netbox-7-devices.csv", "device_type", "netbox-5-device-types.csv", "model"),
          std::tuple("netbox-7-devices.csv", "role", "netbox-6-device-roles.csv", "name"),
          std::tuple("netbox-7-devices.csv", "manufacturer", "netbox-4-manufacturers.csv", "name"),
          std::tuple("netbox-5-device-types.csv", "manufacturer", "netbox-4-manufacturers.csv", "name"),
          std::tuple("netbox-3-racks.csv", "location", "netbox-2-locations.csv", "name"),
          std::tuple("netbox-2-locations.csv", "site", "netbox-1-sites.csv", "name"),
          std::tuple("netbox-8-interfaces.csv", "device", "netbox-7-devices.csv", "name")}) {
      const std::set<std::string> known = column(files.of[from], name);
      for (const std::string& value : column(files.of[file], key)) CHECK(known.contains(value));
    }
    for (const char* file : {"netbox-1-sites.csv", "netbox-2-locations.csv", "netbox-4-manufacturers.csv",
                             "netbox-5-device-types.csv", "netbox-6-device-roles.csv"})
      CHECK(column(files.of[file], "slug").size() == files.of[file].size());
    CHECK_FALSE(types.empty());
  }
}

TEST_CASE("headings and words of NetBox's files are those of its import forms and choices (NetBox 4.2, dcim)") {
  using Words = std::set<std::string>;
  struct Form {
    Words needed, may;
  };
  // Fields that a form requires, and further ones that it takes, of those that are used here.
  const std::map<std::string, Form> forms{
      {"netbox-1-sites.csv", {{"name", "slug", "status"}, {}}},
      {"netbox-2-locations.csv", {{"site", "name", "slug", "status"}, {}}},
      {"netbox-3-racks.csv", {{"site", "name", "status", "width", "u_height"}, {"location"}}},
      {"netbox-4-manufacturers.csv", {{"name", "slug"}, {}}},
      {"netbox-5-device-types.csv", {{"manufacturer", "model", "slug", "u_height"}, {"is_full_depth"}}},
      {"netbox-6-device-roles.csv", {{"name", "slug", "color"}, {"vm_role"}}},
      {"netbox-7-devices.csv",
       {{"name", "role", "manufacturer", "device_type", "status", "site"}, {"location", "rack", "position", "face"}}},
      {"netbox-8-interfaces.csv", {{"device", "name", "type"}, {"enabled", "mgmt_only"}}},
      {"netbox-9-cables.csv",
       {{"side_a_device", "side_a_type", "side_a_name", "side_b_device", "side_b_type", "side_b_name"},
        {"type", "status", "label", "length", "length_unit", "description"}}}};
  const std::map<std::string, std::map<std::string, Words>> choices{
      {"netbox-1-sites.csv", {{"status", {"planned"}}}},
      {"netbox-2-locations.csv", {{"status", {"planned"}}}},
      {"netbox-3-racks.csv", {{"status", {"planned"}}, {"width", {"10", "19", "21", "23"}}}},
      {"netbox-7-devices.csv", {{"status", {"planned"}}, {"face", {"front", ""}}}},
      {"netbox-8-interfaces.csv",
       {{"type",
         {"1000base-t", "25gbase-x-sfp28", "100gbase-x-qsfp28", "200gbase-x-qsfp56", "400gbase-x-osfp", "800gbase-x-osfp",
          "infiniband-edr", "infiniband-hdr", "infiniband-ndr", "infiniband-xdr", "other"}},
        {"enabled", {"true", "false"}},
        {"mgmt_only", {"true", "false"}}}},
      {"netbox-9-cables.csv",
       {{"type", {"cat6", "dac-passive", "aoc", "mmf-om4", "smf-os2", ""}}, {"status", {"planned"}}, {"length_unit", {"m"}}}}};
  for (const auto& [model, count] : {std::pair("dgx-h100", 300), std::pair("gb200-nvl72", 40), std::pair("aws-p5", 90)}) {
    auto files = files_of(model, count);
    for (const auto& [name, form] : forms) {
      CAPTURE(name);
      const Rows& rows = files.of[name];
      REQUIRE_FALSE(rows.empty());
      for (const std::string& field : form.needed) CHECK(rows.front().contains(field));
      for (const auto& [field, value] : rows.front()) CHECK((form.needed.contains(field) || form.may.contains(field)));
      for (const auto& row : rows)
        for (const std::string& field : form.needed) CHECK_FALSE(row.at(field).empty());
      if (!choices.contains(name)) continue;
      for (const auto& [field, words] : choices.at(name))
        for (const std::string& word : column(rows, field)) CHECK(words.contains(word));
    }
  }
}

TEST_CASE("manufacturers are makers, not words of a title") {
  const std::set<std::string> makers{"Amazon", "Arista", "Dell", "Generic", "Meta", "NVIDIA", "Supermicro"};
  const catalog::Catalog catalog = catalog::Catalog::built_in();
  for (const char* kind : {"server", "switch"})
    for (const catalog::Entry& entry : catalog.list(kind)) {
      const std::string title =
          kind == std::string("server") ? catalog.server(entry.name)->title : catalog.network_switch(entry.name)->title;
      CAPTURE(title);
      CHECK(makers.contains(title.substr(0, title.find(' '))));
    }
}

TEST_CASE("every cable joins two interfaces that exist, and no interface has two cables") {
  auto files = files_of("dgx-h100", 300);
  std::set<std::pair<std::string, std::string>> interfaces, plugged;
  for (const auto& row : files.of["netbox-8-interfaces.csv"]) CHECK(interfaces.insert({row.at("device"), row.at("name")}).second);
  const Rows& cables = files.of["netbox-9-cables.csv"];
  for (const auto& row : cables)
    for (const char* side : {"side_a_", "side_b_"}) {
      const std::pair end(row.at(std::string(side) + "device"), row.at(std::string(side) + "name"));
      CHECK(interfaces.contains(end));
      CHECK(plugged.insert(end).second);
      CHECK(row.at(std::string(side) + "type") == "dcim.interface");
    }
  CHECK(plugged == interfaces);
  CHECK(static_cast<long>(cables.size()) == design::cable_count(files.design));
}

TEST_CASE("no two devices share a unit of a rack, and none stands above its top") {
  auto files = files_of("dgx-h100", 300);
  std::map<std::string, double> height;
  for (const auto& row : files.of["netbox-5-device-types.csv"]) height[row.at("model")] = std::stod(row.at("u_height"));
  std::set<std::tuple<std::string, int>> halves;
  for (const auto& row : files.of["netbox-7-devices.csv"]) {
    if (row.at("position").empty()) continue;
    const int from = static_cast<int>(2 * std::stod(row.at("position")));
    for (int half = from; half < from + static_cast<int>(2 * height.at(row.at("device_type"))); ++half) {
      CHECK(half >= 2);
      CHECK(half < 2 * 49);
      CHECK(halves.insert({row.at("rack"), half}).second);
    }
  }
}

TEST_CASE("the crew's list and NetBox's tell of the same cables") {
  auto files = files_of("dgx-h100", 300);
  std::map<std::string, std::string> netbox;
  const auto told = [](const auto& row, const char* a, const char* ap, const char* b, const char* bp, const char* length) {
    return row.at(a) + " " + row.at(ap) + " " + row.at(b) + " " + row.at(bp) + " " + row.at(length);
  };
  for (const auto& row : files.of["netbox-9-cables.csv"])
    netbox[row.at("label")] = told(row, "side_a_device", "side_a_name", "side_b_device", "side_b_name", "length");
  const Rows& list = files.of["cables.csv"];
  REQUIRE(list.size() == netbox.size());
  for (const auto& row : list) {
    CHECK(netbox.at(row.at("label")) == told(row, "from_device", "from_port", "to_device", "to_port", "length_m"));
    CHECK(std::stod(row.at("run_m")) <= std::stod(row.at("length_m")));
    CHECK(row.at("label_from").starts_with(row.at("from_rack")));
    CHECK(row.at("label_to").ends_with(row.at("from_device") + " " + row.at("from_port")));
  }
  double trunks = 0, lengths = 0;
  for (const auto& row : files.of["trunks.csv"]) trunks += std::stod(row.at("cables"));
  for (const auto& row : files.of["lengths.csv"]) lengths += std::stod(row.at("cables"));
  CHECK(trunks == static_cast<double>(list.size()));
  CHECK(lengths == static_cast<double>(list.size()));
}

TEST_CASE("the modules brought to the racks are those of the bill") {
  auto files = files_of("dgx-h100", 300);
  double brought = 0, counted = 0;
  for (const auto& row : files.of["optics.csv"]) brought += std::stod(row.at("modules"));
  for (int n = 0; n < design::kNetworks; ++n)
    if (const design::Fabric* fabric = files.design.network(n))
      for (const design::LinkBundle& bundle : fabric->bundles)
        counted += static_cast<double>(bundle.switch_modules + bundle.server_modules);
  CHECK(counted > 0);
  CHECK(brought == counted);
}

TEST_CASE("the same machine gives the same bytes") {
  const auto once = files_of("dgx-h100", 64).texts, again = files_of("dgx-h100", 64).texts;
  REQUIRE(once.size() == again.size());
  for (std::size_t i = 0; i < once.size(); ++i) CHECK(once[i].content == again[i].content);
}

TEST_CASE("a slug has small letters, digits and hyphens") {
  CHECK(slug_of("Memphis: 100,000 H100") == "memphis-100-000-h100");
  CHECK(slug_of("...") == "unnamed");
}
