// What do the sentences of the outside world come to, and what is still open?
#include <fmt/format.h>

#include <cmath>

#include "report/plan_sections.h"
#include "report/print.h"
#include "units/print.h"

namespace eigenbau::report {
namespace {

Verdict verdict_of(study::Holding holding) {
  switch (holding) {
    case study::Holding::holds:
      return Verdict::holds;
    case study::Holding::holds_if:
      return Verdict::holds_if;
    case study::Holding::cannot_be:
      return Verdict::cannot_be;
    case study::Holding::open:
      return Verdict::open;
  }
  return Verdict::open;
}

Row number_row(const study::ClaimNumber& number) {
  Row row{.key = number.key, .label = number.label, .value = number.own, .unit = number.unit};
  const bool is_count = number.own.dimension == kDimensionless && number.unit.empty() && std::abs(number.own.value) >= 100;
  if (is_count) row.form = Form::count;
  if (number.said_low && number.said_high) row.said = Said{*number.said_low, *number.said_high, ""};
  return row;
}

/// Every figure that somebody named beside the design's own, claim by claim.
Table said_table(const study::Study& study) {
  Table table{.key = "said",
              .title = "As it was said, and as this design gives it",
              .columns = {{.key = "claim", .label = "claim"},
                          {.key = "figure", .label = "figure"},
                          {.key = "said", .label = "said"},
                          {.key = "own", .label = "this design"}}};
  for (const study::Verdict& verdict : study.verdicts)
    for (const study::ClaimNumber& number : verdict.finding.numbers) {
      const Row row = number_row(number);
      if (row.said)
        table.rows.push_back({.key = number.key, .cells = {verdict.text, number.label, print(*row.said, row), print(row)}});
    }
  return table;
}

Table uncertain_table(const study::Study& study) {
  Table table{.key = "ranges",
              .title = "Figures that are ranges",
              .columns = {{.key = "path", .label = "figure"},
                          {.key = "low", .label = "low"},
                          {.key = "mid", .label = "middle"},
                          {.key = "high", .label = "high"},
                          {.key = "source", .label = "source"}}};
  for (const Uncertain& one : study.uncertain) {
    table.rows.push_back({.key = one.path,
                          .cells = {one.path, print_input(one.range.low, one), print_input(one.range.mid, one),
                                    print_input(one.range.high, one), one.source}});
  }
  return table;
}

}  // namespace

Section claims_section(const study::Study& study) {
  Section section{.key = "claims", .title = "Claims"};
  for (std::size_t i = 0; i < study.verdicts.size(); ++i) {
    const study::Verdict& verdict = study.verdicts[i];
    Judgment judgment{.key = fmt::format("claim_{}", i + 1),
                      .claim = verdict.text,
                      .source = verdict.source,
                      .verdict = verdict_of(verdict.finding.holding),
                      .because = verdict.finding.because,
                      .closes = verdict.finding.closes};
    for (const study::ClaimNumber& number : verdict.finding.numbers) judgment.numbers.push_back(number_row(number));
    section.items.push_back(std::move(judgment));
  }
  Table said = said_table(study);
  if (!said.rows.empty()) section.items.push_back(std::move(said));
  return section;
}

Section open_section(const study::Study& study) {
  Section section{.key = "open", .title = "Open"};
  section.lead = "What was assumed, what nobody has stated, and what the program warns of.";
  for (const Diagnostic& remark : study.remarks.all())
    section.items.push_back(
        Remark{.severity = remark.severity, .code = remark.code, .text = remark.message, .hint = remark.hint});
  for (const std::string& assumption : study.middle.assumptions)
    section.items.push_back(Remark{.text = "assumed: " + assumption});
  for (const std::string& path : study.unknown) section.items.push_back(Remark{.text = path + " is unknown"});
  if (!study.uncertain.empty()) section.items.push_back(uncertain_table(study));
  return section;
}

}  // namespace eigenbau::report
