// What does it cost to build, to run, for each GPU-hour, and is leasing better?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/plan_sections.h"
#include "units/print.h"

namespace eigenbau::report {
namespace {

constexpr double kLeastSwing = 1e-3;  ///< of the figure; less is not worth a bar

std::string unknown_note(const std::vector<std::string>& unknown) {
  if (unknown.empty()) return "";
  return fmt::format("{} {} unpriced", unknown.size(), unknown.size() == 1 ? "item" : "items");
}

Stack capital_stack(const economics::Capital& capital) {
  Bar bar{.key = "own", .label = "capital", .segments = {}};
  for (std::size_t i = 0; i < economics::kAssets; ++i) {
    const auto asset = static_cast<economics::Asset>(i);
    if (capital.of(asset) > Money{})
      bar.segments.push_back({.key = key_from(economics::name_of(asset)),
                              .label = std::string(economics::name_of(asset)),
                              .amount = {capital.of(asset).base()}});
  }
  return {.key = "capital", .title = "Capital by kind", .dimension = kMoney, .bars = {std::move(bar)}};
}

Bar hour_bar(const economics::GpuHour& hour) {
  Bar bar{.key = "own", .label = "own", .segments = {}};
  const std::tuple<const char*, const char*, MoneyRate> parts[] = {{"capital", "capital over its life", hour.capital},
                                                                   {"energy", "energy", hour.energy},
                                                                   {"maintenance", "maintenance", hour.maintenance},
                                                                   {"spares", "spare parts", hour.spares},
                                                                   {"staff", "staff", hour.staff}};
  for (const auto& [key, label, rate] : parts)
    if (rate > MoneyRate{}) bar.segments.push_back({.key = key, .label = label, .amount = {rate.base()}});
  return bar;
}

Stack hour_stack(const study::Answer& answer) {
  Stack stack{.key = "gpu_hour",
              .title = "Cost of a GPU-hour, own and leased",
              .dimension = kMoney - kTime,
              .unit = std::string(kGpuHour),
              .bars = {hour_bar(answer.money.gpu_hour)}};
  for (const economics::LeaseComparison& lease : answer.money.leases)
    stack.bars.push_back({.key = key_from(lease.name),
                          .label = lease.name,
                          .segments = {{.key = "lease", .label = "lease", .amount = {lease.mean_price.base()}}}});
  return stack;
}

Table bill_table(const design::BillOfMaterials& bill) {
  Table table{.key = "bill",
              .title = "Bill of materials",
              .columns = {{.key = "class", .label = "class"},
                          {.key = "item", .label = "item"},
                          {.key = "quantity", .label = "quantity", .form = Form::count},
                          {.key = "unit", .label = "of"},
                          {.key = "unit_price", .label = "price each", .dimension = kMoney},
                          {.key = "cost", .label = "cost", .dimension = kMoney},
                          {.key = "price_from", .label = "price from"}}};
  std::map<std::string, int> seen;
  for (const design::BillLine& line : bill.lines) {
    const std::string key = key_from(fmt::format("{} {}", design::name_of(line.kind), line.item));
    const auto cost = line.cost();
    const std::string from = line.in_shell_price ? "part of building and plant"
                             : line.unit_price   ? line.price_from.source
                                                 : "unknown";
    table.rows.push_back(
        {.key = fmt::format("{}_{}", key, ++seen[key]),
         .cells = {std::string(design::name_of(line.kind)), line.title.empty() ? line.item : line.title, Number{line.quantity},
                   line.unit, line.unit_price && !line.in_shell_price ? Cell{Number{line.unit_price->base()}} : Cell{},
                   cost && !line.in_shell_price ? Cell{Number{cost->base()}} : Cell{}, from},
         .basis = line.derivation});
  }
  return table;
}

Table month_table(const std::vector<economics::MonthCost>& months) {
  Table table{.key = "months",
              .title = "Running cost by month",
              .columns = {{.key = "month", .label = "from"},
                          {.key = "energy", .label = "energy", .dimension = kMoney},
                          {.key = "demand", .label = "demand charge", .dimension = kMoney},
                          {.key = "fuel", .label = "own generation", .dimension = kMoney},
                          {.key = "staff", .label = "staff", .dimension = kMoney},
                          {.key = "maintenance", .label = "maintenance", .dimension = kMoney},
                          {.key = "spares", .label = "spares", .dimension = kMoney},
                          {.key = "total", .label = "total", .dimension = kMoney}}};
  for (const economics::MonthCost& month : months)
    table.rows.push_back({.key = print(month.first),
                          .cells = {month.first, Number{month.energy.base()}, Number{month.demand.base()},
                                    Number{month.fuel.base()}, Number{month.staff.base()}, Number{month.maintenance.base()},
                                    Number{month.spares.base()}, Number{month.total().base()}}});
  return table;
}

void add_lease(Section& section, const economics::LeaseComparison& lease) {
  const std::string key = "lease_" + key_from(lease.name);
  Row& price = add(section, key + "_price", fmt::format("Lease \"{}\"", lease.name),
                   derived(lease.mean_price, "mean over its term, undiscounted"));
  price.unit = kGpuHour;
  price.headline = true;
  if (!lease.possible) {
    price.remark = lease.gpus_needed > 0 ? fmt::format("too few: {} do the same", print_count(std::llround(lease.gpus_needed)))
                                         : fmt::format("begins after {}", print(lease.by));
    if (lease.gpus_needed > 0)
      add(section, key + "_needed", "Leased GPUs that do the same work",
          derived(lease.gpus_needed, "own GPU-hours by " + print(lease.by) + " over the hours of the lease until then"),
          Form::count)
          .remark = fmt::format("of {} offered", print_count(std::llround(lease.gpus_offered)));
  } else {
    const bool owning_wins = lease.advantage > Money{};
    price.remark =
        fmt::format("{} is {} cheaper at equal work", owning_wins ? "owning" : "leasing", print(abs(lease.advantage), 3));
    add(section, key + "_own", "The same work, owning", derived(lease.own, "present value of what owning costs")).remark =
        lease.name;
    add(section, key + "_lease", "The same work, leasing",
        derived(lease.lease,
                fmt::format("present value; {} GPUs leased", print_count(static_cast<long long>(lease.gpus_needed)))))
        .remark = lease.name;
  }
  if (lease.break_even_price)
    add(section, key + "_break_even", "Break-even price of lease \"" + lease.name + "\"",
        derived(*lease.break_even_price, "flat price at which both cost the same"))
        .unit = kGpuHour;
  if (lease.break_even_utilization)
    add(section, key + "_break_even_use", "Break-even use against lease \"" + lease.name + "\"",
        derived(*lease.break_even_utilization, "above 100 %: owning cannot pay"), Form::share);
}

}  // namespace

Section cost_section(const study::Answer& answer) {
  const economics::Economics& money = answer.money;
  Section section{.key = "cost", .title = "Cost"};
  const std::string missing = unknown_note(money.capital.unknown);
  Row& capital = add(section, "capital", "Capital", derived(money.capital.at_least, "bill of materials, building and plant"));
  capital.headline = true;
  capital.remark = fmt::format("{} per GPU", print(money.per_gpu, 3)) + (missing.empty() ? "" : ", " + missing);
  add(section, "capital_per_gpu", "Capital per GPU", derived(money.per_gpu)).unit = "kUSD";
  add(section, "capital_per_year", "Capital over its life, a year",
      derived(money.capital_per_year, "each kind an annuity over its own life"));
  add(section, "energy_per_year", "Energy, a year",
      derived(money.year.energy, "with demand charge and own generation; the campaign's last year"));
  add(section, "owning_per_year", "Owning, a year", derived(money.year.total(), "capital, energy, maintenance, spares, staff"));
  Row& hour = add(section, "gpu_hour", "Cost of a GPU-hour",
                  derived(money.gpu_hour.total(), fmt::format("a year of owning over 8,766 h × {} GPUs × availability {}",
                                                              print_count(static_cast<long long>(money.year.gpus)),
                                                              print(Share{money.year.availability}))));
  hour.unit = kGpuHour;
  hour.headline = true;
  hour.remark = fmt::format("{} of it energy", print_in(money.gpu_hour.energy.base(), kGpuHour, 3));
  if (money.day_of_delay)
    add(section, "day_of_delay", "A day of delay is worth",
        derived(*money.day_of_delay, "the work that would have to be leased meanwhile; " + answer.market_source));
  for (const economics::LeaseComparison& lease : money.leases) add_lease(section, lease);
  if (money.capital.at_least > Money{}) section.items.push_back(capital_stack(money.capital));
  if (money.gpu_hour.total() > MoneyRate{}) section.items.push_back(hour_stack(answer));
  section.items.push_back(bill_table(answer.design.bill));
  if (!money.months.empty()) section.items.push_back(month_table(money.months));
  for (const std::string& unknown : money.unknown) section.items.push_back(Remark{.text = "not in these sums: " + unknown});
  return section;
}

std::string print_input(double value, const Uncertain& input) {
  constexpr Dimension kPerTime = kDimensionless - kTime;
  if (input.is_date) return print(Date(std::chrono::days(static_cast<int>(std::lround(value)))));
  if (input.dimension == kPerTime && value * kDay.base() < 1) return print_number(value * kDay.base() * 1000, 3) + " per 1,000 d";
  if (input.dimension == kPerTime && value * kDay.base() < 1000) return print_number(value * kDay.base(), 3) + " per d";
  return print_quantity(value, input.dimension, 3);
}

Tornado cost_tornado(const study::Study& study) {
  Tornado tornado{.key = "gpu_hour_swings",
                  .title = "What moves the cost of a GPU-hour most",
                  .dimension = kMoney - kTime,
                  .unit = std::string(kGpuHour),
                  .middle = study.middle.money.gpu_hour.total().base()};
  for (const study::Sensitivity& one : study.sensitivities) {
    if (abs(one.gpu_hour_high - one.gpu_hour_low) < kLeastSwing * study.middle.money.gpu_hour.total()) continue;
    tornado.swings.push_back({.path = one.input.path,
                              .label = "",
                              .input_low = print_input(one.input_low, one.input),
                              .input_high = print_input(one.input_high, one.input),
                              .at_low = one.gpu_hour_low.base(),
                              .at_high = one.gpu_hour_high.base()});
  }
  return tornado;
}

Tornado duration_tornado(const study::Study& study) {
  Tornado tornado{.key = "duration_swings", .title = "What moves the training's duration most", .dimension = kTime, .unit = "d"};
  const auto& runs = study.middle.campaign.runs;
  const auto ends = std::find_if(runs.begin(), runs.end(), [](const auto& run) { return run.end == campaign::RunEnd::done; });
  if (ends == runs.end()) return tornado;
  tornado.middle = ends->duration.base();
  for (const study::Sensitivity& one : study.sensitivities) {
    if (!one.training_low || !one.training_high || abs(*one.training_high - *one.training_low) < kLeastSwing * ends->duration)
      continue;
    tornado.swings.push_back({.path = one.input.path,
                              .label = "",
                              .input_low = print_input(one.input_low, one.input),
                              .input_high = print_input(one.input_high, one.input),
                              .at_low = one.training_low->base(),
                              .at_high = one.training_high->base()});
  }
  std::stable_sort(tornado.swings.begin(), tornado.swings.end(), [](const Swing& a, const Swing& b) {
    return std::abs(a.at_high - a.at_low) > std::abs(b.at_high - b.at_low);
  });
  return tornado;
}

}  // namespace eigenbau::report
