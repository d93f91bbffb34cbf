// Which accelerator does a name mean, or come nearest to?
#include "tables/gpu_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "tables/machine_type.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

using catalog::Gpu;
using Gpus = std::vector<NamedGpu>;
using Words = std::vector<std::string>;

constexpr std::string_view kUsual = "h100-sxm";  // most published runs of recent years are on it

// Doubt of what a name leaves open, relative to the step time.
constexpr double kOtherVariant = 0.10, kOtherAccelerator = 0.50, kAnything = 1.0;

constexpr double kServer = 8;     // accelerators whose memory a system's name adds up
constexpr double kNearly = 1.01;  // figures that are the same but for rounding

/// Words that tell vendors, systems and packages but no accelerator.
constexpr std::array<std::string_view, 30> kIdle{"nvidia",   "amd",    "intel",  "aws",   "amazon", "dgx",  "hgx",   "tesla",
                                                 "instinct", "habana", "gpu",    "gpus",  "tensor", "core", "sxm",   "sxm2",
                                                 "sxm4",     "sxm5",   "oam",    "hbm2",  "hbm2e",  "hbm3", "hbm3e", "superpod",
                                                 "geforce",  "quadro", "google", "cloud", "pod",    "slice"};

/// What the field calls an accelerator for short, and which of its variants is meant as a rule.
struct Short {
  std::string_view word, full;
};
constexpr std::array kShort{Short{"mi300", "mi300x"}, Short{"mi325", "mi325x"}, Short{"mi350", "mi350x"},
                            Short{"mi355", "mi355x"}};

/// The same of a generation, where nothing else is named.
constexpr std::array kGenerations{Short{"hopper", "h100"}, Short{"blackwell", "b200"}, Short{"ampere", "a100"}};

/// Two words that together are what another name stands for.
struct Pair {
  std::string_view one, other, full;
};
constexpr std::array kPairs{Pair{"blackwell", "ultra", "b300"}, Pair{"a6000", "ada", "rtx 6000 ada"},
                            Pair{"grace", "hopper", "gh200"}, Pair{"grace", "blackwell", "gb200"}};

/// Accelerators that the catalog does not have, by what their names begin with, the one of it that is nearest in peak rate and
/// bandwidth of memory, and their own memory.
struct Nearest {
  std::string_view written, full;
  double gigabytes;
};
constexpr std::array kNearest{
    Nearest{"910c", "h100-sxm", 128}, Nearest{"910b", "a100-80", 64},     Nearest{"910", "a100-40", 32},
    Nearest{"ascend", "a100-80", 64}, Nearest{"tpu v3", "v100", 32},      Nearest{"mi100", "mi210", 32},
    Nearest{"mi308", "h20", 192},     Nearest{"max 1550", "mi250x", 128}, Nearest{"rtx pro 6000", "rtx-5090", 96}};

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

bool is_number(std::string_view word) { return word.find_first_not_of("0123456789") == std::string_view::npos; }

/// "80g".
bool is_memory_for_short(std::string_view word) {
  return word.size() > 1 && word.ends_with('g') && is_number(word.substr(0, word.size() - 1));
}

Words words_of(std::string_view name) {
  constexpr std::string_view kBetween = " -_/,()[];:\t";
  const std::string text = lower(name);
  Words words;
  bool times = false;
  for (std::size_t at = 0; (at = text.find_first_not_of(kBetween, at)) != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBetween, at), text.size());
    const std::string_view written = std::string_view(text).substr(at, end - at), word = without_count(written);
    const bool count = times && is_number(word);  // "x 8"
    times = written == "x";
    const bool unit = word == "gb" || word == "gib" || word == "g" || word == "w";
    if (unit && !words.empty() && is_digit(words.back().back())) words.back() += word;  // "80 GB"
    else if (!word.empty() && !count) words.emplace_back(word == "gcds" ? "gcd" : word);
    if (!words.empty() && is_memory_for_short(words.back())) words.back() += 'b';
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

/// "500w".
std::optional<Power> watts_in(std::string_view word) {
  if (word.size() < 2 || !word.ends_with('w') || !is_number(word.substr(0, word.size() - 1))) return std::nullopt;
  return *number_after(word, "") * kWatt;
}

/// "nvl36": so many accelerators share their links.
std::optional<int> domain_in(std::string_view word) {
  if (word.size() <= 3 || word.size() > 6 || !word.starts_with("nvl") || !is_number(word.substr(3))) return std::nullopt;
  return static_cast<int>(*number_after(word, "nvl"));
}

/// A lone number: a count before the name, before "GPUs" or below any memory, else gigabytes as in "A100-80".
bool is_count(const Words& words, std::size_t at, const Words& known) {
  constexpr double kLeastMemory = 10;
  const auto begins = std::find_if(words.begin(), words.end(), [&](const std::string& word) { return has(known, word); });
  const bool before_name = words.begin() + static_cast<std::ptrdiff_t>(at) < begins;
  const bool of_gpus = at + 1 < words.size() && (words[at + 1].starts_with("gpu") || words[at + 1] == "gcd");
  return before_name || of_gpus || *number_after(words[at], "") < kLeastMemory;
}

bool is_of_size(const Gpu& gpu, double gigabytes) { return std::abs(gigabytes / gpu.memory.in(kGigabyte)-1) < 0.05; }

/// What of a name the known words leave unsaid and is of consequence: another memory, another variant.
std::string unsaid(const Words& words, const Words& known, const Gpu& gpu) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (has(known, word) || std::find(kIdle.begin(), kIdle.end(), word) != kIdle.end() || domain_in(word)) continue;
    if (is_number(word) && is_count(words, i, known)) continue;
    if (const auto watts = watts_in(word); watts && *watts < kNearly * gpu.tdp) continue;
    const auto size = is_number(word) ? number_after(word, "") : gigabytes_in(word);
    if (size && (is_of_size(gpu, *size) || is_of_size(gpu, *size / kServer))) continue;
    out += (out.empty() ? "" : " ") + word;
  }
  return out;
}

NameWords name_of(std::string_view name) {
  Words words = words_of(name);
  std::string run = joined(words);
  return {std::move(words), std::move(run)};
}

const Gpu* named(const Gpus& gpus, std::string_view name) {
  const auto found = std::ranges::find(gpus, name, [](const NamedGpu& known) { return std::string_view(known.gpu.name); });
  return found == gpus.end() ? nullptr : &found->gpu;
}

/// Whether a name of the accelerator has the word.
bool is_called(const NamedGpu& known, const std::string& word) {
  return std::ranges::any_of(known.names, [&](const NameWords& name) { return has(name.words, word); });
}

/// The known name with the most words that are all among `words`; of several that which says how the card is plugged in.
struct Match {
  Words name;
  const Gpu* gpu = nullptr;
};

Match longest_match(const Gpus& gpus, const Words& words) {
  Match best;
  const auto tells = [](const Words& name) { return 2 * name.size() + (has(name, "pcie") ? 1 : 0); };
  for (const NamedGpu& known : gpus)
    for (const NameWords& name : known.names)
      if (has_all(words, name.words) && tells(name.words) > tells(best.name)) best = {name.words, &known.gpu};
  return best;
}

/// Another accelerator that stands in for one which the catalog does not have, with the memory of that.
std::optional<GpuChoice> nearest_gpu(const Gpus& gpus, const Words& words, std::string_view name) {
  const auto begins = [&](const std::string& begin) {
    return std::ranges::any_of(words, [&](const std::string& word) { return word.starts_with(begin); });
  };
  for (const auto& [written, full, gigabytes] : kNearest) {
    const Gpu* gpu = named(gpus, full);
    if (!gpu || !std::ranges::all_of(words_of(written), begins)) continue;
    GpuChoice choice{*gpu, {}, kOtherAccelerator};
    choice.gpu.memory = gigabytes * kGigabyte;
    choice.said = fmt::format("GPU {} taken as {} with {:g} GB, the nearest that is known", name, gpu->name, gigabytes);
    return choice;
  }
  return std::nullopt;
}

/// Without the s of a plural: "h100s". "l40s" is a name.
void make_singular(Words& words, const Gpus& gpus) {
  const auto is_known = [&](const std::string& word) {
    const auto names_it = [&](const NamedGpu& known) { return is_called(known, word); };
    return gigabytes_in(word) || std::ranges::find(kIdle, word) != kIdle.end() || std::ranges::any_of(gpus, names_it);
  };
  for (std::string& word : words)
    if (word.ends_with('s') && !is_known(word) && is_known(word.substr(0, word.size() - 1))) word.pop_back();
}

/// The gigabytes that words state beside the known ones; where no accelerator has so many, an eighth of them, as of "DGX A100
/// 640GB".
struct StatedMemory {
  double gigabytes = 0;
  bool of_server = false;
};
std::optional<StatedMemory> stated_memory(const Words& words, const Words& known, const Gpu& gpu) {
  for (const std::string& word : words) {
    const auto size = has(known, word) ? std::nullopt : gigabytes_in(word);
    if (!size) continue;
    const bool of_server = *size > 2 * gpu.memory.in(kGigabyte);
    return StatedMemory{of_server ? *size / kServer : *size, of_server};
  }
  return std::nullopt;
}

/// The variant with about so many gigabytes, and with memory of the kind that words state.
const Gpu* variant_with(const Gpus& gpus, const std::string& family, double gigabytes, const Words& words) {
  const auto is_it = [&](const NamedGpu& known) {
    const auto has_kind = [&](const std::string& word) { return !word.starts_with("hbm") || is_called(known, word); };
    return run_together(known.gpu.name.substr(0, known.gpu.name.find('-'))) == family && is_of_size(known.gpu, gigabytes) &&
           std::ranges::all_of(words, has_kind);
  };
  const auto misfit = [&](const Gpu& gpu) { return std::abs(gigabytes - gpu.memory.in(kGigabyte)); };
  const Gpu* nearest = nullptr;
  for (const NamedGpu& known : gpus)
    if (is_it(known) && (!nearest || misfit(known.gpu) < misfit(*nearest))) nearest = &known.gpu;
  return nearest;
}

/// Such pairs as that name, where nothing else names an accelerator; whether there were any.
bool join_pairs(Words& words, const Gpus& gpus) {
  for (const auto& [one, other, full] : kPairs) {
    Words rest = words;
    std::erase_if(rest, [&](const std::string& word) { return word == one || word == other; });
    if (!has(words, std::string(one)) || !has(words, std::string(other)) || longest_match(gpus, rest).gpu) continue;
    for (std::string& word : words_of(full)) rest.push_back(std::move(word));
    words = std::move(rest);
    return true;
  }
  return false;
}

/// The accelerator of a rented type of machine that the name states and nothing else of it: "p5.48xlarge".
std::optional<GpuChoice> gpu_of_machine(const Gpus& gpus, std::string_view name) {
  const MachineType* type = machine_type(lower(name));
  const Gpu* gpu = type ? named(gpus, type->gpu) : nullptr;
  if (!gpu) return std::nullopt;
  return GpuChoice{*gpu, fmt::format("GPU {} taken as {}", name, gpu->name), 0};
}

/// The words of a rented type of machine beside an accelerator, "H100 (p5.48xlarge)", where it has that one; a bare name of a
/// family means the variant that the type has.
Words words_of_machine(const Gpus& gpus, std::string_view name, const Words& known, const Gpu*& gpu) {
  const std::string small = lower(name);
  const MachineType* type = machine_type(small);
  if (!type) return {};
  const Gpu* rented = type->gpu.empty() ? gpu : named(gpus, type->gpu);
  const auto family = [](const Gpu& of) { return std::string_view(of.name).substr(0, of.name.find('-')); };
  if (!rented || (rented != gpu && (known.size() > 1 || family(*rented) != family(*gpu)))) return {};
  gpu = rented;
  return words_of(machine_words(small));
}

/// Short names in full; whether there were any.
bool spell_out(Words& words, std::span<const Short> names) {
  bool any = false;
  for (std::string& word : words)
    for (const auto& [written, full] : names) {
      if (word != written) continue;
      word = full;
      any = true;
    }
  return any;
}

}  // namespace

NamedGpu with_names(Gpu gpu) {
  std::vector<NameWords> names{name_of(gpu.name)};
  for (const std::string& alias : gpu.aliases) names.push_back(name_of(alias));
  return {std::move(gpu), std::move(names)};
}

std::optional<GpuChoice> find_gpu(const Gpus& gpus, std::string_view name) {
  Words words = words_of(name);
  if (words.empty()) {
    const Gpu* usual = named(gpus, kUsual);
    if (!usual) return std::nullopt;
    return GpuChoice{*usual, fmt::format("no GPU is stated: taken as {}", kUsual), kAnything};
  }
  const std::string wanted = joined(words);
  for (const NamedGpu& known : gpus)
    if (std::ranges::find(known.names, wanted, &NameWords::joined) != known.names.end()) return GpuChoice{known.gpu, {}, 0};

  make_singular(words, gpus);
  bool in_short = join_pairs(words, gpus);
  in_short |= spell_out(words, kShort);
  Match match = longest_match(gpus, words);
  if (!match.gpu && spell_out(words, kGenerations)) {
    in_short = true;
    match = longest_match(gpus, words);
  }
  if (!match.gpu)
    if (auto of_machine = gpu_of_machine(gpus, name)) return of_machine;
  if (!match.gpu) return nearest_gpu(gpus, words, name);
  Words told = words_of_machine(gpus, name, match.name, match.gpu);
  told.insert(told.end(), match.name.begin(), match.name.end());
  bool other_memory = false;
  GpuChoice choice{*match.gpu, {}, 0};
  if (const auto memory = stated_memory(words, told, *match.gpu); memory && !is_of_size(*match.gpu, memory->gigabytes)) {
    const Gpu* variant = variant_with(gpus, joined(match.name), memory->gigabytes, words);
    if (variant) match.gpu = variant;
    choice.gpu = *match.gpu;
    if (!memory->of_server) choice.gpu.memory = memory->gigabytes * kGigabyte;
    other_memory = variant || !memory->of_server;
  }
  for (const std::string& word : words) choice.gpu.scale_up_domain = domain_in(word).value_or(choice.gpu.scale_up_domain);
  for (const std::string& word : words)
    if (const auto watts = watts_in(word); watts && !has(match.name, word) && *watts * kNearly < match.gpu->tdp)
      choice.power_cap = *watts;
  const std::string rest = unsaid(words, told, choice.gpu);
  if (rest.empty() && !in_short && !other_memory) return choice;
  choice.said = fmt::format("GPU {} taken as {}", name, match.gpu->name);
  if (other_memory) choice.said += fmt::format(" with {:g} GB", choice.gpu.memory.in(kGigabyte));
  if (!rest.empty()) choice.said += fmt::format(": \"{}\" not understood", rest);
  choice.doubt = kOtherVariant;
  return choice;
}

}  // namespace eigenbau::tables
