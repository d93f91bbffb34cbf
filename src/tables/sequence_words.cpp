// Over how many ranks do words split sequences, where they call it sequence parallelism?
#include "tables/sequence_words.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "tables/cell_words.h"
#include "tables/degree_words.h"
#include "tables/feature_words.h"
#include "tables/negation.h"
#include "tables/run_text.h"
#include "tables/statements.h"

namespace eigenbau::tables {

namespace {

// Words of a plain statement beside its degrees.
constexpr auto kPlain = std::to_array<std::string_view>(
    {"sp",        "ulysses", "sequence", "parallel", "parallelism", "ring",  "attention", "degree",  "size",
     "deepspeed", "ds",      "megatron", "lm",       "pytorch",     "verl",  "llama",     "factory", "with",
     "and",       "using",   "use",      "used",     "enabled",     "on",    "instead",   "zero",    "stage",
     "zero0",     "zero1",   "zero2",    "zero3",    "fsdp",        "fsdp1", "fsdp2",     "hsdp",    "ddp"});
// Of what is called SP as well, with a number: releases of systems and sockets.
constexpr auto kOther = std::to_array<std::string_view>({"sles", "suse", "linux", "windows", "service", "socket", "epyc"});
constexpr double kFirstYear = 1900, kLastYear = 2099;

/// Whether a text may say anything of it: most do not, and to take it apart takes long.
bool may_speak(std::string_view text) {
  const std::string words = lower(text);
  if (has_one_of(words, {"seq", "ulysses", "ring"})) return true;
  for (std::size_t at = words.find("sp"); at != std::string::npos; at = words.find("sp", at + 1)) {
    const bool begins = at == 0 || !is_letter(words[at - 1]), ends = at + 2 == words.size() || !is_letter(words[at + 2]);
    if (begins && ends) return true;
  }
  return false;
}

/// Whether words hold nothing but degrees, what splits sequences and sharding.
bool is_plain(std::string_view words) {
  const std::string rest = degree_words(words).rest;
  std::string_view last;
  for (const std::string_view word : split_at(rest, " -_=:/\"'")) {
    const bool level = (last == "zero" || last == "stage") && count_in(word);
    if (!level && !is_one_of(kPlain, word)) return false;
    last = word;
  }
  return true;
}

/// Whether a cell counts or switches, with the statement in brackets behind it: "8 (Ulysses)", "no (Ulysses instead)".
bool is_value(std::string_view words) { return count_in(words) || yes_or_no(words); }

/// Whether a statement goes on with more of the same count: "4 and 8" behind "SP 2".
bool counts_on(std::string_view words) {
  return std::ranges::all_of(split_at(words, " /"),
                             [](std::string_view word) { return count_in(word) || word == "and" || word == "or"; });
}

/// Whether tensor parallelism stands before a joint without a count of its own: the "TP" of "TP + SP 8".
bool is_bare_tensor(std::string_view words) { return has_one_word(words, {"tp", "tensor"}) && !degree_words(words).of("tp"); }

/// Whether the statement at `at` stands for itself, whatever is around it.
bool is_stated(const std::vector<Statement>& all, std::size_t at) {
  const Statement& one = all[at];
  if (!is_plain(one.words)) return false;
  if (one.behind && !is_plain(all[*one.behind].words) && !(*one.behind == 0 && is_value(all[0].words))) return false;
  const bool compared = at > 0 && (all[at - 1].words == "vs" || is_bare_tensor(all[at - 1].words));
  return !compared && (at + 1 == all.size() || !counts_on(all[at + 1].words));
}

/// Ranks that a plain statement counts.
std::optional<double> ranks_in(std::string_view words, bool of_other) {
  const auto ranks = degree_words(words).of("sp");
  const bool year = ranks && *ranks >= kFirstYear && *ranks <= kLastYear;
  const bool bare = !has_one_of(words, {"seq", "ulysses"});
  return ranks && *ranks > 1 && !year && !(bare && of_other) ? ranks : std::nullopt;
}

}  // namespace

SequenceWords sequence_words(std::string_view text) {
  SequenceWords said;
  if (!may_speak(text)) return said;
  const bool of_other = has_one_word(lower(text), kOther);
  const std::vector<Statement> all = statements_in(text);
  bool several = false;
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (!is_stated(all, at)) continue;
    const std::string& words = all[at].words;
    const auto ranks = ranks_in(words, of_other);
    several |= said.ranks && ranks && *said.ranks != *ranks;
    if (ranks) said.ranks = ranks;
    said.by_heads |= use_in(words, "ulysses") == true;
    said.in_ring |= use_of_one(words, {"ring attention", "ring sequence parallel", "ring sp"}) == true;
  }
  if (several) said.ranks.reset();
  return said;
}

}  // namespace eigenbau::tables
