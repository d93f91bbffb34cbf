// Which schedule of a pipeline do words name?
#include "tables/schedule_words.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "tables/feature_words.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

using perf::Schedule;

struct Known {
  std::string_view word;
  Schedule schedule;
  std::string_view said{};
};
constexpr std::string_view kV = "ZBV taken as ZB-H1", kGpipe = "GPipe taken as 1F1B, which keeps less in memory",
                           kBoth = "interleaved zero bubble taken as interleaved 1F1B";
constexpr std::array kInterleaved{Known{"interleavedzerobubble", Schedule::interleaved, kBoth},
                                  Known{"interleaved zero bubble", Schedule::interleaved, kBoth},
                                  Known{"loopedbfs", Schedule::interleaved, "LoopedBFS taken as interleaved 1F1B"},
                                  Known{"interleaved1f1b", Schedule::interleaved},
                                  Known{"interleave", Schedule::interleaved},
                                  Known{"vpp", Schedule::interleaved}};
constexpr std::array kSchedules{Known{"zbv", Schedule::zero_bubble, kV},
                                Known{"zb v", Schedule::zero_bubble, kV},
                                Known{"zbvzerobubble", Schedule::zero_bubble, kV},
                                Known{"zb", Schedule::zero_bubble},
                                Known{"zbh1", Schedule::zero_bubble},
                                Known{"zb1p", Schedule::zero_bubble},
                                Known{"zero bubble", Schedule::zero_bubble},
                                Known{"zerobubble", Schedule::zero_bubble},
                                Known{"dualpipev", Schedule::dual_pipe, "DualPipeV taken as DualPipe"},
                                Known{"dualpipe", Schedule::dual_pipe},
                                Known{"dual pipe", Schedule::dual_pipe},
                                Known{"gpipe", Schedule::one_f_one_b, kGpipe},
                                Known{"afab", Schedule::one_f_one_b, kGpipe}};

bool names(std::string_view clause, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return use_in(clause, word).has_value(); });
}

/// Whether what is interleaved are not the stages of a pipeline.
bool interleaves_layers(std::string_view clause) {
  return names(clause, {"moe", "expert", "dense", "attention", "attn", "window", "rope", "rotary", "mrope"}) &&
         !names(clause, {"1f1b", "interleaved1f1b", "pipeline", "vpp", "schedule", "stage"});
}

}  // namespace

std::optional<ScheduleWords> schedule_in(std::string_view clause) {
  if (names(clause, {"overlap"})) return std::nullopt;
  if (!interleaves_layers(clause))
    for (const Known& known : kInterleaved)
      if (const auto use = use_in(clause, known.word)) return ScheduleWords{known.schedule, *use, *use ? known.said : ""};
  std::optional<ScheduleWords> denied;
  for (const Known& known : kSchedules) {
    const auto use = use_in(clause, known.word);
    if (use == true) return ScheduleWords{known.schedule, true, known.said};
    if (use && (!denied || known.schedule == Schedule::dual_pipe)) denied = ScheduleWords{known.schedule, false};
  }
  if (use_in(clause, "1f1b") == true) return ScheduleWords{};
  return denied;
}

}  // namespace eigenbau::tables
