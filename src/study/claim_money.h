// Do sums of money that somebody named agree with the model?
#pragma once

#include "study/claims.h"

namespace eigenbau::study {

Finding judge_money(const cluster::MoneyClaim& claim, double tolerance, const Answer& answer);
Finding judge_lease(const cluster::LeaseClaim& claim, double tolerance, const Answer& answer);

}  // namespace eigenbau::study
