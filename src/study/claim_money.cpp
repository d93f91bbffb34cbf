// Do sums of money that somebody named agree with the model?
#include "study/claim_money.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "units/print.h"

namespace eigenbau::study {
namespace {

Provenance derived() { return {.source = "derived"}; }

std::string kusd(Money money) { return print_number(money.in(kKiloUsd), 3) + " kUSD"; }

/// Price of the servers over their accelerators; nothing if a group's price is unknown.
std::optional<Money> servers_per_gpu(const Answer& answer) {
  Money sum{};
  for (const design::ServerGroup& group : answer.design.groups) {
    if (!group.price) return std::nullopt;
    sum += *group.price * static_cast<double>(group.count);
  }
  return answer.design.gpus > 0 ? std::optional(sum / static_cast<double>(answer.design.gpus)) : std::nullopt;
}

std::optional<Money> own_per_gpu(cluster::Covers covers, const Answer& answer) {
  if (answer.design.gpus == 0) return std::nullopt;
  const economics::Capital& capital = answer.money.capital;
  const double n = answer.design.gpus;
  switch (covers) {
    case cluster::Covers::gpus:
    case cluster::Covers::servers:
      return servers_per_gpu(answer);
    case cluster::Covers::it:
      return (capital.of(economics::Asset::servers) + capital.of(economics::Asset::network) +
              capital.of(economics::Asset::storage)) /
             n;
    case cluster::Covers::all_in:
      return capital.at_least / n;
  }
  return std::nullopt;
}

std::string_view what(cluster::Covers covers) {
  switch (covers) {
    case cluster::Covers::gpus:
      return "the servers, nothing else,";
    case cluster::Covers::servers:
      return "the servers";
    case cluster::Covers::it:
      return "servers, network and storage";
    case cluster::Covers::all_in:
      return "servers, network, storage, building and plant";
  }
  return "it";
}

std::string range_of(Money low, Money high) {
  return std::abs(high / low - 1) < 0.005 ? kusd(low) : fmt::format("{} to {}", print_number(low.in(kKiloUsd), 3), kusd(high));
}

/// The sum in the other currency, in words.
std::string foreign_note(const cluster::MoneyClaim& claim) {
  if (!claim.foreign_amount || !claim.per_usd || !(*claim.per_usd > 0)) return "";
  return fmt::format(" {} {} at {} are {}.", print_number(*claim.foreign_amount, 3), claim.currency,
                     print_number(*claim.per_usd, 3), print(economics::from_foreign(*claim.foreign_amount, *claim.per_usd), 3));
}

}  // namespace

Finding judge_money(const cluster::MoneyClaim& claim, double tolerance, const Answer& answer) {
  Finding finding;
  const double gpus = 0.5 * (claim.gpus.low + claim.gpus.high);
  Money low{}, high{};
  if (claim.money) {
    low = claim.money->low / gpus;
    high = claim.money->high / gpus;
  } else if (claim.money_per_gpu) {
    low = claim.money_per_gpu->low;
    high = claim.money_per_gpu->high;
  }
  const auto own = own_per_gpu(claim.covers, answer);
  const std::string foreign = foreign_note(claim);
  if (claim.foreign_amount && claim.per_usd && claim.money) {
    const Money same = economics::from_foreign(*claim.foreign_amount, *claim.per_usd);
    finding.numbers.push_back({"foreign_sum", fmt::format("{} {} in USD", print_number(*claim.foreign_amount, 3), claim.currency),
                               figure(same, derived(), fmt::format("at {} a USD", print_number(*claim.per_usd))), "",
                               claim.money->low.base(), claim.money->high.base()});
    if (std::abs(same / claim.money->low - 1) > tolerance) {
      finding.holding = Holding::cannot_be;
      finding.because = fmt::format("{} was said, but{}", print(claim.money->low, 3), foreign);
      return finding;
    }
    finding.holding = Holding::holds;
    finding.because = fmt::format("the same sum as {}:{}", print(claim.money->low, 3), foreign);
    return finding;
  }
  if (!own) {
    finding.because = fmt::format("{} a card was said; the file and the catalog do not price {}.{}", range_of(low, high),
                                  what(claim.covers), foreign);
    return finding;
  }
  const bool complete = claim.covers != cluster::Covers::all_in || answer.money.capital.complete();
  finding.numbers.push_back({"own_per_card", fmt::format("The design's cost a card, {}", what(claim.covers)),
                             figure(*own, derived()), "kUSD", low.base(), high.base()});
  finding.numbers.push_back(
      {"own_sum", "and for so many cards", figure(*own * gpus, derived()), "", (low * gpus).base(), (high * gpus).base()});
  const bool fits = *own >= low * (1 - tolerance) && *own <= high * (1 + tolerance);
  finding.holding = fits ? Holding::holds : Holding::cannot_be;
  finding.because = fmt::format("{} a card was said; {} cost {}{} in this design ({}{} for {} cards).{}", range_of(low, high),
                                what(claim.covers), complete ? "" : "at least ", kusd(*own), complete ? "" : "at least ",
                                print(*own * gpus, 3), print_count(std::llround(gpus)), foreign);
  if (!complete) finding.closes.push_back(fmt::format("{} lines of the bill have no price", answer.money.capital.unknown.size()));
  return finding;
}

Finding judge_lease(const cluster::LeaseClaim& claim, double tolerance, const Answer& answer) {
  Finding finding;
  const auto lease = std::find_if(answer.cluster.leases.begin(), answer.cluster.leases.end(),
                                  [&](const cluster::Lease& l) { return l.name == claim.lease; });
  const auto price = lease == answer.cluster.leases.end() ? std::nullopt : lease->price_per_gpu();
  const MoneyRate unit = kUsd / kHour;
  if (!price) {
    finding.because = fmt::format("the price of \"{}\" is not known.", claim.lease);
    return finding;
  }
  finding.numbers.push_back({"lease_price", "Price of the lease",
                             figure(*price, derived(), lease->total ? "total / (cards x term), 8,766 h a year" : "as stated"),
                             "USD/h", claim.price.low.base(), claim.price.high.base()});
  finding.holding = *price >= claim.price.low * (1 - tolerance) && *price <= claim.price.high * (1 + tolerance)
                        ? Holding::holds
                        : Holding::cannot_be;
  finding.because = fmt::format("{} comes to {:.2f} USD per card and hour{}.", claim.lease, price->in(unit),
                                lease->term ? fmt::format(" over {} years", print_number(lease->term->in(kYear), 2)) : "");
  for (const double years : {3.0, 4.0, 5.0})
    if (lease->total && lease->count > 0)
      finding.numbers.push_back({fmt::format("lease_price_{:.0f}_years", years), fmt::format("over {:.0f} years", years),
                                 figure(economics::lease_rate(*lease->total, lease->count, years * kYear), derived()), "USD/h"});
  return finding;
}

}  // namespace eigenbau::study
