// Without libFuzzer: every seed of a folder, every beginning of it, and every byte of it dropped or overwritten.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz.h"

namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// At most about `kSteps` positions of a seed are damaged, so that a long one takes no longer than a short one.
constexpr std::size_t kSteps = 200;
constexpr char kBytes[] = {'\0', '"', '\\', '[', '{', '=', '.', '-', '9', '\n', '\xff', '%'};

long damage(const std::string& seed) {
  long runs = 0;
  const std::size_t step = std::max<std::size_t>(1, seed.size() / kSteps);
  for (std::size_t at = 0; at < seed.size(); at += step) {
    fuzz_one(std::string_view(seed).substr(0, at));
    std::string without = seed;
    without.erase(at, 1);
    fuzz_one(without);
    std::string other = seed;
    other[at] = kBytes[(at / step) % std::size(kBytes)];
    fuzz_one(other);
    runs += 3;
  }
  return runs;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::filesystem::path> seeds;
  for (int i = 1; i < argc; ++i)
    for (const auto& entry : std::filesystem::directory_iterator(argv[i]))
      if (entry.is_regular_file()) seeds.push_back(entry.path());
  std::sort(seeds.begin(), seeds.end());
  fuzz_one("");
  long runs = 1;
  for (const auto& path : seeds) {
    const std::string seed = read(path);
    fuzz_one(seed);
    runs += 1 + damage(seed);
  }
  std::printf("%zu seeds, %ld texts\n", seeds.size(), runs);
  return seeds.empty() ? 1 : 0;
}
