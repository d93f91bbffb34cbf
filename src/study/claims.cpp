// Do the sentences of the outside world agree with the model?
#include "study/claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "campaign/build_out.h"
#include "campaign/online_need.h"
#include "study/claim_money.h"
#include "units/print.h"

namespace eigenbau::study {
namespace {

Provenance derived() { return {.source = "derived"}; }

std::string watts(Power power) { return print_number(power.in(kWatt), power < 1000 * kWatt ? 3 : 4) + " W"; }
std::string cards(double n) { return print_count(std::llround(n)); }

/// What the design itself reserves and draws, per accelerator at the meter.
struct OwnWatts {
  Power training, provisioned, nameplate, rating;
};
OwnWatts own_watts(const Answer& answer) {
  return {answer.design.per_gpu(design::Load::training).site(), answer.design.per_gpu(design::Load::provisioned).site(),
          answer.design.per_gpu(design::Load::nameplate).site(), answer.design.machine.gpu.tdp};
}

/// Largest unit of the named generators: the one that a careful operator keeps in reserve.
Power largest_unit(const Answer& answer, const std::vector<std::string>& named) {
  Power largest{};
  for (const cluster::Supply& supply : answer.cluster.supplies) {
    const bool meant = named.empty() || std::find(named.begin(), named.end(), supply.name) != named.end();
    if (meant && supply.kind == cluster::SupplyKind::generator && supply.unit_power && supply.count > 1)
      largest = std::max(largest, *supply.unit_power);
  }
  return largest;
}

/// Other supplies that are there on that day, added in the order of the file until the claim's accelerators can run.
std::vector<std::string> closers(const cluster::OnlineClaim& claim, const Answer& answer, Date day, Power supply) {
  std::vector<std::string> list;
  const auto comes = campaign::likely_supplies(answer.cluster.supplies);
  const OwnWatts own = own_watts(answer);
  for (const cluster::Supply& other : answer.cluster.supplies) {
    if (std::find(claim.supplied_by.begin(), claim.supplied_by.end(), other.name) != claim.supplied_by.end()) continue;
    const std::vector<std::string> one{other.name};
    const Power more = campaign::supply_on(answer.cluster.supplies, comes, day, one).stretch;
    if (!(more > Power{}) || claim.supplied_by.empty()) continue;
    supply += more;
    const auto need = campaign::power_need(answer.draw_provisioned, own.rating, claim.gpus_online, supply);
    std::string text = fmt::format("with {}, {} more: {} a card", other.name, print(more),
                                   watts(supply / static_cast<double>(claim.gpus_online)));
    const Power unit = largest_unit(answer, one);
    if (unit > Power{})
      text += fmt::format(" ({} with one unit in reserve)", watts((supply - unit) / static_cast<double>(claim.gpus_online)));
    if (need.verdict == campaign::PowerVerdict::holds_if_capped) text += ", if site power is capped at that";
    list.push_back(text);
    if (need.verdict != campaign::PowerVerdict::cannot_be) return list;
  }
  const Power named = campaign::supply_on(answer.cluster.supplies, comes, day, claim.supplied_by).stretch;
  const Power missing = own.provisioned * claim.gpus_online - named;
  if (missing > Power{})
    list.push_back(fmt::format("{} beside the supplies named would carry them as provisioned, {} in training", print(missing, 3),
                               print(std::max(Power{}, own.training * claim.gpus_online - named), 3)));
  return list;
}

Finding judge_online(const cluster::OnlineClaim& claim, double tolerance, const Answer& answer) {
  Finding finding;
  const Date day = claim.on.value_or(answer.campaign.days.empty() ? Date{} : answer.campaign.days.back().date);
  const auto comes = campaign::likely_supplies(answer.cluster.supplies);
  const Power supply = campaign::supply_on(answer.cluster.supplies, comes, day, claim.supplied_by).stretch;
  const OwnWatts own = own_watts(answer);
  const double n = claim.gpus_online;
  const auto need = campaign::power_need(answer.draw_provisioned, own.rating, n, supply * (1 + tolerance));
  const Power each = supply / n;
  const Power unit = largest_unit(answer, claim.supplied_by);
  finding.numbers = {{"supply", "Supply on that day", figure(supply, derived())},
                     {"per_card", "Site power for each card",
                      figure(each, derived(), fmt::format("{} / {} cards", print(supply), cards(n))), "W"},
                     {"training_per_card", "The design draws in training", figure(own.training, derived()), "W"},
                     {"provisioned_per_card", "and is provisioned for", figure(own.provisioned, derived()), "W"},
                     {"carried", "Cards that it carries, provisioned", figure(supply / own.provisioned, derived())},
                     {"carried_training", "Cards that it carries in training", figure(supply / own.training, derived())}};
  switch (need.verdict) {
    case campaign::PowerVerdict::holds:
      finding.holding = Holding::holds;
      finding.because = fmt::format("{} for {} cards are {} a card; the design is provisioned for {}.", print(supply), cards(n),
                                    watts(each), watts(own.provisioned));
      break;
    case campaign::PowerVerdict::holds_if_capped: {
      finding.holding = Holding::holds_if;
      const std::string reserve = unit > Power{} ? fmt::format(" ({} with one unit in reserve)", watts((supply - unit) / n)) : "";
      finding.because =
          fmt::format("if site power is capped at {} a card{}: the design draws {} in training and is provisioned for {}.",
                      watts(each), reserve, watts(own.training), watts(own.provisioned));
      break;
    }
    case campaign::PowerVerdict::cannot_be:
      finding.holding = Holding::cannot_be;
      finding.because =
          fmt::format("{} for {} cards are {} of site power a card, below the {} {}; the design draws {} a card in training.",
                      print(supply), cards(n), watts(each), watts(each < own.rating ? own.rating : need.lowest_per_gpu),
                      each < own.rating ? "of the chip alone" : "that it needs under the lowest cap", watts(own.training));
      finding.closes = closers(claim, answer, day, supply);
      break;
  }
  const campaign::Day* built = answer.campaign.on(day);
  if (built && claim.on) {
    finding.numbers.push_back(
        {"wired", "Cards that the build has ready that day", figure(static_cast<double>(built->wired), derived())});
    if (built->wired < n * (1 - tolerance) && finding.holding != Holding::cannot_be) {
      finding.holding = Holding::holds_if;
      finding.because += fmt::format(" The build has {} cards ready that day.", cards(built->wired));
      finding.closes.push_back(
          fmt::format("{} more cards delivered and burned in before {}", cards(n - built->wired), print(day)));
    }
  }
  return finding;
}

Finding judge_power(const cluster::PowerClaim& claim, double tolerance, const Answer& answer) {
  Finding finding;
  const bool it = claim.it_power.has_value();
  const auto power = it ? *claim.it_power : claim.site_power.value_or(cluster::Stated<Power>{});
  const auto own = [&](design::Load load) {
    const design::PerGpu each = answer.design.per_gpu(load);
    return it ? each.it() : each.site();
  };
  const Power training = own(design::Load::training), provisioned = own(design::Load::provisioned),
              nameplate = own(design::Load::nameplate), rating = answer.design.machine.gpu.tdp;
  const Power low = power.low / claim.gpus.high, high = power.high / claim.gpus.low;
  const std::string said = std::abs(high / low - 1) < 0.005 ? watts(low) : fmt::format("{} to {}", watts(low), watts(high));
  const std::string where = it ? "of IT power a card" : "at the meter a card";
  finding.numbers = {
      {"per_card", "Power for each card, as said", figure(0.5 * (low + high), derived()), "W", low.base(), high.base()},
      {"training_per_card", "The design draws in training", figure(training, derived()), "W"},
      {"provisioned_per_card", "is provisioned for", figure(provisioned, derived()), "W"},
      {"nameplate_per_card", "and is rated for", figure(nameplate, derived()), "W"},
      {"power_training", "Power of so many cards in training", figure(training * claim.gpus.high, derived()), "",
       power.low.base(), power.high.base()},
      {"power_provisioned", "and provisioned", figure(provisioned * claim.gpus.high, derived()), "", power.low.base(),
       power.high.base()},
      {"cards_training", "Cards on so much power in training", figure(power.high / training, derived()), "", claim.gpus.low,
       claim.gpus.high},
      {"cards_provisioned", "and provisioned", figure(power.low / provisioned, derived()), "", claim.gpus.low, claim.gpus.high}};
  if (high * (1 + tolerance) < rating) {
    finding.holding = Holding::cannot_be;
    finding.because = fmt::format("{} {} is below the {} of the chip alone.", said, where, watts(rating));
    finding.closes.push_back(fmt::format("{} would carry them in training", print(training * claim.gpus.low)));
  } else if (high * (1 + tolerance) < training) {
    finding.holding = Holding::holds_if;
    finding.because = fmt::format("if power is capped at {} a card: the design draws {} in training.", said, watts(training));
  } else if (low * (1 - tolerance) <= nameplate) {
    finding.holding = Holding::holds;
    finding.because = fmt::format("{} {}: the design draws {} in training, is provisioned for {} and rated for {}.", said, where,
                                  watts(training), watts(provisioned), watts(nameplate));
  } else {
    finding.holding = Holding::holds;
    finding.because = fmt::format("{} {} is more than the design's rating of {}: {} are left over.", said, where,
                                  watts(nameplate), print(power.low - nameplate * claim.gpus.high));
  }
  return finding;
}

/// Days on which servers are installed: a build may pause between deliveries.
int installing_days(const Answer& answer) {
  int days = 0, before = 0;
  for (const campaign::Day& day : answer.campaign.days) {
    days += day.installed > before;
    before = day.installed;
  }
  return days;
}

Finding judge_pace(const cluster::PaceClaim& claim, double tolerance, const Answer& answer) {
  Finding finding;
  const double gpus = 0.5 * (claim.gpus.low + claim.gpus.high);
  const double per_server = answer.design.servers > 0 ? static_cast<double>(answer.design.gpus) / answer.design.servers : 8;
  const design::RackKind* racks = nullptr;
  for (const design::RackKind& kind : answer.design.racks.kinds)
    if (kind.use == design::RackUse::servers && (!racks || kind.units > racks->units)) racks = &kind;
  const double per_rack = racks && racks->per_rack > 0 ? racks->per_rack : 1;
  const campaign::Pace pace = campaign::pace(gpus, claim.within, per_server, per_rack);
  const int own_days = installing_days(answer);
  finding.numbers = {{"cards_per_day", "Cards a day",
                      figure(pace.gpus_per_day, derived(), fmt::format("{} / {}", cards(gpus), print(claim.within)))},
                     {"servers_per_day", "Servers a day",
                      figure(pace.servers_per_day, derived(), fmt::format("{} cards a server", print_number(per_server)))},
                     {"racks_per_day", "Racks a day",
                      figure(pace.racks_per_day, derived(), fmt::format("{} servers a rack", print_number(per_rack)))},
                     {"installing_days", "Days on which the build of this file installs",
                      figure(static_cast<double>(own_days), derived()), "", claim.within.in(kDay), claim.within.in(kDay)}};
  const std::string said = fmt::format("{} cards, {} servers, {} racks a day", cards(pace.gpus_per_day),
                                       cards(pace.servers_per_day), cards(pace.racks_per_day));
  if (answer.campaign.days.empty()) {
    finding.because = fmt::format("{}; the file does not say how the machine is built.", said);
    return finding;
  }
  const double own = own_days * gpus / std::max(1, answer.design.gpus);
  finding.holding = own * kDay <= claim.within * (1 + tolerance) + kDay ? Holding::holds : Holding::holds_if;
  finding.because =
      fmt::format("{}{}; the build of this file installs {} cards on {} days.",
                  finding.holding == Holding::holds ? "" : "if the crews reach ", said, cards(answer.design.gpus), own_days);
  return finding;
}

/// The first planned job's MFU, where the claim names none.
const TrainingAnswer* first_planned(const Answer& answer) {
  const auto found = std::find_if(answer.training.begin(), answer.training.end(),
                                  [](const TrainingAnswer& job) { return job.planned.has_value(); });
  return found == answer.training.end() ? nullptr : &*found;
}

Finding judge_training(const cluster::TrainingClaim& claim, double tolerance, const Answer& answer) {
  Finding finding;
  const TrainingAnswer* job = first_planned(answer);
  const double own_mfu = job ? job->planned->step.mfu_causal / job->law_factor : 0;
  const double mfu = claim.mfu ? claim.mfu->fraction : own_mfu;
  const FlopRate each = mfu * answer.design.machine.gpu.peak.sixteen_bit();
  if (!(each > FlopRate{})) {
    finding.because = "neither the claim nor a job that fits this machine gives an MFU.";
    return finding;
  }
  const Time low = claim.compute.low / (claim.gpus.high * each), high = claim.compute.high / (claim.gpus.low * each);
  const std::string how = "compute / (cards x bf16 peak x MFU)";
  finding.numbers = {
      {"shortest", "The least work takes", figure(low, derived(), how), "d", claim.takes.low.base(), claim.takes.low.base()},
      {"longest", "The most work takes", figure(high, derived(), how), "d", claim.takes.high.base(), claim.takes.high.base()}};
  std::string own;
  if (job && claim.mfu) {
    finding.numbers.push_back({"own_mfu", fmt::format("MFU that the design predicts for \"{}\"", job->name),
                               figure(own_mfu, derived()), "%", mfu, mfu});
    own = fmt::format(" The design predicts an MFU of {} for \"{}\", before failures.", print(Share{own_mfu}), job->name);
  }
  const auto near = [&](Time a, Time b) { return std::abs(a / b - 1) <= tolerance; };
  const bool inside = low >= claim.takes.low * (1 - tolerance) && high <= claim.takes.high * (1 + tolerance);
  finding.holding = inside || (near(low, claim.takes.low) && near(high, claim.takes.high)) ? Holding::holds : Holding::cannot_be;
  const auto span = [](double a, double b, int digits) {
    return a == b ? print_number(a, digits) : fmt::format("{} to {}", print_number(a, digits), print_number(b, digits));
  };
  finding.because =
      fmt::format("{} FLOP on {} cards at MFU {} take {} days.{}", span(claim.compute.low.base(), claim.compute.high.base(), 2),
                  span(claim.gpus.low, claim.gpus.high, 6), print(Share{mfu}, 2), span(low.in(kDay), high.in(kDay), 3), own);
  return finding;
}

struct Judge {
  const Answer& answer;
  double tolerance;
  Finding operator()(const cluster::OnlineClaim& c) const { return judge_online(c, tolerance, answer); }
  Finding operator()(const cluster::PowerClaim& c) const { return judge_power(c, tolerance, answer); }
  Finding operator()(const cluster::PaceClaim& c) const { return judge_pace(c, tolerance, answer); }
  Finding operator()(const cluster::MoneyClaim& c) const { return judge_money(c, tolerance, answer); }
  Finding operator()(const cluster::LeaseClaim& c) const { return judge_lease(c, tolerance, answer); }
  Finding operator()(const cluster::TrainingClaim& c) const { return judge_training(c, tolerance, answer); }
};

}  // namespace

Finding judge(const cluster::Claim& claim, const Answer& answer) {
  return std::visit(Judge{answer, claim.tolerance.value_or(kUsualTolerance).fraction}, claim.says);
}

Verdict verdict(const cluster::Claim& claim, const Answer& middle, std::span<const Answer> samples,
                std::span<const Answer> extremes) {
  Verdict verdict{.text = claim.text, .source = claim.source, .finding = judge(claim, middle)};
  std::size_t holding = 0;
  std::optional<Finding> possible;
  auto consider = [&](const Answer& other) {
    Finding one = judge(claim, other);
    const bool holds = one.holding == Holding::holds;
    if (holds || one.holding == Holding::holds_if) possible = std::move(one);
    return holds;
  };
  for (const Answer& sample : samples) holding += consider(sample);
  for (const Answer& extreme : extremes) consider(extreme);
  constexpr double kNeeded = 0.9;
  if (!samples.empty()) verdict.share_holding = static_cast<double>(holding) / static_cast<double>(samples.size());
  Holding& result = verdict.finding.holding;
  if (result == Holding::holds && verdict.share_holding < kNeeded) {
    result = Holding::holds_if;
    verdict.finding.because += fmt::format(" That is so in {} of the samples.", print(Share{verdict.share_holding}, 2));
  } else if (result == Holding::cannot_be && possible) {
    result = Holding::holds_if;
    verdict.finding.because += fmt::format(" Inside the ranges of the file it can be so: {}", possible->because);
  }
  return verdict;
}

}  // namespace eigenbau::study
