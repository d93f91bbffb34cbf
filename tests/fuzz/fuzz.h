// What does a fuzz target look like? It defines fuzz_one(); fuzz_main.cpp hands it random texts (libFuzzer), replay_main.cpp
// the seeds of tests/fuzz/corpus and simple damage done to them.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

/// Must come back for any bytes, within milliseconds.
void fuzz_one(std::string_view text);

/// A law that must hold for any input; breaking it counts as a crash.
inline void require(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", law);
  std::abort();
}
