// How are errors of predicted training runs shown?
#include "cli/training_scores.h"

#include <fmt/format.h>

#include <algorithm>

namespace eigenbau::cli {
namespace {

report::Table score_table(const fit::TrainingScore& score) {
  using report::Form;
  report::Table table{.key = "scores",
                      .title = "|predicted/measured - 1| of step time",
                      .columns = {{.key = "group", .label = "group"},
                                  {.key = "rows", .label = "rows", .form = Form::count},
                                  {.key = "answered", .label = "answered", .form = Form::count},
                                  {.key = "median", .label = "median", .form = Form::share},
                                  {.key = "mean", .label = "mean", .form = Form::share},
                                  {.key = "p90", .label = "p90", .form = Form::share},
                                  {.key = "bias", .label = "bias", .form = Form::share},
                                  {.key = "in_band", .label = "in band", .form = Form::share},
                                  {.key = "half_width", .label = "half-width", .form = Form::share}}};
  const auto count = [](int value) { return report::Number{static_cast<double>(value)}; };
  for (const fit::GroupScore& g : score.groups) {
    if (g.rows == 0) continue;
    const auto number = [&](double value) { return g.answered > 0 ? report::Cell(report::Number{value}) : report::Cell{}; };
    table.rows.push_back({.key = g.name,
                          .cells = {g.name, count(g.rows), count(g.answered), number(g.median), number(g.mean), number(g.p90),
                                    number(g.bias), number(g.in_band), number(g.half_width)}});
  }
  return table;
}

report::Table order_table(const fit::TrainingScore& score) {
  report::Table table{.key = "order",
                      .title = "Order of plans of one model: Kendall's tau",
                      .columns = {{.key = "family", .label = "family"},
                                  {.key = "tau", .label = "tau"},
                                  {.key = "pairs", .label = "pairs", .form = report::Form::count},
                                  {.key = "spread", .label = "runs spread", .form = report::Form::share},
                                  {.key = "attainable", .label = "exact law"},
                                  {.key = "no_better", .label = "no better", .form = report::Form::share}}};
  for (const fit::OrderScore& o : score.order)
    table.rows.push_back({.key = o.family,
                          .cells = {o.family, report::Number{o.tau}, report::Number{static_cast<double>(o.pairs)},
                                    report::Number{o.spread}, report::Number{o.attainable}, report::Number{o.no_better}}});
  return table;
}

}  // namespace

std::vector<report::Item> score_items(const fit::TrainingScore& score) {
  if (std::ranges::all_of(score.groups, [](const fit::GroupScore& group) { return group.rows == 0; }))
    return {report::Remark{.text = fmt::format("no row has a measured step time: nothing to score; {} of {} rows answered",
                                               score.answered, score.rows)}};
  std::vector<report::Item> items{score_table(score)};
  if (score.order.empty()) return items;
  items.emplace_back(order_table(score));
  items.emplace_back(report::Remark{
      .text = "runs spread: standard deviation of runs that the law cannot tell apart, that of all families where one has fewer "
              "than three to compare; exact law: the tau that it would reach in the mean among runs that spread so; no better: "
              "draws of such runs in which it "
              "reaches no more than the law does"});
  return items;
}

std::vector<report::Item> blank_items(const std::vector<fit::BlankScore>& scores) {
  using report::Form;
  report::Table table{.key = "blanks",
                      .title = "|predicted/measured - 1| of step time, of the runs that state what is left blank",
                      .columns = {{.key = "blank", .label = "blank"},
                                  {.key = "kind", .label = "runs"},
                                  {.key = "rows", .label = "rows", .form = Form::count},
                                  {.key = "answered", .label = "answered", .form = Form::count},
                                  {.key = "stated_mean", .label = "mean stated", .form = Form::share},
                                  {.key = "mean", .label = "mean", .form = Form::share},
                                  {.key = "median", .label = "median", .form = Form::share},
                                  {.key = "p90", .label = "p90", .form = Form::share},
                                  {.key = "in_band", .label = "in band", .form = Form::share},
                                  {.key = "half_width", .label = "half-width", .form = Form::share}}};
  const auto number = [](double value) { return report::Number{value}; };
  for (const auto& [blank, score, stated_mean] : scores) {
    report::TableRow row{.key = fmt::format("{} {}", blank, score.name),
                         .cells = {blank, score.name, number(score.rows), number(score.answered), number(stated_mean)}};
    for (const double value : {score.mean, score.median, score.p90, score.in_band, score.half_width})
      row.cells.push_back(score.answered > 0 ? report::Cell(number(value)) : report::Cell{});
    table.rows.push_back(std::move(row));
  }
  return {std::move(table)};
}

}  // namespace eigenbau::cli
