// Which part of the result tree tells which part of an answer?
#pragma once

#include <string>
#include <string_view>

#include "base/figure.h"
#include "report/job_report.h"
#include "report/tree.h"
#include "study/run.h"

namespace eigenbau::report {

/// Samples leave out what is only drawn: it has no ranges.
enum class Detail { figures, figures_and_drawings };

Section power_section(const study::Answer& answer);
Section racks_section(const study::Answer& answer, Detail detail);
Section fabric_section(const study::Answer& answer);
/// Other ways to wire the back end, and which of the first stage's choices a later stage does not undo.
void add_fabric_options(Section& section, const study::Study& study);
Section supply_section(const study::Answer& answer);
Section jobs_section(const study::Answer& answer);
Section cost_section(const study::Answer& answer);
Section claims_section(const study::Study& study);
Section open_section(const study::Study& study);
Tornado cost_tornado(const study::Study& study);
/// Of the first training job that ends; without swings if none does.
Tornado duration_tornado(const study::Study& study);

/// A value of an uncertain input: a quantity, a day, or a rate that people count by days.
std::string print_input(double value, const Uncertain& input);

/// A figure that follows from others by this arithmetic.
template <class Q>
Figure derived(Q value, std::string derivation = "") {
  return figure(value, {.source = "derived"}, std::move(derivation));
}

/// A figure whose origin is told in words: "cluster file, line 41".
template <class Q>
Figure stated(Q value, std::string source) {
  return figure(value, {.source = std::move(source)});
}

inline constexpr std::string_view kGpuHour = "USD/GPU-h";

}  // namespace eigenbau::report
