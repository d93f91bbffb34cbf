// Which software stack, and which release of it, did a run use?
#include "tables/stack_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "tables/cell_words.h"
#include "tables/negation.h"
#include "tables/run_text.h"
#include "tables/stack_version.h"

namespace eigenbau::tables {
namespace {

using catalog::Stack;
using Stacks = std::vector<Stack>;

constexpr double kUnknownStack = 0.10;  // doubt, relative
constexpr double kNearStack = 0.07;     // the same where another that works alike stands in
constexpr double kPerYear = 0.10;       // the same for each year between the release that ran and the one that stands in
constexpr double kMarkedYears = 2;      // years for which software that is known by its marks stays much the same
constexpr double kQuarter = 0.25;       // years in which a release is much like the last
constexpr double kNewest = 99;          // later than any release
constexpr double kSameRelease = 0.005;  // between two numbers of one month
constexpr double kMostApart = 1;        // years between a run and the version of its software
constexpr double kOtherTime = 0.05;     // doubt by a version that is farther

constexpr std::string_view kUsualFamily = "megatron-core";
constexpr std::string_view kMegatron = "megatron-lm";
constexpr std::string_view kTogether = "megatron-deepspeed";  // what Megatron beside DeepSpeed is, however the two are joined
constexpr double kMegatronCoreFirst = 23.06;                  // Megatron-LM's repository has held Megatron-Core from then on

/// A name beside the catalog's.
struct Spoken {
  std::string_view word;  ///< run together
  std::string_view family;
};

/// What the field calls a family.
constexpr std::array kSpoken{
    Spoken{"megatronbridge", "megatron-core"},
    Spoken{"mcore", "megatron-core"},
    Spoken{"megatron", "megatron-lm"},
    Spoken{"mosaicml", "composer-fsdp"},
    Spoken{"fsdp", "pytorch-fsdp"},
    Spoken{"fsdp2", "torchtitan"},
    Spoken{"pytorchfsdp2", "torchtitan"},
    Spoken{"pax", "paxml"},
    Spoken{"jaxtoolbox", "maxtext"},
    Spoken{"hsdp", "pytorch-fsdp"},
    Spoken{"internlm", "internevo"},
    Spoken{"megatronds", "megatron-deepspeed"},
    Spoken{"llamateam", "meta-llama"},
    Spoken{"metaai", "meta-llama"},
};

/// The same for names that other names begin or end with: only where they are words of their own.
constexpr std::array kWords{Spoken{"meta", "meta-llama"}, Spoken{"ddp", "pytorch-fsdp"}};

/// Stacks that no run was fitted on, and the family that works most like them: the same compiler, sharding or kernels. They count
/// only where nothing else is named beside them: "Accelerate with DeepSpeed" is DeepSpeed, but NeMo AutoModel no NeMo.
constexpr std::array kNearest{
    Spoken{"nemoautomodel", "torchtitan"},
    Spoken{"automodel", "torchtitan"},
    Spoken{"axlearn", "maxtext"},
    Spoken{"levanter", "maxtext"},
    Spoken{"easylm", "maxtext"},
    Spoken{"jax", "maxtext"},
    Spoken{"t5x", "paxml"},
    Spoken{"alpa", "paxml"},
    Spoken{"huggingface", "pytorch-fsdp"},
    Spoken{"hftrainer", "pytorch-fsdp"},
    Spoken{"transformers", "pytorch-fsdp"},
    Spoken{"accelerate", "pytorch-fsdp"},
    Spoken{"trl", "pytorch-fsdp"},
    Spoken{"axolotl", "pytorch-fsdp"},
    Spoken{"litgpt", "pytorch-fsdp"},
    Spoken{"lightning", "pytorch-fsdp"},
    Spoken{"llamarecipes", "pytorch-fsdp"},
    Spoken{"llamafactory", "pytorch-fsdp"},
    Spoken{"fairscale", "pytorch-fsdp"},
    Spoken{"nanogpt", "pytorch-fsdp"},
    Spoken{"sagemaker", "pytorch-fsdp"},
    Spoken{"xtuner", "pytorch-fsdp"},
    Spoken{"unsloth", "pytorch-fsdp"},
    Spoken{"zerooffload", "deepspeed"},
    Spoken{"zeroinfinity", "deepspeed"},
    Spoken{"optimumhabana", "deepspeed"},
    Spoken{"openrlhf", "deepspeed"},
    Spoken{"metaseq", "pytorch-fsdp"},
    Spoken{"pytorch", "pytorch-fsdp"},
    Spoken{"olmo", "torchtitan"},
    Spoken{"torchtune", "torchtitan"},
    Spoken{"lingua", "torchtitan"},
    Spoken{"neox", "megatron-deepspeed"},
    Spoken{"nanotron", "megatron-lm"},
    Spoken{"picotron", "megatron-lm"},
    Spoken{"colossalai", "megatron-lm"},
    Spoken{"mindspeed", "megatron-lm"},
    Spoken{"mindspore", "megatron-lm"},
    Spoken{"primus", "megatron-lm"},
    Spoken{"flagscale", "megatron-lm"},
    Spoken{"neuronx", "megatron-lm"},
};

/// The same, only where they are words of their own.
constexpr std::array kNearestWords{Spoken{"smp", "pytorch-fsdp"}, Spoken{"fabric", "pytorch-fsdp"}};

/// One stack, or all of a family.
struct Meant {
  std::string family;
  std::optional<std::size_t> stack;
  double doubt = 0;
};

double years(double release) { return std::floor(release) + (release - std::floor(release)) * 100 / 12; }

bool has_digit(std::string_view text) { return std::any_of(text.begin(), text.end(), is_digit); }

/// An alias means the stack alone if it tells it from its family's others: by a date, or because the stack has marks.
Meant by_alias(const Stacks& stacks, std::size_t i, std::string_view alias) {
  if (has_digit(alias) || !stacks[i].marks.empty()) return {stacks[i].family, i};
  return {stacks[i].family, {}};
}

std::optional<Meant> named(const Stacks& stacks, std::string_view name) {
  for (const Stack& stack : stacks)
    if (run_together(stack.family) == name) return Meant{stack.family, {}};
  for (std::size_t i = 0; i < stacks.size(); ++i)
    if (run_together(stacks[i].name) == name) return Meant{stacks[i].family, i};
  for (std::size_t i = 0; i < stacks.size(); ++i)
    for (const std::string& alias : stacks[i].aliases)
      if (run_together(alias) == name) return by_alias(stacks, i, alias);
  return std::nullopt;
}

/// The same, for another that works like it.
std::optional<Meant> near(std::optional<Meant> meant) {
  if (meant) meant->doubt = kNearStack;
  return meant;
}

/// By the longest name that the text, `written` run together, contains, the nearest of unknown stacks last.
std::optional<Meant> mentioned(const Stacks& stacks, std::string_view text, std::string_view written) {
  std::string longest;
  std::optional<Meant> found;
  const auto offer = [&](const std::string& name, auto&& meant) {
    if (name.empty() || name.size() <= longest.size() || !contains(text, name)) return;
    longest = name;
    found = meant();
  };
  for (const Stack& stack : stacks) {
    offer(run_together(stack.family), [&] { return named(stacks, run_together(stack.family)); });
    offer(run_together(stack.name), [&] { return named(stacks, run_together(stack.name)); });
    for (const std::string& alias : stack.aliases) offer(run_together(alias), [&] { return named(stacks, run_together(alias)); });
  }
  for (const Spoken& spoken : kSpoken)
    offer(std::string(spoken.word), [&] { return named(stacks, run_together(spoken.family)); });
  const auto of_words = [&](std::span<const Spoken> names) {
    for (const Spoken& spoken : names)
      if (!found && has_word(written, spoken.word)) found = named(stacks, run_together(spoken.family));
  };
  of_words(kWords);
  const bool is_named = found.has_value();
  const std::string own = longest;
  for (const Spoken& spoken : kNearest)
    if (!is_named || (!own.empty() && contains(spoken.word, own)))
      offer(std::string(spoken.word), [&] { return near(named(stacks, run_together(spoken.family))); });
  if (contains(text, "deepspeed") && (!found || found->family != kTogether)) {
    const auto together = named(stacks, run_together(kTogether));
    if (contains(text, "megatron")) return together;
    if (contains(text, "neox")) return near(together);
  }
  if (found) return found;
  of_words(kNearestWords);
  return near(found);
}

/// Whether marks alone choose a stack, of whatever release the run is.
bool holds_always(const Stack& stack) { return !stack.marks.empty() && stack.release <= 0; }

/// The first software of a part is known by marks and has its place among the releases.
bool is_first_of_a_part(const Stack& stack) { return !stack.marks.empty() && stack.release > 0; }

bool is_marked(const Stack& stack, std::string_view words) {
  return std::ranges::all_of(stack.marks, [&](const std::string& mark) { return contains(words, mark); });
}

/// The stack of a family for a run of that release whose description is `words`.
std::optional<std::size_t> of_family(const Stacks& stacks, std::string_view family, std::string_view words, double release) {
  const auto distance = [&](const Stack& stack) {
    constexpr double kFar = 100;  // more than the years between any two
    const double late = stack.release - release;
    if (late <= kSameRelease) return -late;
    return is_first_of_a_part(stack) ? late - kFar : late + kFar;  // before its first release a part had no better software
  };
  const auto is_better = [&](const Stack& a, const Stack& b) {
    if (holds_always(a) || holds_always(b)) {
      const std::size_t marks = holds_always(a) ? a.marks.size() : 0, other = holds_always(b) ? b.marks.size() : 0;
      if (marks != other) return marks > other;
    }
    if (distance(a) != distance(b)) return distance(a) < distance(b);
    return a.marks.size() > b.marks.size();
  };
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < stacks.size(); ++i)
    if (stacks[i].family == family && is_marked(stacks[i], words) && (!best || is_better(stacks[i], stacks[*best]))) best = i;
  return best;
}

/// The release of a family that follows one; nothing after the last.
std::optional<std::size_t> release_after(const Stacks& stacks, std::string_view family, double release) {
  std::optional<std::size_t> next;
  for (std::size_t i = 0; i < stacks.size(); ++i) {
    const Stack& stack = stacks[i];
    if (stack.family != family || !stack.marks.empty() || stack.release <= release + kSameRelease) continue;
    if (!next || stack.release < stacks[*next].release) next = i;
  }
  return next;
}

void say(StackChoice& choice, std::string_view text) {
  if (!choice.said.empty()) choice.said += "; ";
  choice.said += text;
}

/// What a row says of when its software was released.
struct Stated {
  std::optional<double> release;
  bool later = false;       ///< by a version after the last that is known
  bool other_time = false;  ///< a version is of another time than the run
};

// A clause with such a word names the software that wrote a file; with those of the second list a version of what is documented.
constexpr auto kOfFiles = std::to_array<std::string_view>(
    {"checkpoint", "checkpoints", "format", "tokenizer", "tokenizers", "converted", "loaded", "dataset", "datasets"});
constexpr auto kOfPrint = std::to_array<std::string_view>({"docs", "documentation", "recipe", "recipes"});

/// The clauses of a text that hold none of the words.
std::string without_clauses(std::string_view text, std::span<const std::string_view> words) {
  std::string kept;
  for (const std::string_view clause : split_at(text, ",;+()[]\n"))
    if (std::ranges::none_of(words, [&](std::string_view word) { return has_word(clause, word); })) kept.append(clause) += ';';
  return kept;
}

/// Whether a month is more than `kMostApart` from the year, or the month, of the run.
bool is_of_other_time(double month, const DateWords& date) {
  const double january = date.year - 2000 + 0.01, december = date.year - 2000 + 0.12;
  const double first = date.month > 0 ? date.release() : january, last = date.month > 0 ? date.release() : december;
  return years(first) - years(month) > kMostApart || years(month) - years(last) > kMostApart;
}

/// A container or a version in the cell of the stack, else elsewhere, where only Megatron's family (`of_megatron`) has a version,
/// of about the time of the run. A version after the last that is known is at least of the run's date.
Stated stated_release(const std::string& cell, std::string_view words, const std::optional<DateWords>& date, bool of_megatron) {
  const auto of = [&](const VersionRelease& version) {
    return Stated{version.later && date ? std::max(version.month, date->release()) : version.month, version.later};
  };
  if (const auto release = release_in(cell)) return {release};
  if (const auto version = version_release(cell)) return of(*version);
  std::string own = without_clauses(words, kOfFiles);
  if (const auto release = release_in(own)) return {release};
  if (!of_megatron) return {};
  own = without_clauses(own, kOfPrint);
  std::ranges::replace(own, '-', ' ');
  const auto version = version_release(own);
  if (!version) return {};
  if (date && !version->later && is_of_other_time(version->month, *date)) return {.release = {}, .other_time = true};
  return of(*version);
}

/// A release that stands in for another, or two that it lies between; a stack without one is of its year.
void say_release(StackChoice& choice, const Stacks& stacks, const Stated& stated, const std::optional<DateWords>& date) {
  const Stack& stack = stacks[choice.index];
  if (stack.release <= 0) {
    const double gap = date ? std::abs(date->year - stack.year) : 0;
    if (gap >= 1) say(choice, fmt::format("software of {} taken as {}, of {}", date->year, stack.name, stack.year));
    if (gap > kMarkedYears) choice.doubt += kPerYear;
    return;
  }
  const std::string run = stated.release ? fmt::format("release {:05.2f}", *stated.release)
                                         : fmt::format("no release{} stated:", date ? "" : " and no year");
  if (choice.other) {
    const Stack& other = stacks[*choice.other];
    const bool first = stack.release <= other.release;
    say(choice,
        fmt::format("{} taken as midway between {} and {}", run, (first ? stack : other).name, (first ? other : stack).name));
    return;
  }
  if (!stated.release) {
    say(choice, fmt::format("{} taken as {}, of {}", run, stack.name, stack.year));
    return;
  }
  if (stated.later) {
    say(choice, fmt::format("a version after the last that is known taken as {}", stack.name));
    choice.doubt += kPerYear;
    return;
  }
  const double gap = std::abs(years(*stated.release) - years(stack.release));
  if (gap < 0.01) return;
  say(choice, fmt::format("{} taken as {}", run, stack.name));
  if (gap > kQuarter) choice.doubt += kPerYear * std::min(1.0, gap);
}

/// The stack of a family, or of the usual one where it is not known. Since 2023 Megatron-LM has been Megatron-Core.
std::size_t of_release(const Stacks& stacks, const std::optional<Meant>& meant, std::string_view words, double release) {
  auto found = of_family(stacks, meant ? meant->family : kUsualFamily, words, release);
  const bool marked = found && !stacks[*found].marks.empty();
  if (meant && meant->family == kMegatron && !marked && release >= kMegatronCoreFirst)
    found = of_family(stacks, kUsualFamily, words, release);
  return found.value_or(0);
}

}  // namespace

StackChoice choose_stack(const Stacks& stacks, std::string_view written, std::string_view words, const RunTime& time) {
  std::string cell = lower(written);
  const std::string name = says_nothing(cell) ? std::string() : run_together(without_denied(cell));
  std::ranges::replace(cell, '-', ' ');
  std::optional<Meant> meant = named(stacks, name);
  const bool exact = meant.has_value();
  if (!exact) meant = mentioned(stacks, name, cell);
  const bool of_megatron = !meant || meant->family == kUsualFamily || meant->family == kMegatron;
  const Stated stated = stated_release(cell, words, time.date, of_megatron);
  const double release = stated.release ? *stated.release : time.date ? time.date->release() : kNewest;

  StackChoice choice;
  const bool chosen = !meant || !meant->stack;
  choice.index = chosen ? of_release(stacks, meant, words, release) : *meant->stack;
  const Stack& stack = stacks[choice.index];
  choice.doubt += meant ? meant->doubt : kUnknownStack;
  if (name.empty()) say(choice, fmt::format("no stack stated: taken as {}", stack.name));
  else if (!meant) say(choice, fmt::format("stack {} not known: taken as {}", written, stack.name));
  else if (!exact || stack.family != meant->family) say(choice, fmt::format("stack {} taken as {}", written, stack.name));
  if (chosen && is_first_of_a_part(stack) && release > stack.release + kSameRelease)
    choice.other = release_after(stacks, stack.family, stack.release);
  if (chosen && release == kNewest)
    if (const std::size_t first = of_release(stacks, meant, words, time.first); first != choice.index) choice.other = first;
  if (chosen || !stack.marks.empty()) say_release(choice, stacks, stated, time.date);
  if (stated.other_time) {
    say(choice, "a version of another time than the run's passed over");
    choice.doubt += kOtherTime;
  }
  return choice;
}

}  // namespace eigenbau::tables
