// Is it better to lease the same work?
#include "economics/lease.h"

#include <algorithm>
#include <cmath>

namespace eigenbau::economics {

namespace {

constexpr std::chrono::days kPayment{30};  // a lease is paid each month, in its middle

/// Present value of one unit a second from `from` to `to`, and of the path's price.
struct Stream {
  Time units{};   // accelerator-time of one accelerator, discounted
  Money money{};  // its price
};

Stream paid(const PricePath& price, Date from, Date to, Share rate, Date at) {
  Stream sum;
  for (Date begin = from; begin < to; begin += kPayment) {
    const Date end = std::min(begin + kPayment, to);
    const Time span = time_between(begin, end);
    const Date middle = begin + (end - begin) / 2;
    const Time worth = span * discount(rate, time_between(at, middle));
    sum.units += worth;
    sum.money += price.on(middle) * worth;
  }
  return sum;
}

}  // namespace

MoneyRate PricePath::on(Date date) const {
  if (points.empty()) return {};
  const auto next = std::ranges::upper_bound(points, date, {}, &Point::date);
  if (next == points.begin()) return points.front().price;
  if (next == points.end()) return points.back().price;
  const Point& before = *(next - 1);
  const double part = time_between(before.date, date) / time_between(before.date, next->date);
  return before.price + part * (next->price - before.price);
}

MoneyRate PricePath::mean(Date from, Date to) const {
  const Stream all = paid(*this, from, to, Share{}, from);
  return all.units > Time{} ? all.money / all.units : on(from);
}

Money lease_value(const LeaseOffer& offer, double gpus, double utilization, Date to, Share rate, Date at) {
  return gpus * std::max(utilization, offer.take_or_pay.fraction) * paid(offer.price, offer.from, to, rate, at).money;
}

LeaseComparison compare_lease(const OwnPlan& own, const LeaseOffer& offer, Share rate) {
  LeaseComparison result;
  result.name = offer.name;
  result.by = own.by;
  result.gpu_hours = own.gpu_hours;
  result.gpus_offered = offer.gpus;
  result.own = present_value(own.costs, rate, own.decision);
  result.mean_price = offer.price.mean(offer.from, std::max(own.by, offer.from));
  const double hours = time_between(offer.from, own.by) / kHour;
  if (hours <= 0 || own.gpu_hours <= 0) return result;
  result.gpus_needed = own.gpu_hours / hours;
  result.possible = result.gpus_needed <= offer.gpus;
  result.lease = lease_value(offer, result.gpus_needed, 1, own.by, rate, own.decision);
  result.advantage = result.lease - result.own;
  const Stream unit = paid(offer.price, offer.from, own.by, rate, own.decision);
  if (unit.units > Time{}) result.break_even_price = result.own / (result.gpus_needed * unit.units);
  if (result.lease > Money{}) result.break_even_utilization = result.own / result.lease;
  return result;
}

std::optional<Time> break_even_term(Money capital, Money running_per_year, double gpus, MoneyRate price, Share rate, Time life) {
  const Money saved_per_year = gpus * price * kYear - running_per_year;
  if (saved_per_year <= Money{}) return std::nullopt;
  const double years = capital / saved_per_year;  // undiscounted
  const double force = std::log1p(rate.fraction);
  if (years * force >= 1) return std::nullopt;
  const Time term = force > 1e-9 ? -std::log1p(-years * force) / force * kYear : years * kYear;
  if (term > life) return std::nullopt;
  return term;
}

MoneyRate lease_rate(Money total, double gpus, Time term) {
  return gpus > 0 && term > Time{} ? total / (gpus * term) : MoneyRate{};
}

Money value_of_day(double gpus, MoneyRate market_price) { return gpus * market_price * kDay; }

}  // namespace eigenbau::economics
