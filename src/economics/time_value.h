// What is money worth at another time?
#pragma once

#include <vector>

#include "base/date.h"
#include "units/quantity.h"

namespace eigenbau::economics {

/// Capital recovery factor: the yearly payment that pays off one unit over `life`.
///   crf(r, L) = r/(1 - (1+r)^-L)     r discount rate a year, L life [years]; 1/L as r -> 0
/// Payments at the end of each year. Source: any text on engineering economy.
double capital_recovery(Share rate, Time life);

/// Yearly cost of owning a thing that costs `price` and fetches `residual` of it at the end of its life.
///   A = C·(crf - ρ·r/((1+r)^L - 1))     ρ residual share; C·(1-ρ)/L as r -> 0
Money annuity(Money price, Share rate, Time life, Share residual);

/// Value today of one unit paid after `delay`: (1+r)^(-t), t in years.
double discount(Share rate, Time delay);

/// Money on a day; costs are positive.
struct CashFlow {
  Date on{};
  Money amount{};
};

/// Net present value on the day `at`: each flow times `discount`. Linear in every amount.
Money present_value(const std::vector<CashFlow>& flows, Share rate, Date at);

}  // namespace eigenbau::economics
