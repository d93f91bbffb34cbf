// Over which plans does the user want to search, and by what is the best one the best?
#include "cli/search_space.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/option_values.h"
#include "study/planner.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

Result<void> settle(const std::string& assignment, search::SearchSpace& space) {
  const std::size_t equals = assignment.find('=');
  const std::string key = assignment.substr(0, equals), text = equals == std::string::npos ? "" : assignment.substr(equals + 1);
  search::Settled& settled = space.settled;
  const std::vector<std::pair<std::string, std::optional<int>*>> numbers{
      {"tp", &settled.tp},           {"pp", &settled.pp},
      {"vp", &settled.vp},           {"dp", &settled.dp},
      {"cp", &settled.cp},           {"ep", &settled.ep},
      {"etp", &settled.etp},         {"mbs", &settled.micro_batch},
      {"zero", &settled.zero_level}, {"shard_group", &settled.shard_group}};
  std::vector<std::string> names{"recompute", "sp"};
  for (const auto& [name, place] : numbers) {
    names.push_back(name);
    if (name != key) continue;
    const auto value = whole(text);
    if (!value)
      return refuse(fmt::format("--fix {} wants a whole number, not '{}'", key, text), fmt::format("as in --fix {}=8", key));
    *place = *value;
    return {};
  }
  if (key == "recompute") {
    if (text == "none") settled.recompute = perf::Recompute::none;
    else if (text == "selective") settled.recompute = perf::Recompute::selective;
    else if (text == "full") settled.recompute = perf::Recompute::full;
    else return refuse(fmt::format("--fix recompute cannot be '{}'", text), "one of: none, selective, full");
    return {};
  }
  if (key == "sp" && (text == "on" || text == "off")) {
    settled.sequence_parallel = text == "on";
    return {};
  }
  if (key == "sp") return refuse(fmt::format("--fix sp cannot be '{}'", text), "one of: on, off");
  const auto near = nearest_name(key, names);
  return refuse(fmt::format("--fix knows no degree '{}'", key),
                near ? "did you mean " + *near + "?" : fmt::format("one of: {}", fmt::join(names, ", ")));
}

Result<void> take_limits(const Arguments& arguments, search::SearchSpace& space) {
  constexpr std::uint64_t kMost = 1'000'000'000;
  for (const char* name : {"--sequence-length", "--max-tp", "--top"})
    if (arguments.number(name, 1) > kMost || (arguments.has(name) && arguments.number(name, 1) == 0))
      return refuse(fmt::format("{} must be at least 1 and at most {}", name, print_count(static_cast<long long>(kMost))), "");
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
  using perf::ContextParallel;
  using perf::Schedule;
  for (const std::string& name : arguments.values("--schedule"))
    add_once(space.schedules, name == "zero-bubble" ? Schedule::zero_bubble : Schedule::dual_pipe);
  if (arguments.has("--precision")) space.precisions.clear();
  for (const std::string& name : arguments.values("--precision")) add_once(space.precisions, *catalog::precision_from(name));
  if (arguments.has("--all-to-all")) space.context_kinds.push_back(ContextParallel::all_to_all);
  const std::string objective = arguments.value("--objective").value_or("time");
  if (objective == "energy") space.objective = search::Objective::energy;
  if (objective == "money") space.objective = search::Objective::money;
}

}  // namespace

Result<std::vector<int>> take_counts(const Arguments& arguments, search::SearchSpace& space) {
  constexpr int kMost = 10'000'000, kMostPoints = 10'000;
  std::vector<int> counts;
  const auto text = arguments.value("--gpus");
  if (!text) return counts;
  const std::size_t dots = text->find("..");
  const auto low = whole(std::string_view(*text).substr(0, dots));
  const auto high = dots == std::string::npos ? low : whole(std::string_view(*text).substr(dots + 2));
  if (!low || !high || *low < 1 || *high < *low || *high > kMost)
    return refuse(fmt::format("--gpus cannot be '{}'", *text), "a number up to 10,000,000, or a range as 64..4096");
  space.gpus = *high;
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
  for (const std::string& assignment : arguments.values("--fix"))
    if (auto settled = settle(assignment, space); !settled) return settled;
  return {};
}

std::vector<Option> space_options() {
  return {
      {.name = "--gpus",
       .value = "N",
       .help = "number of accelerators; 64..4096 draws the scaling curve, doubling",
       .takes = Takes::text},
      {.name = "--every", .value = "N", .help = "step of a range of accelerators, instead of doubling", .takes = Takes::number},
      {.name = "--front", .help = "with a range: also the plans that none beats in time, memory and accelerators at once"},
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
       .help = "settle tp, sp, pp, vp, dp, cp, ep, etp, mbs, zero, shard_group or recompute, as pp=16",
       .takes = Takes::text,
       .repeats = true},
      {.name = "--schedule",
       .value = "NAME",
       .help = "allow a schedule beyond 1F1B and interleaving",
       .takes = Takes::word,
       .words = {"zero-bubble", "dual-pipe"},
       .repeats = true},
      {.name = "--all-to-all", .help = "allow context parallelism that exchanges heads, beside rings"},
      {.name = "--memory-margin", .value = "SHARE", .help = "memory to leave free, as 5%", .takes = Takes::text},
      {.name = "--min-mfu", .value = "SHARE", .help = "least model FLOP utilization, as 40%", .takes = Takes::text},
      {.name = "--top", .value = "K", .help = "layouts to list, 10 if not given", .takes = Takes::number},
      {.name = "--threads",
       .value = "N",
       .help = "threads to use, 0 for all; the answer does not depend on it",
       .takes = Takes::number}};
}

}  // namespace eigenbau::cli
