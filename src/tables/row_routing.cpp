// How do the options of a row say that tokens are routed to experts?
#include <fmt/format.h>

#include "tables/feature_words.h"
#include "tables/routing_words.h"
#include "tables/row_reading.h"

namespace eigenbau::tables {
namespace {

bool read_capacity(Reading& r, std::string_view clause) {
  const auto said = capacity_in(clause);
  if (!said || !said->factor) return said.has_value();
  r.out.plan.routing = perf::Routing::token_drop;
  r.out.plan.imbalance = *said->factor;
  return true;
}

/// Routing to some groups of experts only, as the catalog's model has it: no column states how many.
bool read_groups_of_experts(Reading& r, std::string_view clause) {
  const auto limited = use_of_one(clause, {"group limited", "node limited", "device limited"});
  if (!limited || !r.out.model.experts) return false;
  catalog::Experts& experts = *r.out.model.experts;
  if (*limited) return experts.groups > 0;
  experts.groups = experts.groups_per_token = 0;
  return true;
}

/// Says which of two ways of routing is taken where both are stated.
void check_routing(Reading& r, bool dropless) {
  if (dropless && r.out.plan.routing == perf::Routing::token_drop)
    r.doubt(kUnclearWord, fmt::format("dropless passed over: tokens are dropped at a capacity factor of {:g}",
                                      r.out.plan.imbalance > 0 ? r.out.plan.imbalance : 1));
}

void balance(Reading& r) {
  perf::ParallelPlan& plan = r.out.plan;
  if (!r.out.model.experts || plan.routing != perf::Routing::dropless) return;
  // Benchmarks force the router to balance, or feed tokens to one that has learned nothing yet.
  if (r.router_balances.value_or(true)) plan.imbalance = 1;
  if (!r.router_balances) r.note("routing taken as balanced");
}

}  // namespace

bool read_routing(Reading& r, std::string_view clause) {
  if (read_capacity(r, clause) || read_groups_of_experts(r, clause)) return true;
  if (const auto drops = drops_tokens(clause)) {
    if (*drops) r.out.plan.routing = perf::Routing::token_drop;
  } else if (use_of_one(clause, {"imbalanced", "unbalanced"}) == true) {
    r.router_balances = false;
  } else if (const auto balances = use_of_one(clause, {"balanced", "force load balancing"})) {
    r.router_balances = balances;
  } else {
    return false;
  }
  return true;
}

void settle_routing(Reading& r, bool dropless) {
  check_routing(r, dropless);
  balance(r);
}

}  // namespace eigenbau::tables
