// Which network and accelerators does a rented type of machine have?
#include "tables/machine_type.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

/// Source: each vendor's page on its accelerated machine types.
constexpr std::array kTypes{
    // Amazon EC2
    MachineType{"p3dn", "v100", "efa", 8, 1, 100}, MachineType{"p4d", "a100-40", "efa", 8, 4, 100},
    MachineType{"p4de", "a100-80", "efa", 8, 4, 100}, MachineType{"p5.4xlarge", "h100-sxm", "efa", 1, 1, 100},
    MachineType{"p5", "h100-sxm", "efa", 8, 32, 100}, MachineType{"p5e", "h200", "efa", 8, 32, 100},
    MachineType{"p5en", "h200", "efa", 8, 16, 200}, MachineType{"p6-b200", "b200", "efa", 8, 8, 400},
    MachineType{"p6-b300", "b300", "efa", 8, 16, 400}, MachineType{"p6e-gb200", "gb200", "efa", 4, 4, 400},
    // Google Cloud
    MachineType{"a2-high", "a100-40", "tcp", 8, 1, 100}, MachineType{"a2-ultra", "a100-80", "tcp", 8, 1, 100},
    MachineType{"a2-mega", "a100-40", "tcp", 16, 1, 100}, MachineType{"a3-high", "h100-sxm", "tcpx", 8, 4, 200},
    MachineType{"a3-mega", "h100-sxm", "tcpxo", 8, 8, 200}, MachineType{"a3-ultra", "h200", "roce", 8, 8, 400},
    MachineType{"a4-high", "b200", "roce", 8, 8, 400}, MachineType{"a4x", "gb200", "roce", 4, 4, 400},
    // Azure
    MachineType{"ndv2", "v100", "infiniband", 8, 1, 100}, MachineType{"ndv4", "", "infiniband", 8, 8, 200},
    MachineType{"nd a100", "", "infiniband", 8, 8, 200}, MachineType{"nd96asr", "a100-40", "infiniband", 8, 8, 200},
    MachineType{"nd96amsr", "a100-80", "infiniband", 8, 8, 200}, MachineType{"ndv5", "", "infiniband", 8, 8, 400},
    MachineType{"nd h100", "h100-sxm", "infiniband", 8, 8, 400}, MachineType{"nd h200", "h200", "infiniband", 8, 8, 400},
    MachineType{"nd96isr", "", "infiniband", 8, 8, 400}, MachineType{"nd128isr", "", "infiniband", 4, 4, 400},
    // Oracle Cloud Infrastructure; those of A100 have two adapters a GPU
    MachineType{"bm.gpu4.8", "a100-40", "roce", 8, 16, 100}, MachineType{"bm.gpu.b4", "a100-40", "roce", 8, 16, 100},
    MachineType{"bm.gpu.a100", "a100-80", "roce", 8, 16, 100}, MachineType{"bm.gpu.h100", "h100-sxm", "roce", 8, 16, 200},
    MachineType{"bm.gpu.h200", "h200", "roce", 8, 8, 400}, MachineType{"bm.gpu.b200", "b200", "roce", 8, 8, 400},
    MachineType{"bm.gpu.gb200", "gb200", "roce", 4, 4, 400}, MachineType{"bm.gpu.mi300x", "mi300x", "roce", 8, 8, 400}};

/// Whether `name` stands at `at` as the beginning of a word, not as part of a longer number ("p50"). A name that says only a
/// letter and a number must be the whole word: "p5e" is not "p5".
bool stands(std::string_view text, std::string_view name, std::size_t at) {
  const auto letter = [&](std::size_t i) { return std::isalnum(static_cast<unsigned char>(text[i])) != 0; };
  if (at > 0 && letter(at - 1)) return false;
  for (const std::string_view denial : {"not ", "no ", "unlike "})
    if (text.substr(0, at).ends_with(denial)) return false;
  const std::size_t end = at + name.size();
  if (end == text.size()) return true;
  constexpr std::size_t kShort = 4;
  return name.size() <= kShort ? !letter(end) : std::isdigit(static_cast<unsigned char>(text[end])) == 0;
}

/// Whether what follows the name of a type is the size of a smaller machine: ".4xlarge", "gpu-1g". All of a machine is
/// ".24xlarge" or more, or has so many accelerators.
bool is_smaller(std::string_view rest, int gpus) {
  constexpr double kWhole = 24;
  rest = rest.substr(0, rest.find_first_of(" ,;()"));
  const std::size_t begin = rest.find_first_of("0123456789");
  if (begin == std::string_view::npos) return false;
  std::size_t length = 0;
  const double size = leading_number(rest.substr(begin), length);
  const std::string_view unit = rest.substr(begin + length);
  return (unit == "xlarge" && begin == 1 && size < kWhole) || (unit == "g" && rest[begin - 1] == '-' && size < gpus);
}

/// A type and where the words, in which names of several words are joined, name it.
struct Found {
  const MachineType* type = nullptr;
  std::string words;
  std::size_t at = 0;
};

Found find_type(std::string_view words) {
  Found found{.words = std::string(words)};
  std::string& plain = found.words;
  for (const std::string_view series : {"a2 ", "a3 ", "a4 "})  // "A3 Ultra"
    for (auto at = plain.find(series); at != std::string::npos; at = plain.find(series, at + 1)) plain[at + 2] = '-';
  for (const MachineType& type : kTypes)
    for (found.at = plain.find(type.name); found.at != std::string::npos; found.at = plain.find(type.name, found.at + 1))
      if (stands(plain, type.name, found.at) &&
          !is_smaller(std::string_view(plain).substr(found.at + type.name.size()), type.gpus)) {
        found.type = &type;
        return found;
      }
  return found;
}

}  // namespace

const MachineType* machine_type(std::string_view words) { return find_type(words).type; }

bool contradicts(std::string_view cell, const MachineType& type) {
  constexpr auto kFamilies =
      std::to_array<std::string_view>({"v100", "a100", "h100", "h200", "h800", "h20", "b200", "b300", "gb200", "gb300", "gh200",
                                       "mi250x", "mi300x", "mi325x", "mi355x", "l40s"});
  if (type.gpu.empty()) return false;
  return has_one_word(cell, kFamilies) && !has_word(cell, type.gpu.substr(0, type.gpu.find('-')));
}

std::string machine_words(std::string_view words) {
  constexpr std::string_view kBetween = " (),;[]/";
  const Found found = find_type(words);
  if (!found.type) return {};
  const std::string_view plain = found.words;
  const std::size_t before = plain.find_last_of(kBetween, found.at), begin = before == std::string_view::npos ? 0 : before + 1;
  std::size_t end = std::min(plain.find_first_of(kBetween, found.at + found.type->name.size()), plain.size());
  const std::string_view rest = plain.substr(end);  // "nd h100 v5"
  if (rest.size() > 2 && rest.starts_with(" v") && std::isdigit(static_cast<unsigned char>(rest[2])) != 0)
    end = std::min(plain.find_first_of(kBetween, end + 1), plain.size());
  return std::string(plain.substr(begin, end - begin));
}

}  // namespace eigenbau::tables
