// In how many chunks do words cut the stages of a pipeline?
#include "tables/chunk_words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "tables/feature_words.h"
#include "tables/run_text.h"
#include "tables/schedule_words.h"

namespace eigenbau::tables {
namespace {

using Words = std::vector<std::string_view>;

constexpr double kMostChunks = 1000;
constexpr std::array<std::string_view, 7> kAfterStages{"per", "gpu", "rank", "device", "stage", "each", "size"};

Words words_of(std::string_view clause) { return split_at(clause, " =:"); }

std::optional<int> count_at(const Words& words, std::size_t at) {
  if (at >= words.size()) return std::nullopt;
  std::size_t length = 0;
  const double number = leading_number(words[at], length);
  const bool is_count = length > 0 && length == words[at].size() && number >= 1 && number <= kMostChunks;
  return is_count && number == std::floor(number) ? std::optional(static_cast<int>(number)) : std::nullopt;
}

bool is_at(const Words& words, std::size_t at, std::string_view word) { return at < words.size() && words[at] == word; }

/// The count right before what begins at `begin`, or after what ends at `end` and the words that go with it.
std::optional<int> count_beside(const Words& words, std::size_t begin, std::size_t end) {
  if (begin > 0)
    if (const auto before = count_at(words, begin - 1)) return before;
  while (end < words.size() && std::ranges::find(kAfterStages, words[end]) != kAfterStages.end()) ++end;
  return count_at(words, end);
}

/// "4 virtual stages", "virtual pipeline stages 4". "Virtual pipeline stage 2" may be the second.
std::optional<int> virtual_stages_in(const Words& words) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at] != "virtual") continue;
    const std::size_t stages = at + (is_at(words, at + 1, "pipeline") || is_at(words, at + 1, "pp") ? 2 : 1);
    if (is_at(words, stages, "stages") || is_at(words, stages, "chunks")) return count_beside(words, at, stages + 1);
    if (is_at(words, stages, "stage") && at > 0 && count_at(words, at - 1) == 1) return 1;
  }
  return std::nullopt;
}

/// "v=4", "4 chunks", "model chunks 4".
std::optional<int> chunks_of_schedule(const Words& words) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at] == "v") return count_at(words, at + 1);
    if (words[at] != "chunks" && words[at] != "chunk") continue;
    const std::size_t begin = at > 0 && (words[at - 1] == "model" || words[at - 1] == "pipeline") ? at - 1 : at;
    return count_beside(words, begin, at + 1);
  }
  return std::nullopt;
}

/// "interleaved 2", "interleaving factor 2", "pipeline interleave=2", "2-way interleaved"; of what else is interleaved nothing.
std::optional<int> degree_of_interleaving(const Words& words) {
  constexpr std::array<std::string_view, 3> kNames{"interleave", "interleaving", "interleaved"};
  constexpr std::array<std::string_view, 6> kOfPipelines{"pipeline", "pp", "1f1b", "schedule", "stage", "stages"};
  constexpr std::array<std::string_view, 4> kAfterName{"factor", "degree", "depth", "by"};
  const auto is_one_of = [&](std::size_t at, const auto& some) {
    return at < words.size() && std::ranges::find(some, words[at]) != some.end();
  };
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (!is_one_of(at, kNames)) continue;
    if (at >= 2 && words[at - 1] == "way") return count_at(words, at - 2);
    if (at > 0 && !is_one_of(at - 1, kOfPipelines)) continue;
    std::size_t next = at + 1;
    while (is_one_of(next, kAfterName)) ++next;
    if (const auto count = count_at(words, next); count && (next + 1 == words.size() || is_at(words, next + 1, "way")))
      return count;
  }
  return std::nullopt;
}

}  // namespace

bool interleaves_stages(std::string_view clause) {
  const auto said = schedule_in(clause);
  return said && said->in_use && said->schedule == perf::Schedule::interleaved;
}

ChunkWords chunks_in(std::string_view clause, bool of_interleaving) {
  if (use_in(clause, "interleave") == false || use_in(clause, "virtual") == false) return {};
  const Words words = words_of(clause);
  for (const std::string_view name : {"layers per virtual pipeline stage", "layers per virtual stage", "layers per chunk"})
    if (const std::size_t at = clause.find(name); at != std::string_view::npos)
      return {.layers_each = count_at(words_of(clause.substr(at + name.size())), 0)};
  if (const auto stages = virtual_stages_in(words)) return {.chunks = stages};
  if (const auto degree = degree_of_interleaving(words)) return {.chunks = degree};
  if (!of_interleaving && !interleaves_stages(clause)) return {};
  return {.chunks = chunks_of_schedule(words)};
}

ChunkWords chunks_of_options(std::string_view options) {
  bool of_interleaving = false;
  for (const std::string& clause : clauses_of(options)) {
    if (const ChunkWords said = chunks_in(clause, of_interleaving); said.said()) return said;
    of_interleaving = interleaves_stages(clause);
  }
  return {};
}

}  // namespace eigenbau::tables
