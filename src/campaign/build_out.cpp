// How many accelerators are delivered, installed, accepted and wired by the end of each day?
#include "campaign/build_out.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace eigenbau::campaign {

namespace {

int whole_days(Time span) { return std::max(0, static_cast<int>(std::ceil(span / kDay - 1e-9))); }

/// Delivered by the end of `day`, at most what is bought.
double delivered_by(const BuildOutInput& input, Date day) {
  if (input.deliveries.empty()) return day >= input.start ? input.gpus : 0;
  double sum = 0;
  for (const BuildOutInput::Delivery& delivery : input.deliveries) {
    if (day < delivery.from) continue;
    const double days = static_cast<double>((day - delivery.from).count()) + 1;
    sum += delivery.per_day > 0 ? std::min(delivery.gpus, days * delivery.per_day) : delivery.gpus;
  }
  return std::min(sum, input.gpus);
}

/// Day on which anything happens first.
Date origin(const BuildOutInput& input, Date first) {
  Date earliest = std::min(first, input.start);
  for (const BuildOutInput::Delivery& delivery : input.deliveries) earliest = std::min(earliest, delivery.from);
  return earliest;
}

}  // namespace

std::vector<BuildOutDay> build_out(const BuildOutInput& input, Date first, int days) {
  const Date from = origin(input, first);
  const int before = static_cast<int>((first - from).count());
  const int total = before + std::max(0, days);
  const double crews = input.installed_per_day > 0 ? input.installed_per_day : std::numeric_limits<double>::infinity();
  const double dead = std::clamp(input.dead_on_arrival, 0.0, 1.0);
  const int burn_in = whole_days(input.burn_in);
  const int second_burn_in = whole_days(2 * input.burn_in + input.repair);
  const int test = whole_days(input.fabric_test);

  std::vector<BuildOutDay> line(static_cast<std::size_t>(total));
  auto installed_at = [&](int day) { return day < 0 ? 0.0 : line[static_cast<std::size_t>(day)].installed; };
  double installed = 0;
  for (int t = 0; t < total; ++t) {
    BuildOutDay& day = line[static_cast<std::size_t>(t)];
    const Date date = from + std::chrono::days(t);
    day.delivered = delivered_by(input, date);
    if (date >= input.start) installed = std::min(day.delivered, installed + crews);
    day.installed = installed;
    day.accepted = (1 - dead) * installed_at(t - burn_in) + dead * installed_at(t - second_burn_in);
    day.wired = t - test < 0 ? 0 : line[static_cast<std::size_t>(t - test)].accepted;
  }
  line.erase(line.begin(), line.begin() + before);
  return line;
}

BuildOutInput build_out_input(const cluster::Cluster& cluster, double gpus, double gpus_per_server, Date start,
                              double dead_on_arrival_prior, Time repair_prior) {
  const cluster::Build& build = cluster.build;
  BuildOutInput input;
  input.gpus = gpus;
  input.start = build.start.value_or(start);
  input.installed_per_day = build.servers_per_day.value_or(0) * gpus_per_server;
  input.burn_in = build.burn_in.value_or(Time{});
  input.fabric_test = build.fabric_test.value_or(Time{});
  input.dead_on_arrival = build.dead_on_arrival ? build.dead_on_arrival->fraction : dead_on_arrival_prior;
  input.repair = build.repair ? *build.repair : cluster.failures.repair.value_or(repair_prior);
  for (const cluster::Delivery& delivery : build.deliveries)
    input.deliveries.push_back({delivery.from.value_or(input.start), delivery.servers * gpus_per_server,
                                delivery.per_day.value_or(0) * gpus_per_server});
  return input;
}

Pace pace(double gpus, Time within, double gpus_per_server, double servers_per_rack) {
  Pace result;
  if (within <= Time{}) return result;
  result.gpus_per_day = gpus / (within / kDay);
  if (gpus_per_server > 0) result.servers_per_day = result.gpus_per_day / gpus_per_server;
  if (servers_per_rack > 0) result.racks_per_day = result.servers_per_day / servers_per_rack;
  return result;
}

}  // namespace eigenbau::campaign
