// What do words say of the fabric behind the network adapters?
#include "tables/fabric_words.h"

#include <algorithm>

#include "tables/feature_words.h"
#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

constexpr double kMostOversubscribed = 64;

/// "1:7", "7:1", "7 to 1", else the first number alone: "ratio of 7", "2x".
std::optional<double> ratio_in(std::string_view clause) {
  for (std::size_t at = clause.find_first_of("0123456789"); at < clause.size(); at = clause.find_first_of("0123456789", at)) {
    std::size_t length = 0, other_length = 0;
    const double one = leading_number(clause.substr(at), length);
    std::string_view rest = clause.substr(at + length);
    for (const std::string_view joint : {" to ", ":", " : "})
      if (rest.starts_with(joint)) {
        const double other = leading_number(rest.substr(joint.size()), other_length);
        if (other_length > 0 && one > 0 && other > 0) return std::max(one, other) / std::min(one, other);
      }
    const bool whole = rest.empty() || rest[0] == ' ' || rest[0] == 'x';
    if (whole && (at == 0 || !is_letter(clause[at - 1]))) return one;
    at += length;
  }
  return std::nullopt;
}

/// Whether two numbers stand around a colon: "7:1", but not "of 8: 400g".
bool states_ratio(std::string_view clause) {
  for (auto at = clause.find(':'); at != std::string_view::npos; at = clause.find(':', at + 1)) {
    const std::size_t before = clause.find_last_not_of(' ', at == 0 ? 0 : at - 1), after = clause.find_first_not_of(' ', at + 1);
    if (before >= at || after >= clause.size() || !is_digit(clause[before])) continue;
    std::size_t length = 0;
    leading_number(clause.substr(after), length);
    const std::size_t end = after + length;
    if (length > 0 && (end == clause.size() || !is_letter(clause[end]))) return true;
  }
  return false;
}

/// Whether a clause says from how many accelerators on it holds: "above 2048 gpus".
bool states_bound(std::string_view clause) {
  return has_one_word(clause, {"above", "over", "beyond", "from", "more than", "up to"}) &&
         has_one_word(clause, {"gpus", "accelerators", "nodes", "chips"});
}

/// Whether a clause speaks of something else that is shared by more than it serves: storage, processors, ranks of MPI and its
/// launcher's bare option.
bool is_of_other(std::string_view clause) {
  return clause == "oversubscribe" ||
         has_one_word(
             clause, {"storage", "cpu",     "cpus", "cores", "mpi",    "mpirun", "rank",  "ranks",      "process",  "processes",
                      "thread",  "threads", "slot", "slots", "memory", "host",   "hosts", "management", "frontend", "front end"});
}

}  // namespace

bool may_narrow(std::string_view clause) {
  const auto ratio = ratio_in(clause);
  const bool wide = ratio && *ratio == 1;
  return (states_ratio(clause) && !wide && !is_of_other(clause)) ||
         has_one_of(clause, {"bisection", "taper", "oversub", "blocking factor"});
}

bool stays_in_part(std::string_view words) {
  const std::string small = lower(words);
  for (const std::string_view in : {"within ", "inside ", "in "})
    for (const std::string_view one : {"one ", "a ", "a single ", "the same "})
      for (const std::string_view part : {"pod", "leaf", "rail", "island"})
        if (has_word(small, std::string(in).append(one).append(part))) return true;
  return false;
}

std::optional<FabricWords> fabric_in(std::string_view clause) {
  if (is_of_other(clause)) return std::nullopt;
  if (use_in(clause, "dragonfly") == true) return FabricWords{.unmodeled = true};
  if (has_one_of(clause, {"non blocking", "nonblocking"}) && !has_word(clause, "launch")) return FabricWords{1, false};
  const auto ratio = ratio_in(clause);
  const bool blocks = has_word(clause, "blocking") && !has_word(clause, "launch");
  const bool tapers = use_in(clause, "taper") == true;
  const bool narrows = (blocks || tapers) && states_ratio(clause);
  if (tapers && !narrows && has_one_word(clause, {"fabric", "network", "tree", "clos"})) return FabricWords{.unmodeled = true};
  const bool of_parts =
      has_one_word(clause, {"pod", "pods", "building", "buildings", "island", "islands", "zone", "zones", "clusters"});
  const bool bounded = states_bound(clause);
  const auto use = use_of_one(clause, {"oversubscription", "oversubscribe", "over subscription", "over subscribe", "oversub"});
  if (!use && !narrows && !(of_parts && states_ratio(clause))) return std::nullopt;
  if (use == false || clause.ends_with(" free")) return FabricWords{1, false};
  if (of_parts || bounded || !ratio || *ratio < 1 || *ratio > kMostOversubscribed) return FabricWords{.unmodeled = true};
  return FabricWords{ratio, false};
}

}  // namespace eigenbau::tables
