// How does a command get the whole answer to a file?
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "study/run.h"

namespace eigenbau::cli {

struct AnsweredFile {
  study::Study study;
  report::Report report;
};

inline constexpr std::uint64_t kMostSamples = 10000;
inline constexpr std::uint64_t kMostThreads = 1024;

/// Reads, studies and reports under --set, --catalog, --seed, --samples, --threads.
Result<AnsweredFile> answer_file(const std::string& path, const Arguments& arguments);

/// The serving jobs alone, or the one that --job names. Fails if the file has none.
Outcome serving_outcome(AnsweredFile answered, const Arguments& arguments);

/// Number formats that --precision takes.
std::vector<std::string> precision_words();

}  // namespace eigenbau::cli
