// Which accelerator does a name mean, or come nearest to?
#include "fit/gpu_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "fit/run_text.h"

namespace eigenbau::fit {
namespace {

using catalog::Gpu;
using Words = std::vector<std::string>;

constexpr std::string_view kUsual = "h100-sxm";  // most published runs of recent years are on it

// Doubt of a relative, relative to the step time: laws of kernels carry over better than sizes do.
constexpr double kOtherVariant = 0.10, kRelative = 0.25, kOtherDesign = 0.50, kAnything = 1.0;

/// An accelerator that the catalog lacks. Source of the figures: the vendors' data sheets; dense rates, links one way.
struct Absent {
  std::string_view name;
  std::string_view relative;  ///< in the catalog, whose kernels are most like its own
  double doubt;
  double matrix_tflops;  ///< 16 bit
  double memory_gb, memory_gb_per_s, link_gb_per_s;
  double watts;
  bool eight_bit;
};

constexpr std::array kAbsent{
    Absent{"a800", "a100-80", kOtherVariant, 312, 80, 2039, 200, 400, false},
    Absent{"a30", "a100-pcie", kRelative, 165, 24, 933, 100, 165, false},
    Absent{"a40", "a100-pcie", kRelative, 149.7, 48, 696, 56, 300, false},
    Absent{"a10", "a100-pcie", kRelative, 125, 24, 600, 0, 150, false},
    Absent{"a10g", "a100-pcie", kRelative, 70, 24, 600, 0, 150, false},
    Absent{"v100", "a100-40", kRelative, 125, 32, 900, 150, 300, false},
    Absent{"l4", "l40s", kRelative, 121, 24, 300, 0, 72, true},
    Absent{"l40", "l40s", kOtherVariant, 181, 48, 864, 0, 300, true},
    Absent{"h100 nvl", "h100-pcie", kOtherVariant, 835, 94, 3900, 300, 400, true},
    Absent{"h800 pcie", "h100-pcie", kOtherVariant, 756, 80, 2000, 200, 350, true},
    Absent{"b100", "b200", kOtherVariant, 1750, 192, 8000, 900, 700, true},
    Absent{"mi210", "mi300x", kRelative, 181, 64, 1600, 150, 300, false},
    Absent{"mi250", "mi300x", kRelative, 362, 128, 3277, 350, 560, false},
    Absent{"mi250x", "mi300x", kRelative, 383, 128, 3277, 350, 560, false},
    Absent{"mi300a", "mi300x", kOtherVariant, 980, 128, 5300, 384, 550, true},
    Absent{"gaudi 2", "h100-sxm", kOtherDesign, 432, 96, 2450, 262, 600, true},
    Absent{"gaudi2", "h100-sxm", kOtherDesign, 432, 96, 2450, 262, 600, true},
    Absent{"gaudi 3", "h100-sxm", kOtherDesign, 1835, 128, 3700, 525, 900, true},
    Absent{"gaudi3", "h100-sxm", kOtherDesign, 1835, 128, 3700, 525, 900, true},
};

/// Words that tell vendors, systems and packages but no accelerator.
constexpr std::array<std::string_view, 24> kIdle{"nvidia",   "amd",    "intel", "aws",  "amazon", "dgx",  "hgx",   "tesla",
                                                 "instinct", "habana", "gpu",   "gpus", "tensor", "core", "sxm",   "sxm2",
                                                 "sxm4",     "sxm5",   "oam",   "hbm2", "hbm2e",  "hbm3", "hbm3e", "superpod"};

/// A count of accelerators off either end: "8xH100", "H100x8"; nothing of a count alone: "x8".
std::string_view without_count(std::string_view word) {
  const std::size_t first = word.find_first_not_of("0123456789");
  if (first == std::string_view::npos) return word;
  if (first > 0 && word[first] == 'x') return word.substr(first + 1);
  if (first == 0 && word[0] == 'x' && word.find_first_not_of("0123456789", 1) == std::string_view::npos) return {};
  const std::size_t last = word.find_last_not_of("0123456789");
  if (last > 0 && last + 1 < word.size() && word[last] == 'x' && is_digit(word[last - 1])) return word.substr(0, last);
  return word;
}

Words words_of(std::string_view name) {
  constexpr std::string_view kBetween = " -_/,()[];:\t";
  const std::string text = lower(name);
  Words words;
  for (std::size_t at = 0; (at = text.find_first_not_of(kBetween, at)) != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBetween, at), text.size());
    const std::string_view word = without_count(std::string_view(text).substr(at, end - at));
    const bool unit = word == "gb" || word == "gib";
    if (unit && !words.empty() && is_digit(words.back().back())) words.back() += word;  // "80 GB"
    else if (!word.empty()) words.emplace_back(word);
    at = end;
  }
  return words;
}

bool has(const Words& words, const std::string& word) { return std::find(words.begin(), words.end(), word) != words.end(); }

bool has_all(const Words& words, const Words& wanted) {
  return !wanted.empty() && std::all_of(wanted.begin(), wanted.end(), [&](const std::string& word) { return has(words, word); });
}

std::string joined(const Words& words) {
  std::string out;
  for (const std::string& word : words) out += word;
  return run_together(out);
}

std::optional<double> gigabytes_in(std::string_view word) {
  const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
  if (digits == 0 || (word.substr(digits) != "gb" && word.substr(digits) != "gib")) return std::nullopt;
  return number_after(word, "");
}

/// What of a name the known words leave unsaid and is of consequence: another memory, another variant.
std::string unsaid(const Words& words, const Words& known, const Gpu& gpu) {
  std::string out;
  for (const std::string& word : words) {
    if (has(known, word) || std::find(kIdle.begin(), kIdle.end(), word) != kIdle.end()) continue;
    if (word.find_first_not_of("0123456789") == std::string::npos) continue;  // a lone count
    if (const auto size = gigabytes_in(word); size && std::abs(*size / gpu.memory.in(kGigabyte)-1) < 0.05) continue;
    out += (out.empty() ? "" : " ") + word;
  }
  return out;
}

std::vector<Words> names_of(const Gpu& gpu) {
  std::vector<Words> names{words_of(gpu.name)};
  for (const std::string& alias : gpu.aliases) names.push_back(words_of(alias));
  return names;
}

const Gpu* named(const std::vector<Gpu>& gpus, std::string_view name) {
  const auto found = std::find_if(gpus.begin(), gpus.end(), [&](const Gpu& gpu) { return gpu.name == name; });
  return found == gpus.end() ? nullptr : &*found;
}

std::optional<FlopRate> scaled(const std::optional<FlopRate>& rate, double factor) {
  return rate ? std::optional(*rate * factor) : std::nullopt;
}

/// The relative with the figures of the absent one.
Gpu stand_in(const Absent& absent, Gpu gpu) {
  const FlopRate own = gpu.peak.bf16.value_or(gpu.peak.fp16.value_or(FlopRate{}));
  const double factor = absent.matrix_tflops * kTeraflopPerSecond / own;
  gpu.peak.bf16 = scaled(gpu.peak.bf16, factor);
  gpu.peak.fp16 = scaled(gpu.peak.fp16, factor);
  gpu.peak.fp8 = absent.eight_bit ? scaled(gpu.peak.fp8, factor) : std::nullopt;
  gpu.peak.nvfp4 = scaled(gpu.peak.nvfp4, factor);
  gpu.memory = absent.memory_gb * kGigabyte;
  gpu.memory_bandwidth = absent.memory_gb_per_s * kGigabytePerSecond;
  gpu.scale_up_bandwidth = absent.link_gb_per_s * kGigabytePerSecond;
  gpu.tdp = absent.watts * kWatt;
  return gpu;
}

/// The known name with the most words that are all among `words`.
struct Match {
  Words name;
  const Gpu* gpu = nullptr;
  const Absent* absent = nullptr;
};

Match longest_match(const std::vector<Gpu>& gpus, const Words& words) {
  Match best;
  const auto offer = [&](Words name, const Gpu* gpu, const Absent* absent) {
    if (gpu && has_all(words, name) && name.size() > best.name.size()) best = {std::move(name), gpu, absent};
  };
  for (const Gpu& gpu : gpus)
    for (Words& name : names_of(gpu)) offer(std::move(name), &gpu, nullptr);
  for (const Absent& absent : kAbsent) offer(words_of(absent.name), named(gpus, absent.relative), &absent);
  return best;
}

}  // namespace

std::optional<GpuChoice> find_gpu(const std::vector<Gpu>& gpus, std::string_view name) {
  const Words words = words_of(name);
  if (words.empty()) {
    const Gpu* usual = named(gpus, kUsual);
    if (!usual) return std::nullopt;
    return GpuChoice{*usual, fmt::format("no GPU is stated: taken as {}", kUsual), kAnything};
  }
  const std::string wanted = joined(words);
  for (const Gpu& gpu : gpus)
    for (const Words& known : names_of(gpu))
      if (joined(known) == wanted) return GpuChoice{gpu, {}, 0};

  const Match match = longest_match(gpus, words);
  if (!match.gpu) return std::nullopt;
  if (match.absent)
    return GpuChoice{stand_in(*match.absent, *match.gpu),
                     fmt::format("GPU {} taken as {} with {:g} TFLOP/s, {:g} GB and {:g} GB/s", name, match.gpu->name,
                                 match.absent->matrix_tflops, match.absent->memory_gb, match.absent->memory_gb_per_s),
                     match.absent->doubt};
  const std::string rest = unsaid(words, match.name, *match.gpu);
  if (rest.empty()) return GpuChoice{*match.gpu, {}, 0};
  return GpuChoice{*match.gpu, fmt::format("GPU {} taken as {}: \"{}\" not understood", name, match.gpu->name, rest),
                   kOtherVariant};
}

}  // namespace eigenbau::fit
