// What is the whole answer to one file: the middle, the samples around it, the claims, what moves it most?
#include "study/run.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/parallel.h"

namespace eigenbau::study {
namespace {

constexpr double kLowEnd = 0.05;
constexpr double kHighEnd = 0.95;

/// All answers of one study share the document, the catalog and the plans of the middle values.
class Workshop {
 public:
  Workshop(const Document& document, const catalog::Catalog& catalog, PlanBook& book, const StudyOptions& options)
      : document_(document), catalog_(catalog), book_(book), options_(options) {}

  Result<Answer> at(const Draw& draw, std::uint32_t index) const {
    return answer(cluster::sample_cluster(document_, draw), catalog_.drawn(draw), book_, {options_.seed, index});
  }

  /// Answers of many draws at once, in their order; a draw that has none is left out.
  std::vector<Answer> all(const std::vector<std::pair<Draw, std::uint32_t>>& draws) const {
    std::vector<std::optional<Answer>> found(draws.size());
    parallel_for(draws.size(), options_.threads, [&](std::size_t i) {
      if (auto one = at(draws[i].first, draws[i].second)) found[i] = std::move(*one);
    });
    std::vector<Answer> answers;
    for (auto& one : found)
      if (one) answers.push_back(std::move(*one));
    return answers;
  }

  std::vector<Answer> samples() const {
    std::vector<std::pair<Draw, std::uint32_t>> draws;
    for (std::uint32_t i = 1; i <= options_.samples; ++i) draws.emplace_back(Draw::sample(options_.seed, i), i);
    return all(draws);
  }

 private:
  const Document& document_;
  const catalog::Catalog& catalog_;
  PlanBook& book_;
  const StudyOptions& options_;
};

/// Ranges of the parts that this machine's watts and money rest on, beside those of the file.
std::vector<Uncertain> ranges_of_parts(const Answer& answer, const catalog::Catalog& catalog) {
  std::set<std::pair<std::string, std::string>> parts{{"price", "construction"}, {"price", "operations"}};
  const std::string& prior = answer.cluster.failures.prior;
  parts.emplace("failure", prior.empty() ? "general" : prior);
  for (const design::ServerGroup& group : answer.design.groups) parts.emplace("server", group.server.name);
  if (answer.design.back_end) parts.emplace("switch", answer.design.back_end->part.name);
  for (const design::CoolingUnits& units : answer.design.cooling.units) parts.emplace("plant", units.part);
  for (const design::PowerLevel& level : answer.design.power.levels) parts.emplace("plant", level.part);
  std::vector<Uncertain> list;
  for (const auto& [kind, name] : parts)
    for (Uncertain& figure : catalog.uncertain(kind, name)) list.push_back(std::move(figure));
  return list;
}

std::optional<Time> first_duration(const Answer& answer) {
  for (const campaign::TrainingRun& run : answer.campaign.runs)
    if (run.end == campaign::RunEnd::done) return run.duration;
  return std::nullopt;
}

/// Inputs by how strongly the accelerator-hour follows them over the samples (absolute covariance with the input's place in
/// its range): a cheap guess of which ones are worth moving one by one.
std::vector<Uncertain> most_influential(const std::vector<Uncertain>& uncertain, const std::vector<Answer>& samples,
                                        const StudyOptions& options) {
  if (uncertain.size() <= options.swings || samples.size() != options.samples) return uncertain;
  double mean = 0;
  for (const Answer& sample : samples) mean += sample.money.gpu_hour.total().base() / static_cast<double>(samples.size());
  std::vector<std::pair<double, std::size_t>> ranked;
  for (std::size_t u = 0; u < uncertain.size(); ++u) {
    const Range& range = uncertain[u].range;
    double covariance = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const double drawn = Draw::sample(options.seed, static_cast<std::uint32_t>(i + 1)).value(uncertain[u].path, range);
      const double place = range.high > range.low ? (drawn - range.mid) / (range.high - range.low) : 0;
      covariance += place * (samples[i].money.gpu_hour.total().base() - mean);
    }
    ranked.emplace_back(-std::abs(covariance), u);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<Uncertain> chosen;
  for (std::size_t i = 0; i < options.swings; ++i) chosen.push_back(uncertain[ranked[i].second]);
  return chosen;
}

std::vector<Sensitivity> sensitivities(const std::vector<Uncertain>& inputs, const Workshop& workshop) {
  std::vector<std::pair<Draw, std::uint32_t>> draws;
  for (const Uncertain& input : inputs) {
    draws.emplace_back(Draw::middle().pinned(input.path, kLowEnd), 0);
    draws.emplace_back(Draw::middle().pinned(input.path, kHighEnd), 0);
  }
  const std::vector<Answer> ends = workshop.all(draws);
  std::vector<Sensitivity> list;
  if (ends.size() != draws.size()) return list;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Answer &low = ends[2 * i], &high = ends[2 * i + 1];
    list.push_back({inputs[i], inputs[i].range.quantile(kLowEnd), inputs[i].range.quantile(kHighEnd), low.money.gpu_hour.total(),
                    high.money.gpu_hour.total(), first_duration(low), first_duration(high)});
  }
  std::stable_sort(list.begin(), list.end(), [](const Sensitivity& a, const Sensitivity& b) {
    return abs(a.gpu_hour_high - a.gpu_hour_low) > abs(b.gpu_hour_high - b.gpu_hour_low);
  });
  return list;
}

std::vector<Verdict> verdicts(const Answer& middle, const std::vector<Answer>& samples, const std::vector<Answer>& extremes) {
  std::vector<Verdict> list;
  for (const cluster::Claim& claim : middle.cluster.claims) list.push_back(verdict(claim, middle, samples, extremes));
  return list;
}

}  // namespace

Result<Study> run_study(const Document& document, const catalog::Catalog& catalog, const StudyOptions& options) {
  auto reading = cluster::load_cluster(document, catalog);
  if (!reading) return std::unexpected(reading.error());
  const catalog::Catalog middle_parts = catalog.drawn(Draw::middle());
  const auto machine = machine_of(reading->cluster, middle_parts);
  if (!machine) return std::unexpected(machine.error());
  PlanBook book(*machine);
  auto middle = answer(reading->cluster, middle_parts, book, {options.seed, 0});
  if (!middle) return std::unexpected(middle.error());
  Study study;
  study.middle = std::move(*middle);
  if (options.fabric_options) study.fabric_options = design::fabric_options(reading->cluster, middle_parts);
  study.uncertain = std::move(reading->log.uncertain);
  study.unknown = std::move(reading->log.unknown);
  study.remarks = std::move(reading->remarks);
  for (const Diagnostic& finding : study.middle.design.findings.all()) study.remarks.add(finding);
  const Workshop workshop(document, catalog, book, options);
  std::vector<Answer> extremes;
  if (options.samples > 0) {
    study.samples = workshop.samples();
    extremes = workshop.all({{Draw::level(0), 0}, {Draw::level(1), 0}});
    std::vector<Uncertain> inputs = study.uncertain;
    for (Uncertain& figure : ranges_of_parts(study.middle, catalog)) inputs.push_back(std::move(figure));
    study.sensitivities = sensitivities(most_influential(inputs, study.samples, options), workshop);
  }
  study.verdicts = verdicts(study.middle, study.samples, extremes);
  return study;
}

}  // namespace eigenbau::study
