// Are the generated pages of the parts those of the declarations? `scripts/update_reference.sh` writes them anew.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "catalog/records.h"
#include "input/schema.h"

using namespace eigenbau;
using namespace eigenbau::catalog;

TEST_CASE("each kind of part has a reference page, and it is that of the declarations") {
  for (const PartKind& kind : part_kinds()) {
    const std::string page = reference_page(kind.fields(), "Parts: " + std::string(kind.name));
    const std::string path = std::string(EIGENBAU_SOURCE_DIR) + "/docs/reference/parts/" + std::string(kind.name) + ".md";
    if (std::getenv("EIGENBAU_UPDATE_REFERENCE")) {
      std::filesystem::create_directories(std::filesystem::path(path).parent_path());
      std::ofstream(path, std::ios::binary) << page;
    }
    std::ifstream in(path, std::ios::binary);
    const std::string stored((std::istreambuf_iterator<char>(in)), {});
    CHECK_MESSAGE(stored == page, path, " is older than the declarations: run scripts/update_reference.sh");
  }
}
