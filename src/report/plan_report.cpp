// How does the answer to a cluster file become a result tree?
#include "report/plan_report.h"

#include "report/plan_sections.h"
#include "report/ranges.h"

namespace eigenbau::report {
namespace {

Report answer_report(const study::Answer& answer, Detail detail) {
  Report report;
  report.sections = {power_section(answer),  racks_section(answer, detail), fabric_section(answer),
                     supply_section(answer), jobs_section(answer),          cost_section(answer)};
  return report;
}

}  // namespace

std::string key_from(std::string_view name) {
  std::string key;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool capital = c >= 'A' && c <= 'Z';
    if (plain || capital) key += capital ? static_cast<char>(c + 32) : c;
    else if (!key.empty() && key.back() != '_') key += '_';
  }
  while (key.ends_with('_')) key.pop_back();
  return key.empty() ? "unnamed" : key;
}

Report plan_report(const study::Study& study, const Origin& origin) {
  std::vector<Report> samples;
  for (const study::Answer& sample : study.samples) samples.push_back(answer_report(sample, Detail::figures));
  Report report = with_ranges(answer_report(study.middle, Detail::figures_and_drawings), samples);
  report.title = study.middle.cluster.name;
  report.input = origin.input;
  report.input_hash = origin.input_hash;
  report.version = origin.version;
  report.seed = origin.seed;
  for (Section& section : report.sections)
    if (section.key == "fabric") add_fabric_options(section, study);
  const std::pair<const char*, Tornado> tornados[] = {{"cost", cost_tornado(study)}, {"jobs", duration_tornado(study)}};
  for (const auto& [key, tornado] : tornados)
    for (Section& section : report.sections)
      if (section.key == key && !tornado.swings.empty()) section.items.push_back(tornado);
  if (!study.verdicts.empty()) report.sections.push_back(claims_section(study));
  report.sections.push_back(open_section(study));
  return report;
}

}  // namespace eigenbau::report
