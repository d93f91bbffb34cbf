// How does a command get the whole answer to a file?
#pragma once

#include <string>

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

}  // namespace eigenbau::cli
