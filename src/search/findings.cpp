// What was found in a part of the space, or in all of it?
#include "search/findings.h"

namespace eigenbau::search {

void Findings::merge(const Findings& other) {
  ranking.merge(other.ranking);
  counters.plans_in_space += other.counters.plans_in_space;
  counters.plans_rejected_by_memory += other.counters.plans_rejected_by_memory;
  counters.plans_evaluated += other.counters.plans_evaluated;
  if (other.leanest && (!leanest || other.leanest->memory < leanest->memory)) leanest = other.leanest;
}

}  // namespace eigenbau::search
