// What does the program say and return when it is run like this?
#pragma once

#include <filesystem>
#include <string>
#include <vector>

struct Run {
  int exit = -1;  ///< 128 + signal if it was killed
  std::string out, err;
};

/// Runs `eigenbau` with these words, in a directory that is empty at the start of the test program.
Run run(const std::vector<std::string>& words, const std::string& input = "");

/// Where the program runs; files written here are found by name.
const std::filesystem::path& playground();
std::string write(const std::string& name, const std::string& content);
std::string read(const std::filesystem::path& path);
std::string scenario(const std::string& name);
std::vector<std::string> scenario_names();
bool contains(const std::string& text, const std::string& part);
