// Is it better to lease the same work?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "economics/time_value.h"
#include "units/quantity.h"

namespace eigenbau::economics {

/// Market price of one leased accelerator over time, straight lines between points, level outside them.
struct PricePath {
  struct Point {
    Date date{};
    MoneyRate price{};
  };
  std::vector<Point> points;  ///< by date; at least one
  MoneyRate on(Date date) const;
  /// Mean from `from` to `to`.
  MoneyRate mean(Date from, Date to) const;
};

/// A lease on offer.
struct LeaseOffer {
  std::string name;
  double gpus = 0;
  PricePath price;  ///< a fixed price is a path of one point
  Date from{};
  Time term{};
  Share take_or_pay{1.0};  ///< share that is paid even if unused
};

/// What the machine of one's own delivers and costs, from the day of decision.
struct OwnPlan {
  Date decision{};
  std::vector<CashFlow> costs;  ///< capital and running cost; the value left at `by` as a negative flow
  double gpu_hours = 0;         ///< of work delivered by `by`
  Date by{};
};

/// Both ways to the same work by the same day.
struct LeaseComparison {
  std::string name;
  Date by{};
  double gpu_hours = 0;    ///< of work that both deliver
  double gpus_needed = 0;  ///< leased accelerators for that, all hours from the lease's start to `by`
  double gpus_offered = 0;
  bool possible = false;                         ///< the lease begins before `by` and offers enough accelerators
  Money own{}, lease{};                          ///< present values of cost
  Money advantage{};                             ///< of owning: lease - own
  MoneyRate mean_price{};                        ///< of the lease over its time, undiscounted
  std::optional<MoneyRate> break_even_price;     ///< flat lease price at which both cost the same
  std::optional<double> break_even_utilization;  ///< share of the own hours that must be used for owning to pay; may be above 1
  std::optional<Time> break_even_term;           ///< years after which owning has paid, at `mean_price`
};

/// Present value of a lease of `gpus` from `from` to `to`, paid each month, at least `take_or_pay` of the hours.
Money lease_value(const LeaseOffer& offer, double gpus, double utilization, Date to, Share rate, Date at);

/// Lease and own at equal work by the same day. Stops being true where leased accelerators are slower, or the lessor's
/// fabric does not carry the job.
LeaseComparison compare_lease(const OwnPlan& own, const LeaseOffer& offer, Share rate);

/// Years of need after which owning has cost less than leasing as many at `price`, if nothing is sold before the end.
///   C = (n·p·8,766 h - o)·A(t), A(t) = (1 - (1+r)^-t)/ln(1+r), so t = -ln(1 - C·ln(1+r)/(n·p·8,766 h - o))/ln(1+r)
/// C capital, o running cost a year, n accelerators, p price, r discount rate; payments spread evenly. Nothing if owning
/// does not pay within `life`.
std::optional<Time> break_even_term(Money capital, Money running_per_year, double gpus, MoneyRate price, Share rate, Time life);

/// Price of one leased accelerator-hour: total over count and term.
MoneyRate lease_rate(Money total, double gpus, Time term);

/// What a day of delay is worth: the work that must be leased meanwhile, or goes undone.
Money value_of_day(double gpus, MoneyRate market_price);

}  // namespace eigenbau::economics
