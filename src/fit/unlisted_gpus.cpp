// What are the data-sheet figures of GPUs that tables name and the catalog does not list?
#include "fit/unlisted_gpus.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace eigenbau::fit {
namespace {

struct Sheet {
  std::string_view name, generation;
  double bf16, tf32, fp8, int8;    ///< TFLOP/s, dense; 16-bit of any kind where there is no bf16
  double memory, link, host, nic;  ///< GB/s, one way; NIC of systems of its generation
  int multiprocessors, domain;
};

/// Source: NVIDIA's data sheets, from memory; rates without sparsity.
constexpr std::array kSheets{
    Sheet{"v100", "volta", 125, 0, 0, 0, 900, 150, 16, 12.5, 80, 8},
    Sheet{"t4", "turing", 65, 0, 0, 130, 320, 0, 16, 12.5, 40, 1},
    Sheet{"a800", "ampere", 312, 156, 0, 624, 2039, 200, 32, 25, 108, 8},
    Sheet{"a40", "ampere", 150, 75, 0, 299, 696, 56, 32, 25, 84, 2},
    Sheet{"a30", "ampere", 165, 82, 0, 330, 933, 100, 32, 25, 56, 2},
    Sheet{"a10", "ampere", 125, 62.5, 0, 250, 600, 0, 32, 25, 72, 1},
    Sheet{"a10g", "ampere", 70, 35, 0, 140, 600, 0, 32, 25, 80, 1},
    Sheet{"l4", "ada", 121, 60, 242, 242, 300, 0, 32, 25, 58, 1},
    Sheet{"l40", "ada", 181, 90.5, 362, 362, 864, 0, 32, 50, 142, 1},
    Sheet{"h100 nvl", "hopper", 835, 417.5, 1671, 1671, 3900, 300, 64, 50, 132, 2},
};

std::string plain(std::string_view name) {
  std::string result;
  for (const char c : name) result += c == '-' || c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

}  // namespace

std::optional<GpuFigures> unlisted_gpu(std::string_view name) {
  const auto found =
      std::find_if(kSheets.begin(), kSheets.end(), [wanted = plain(name)](const Sheet& s) { return s.name == wanted; });
  if (found == kSheets.end()) return std::nullopt;
  return GpuFigures{.name = std::string(found->name),
                    .generation = std::string(found->generation),
                    .peak_bf16 = found->bf16 * kTeraflopPerSecond,
                    .peak_tf32 = found->tf32 * kTeraflopPerSecond,
                    .peak_fp8 = found->fp8 * kTeraflopPerSecond,
                    .peak_int8 = found->int8 * kTeraflopPerSecond,
                    .memory = found->memory * kGigabytePerSecond,
                    .link = found->link * kGigabytePerSecond,
                    .host = found->host * kGigabytePerSecond,
                    .nic = found->nic * kGigabytePerSecond,
                    .multiprocessors = static_cast<double>(found->multiprocessors),
                    .domain = found->domain,
                    .listed = false};
}

}  // namespace eigenbau::fit
