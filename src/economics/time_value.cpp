// What is money worth at another time?
#include "economics/time_value.h"

#include <cmath>

namespace eigenbau::economics {

double capital_recovery(Share rate, Time life) {
  const double years = life / kYear;
  const double r = rate.fraction;
  if (years <= 0) return 0;
  if (std::abs(r) < 1e-9) return 1 / years;
  return r / -std::expm1(-years * std::log1p(r));
}

Money annuity(Money price, Share rate, Time life, Share residual) {
  return price * (capital_recovery(rate, life) * (1 - residual.fraction * discount(rate, life)));
}

double discount(Share rate, Time delay) { return std::exp(-(delay / kYear) * std::log1p(rate.fraction)); }

Money present_value(const std::vector<CashFlow>& flows, Share rate, Date at) {
  Money sum{};
  for (const CashFlow& flow : flows) sum += flow.amount * discount(rate, time_between(at, flow.on));
  return sum;
}

}  // namespace eigenbau::economics
