// How does libFuzzer change a table? Mostly one cell at a time, so that the heading keeps its meaning and rows stay rows.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* bytes, std::size_t size, std::size_t most);

namespace {

/// What cells of tables hold, and what they should not.
constexpr std::array<std::string_view, 32> kCells{
    "",       "0",     "1",     "2",       "3",   "6",   "7",    "8",           "12",        "64",      "72",
    "1024",   "1,024", "16384", "100000",  "-1",  "0.5", "1e8",  "99999999",    "100000000", "1e15",    "1e300",
    "1e-300", "nan",   "inf",   "unknown", "yes", "fp8", "1GiB", "nodes=3;ep=", "tp=0",      "64;sms=",
};

struct Cell {
  std::size_t begin = 0, end = 0;
};

/// The cells behind the heading line; commas and line ends inside quotes part none.
std::vector<Cell> cells_of(std::string_view text) {
  std::vector<Cell> cells;
  const std::size_t heading = std::min(text.find('\n'), text.size());
  bool quoted = false;
  std::size_t begin = heading + 1;
  for (std::size_t at = begin; at <= text.size(); ++at) {
    if (at < text.size() && text[at] == '"') quoted = !quoted;
    if (at < text.size() && (quoted || (text[at] != ',' && text[at] != '\n'))) continue;
    cells.push_back({begin, at});
    begin = at + 1;
  }
  return cells;
}

std::string mutated(std::string_view cell, std::size_t room) {
  std::vector<std::uint8_t> bytes(cell.begin(), cell.end());
  bytes.resize(cell.size() + room);
  bytes.resize(LLVMFuzzerMutate(bytes.data(), cell.size(), bytes.size()));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* bytes, std::size_t size, std::size_t most, unsigned seed) {
  constexpr unsigned kOneInWhole = 8, kOneInKnown = 2;  // changed as a whole; a cell replaced by a known one
  constexpr std::size_t kRoom = 16;                     // that a cell may grow
  std::minstd_rand random(seed);
  std::string text(bytes, bytes + size);
  const std::vector<Cell> cells = cells_of(text);
  if (cells.empty() || random() % kOneInWhole == 0) return LLVMFuzzerMutate(bytes, size, most);
  const Cell cell = cells[random() % cells.size()];
  const std::string other = random() % kOneInKnown == 0
                                ? std::string(kCells[random() % kCells.size()])
                                : mutated(std::string_view(text).substr(cell.begin, cell.end - cell.begin), kRoom);
  text.replace(cell.begin, cell.end - cell.begin, other);
  text.resize(std::min(text.size(), most));
  std::memcpy(bytes, text.data(), text.size());
  return text.size();
}
