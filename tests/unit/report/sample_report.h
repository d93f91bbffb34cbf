// A made-up answer with every kind of item in it, for the renderers' tests.
#pragma once

#include <algorithm>

#include "report/tree.h"

namespace eigenbau::report {

inline const Provenance kSheet{.source = "a vendor's data sheet", .date = "2022-09-20", .confidence = "high"};

inline Figure ranged(Figure figure, double low, double high) {
  figure.low = low;
  figure.high = high;
  return figure;
}

inline Section sample_power() {
  using namespace literals;
  Section s{.key = "power", .title = "Power", .lead = "The site draws 128 MW with all GPUs in training."};
  Row& site = add(
      s, "site_power", "Site, all GPUs training",
      ranged(figure(128.4_MW, {.source = "derived"}, "12,500 servers × 8.48 kW, network 4.1 MW, × PUE 1.11"), 121e6, 136.2e6));
  site.headline = true;
  site.remark = "1,284 W per GPU";
  site.said = Said{150e6, 150e6, "news, 2024-08"};
  add(s, "server_power", "One server, training", figure(8.48_kW, kSheet)).unit = "W";
  add(s, "pue", "PUE", figure(1.11, {}, "cooling and losses over IT")).headline = true;
  add(s, "battery_from", "Battery stands from", std::monostate{}).remark = "the file says unknown";
  add(s, "cooling", "Cooling", std::string("direct-liquid"));
  s.items.push_back(Table{
      .key = "levels",
      .title = "From the meter to the server",
      .columns = {{.key = "level", .label = "level"},
                  {.key = "load", .label = "load", .dimension = kPower},
                  {.key = "count", .label = "units", .form = Form::count},
                  {.key = "use", .label = "used", .form = Form::share}},
      .rows = {
          {.key = "utility", .cells = {std::string("utility, 161 kV"), Number{128.4e6, 121e6, 136e6}, Number{2}, Number{0.86}}},
          {.key = "pdu", .cells = {std::string("PDU, \"415 V\""), Number{61e3}, Number{1742}, std::monostate{}}}}});
  s.items.push_back(
      Remark{.severity = Severity::warning,
             .code = "EB5107",
             .text = "from 2024-09-20 the grid and the generators carry 85 MW, but the GPUs installed by then draw 104 MW",
             .hint = "add a supply of 19 MW from that date"});
  return s;
}

inline Section sample_supply() {
  Section s{.key = "supply", .title = "Dates"};
  Row& online = add(s, "gpus_online_first", "GPUs online on 2024-07-22", ranged(figure(25772, {}), 21000, 28400), Form::count);
  online.headline = true;
  add(s, "all_online", "All GPUs online",
      DateFigure{.value = *parse_date("2025-05-01"), .low = parse_date("2024-12-03"), .high = parse_date("2025-07-20")})
      .headline = true;
  const Date start = *parse_date("2024-07-01");
  Timeline gpus{.key = "gpus", .title = "GPUs by date", .form = Form::count};
  Timeline power{.key = "power", .title = "Supply and draw by date", .dimension = kPower};
  Series installed{.key = "installed", .label = "installed"}, powered{.key = "powered", .label = "powered"},
      reached{.key = "online", .label = "online"}, supply{.key = "supply", .label = "firm supply"},
      draw{.key = "draw", .label = "draw"};
  for (int day = 0; day <= 330; day += 2) {
    const Date date = start + std::chrono::days(day);
    const double in_place = std::clamp((day - 44) * 5264.0, 0.0, 100000.0);
    const double firm = (day < 31 ? 40.5e6 : day < 304 ? 82.5e6 : 182.5e6);
    const double carried = std::min(100000.0, firm / 1284);
    const double online_now = std::min(std::clamp((day - 48) * 5264.0, 0.0, 100000.0), carried);
    installed.points.push_back({date, in_place, in_place * 0.93, in_place});
    powered.points.push_back({date, carried});
    reached.points.push_back({date, online_now, online_now * 0.85, std::min(100000.0, online_now * 1.06)});
    supply.points.push_back({date, firm, firm * 0.95, firm});
    draw.points.push_back({date, online_now * 1284});
  }
  gpus.series = {installed, powered, reached};
  power.series = {supply, draw};
  s.items.push_back(gpus);
  s.items.push_back(power);
  return s;
}

inline Section sample_racks() {
  using namespace literals;
  Section s{.key = "racks", .title = "Racks"};
  add(s, "compute_racks", "Compute racks", figure(1563, {}, "12,500 servers / 8 per rack, rounded up"), Form::count).headline =
      true;
  Plan hall{.key = "hall", .title = "Halls", .width = 110, .height = 64};
  hall.rectangles.push_back({0, 0, 110, 64, "hall", "hall 1"});
  for (int row = 0; row < 14; ++row)
    for (int rack = 0; rack < 110; ++rack)
      hall.rectangles.push_back({4 + rack * 0.9, 3 + row * 4.2, 0.6, 1.2, rack % 12 == 11 ? "network rack" : "compute rack", "",
                                 "row " + std::to_string(row + 1)});
  s.items.push_back(hall);
  return s;
}

inline Section sample_cost() {
  using namespace literals;
  Section s{.key = "cost", .title = "Cost"};
  add(s, "capital", "Capital", ranged(figure(5.02_GUSD, {}, "bill of materials"), 4.4e9, 5.6e9)).headline = true;
  Row& hour = add(s, "cost_per_gpu_hour", "Cost per GPU-hour", ranged(figure(1.91 * kUsd / kHour, {}), 1.6 / 3600, 2.4 / 3600));
  hour.unit = "USD/GPU-h";
  hour.headline = true;
  hour.said = Said{2.28 / 3600, 3.80 / 3600, "the lease that was not signed"};
  s.items.push_back(Stack{.key = "capital_parts",
                          .title = "Capital",
                          .dimension = kMoney,
                          .bars = {{.key = "own",
                                    .label = "this cluster",
                                    .segments = {{.key = "servers", .label = "servers", .amount = {3.5e9, 3.0e9, 4.0e9}},
                                                 {.key = "network", .label = "network", .amount = {5.4e8}},
                                                 {.key = "plant", .label = "building and plant", .amount = {9.8e8}}}}}});
  s.items.push_back(Stack{.key = "hour_parts",
                          .title = "Cost per GPU-hour",
                          .dimension = kMoney - kTime,
                          .unit = "USD/GPU-h",
                          .bars = {{.key = "own",
                                    .label = "own",
                                    .segments = {{.key = "it", .label = "IT over its life", .amount = {1.30 / 3600}},
                                                 {.key = "plant", .label = "plant over its life", .amount = {0.18 / 3600}},
                                                 {.key = "energy", .label = "energy", .amount = {0.10 / 3600}},
                                                 {.key = "upkeep", .label = "upkeep and staff", .amount = {0.33 / 3600}}}},
                                   {.key = "lease",
                                    .label = "lease, 4 years",
                                    .segments = {{.key = "lease", .label = "lease", .amount = {2.85 / 3600}}}}}});
  s.items.push_back(
      Tornado{.key = "hour_swings",
              .title = "What moves the cost per GPU-hour",
              .dimension = kMoney - kTime,
              .unit = "USD/GPU-h",
              .middle = 1.91 / 3600,
              .swings = {{"finance.it_life", "life of the IT", "3 years", "7 years", 2.4 / 3600, 1.6 / 3600},
                         {"servers.price_per_gpu", "price per GPU", "30 kUSD", "40 kUSD", 1.72 / 3600, 2.02 / 3600},
                         {"site.electricity_price", "", "0.055 USD/kWh", "0.083 USD/kWh", 1.89 / 3600, 1.94 / 3600}}});
  s.items.push_back(Scatter{.key = "step_times",
                            .title = "Predicted against measured",
                            .dimension = kTime,
                            .clouds = {{"one", "one cluster", {{"a", 1.0, 1.05}, {"b", 2.0, 1.8}, {"c", 30.0, 31.0}}},
                                       {"two", "another", {{"d", 0.4, 0.7}}}}});
  return s;
}

inline Section sample_claims() {
  using namespace literals;
  Section s{.key = "claims", .title = "Claims"};
  Judgment impossible{.key = "claim_1",
                      .claim = "32,000 cards online in July 2024 on 8 MW",
                      .source = "news, 2024-07-22",
                      .verdict = Verdict::cannot_be,
                      .because = "8 MW is 250 W of site power a card, below the 700 W of the chip alone.",
                      .closes = {"with 14 generators of 2.5 MW it holds if site power is capped at 1,344 W a card"}};
  impossible.numbers.push_back({.key = "power_per_gpu",
                                .label = "site power per card",
                                .value = figure(250_W, {}, "8 MW / 32,000"),
                                .said = Said{250, 250}});
  s.items.push_back(impossible);
  s.items.push_back(Judgment{.key = "claim_2",
                             .claim = "100,000 H100 need 150 MW <& \"quoted\">",
                             .verdict = Verdict::holds,
                             .because = "The design draws 128 MW in training and 153 MW at nameplate."});
  s.items.push_back(Judgment{.key = "claim_3",
                             .claim = "100,000 cards in 19 days",
                             .verdict = Verdict::holds_if,
                             .because = "It takes 658 servers a day.",
                             .closes = {"82 racks a day"}});
  return s;
}

inline Report sample_report() {
  return {.title = "A made-up cluster of 100,000 GPUs",
          .input = "sample.toml",
          .input_hash = "9f86d081884c7d65",
          .version = "0.1.0",
          .seed = 7,
          .samples = 200,
          .sections = {sample_power(), sample_racks(), sample_supply(), sample_cost(), sample_claims()}};
}

}  // namespace eigenbau::report
