// When does power come, when do GPUs come online, and what holds them back?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/plan_sections.h"
#include "units/print.h"

namespace eigenbau::report {
namespace {

using campaign::Day;

constexpr std::size_t kMostPoints = 200;  ///< days of a timeline; days on which something changes come on top

Value day_or_unknown(const std::optional<Date>& date, std::string derivation) {
  if (!date) return std::monostate{};
  return DateFigure{.value = *date, .provenance = {.source = "derived"}, .derivation = std::move(derivation)};
}

bool changes(const Day& a, const Day& b) {
  return a.supply.counted != b.supply.counted || a.installed != b.installed || a.online != b.online || a.powered != b.powered;
}

/// Days worth drawing: evenly spaced ones, the last, and both sides of a change.
std::vector<const Day*> shown_days(const std::vector<Day>& days) {
  const std::size_t stride = days.size() / kMostPoints + 1;
  std::vector<const Day*> shown;
  for (std::size_t i = 0; i < days.size(); ++i)
    if (i % stride == 0 || i + 1 == days.size() || changes(days[i - 1], days[i])) shown.push_back(&days[i]);
  return shown;
}

template <class Of>
Series series(const std::vector<const Day*>& days, std::string key, std::string label, Of of) {
  Series line{.key = std::move(key), .label = std::move(label)};
  for (const Day* day : days) line.points.push_back({.day = day->date, .value = of(*day)});
  return line;
}

void add_timelines(Section& section, const study::Answer& answer) {
  const auto days = shown_days(answer.campaign.days);
  if (days.empty()) return;
  const double bought = answer.design.gpus;
  section.items.push_back(
      Timeline{.key = "gpus",
               .title = "GPUs by date",
               .form = Form::count,
               .series = {series(days, "installed", "installed", [](const Day& d) { return static_cast<double>(d.installed); }),
                          series(days, "powered", "powered", [&](const Day& d) { return std::min<double>(d.powered, bought); }),
                          series(days, "online", "online", [](const Day& d) { return static_cast<double>(d.online); })}});
  Timeline power{.key = "power",
                 .title = "Supply and draw by date",
                 .dimension = kPower,
                 .series = {series(days, "counted", "supply", [](const Day& d) { return d.supply.counted.base(); }),
                            series(days, "drawn", "drawn, training", [](const Day& d) { return d.drawn.base(); })}};
  const bool doubtful =
      std::any_of(days.begin(), days.end(), [](const Day* d) { return d->supply.expected != d->supply.counted; });
  if (doubtful)
    power.series.push_back(
        series(days, "expected", "supply × probability", [](const Day& d) { return d.supply.expected.base(); }));
  section.items.push_back(std::move(power));
}

/// What held the machine back, in days of each cause.
void add_limits(Section& section, const std::vector<Day>& days) {
  std::map<campaign::Limit, int> counts;
  for (const Day& day : days) ++counts[day.limit];
  for (const auto& [limit, count] : counts) {
    if (limit == campaign::Limit::all_online) continue;
    add(section, fmt::format("days_limited_{}", key_from(campaign::name_of(limit))),
        fmt::format("Days bound by: {}", campaign::name_of(limit)), derived(static_cast<double>(count) * kDay), Form::count)
        .unit = "d";
  }
}

Table stage_table(const campaign::Campaign& campaign) {
  Table table{.key = "stages",
              .title = "What each stage of supply carries of all that is bought",
              .columns = {{.key = "from", .label = "from"},
                          {.key = "counted", .label = "supply", .dimension = kPower},
                          {.key = "firm", .label = "firm", .dimension = kPower},
                          {.key = "stretch", .label = "reserve running", .dimension = kPower},
                          {.key = "full_few", .label = "GPUs uncapped", .form = Form::count},
                          {.key = "capped_many", .label = "GPUs capped", .form = Form::count},
                          {.key = "cap", .label = "at", .dimension = kPower, .unit = "W"},
                          {.key = "gain", .label = "more work, best choice", .form = Form::share}}};
  for (const campaign::SupplyStage& stage : campaign.stages) {
    const campaign::PowerTradeOff& trade = stage.trade_off;
    table.rows.push_back(
        {.key = print(stage.from),
         .cells = {stage.from, Number{stage.supply.counted.base()}, Number{stage.supply.firm.base()},
                   Number{stage.supply.stretch.base()}, Number{std::floor(trade.full_few.gpus)},
                   Number{std::floor(trade.capped_many.gpus)}, Number{trade.capped_many.cap.base()}, Number{trade.gain}}});
  }
  return table;
}

std::string_view words_of(campaign::EventKind kind) {
  switch (kind) {
    case campaign::EventKind::supply_begins:
      return "supply begins";
    case campaign::EventKind::supply_ends:
      return "supply ends";
    case campaign::EventKind::delivery_begins:
      return "delivery begins";
    case campaign::EventKind::delivery_ends:
      return "delivery ends";
    case campaign::EventKind::first_online:
      return "first GPUs online";
    case campaign::EventKind::all_online:
      return "all GPUs online";
    case campaign::EventKind::job_starts:
      return "job starts";
    case campaign::EventKind::job_replans:
      return "job takes more GPUs";
    case campaign::EventKind::job_done:
      return "job done";
  }
  return "";
}

Table event_table(const campaign::Campaign& campaign) {
  Table table{.key = "events",
              .title = "What happens when",
              .columns = {{.key = "day", .label = "day"},
                          {.key = "event", .label = "event"},
                          {.key = "what", .label = "of"},
                          {.key = "gpus", .label = "GPUs", .form = Form::count}}};
  std::map<std::string, int> seen;
  for (const campaign::Event& event : campaign.events) {
    const std::string key = key_from(fmt::format("{} {}", words_of(event.kind), event.what));
    table.rows.push_back({.key = fmt::format("{}_{}", key, ++seen[key]),
                          .cells = {event.date, std::string(words_of(event.kind)), event.what,
                                    event.gpus > 0 ? Cell{Number{static_cast<double>(event.gpus)}} : Cell{}}});
  }
  return table;
}

}  // namespace

Section supply_section(const study::Answer& answer) {
  const campaign::Campaign& campaign = answer.campaign;
  Section section{.key = "supply", .title = "Dates"};
  if (campaign.days.empty()) {
    section.items.push_back(Remark{.text = "neither the build nor a supply has a date: nothing can be said of when"});
    return section;
  }
  add(section, "first_online", "First GPUs online",
      day_or_unknown(campaign.first_online, "delivered, installed, burned in, wired and powered"));
  add(section, "half_online", "Half of the GPUs online", day_or_unknown(campaign.half_online, "")).headline = true;
  Row& all = add(section, "all_online", "All GPUs online",
                 day_or_unknown(campaign.all_online, "the later of wired and powered, within the campaign"));
  all.headline = true;
  if (!campaign.all_online)
    all.remark = fmt::format("not by {}; {} at most", print(campaign.days.back().date), print_count(campaign.most_online));
  Row& most = add(section, "most_online", "Most GPUs online", derived(static_cast<double>(campaign.most_online)), Form::count);
  most.remark = fmt::format("of {}", print_count(answer.design.gpus));
  add_limits(section, campaign.days);
  add_timelines(section, answer);
  section.items.push_back(stage_table(campaign));
  section.items.push_back(event_table(campaign));
  for (const std::string& unknown : campaign.unknown) section.items.push_back(Remark{.text = "not counted on: " + unknown});
  return section;
}

}  // namespace eigenbau::report
