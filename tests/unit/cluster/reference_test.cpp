// Are the generated pages those of the declarations? `scripts/update_reference.sh` writes them anew.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cluster/file.h"
#include "cluster/read.h"

using namespace eigenbau;
using namespace eigenbau::cluster;

namespace {

void check_fresh(const std::string& path, const std::string& text) {
  const std::string full = std::string(EIGENBAU_SOURCE_DIR) + "/docs/reference/" + path;
  if (std::getenv("EIGENBAU_UPDATE_REFERENCE")) {
    std::filesystem::create_directories(std::filesystem::path(full).parent_path());
    std::ofstream(full, std::ios::binary) << text;
  }
  std::ifstream in(full, std::ios::binary);
  const std::string stored((std::istreambuf_iterator<char>(in)), {});
  CHECK_MESSAGE(stored == text, path, " is older than the declarations: run scripts/update_reference.sh");
}

}  // namespace

TEST_CASE("the reference page and the schema are those of the declarations") {
  check_fresh("cluster_file.md", cluster_reference());
  check_fresh("cluster_file.schema.json", cluster_schema());
}

TEST_CASE("the schema is JSON, and every table of the file is closed in it: an editor marks unknown keys") {
  const auto schema = nlohmann::json::parse(cluster_schema());
  CHECK(schema.at("additionalProperties") == false);
  CHECK(schema.at("properties").size() == record<ClusterFile>().fields().size());
  for (const auto& [name, definition] : schema.at("$defs").items()) {
    CAPTURE(name);
    CHECK(definition.at("additionalProperties") == false);
    for (const auto& [key, property] : definition.at("properties").items()) CHECK(property.contains("description"));
  }
  CHECK(schema.at("$defs").contains("build.delivery"));
}
