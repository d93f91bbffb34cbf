// Over which plans does the user want to search, and by what is the best one the best?
#include "cli/search_space.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/option_values.h"
#include "cli/stated_recompute.h"
#include "report/plan_words.h"
#include "study/planner.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

using search::Settled;

constexpr int kMostOfDegree = 10'000'000;

/// What a whole number settles.
struct Number {
  const char* name;
  std::optional<int> Settled::* place;
  int least = 1;
  int most = kMostOfDegree;
};
constexpr std::array kNumbers{Number{"tp", &Settled::tp},
                              Number{"pp", &Settled::pp},
                              Number{"vp", &Settled::vp},
                              Number{"dp", &Settled::dp},
                              Number{"cp", &Settled::cp},
                              Number{"ep", &Settled::ep},
                              Number{"etp", &Settled::etp},
                              Number{"mbs", &Settled::micro_batch},
                              Number{"zero", &Settled::zero_level, 0, 3},
                              Number{"shard_group", &Settled::shard_group, 0}};

/// What is on or off.
struct Switch {
  const char* name;
  std::optional<bool> Settled::* place;
};
constexpr std::array kSwitches{Switch{"sp", &Settled::sequence_parallel}, Switch{"expert_overlap", &Settled::expert_overlap}};
constexpr std::string_view kContext = "cp_comm_type";

std::unexpected<Failure> unknown_degree(const char* option, const std::string& key, std::vector<std::string> others) {
  std::vector<std::string> names = std::move(others);
  for (const Number& number : kNumbers) names.emplace_back(number.name);
  for (const Switch& one : kSwitches) names.emplace_back(one.name);
  names.emplace_back(kContext);
  names.emplace_back("recompute");
  const auto near = nearest_name(key, names);
  return refuse(fmt::format("{} knows no degree '{}'", option, key),
                near ? "did you mean " + *near + "?" : fmt::format("one of: {}", fmt::join(names, ", ")));
}

/// --fix tp=8
Result<void> settle(const std::string& assignment, Settled& settled, RecomputeWords& recompute) {
  const std::size_t equals = assignment.find('=');
  const std::string key = assignment.substr(0, equals), text = equals == std::string::npos ? "" : assignment.substr(equals + 1);
  for (const Number& number : kNumbers) {
    if (number.name != key) continue;
    const auto value = whole(text);
    if (!value || *value < number.least || *value > number.most)
      return refuse(
          fmt::format("--fix {} wants a whole number from {} to {}, not '{}'", key, number.least, print_count(number.most), text),
          fmt::format("as in --fix {}={}", key, std::max(1, number.least)));
    settled.*number.place = value;
    return {};
  }
  if (key == "recompute") return take_recompute_mode("--fix recompute", text, recompute);
  if (key == "recompute_num_layers") return take_recompute_layers("--fix recompute_num_layers", text, recompute);
  if (key == "recompute_modules") return take_recompute_modules("--fix recompute_modules", text, recompute);
  for (const Switch& one : kSwitches) {
    if (one.name != key) continue;
    if (text != "on" && text != "off") return refuse(fmt::format("--fix {} cannot be '{}'", key, text), "one of: on, off");
    settled.*one.place = text == "on";
    return {};
  }
  if (key == kContext) {
    settled.context = catalog::context_parallel_from(text);
    if (!settled.context)
      return refuse(fmt::format("--fix {} cannot be '{}'", key, text),
                    fmt::format("one of: {}", fmt::join(context_words(), ", ")));
    return {};
  }
  return unknown_degree("--fix", key, {"recompute_num_layers", "recompute_modules"});
}

/// --free tp: as `from` has it.
Result<void> take_from(const Settled& from, const std::string& name, Settled& settled) {
  if (name == "all") {
    settled = from;
    return {};
  }
  for (const Number& number : kNumbers)
    if (number.name == name) {
      settled.*number.place = from.*number.place;
      return {};
    }
  for (const Switch& one : kSwitches)
    if (one.name == name) {
      settled.*one.place = from.*one.place;
      return {};
    }
  if (name == "recompute") settled.recompute = from.recompute;
  else if (name == kContext) settled.context = from.context;
  else if (name == "recompute_num_layers" || name == "recompute_modules")
    return refuse(fmt::format("--free {} is a part of recompute, which is free or settled as a whole", name), "--free recompute");
  else return unknown_degree("--free", name, {"all"});
  return {};
}

Result<void> take_limits(const Arguments& arguments, search::SearchSpace& space) {
  constexpr std::uint64_t kMost = 1'000'000'000;
  for (const char* name : {"--sequence-length", "--max-tp", "--top"})
    if (arguments.number(name, 1) > kMost || (arguments.has(name) && arguments.number(name, 1) == 0))
      return refuse(fmt::format("{} must be at least 1 and at most {}", name, print_count(static_cast<long long>(kMost))),
                    fmt::format("as in {} 8", name));
  const auto number = [&](const char* name, int fallback) {
    return static_cast<int>(arguments.number(name, static_cast<std::uint64_t>(fallback)));
  };
  space.sequence_length = number("--sequence-length", space.sequence_length);
  space.max_tp = number("--max-tp", 0);
  space.top = number("--top", space.top);
  space.threads = static_cast<unsigned>(arguments.number("--threads", 1));
  const auto margin = quantity_option(arguments, "--memory-margin", Quantity<kDimensionless>{});
  if (!margin) return std::unexpected(margin.error());
  if (margin->base() >= 1) return refuse("--memory-margin leaves no memory", "as in --memory-margin 5%");
  const auto mfu = quantity_option(arguments, "--min-mfu", Quantity<kDimensionless>{});
  if (!mfu) return std::unexpected(mfu.error());
  space.memory_margin = margin->base();
  space.least_mfu = mfu->base();
  return {};
}

Result<void> take_batch(const Arguments& arguments, search::SearchSpace& space, std::vector<std::string>& notes) {
  const auto text = arguments.value("--global-batch");
  if (!text) return {};
  if (const auto sequences = whole(*text); sequences && *sequences > 0) {
    space.global_batch = *sequences;
    return {};
  }
  const auto tokens = quantity_option(arguments, "--global-batch", Tokens{});
  if (!tokens) return refuse(fmt::format("--global-batch cannot be '{}'", *text), "1536, or as in --global-batch \"4 Mtoken\"");
  const double sequences = tokens->base() / space.sequence_length;
  if (!(sequences >= 1 && sequences <= 1e9))
    return refuse("--global-batch is less than one sequence", "as in --global-batch 1536");
  space.global_batch = study::divisible_near(sequences);
  notes.push_back(fmt::format("{} are {} sequences of {} tokens, rounded so that they divide", *text,
                              print_count(space.global_batch), print_count(space.sequence_length)));
  return {};
}

template <class T>
void add_once(std::vector<T>& list, T one) {
  if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(one);
}

void take_choices(const Arguments& arguments, search::SearchSpace& space) {
  using perf::Schedule;
  for (const std::string& name : arguments.values("--schedule"))
    add_once(space.schedules, name == "zero-bubble" ? Schedule::zero_bubble : Schedule::dual_pipe);
  if (arguments.has("--precision")) space.precisions.clear();
  for (const std::string& name : arguments.values("--precision")) add_once(space.precisions, *catalog::precision_from(name));
  for (const std::string& name : arguments.values("--cp-comm-type"))
    add_once(space.context_kinds, *catalog::context_parallel_from(name));
  const std::string objective = arguments.value("--objective").value_or("time");
  if (objective == "energy") space.objective = search::Objective::energy;
  if (objective == "money") space.objective = search::Objective::money;
}

}  // namespace

Result<std::vector<int>> take_counts(const Arguments& arguments, search::SearchSpace& space) {
  constexpr int kMost = 10'000'000, kMostPoints = 10'000;
  std::vector<int> counts;
  const auto text = arguments.value("--gpus");
  if (!text && arguments.has("--every")) return refuse("--every is the step of a range", "as in --gpus 64..4096 --every 64");
  if (!text) return counts;
  const std::size_t dots = text->find("..");
  const auto low = whole(std::string_view(*text).substr(0, dots));
  const auto high = dots == std::string::npos ? low : whole(std::string_view(*text).substr(dots + 2));
  if (!low || !high || *low < 1 || *high < *low || *high > kMost)
    return refuse(fmt::format("--gpus cannot be '{}'", *text), "a number up to 10,000,000, or a range as 64..4096");
  space.gpus = *high;
  if (arguments.has("--every") && arguments.number("--every", 0) == 0)
    return refuse("--every must be at least 1", "as in --gpus 64..4096 --every 64");
  if (dots == std::string::npos && arguments.has("--every"))
    return refuse("--every is the step of a range, and --gpus names one number", "as in --gpus 64..4096 --every 64");
  if (dots == std::string::npos) return counts;
  const auto every = static_cast<int>(std::min<std::uint64_t>(arguments.number("--every", 0), kMost));
  for (int gpus = *low; gpus <= *high; gpus = every > 0 ? gpus + every : gpus * 2) counts.push_back(gpus);
  if (counts.size() > kMostPoints)
    return refuse(fmt::format("--gpus {} has {} points", *text, print_count(static_cast<long long>(counts.size()))),
                  "take larger steps with --every");
  return counts;
}

Result<void> take_space(const Arguments& arguments, search::SearchSpace& space, std::vector<std::string>& notes) {
  if (auto taken = take_limits(arguments, space); !taken) return taken;
  if (auto taken = take_batch(arguments, space, notes); !taken) return taken;
  take_choices(arguments, space);
  return {};
}

Result<Settled> take_settled(const Arguments& arguments, const catalog::Stack& stack, search::SearchSpace& space) {
  Settled fixed;
  RecomputeWords words;
  for (const std::string& assignment : arguments.values("--fix"))
    if (auto settled = settle(assignment, fixed, words); !settled) return std::unexpected(settled.error());
  const auto recompute = recompute_of(words);
  if (!recompute) return std::unexpected(recompute.error());
  fixed.recompute = *recompute;
  const std::vector<std::string> free = arguments.values("--free");
  for (const std::string& name : free)
    if (auto freed = take_from({}, name, space.settled); !freed) return std::unexpected(freed.error());
  for (const Number& number : kNumbers)
    if (fixed.*number.place) space.settled.*number.place = fixed.*number.place;
  if (fixed.recompute) space.settled.recompute = fixed.recompute;
  if (fixed.context) space.settled.context = fixed.context;
  for (const Switch& one : kSwitches)
    if (fixed.*one.place) space.settled.*one.place = fixed.*one.place;
  const Settled open = space.settled;
  study::settle_as_stack(space, stack);
  for (const std::string& name : free)
    if (auto freed = take_from(open, name, space.settled); !freed) return std::unexpected(freed.error());
  return fixed;
}

std::vector<std::string> settled_beside(const Settled& fixed, const Settled& all) {
  std::vector<std::string> words;
  for (const auto& [name, place, least, most] : kNumbers)
    if (all.*place && !(fixed.*place)) words.push_back(fmt::format("{} {}", name, *(all.*place)));
  if (all.context && !fixed.context) words.push_back(fmt::format("{} {}", kContext, catalog::name_of(*all.context)));
  if (all.recompute && !fixed.recompute) words.push_back(fmt::format("recompute {}", in_words(*all.recompute)));
  for (const auto& [name, place] : kSwitches)
    if (all.*place && !(fixed.*place)) words.push_back(fmt::format("{} {}", name, *(all.*place) ? "on" : "off"));
  return words;
}

std::vector<Option> space_options() {
  return {
      {.name = "--gpus",
       .value = "N",
       .help = "number of accelerators; 64..4096 draws the scaling curve, doubling",
       .takes = Takes::text},
      {.name = "--every", .value = "N", .help = "step of a range of accelerators, instead of doubling", .takes = Takes::number},
      {.name = "--front", .help = "all plans that none beats in both time and memory; with a range, in accelerators too"},
      {.name = "--global-batch", .value = "B", .help = "sequences of one step, or tokens as \"4 Mtoken\"", .takes = Takes::text},
      {.name = "--sequence-length",
       .value = "S",
       .help = "tokens of a sequence; as the model was trained if not given",
       .takes = Takes::number},
      {.name = "--objective",
       .value = "WHAT",
       .help = "what the best plan has least of; time if not given",
       .takes = Takes::word,
       .words = {"time", "energy", "money"}},
      {.name = "--precision",
       .value = "FORMAT",
       .help = "number format of the matrix products; several are searched together",
       .takes = Takes::word,
       .words = {"bf16", "fp8", "fp8_block", "mxfp8", "nvfp4"},
       .repeats = true},
      {.name = "--max-tp",
       .value = "N",
       .help = "most tensor parallelism; the NVLink domain if not given",
       .takes = Takes::number},
      {.name = "--fix",
       .value = "DEGREE=VALUE",
       .help = "settle tp, sp, pp, vp, dp, cp, cp_comm_type, ep, etp, mbs, zero, shard_group, expert_overlap, recompute, "
               "recompute_num_layers or recompute_modules, as pp=16",
       .takes = Takes::text,
       .repeats = true},
      {.name = "--free",
       .value = "DEGREE",
       .help = "let the search choose what the file settles, or the software: zero, shard_group and sp; all frees all of that",
       .takes = Takes::text,
       .repeats = true},
      {.name = "--schedule",
       .value = "NAME",
       .help = "allow a schedule beyond 1F1B and interleaving",
       .takes = Takes::word,
       .words = {"zero-bubble", "dual-pipe"},
       .repeats = true},
      {.name = "--cp-comm-type",
       .value = "KIND",
       .help = "allow another kind of context parallelism beside the stack's: a ring (p2p), an exchange of heads (a2a) or all "
               "keys and values gathered first",
       .takes = Takes::word,
       .words = context_words(),
       .repeats = true},
      {.name = "--memory-margin", .value = "SHARE", .help = "memory to leave free, as 5%", .takes = Takes::text},
      {.name = "--min-mfu", .value = "SHARE", .help = "least model FLOP utilization, as 40%", .takes = Takes::text},
      {.name = "--top", .value = "K", .help = "layouts to list, 10 if not given", .takes = Takes::number},
      {.name = "--threads",
       .value = "N",
       .help = "threads to use, 0 for all; the answer does not depend on it",
       .takes = Takes::number}};
}

}  // namespace eigenbau::cli
