// Which cluster files do the tests read, and what do they say of each?
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "cluster/read.h"
#include "input/document.h"

namespace cluster_files {

inline std::vector<std::string> scenarios() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(EIGENBAU_SOURCE_DIR) + "/scenarios"))
    if (entry.path().extension() == ".toml") paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

inline std::string scenario(const std::string& name) { return std::string(EIGENBAU_SOURCE_DIR) + "/scenarios/" + name + ".toml"; }

/// "EB1104 3:9" for each finding, in the order of the file.
inline std::vector<std::string> findings(eigenbau::Diagnostics problems) {
  problems.sort();
  std::vector<std::string> list;
  for (const eigenbau::Diagnostic& d : problems.all())
    list.push_back(d.code + " " + std::to_string(d.span.line) + ":" + std::to_string(d.span.column));
  return list;
}

/// The head of every bad file below: seven lines, nothing wrong.
inline constexpr const char* kHead =
    "format = \"eigenbau.cluster/1\"\n"
    "name = \"test\"\n"
    "[[servers]]\n"
    "model = \"dgx-h100\"\n"
    "count = 8\n"
    "[site]\n"
    "location = \"here\"\n";

}  // namespace cluster_files
