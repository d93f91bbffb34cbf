// Does a clause speak of another run than the row's own?
#include "tables/other_clause.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

using Words = std::vector<std::string_view>;

constexpr auto kSomebody =
    std::to_array<std::string_view>({"reference", "references", "paper", "papers", "author", "authors", "literature",
                                     "competitor", "competitors", "they", "their", "theirs", "another"});
constexpr auto kInTime =
    std::to_array<std::string_view>({"next", "previous", "prior", "earlier", "later", "future", "last", "old"});
constexpr auto kRuns =
    std::to_array<std::string_view>({"run", "runs", "job", "jobs", "version", "release", "setup", "config", "configuration",
                                     "experiment", "experiments", "work", "attempt", "cluster", "clusters", "system", "phase"});
/// After "reference" these are what the run itself is made of.
constexpr auto kCode = std::to_array<std::string_view>({"implementation", "implementations", "code", "recipe", "script"});
/// Right before somebody: the run is like theirs.
constexpr auto kLike = std::to_array<std::string_view>({"as", "like", "from", "following", "follows", "matches", "matching",
                                                        "same", "per", "than", "unlike", "versus", "vs", "compared"});
constexpr auto kFailed =
    std::to_array<std::string_view>({"crash", "crashes", "crashed", "failed", "fails", "diverged", "diverges"});
constexpr auto kFailures = std::to_array<std::string_view>(
    {"out of memory", "not fit", "cannot fit", "too large", "too big", "not run", "not work", "also tested", "also tried"});
constexpr auto kAvoided = std::to_array<std::string_view>(
    {"no", "not", "without", "avoid", "avoids", "avoiding", "prevent", "prevents", "against", "never", "w/o"});
constexpr auto kNotMade = std::to_array<std::string_view>(
    {"would",        "could",     "should",       "might",     "if",         "tried",       "planned", "considered",
     "extrapolated", "projected", "hypothetical", "recommend", "recommends", "recommended", "suggest", "suggests",
     "suggested",    "advised",   "previously",   "formerly",  "originally", "faster",      "slower"});
constexpr auto kPurposes =
    std::to_array<std::string_view>({"eval", "evals", "evaluation", "evaluations", "evaluating", "evaluated", "validation", "val",
                                     "inference", "serving", "decode", "decoding", "prefill", "rollout", "rollouts"});
constexpr auto kDenials = std::to_array<std::string_view>({"no", "not", "without", "excluding", "before", "after", "as", "w/o"});
constexpr auto kVerbs = std::to_array<std::string_view>({"use", "uses", "used", "takes", "took", "has", "had", "have", "is",
                                                         "was", "ran", "runs", "needs", "needed", "trains", "trained", "with"});
constexpr auto kTook = std::to_array<std::string_view>({"use", "uses", "used", "takes", "took", "has", "had", "ran"});
/// Who uses what the run does: "we use", "this config uses", "attention uses"; or nobody is named.
constexpr auto kOwn = std::to_array<std::string_view>(
    {"we",    "run",       "runs",  "it",      "this",      "job",       "training", "is",     "was",
     "and",   "that",      "which", "also",    "recipe",    "config",    "setup",    "script", "configuration",
     "model", "gpu",       "rank",  "each",    "attention", "experts",   "expert",   "layers", "layer",
     "moe",   "embedding", "head",  "encoder", "decoder",   "optimizer", "weights",  "stage",  "all"});

constexpr auto kBatches =
    std::to_array<std::string_view>({"batch", "batches", "batchsize", "gbs", "mbs", "lbs", "bs", "accumulation", "accum"});
constexpr auto kChanges =
    std::to_array<std::string_view>({"ramp", "ramps", "ramped", "ramping", "rampup", "grows", "grown", "increases", "increased",
                                     "increasing", "doubles", "doubled", "halved"});
/// Near it, before the figure: a bound or an optimum.
constexpr auto kBounds =
    std::to_array<std::string_view>({"critical", "max",      "maximum", "maximal", "largest",  "biggest",   "larger",  "bigger",
                                     "smaller",  "smallest", "min",     "minimum", "minimal",  "optimal",   "optimum", "initial",
                                     "starting", "default",  "typical", "usual",   "supports", "supported", "allows",  "up"});
/// Right before its name: it is denied, or a multiple.
constexpr auto kFactors = std::to_array<std::string_view>({"not", "no", "never", "half", "twice", "double"});
constexpr auto kOfName = std::to_array<std::string_view>(
    {"global", "effective", "total", "train", "training", "micro", "local", "gradient", "grad", "a", "an", "the", "of"});
/// Anywhere before it: whose it is.
constexpr auto kOthers = std::to_array<std::string_view>(
    {"original", "other", "others", "published", "comparison", "compare", "previous", "prior", "earlier"});
/// Anywhere beside it: it is a bound, or holds for a while.
constexpr auto kLimits =
    std::to_array<std::string_view>({"up to", "at most", "at least", "at the start", "at start", "at first", "at the beginning",
                                     "at the end", "initially", "finally", "later", "afterwards", "then"});
/// The same: it is a part.
constexpr auto kShares =
    std::to_array<std::string_view>({"per dp", "per replica", "per node", "per rank", "per data", "per model", "per pipeline",
                                     "per server", "each rank", "each replica"});
constexpr auto kSigns = std::to_array<std::string_view>({"->", ">=", "<=", "<", "\u2192", "\u2264", "\u2265"});

/// What a plan has, and what its degrees are called.
constexpr auto kParts = std::to_array<std::string_view>(
    {"batch",   "gbs",       "mbs",        "lbs",  "accum",   "parallel", "recomp", "remat",   "checkpoint",
     "zero",    "fsdp",      "ddp",        "hsdp", "shard",   "fp8",      "fp4",    "bf16",    "offload",
     "ulysses", "sequences", "tokens per", "way",  "overlap", "schedule", "1f1b",   "dualpipe"});
constexpr auto kDegrees =
    std::to_array<std::string_view>({"tp", "pp", "dp", "cp", "ep", "sp", "vpp", "vp", "etp", "mp", "bs", "ga", "gas", "ac"});

bool has_digit(std::string_view word) { return std::ranges::any_of(word, is_digit); }

Words words_of(std::string_view small) { return split_at(small, " -_=:\t\r\"'"); }

bool any_of(std::size_t from, std::size_t to, const auto& is) {
  for (std::size_t i = from; i < to; ++i)
    if (is(i)) return true;
  return false;
}

/// Whether one of the words stands among the `reach` before `at`.
bool is_led(const Words& words, std::size_t at, std::size_t reach, const auto& by) {
  return any_of(at - std::min(at, reach), at, [&](std::size_t i) { return is_one_of(by, words[i]); });
}

/// Whether a colon follows a word of `small`: "reference: TP 8".
bool leads(std::string_view small, std::string_view word) {
  const auto end = static_cast<std::size_t>(word.data() - small.data()) + word.size();
  return end < small.size() && small[end] == ':';
}

/// Whether the word at `at` names somebody else, or a run of another time.
bool names_other(std::string_view small, const Words& words, std::size_t at) {
  constexpr std::size_t kReach = 3;  // "as in the reference"
  const std::string_view next = at + 1 < words.size() ? words[at + 1] : std::string_view();
  const bool of_time = is_one_of(kInTime, words[at]) && (is_one_of(kRuns, next) || leads(small, words[at]));
  if (!of_time && (!is_one_of(kSomebody, words[at]) || is_one_of(kCode, next))) return false;
  return !is_led(words, at, kReach, kLike);
}

bool has_failed(std::string_view small, const Words& words) {
  constexpr std::size_t kReach = 2;  // "to avoid an OOM"
  const auto fails = [&](std::size_t i) {
    return (words[i].starts_with("oom") || is_one_of(kFailed, words[i])) && !is_led(words, i, kReach, kAvoided);
  };
  if (has_one_word(small, {"otherwise", "else"})) return false;
  return any_of(0, words.size(), fails) || has_one_word(small, kFailures) || contains(small, "n't fit");
}

bool is_of_purpose(const Words& words, std::size_t at) {
  return is_one_of(kPurposes, words[at]) && !is_led(words, at, 1, kDenials);
}

/// "Was GBS 2048 before."
bool is_of_before(const Words& words) {
  const auto has = [&](auto... word) { return (is_one_of(words, word) || ...); };
  return has("was", "were", "had") && has("before", "earlier");
}

bool is_batch(std::string_view word) {
  const auto digits = std::ranges::find_if(word, is_digit);
  return is_one_of(kBatches, word.substr(0, static_cast<std::size_t>(digits - word.begin())));
}

/// Whether somebody else than the run has what stands behind a verb at `at`.
bool is_of_somebody(const Words& words, std::size_t at) {
  return at > 0 && is_one_of(kTook, words[at]) && !is_one_of(kOwn, words[at - 1]) && !has_digit(words[at - 1]);
}

/// Whether a second figure goes on with the one at `at`: "256 to 2048", "128 and 256", "128/256".
bool goes_on(const Words& words, std::size_t at) {
  const std::size_t stroke = words[at].find('/');
  if (!has_digit(words[at].substr(0, stroke))) return false;
  if (stroke != std::string_view::npos) return has_digit(words[at].substr(stroke));
  if (at + 2 >= words.size() || !has_digit(words[at + 2])) return false;
  const bool ends = at + 3 == words.size();  // not "128 and 64 GPUs"
  return is_one_of({"to", "then", ">", "/"}, words[at + 1]) || (ends && is_one_of({"and", "or"}, words[at + 1]));
}

/// Whether a hyphen stands between two whole numbers: "256-2048", but not in "llama3-70b".
bool states_range(std::string_view small) {
  for (auto at = small.find('-'); at != std::string_view::npos; at = small.find('-', at + 1)) {
    if (at == 0 || !is_digit(small[at - 1])) continue;
    std::size_t length = 0;
    leading_number(small.substr(at + 1), length);
    const std::size_t end = at + 1 + length;
    if (length > 0 && (end == small.size() || !is_letter(small[end]))) return true;
  }
  return false;
}

/// Whether what stands right before the name of a batch denies or multiplies it: "not a GBS of", "2x global batch".
bool is_changed(const Words& words, std::size_t at) {
  while (at > 0 && is_one_of(kOfName, words[at - 1])) --at;
  if (at == 0) return false;
  const std::string_view before = words[at - 1];
  return is_one_of(kFactors, before) || (before.size() > 1 && is_digit(before[0]) && before.ends_with('x'));
}

/// Whether a clause says that a figure is a bound, or holds for a while only.
bool is_limited(std::string_view small) {
  return has_one_word(small, kLimits) ||
         std::ranges::any_of(kSigns, [&](std::string_view sign) { return contains(small, sign); });
}

/// Whether a clause says of which part of the run a batch is.
bool is_of_part(std::string_view small) { return has_one_word(small, kShares) && !contains(small, "gpus per"); }

bool is_degree(std::string_view word) { return is_one_of(kDegrees, word.substr(0, word.find_first_of("0123456789"))); }

/// Whether the words from `at` on say that a batch ran on other GPUs: "on 1024 GPUs".
bool is_on_other_gpus(const Words& words, std::size_t at, double gpus) {
  return gpus > 0 && any_of(at, words.size(), [&](std::size_t i) {
           if (!is_one_of({"on", "for"}, words[i]) || i + 2 >= words.size() || !words[i + 2].starts_with("gpu")) return false;
           std::size_t length = 0;
           const double count = leading_number(words[i + 1], length);
           return length > 0 && length == words[i + 1].size() && count != gpus;
         });
}

}  // namespace

bool is_of_other(std::string_view clause) {
  const std::string small = lower(clause);
  const Words words = words_of(small);
  const auto not_made = [&](std::size_t i) {
    return is_one_of(kNotMade, words[i]) && !is_led(words, i, 1, std::array<std::string_view, 1>{"as"});
  };
  return any_of(0, words.size(), [&](std::size_t i) { return names_other(small, words, i) || not_made(i); }) ||
         has_failed(small, words) || is_of_before(words) || small.ends_with('?');
}

bool serves_other_purpose(std::string_view clause) {
  const std::string small = lower(clause);
  const Words words = words_of(small);
  return any_of(0, words.size(), [&](std::size_t i) { return is_of_purpose(words, i); });
}

bool only_compares(std::string_view clause) {
  constexpr std::size_t kShort = 3;  // words: "not 200G", but not "not enough ports for a full tree"
  const std::string small = lower(clause);
  const Words words = words_of(small);
  if (words.empty()) return false;
  if (is_one_of({"unlike", "compared", "versus", "vs", "than", "instead"}, words[0])) return true;
  const auto of_fabric = [](std::string_view word) { return word.starts_with("over") || contains(word, "block"); };
  return words[0] == "not" && words.size() <= kShort && std::ranges::none_of(words, of_fabric);
}

bool is_of_other_batch(std::string_view clause, double gpus) {
  constexpr std::size_t kNear = 3;  // words: "critical global batch"
  const std::string small = lower(clause);
  const Words words = words_of(small);
  const auto batch = std::ranges::find_if(words, is_batch);
  if (batch == words.end() || !has_digit(clause)) return false;
  const auto at = static_cast<std::size_t>(batch - words.begin());
  const auto changes = [&](std::size_t i) { return is_one_of(kChanges, words[i]) && !is_led(words, i, 1, kDenials); };
  return any_of(at - std::min(at, kNear), std::min(at + kNear + 1, words.size()), changes) || is_led(words, at, kNear, kBounds) ||
         any_of(0, at, [&](std::size_t i) { return is_one_of(kOthers, words[i]) || is_of_somebody(words, i); }) ||
         any_of(at, words.size(), [&](std::size_t i) { return goes_on(words, i); }) || is_changed(words, at) ||
         is_limited(small) || is_of_part(small) || states_range(small) || is_on_other_gpus(words, at, gpus);
}

bool is_of_other_degree(std::string_view clause) {
  const std::string small = lower(clause);
  const Words words = words_of(small);
  const auto degree = std::ranges::find_if(words, is_degree);
  if (degree == words.end() || !has_digit(clause)) return false;
  const auto at = static_cast<std::size_t>(degree - words.begin());
  const auto ranges = [&](std::size_t i) {
    const bool joint = is_one_of({"to", "or", "then"}, words[i]) && i + 1 < words.size();
    return joint && has_digit(words[i - 1]) && words[i + 1].find_first_not_of("0123456789") == std::string_view::npos;
  };
  return is_led(words, at, 1, kBounds) || any_of(0, at, [&](std::size_t i) { return is_of_somebody(words, i); }) ||
         any_of(at + 1, words.size(), ranges) || is_limited(small);
}

bool has_other_subject(std::string_view clause) {
  const std::string small = lower(clause);
  const Words words = words_of(small);
  return any_of(0, words.size(), [&](std::size_t i) {
    if (!names_other(small, words, i) && !is_of_purpose(words, i)) return false;
    return leads(small, words[i]) ||
           any_of(i + 1, std::min(i + 3, words.size()), [&](std::size_t k) { return is_one_of(kVerbs, words[k]); });
  });
}

bool has_own_subject(std::string_view clause) { return has_one_word(lower(clause), {"we", "our", "ours", "us", "this", "here"}); }

bool speaks_of_plan(std::string_view clause) {
  const std::string small = lower(clause);
  return std::ranges::any_of(kParts, [&](std::string_view part) { return contains(small, part); }) ||
         std::ranges::any_of(words_of(small), is_degree);
}

}  // namespace eigenbau::tables
