// Which batch do words state, and how many sequences or tokens is it?
#include "tables/batch_words.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "tables/cell_words.h"
#include "tables/feature_words.h"
#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

constexpr auto kGlobal =
    std::to_array<std::string_view>({"global batch size", "global batch", "global bs", "gbs", "gbsz", "effective batch size",
                                     "effective batch", "total batch size", "total batch", "train batch size"});
/// Before "train batch size" these make it a device's; all ranks' is DeepSpeed's name.
constexpr auto kOfDevice = std::to_array<std::string_view>({"device ", "gpu ", "rank "});
constexpr std::array<std::string_view, 2> kBatch{"batch size", "batch"};  // in a cell of batches
constexpr std::array<std::string_view, 9> kAccumulation{"ga",
                                                        "gas",
                                                        "grad accum",
                                                        "grad accumulation",
                                                        "gradient accumulation",
                                                        "accumulation step",
                                                        "micro num",
                                                        "num microbatch",
                                                        "num micro batch"};

/// The count right after a word: "= 1,024", "is 1024", "of 4M tokens", "128 on 64 GPUs".
std::optional<WordedCount> count_after(std::string_view rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" :="), rest.size()));
  for (const std::string_view word : {"is ", "was ", "equals ", "of "})
    if (rest.starts_with(word)) rest.remove_prefix(word.size());
  std::size_t digits = 0;
  while (digits < rest.size() &&
         (is_digit(rest[digits]) || (rest[digits] == ',' && digits + 1 < rest.size() && is_digit(rest[digits + 1]))))
    ++digits;
  if (const auto whole = worded_count(rest.substr(0, rest.find_first_of(";,+()[]\n", digits)))) return whole;
  if (const auto count = count_in(rest.substr(0, digits)); count && rest.substr(digits).starts_with(' '))
    return WordedCount{*count};
  return std::nullopt;
}

/// The same right before a word, where nothing else stands there: "1K global batch", "with a 512 global batch".
std::optional<WordedCount> count_before(std::string_view text) {
  for (const std::string_view word : {"we use ", "uses ", "with ", "a "})
    if (text.starts_with(word)) text.remove_prefix(word.size());
  return worded_count(text);
}

bool is_of_part(std::string_view clause) { return has_one_of(clause, {"micro", "local", "per gpu", "per device", "per rank"}); }

/// "1024 sequences per step", "8.4M tokens per step", "tokens per batch: 8388608".
std::optional<WordedCount> batch_of_step_in(std::string_view clause) {
  for (const std::string_view unit : {"tokens", "token", "sequences", "samples", "seqs"})
    for (const std::string_view of :
         {" per step", " per iteration", " per batch", " per global batch", "/step", "/iteration", "/batch", " batch"}) {
      const std::string word = std::string(unit).append(of);
      const std::size_t at = find_word(clause, word);
      if (at == std::string_view::npos) continue;
      auto said = count_before(std::string(clause.substr(0, at)).append(unit));
      if (!said) said = count_after(clause.substr(at + word.size()));
      if (said) said->of_tokens = unit.starts_with("token");
      if (said) return said;
    }
  return std::nullopt;
}

/// "batch size 4M tokens": what counts tokens is no batch of a device, unless it says so.
std::optional<WordedCount> batch_of_tokens_in(std::string_view clause) {
  for (const std::string_view word : {"batch size", "batch"}) {
    const std::size_t at = find_word(clause, word);
    const auto said = at == std::string_view::npos ? std::nullopt : count_after(clause.substr(at + word.size()));
    if (said && said->of_tokens) return said;
  }
  return std::nullopt;
}

/// Where a name of the global batch stands in a text at or after `from`; a figure may follow closely: "gbs128".
std::size_t find_name(std::string_view text, std::string_view name, std::size_t from) {
  for (auto at = text.find(name, from); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || !is_letter_or_digit(text[at - 1]), ends = end == text.size() || !is_letter(text[end]);
    const auto is_before = [&](std::string_view word) { return text.substr(0, at).ends_with(word); };
    if (begins && ends && std::ranges::none_of(kOfDevice, is_before)) return at;
  }
  return std::string_view::npos;
}

/// The batch that is called global.
std::optional<WordedCount> named_batch_in(std::string_view text) {
  for (const std::string_view name : kGlobal)
    for (auto at = find_name(text, name, 0); at != std::string_view::npos; at = find_name(text, name, at + 1))
      if (const auto said = count_after(text.substr(at + name.size()))) return said;
  return std::nullopt;
}

/// The batch that a clause states in any other words.
std::optional<WordedCount> worded_batch_in(std::string_view clause) {
  for (const std::string_view name : kGlobal)
    if (const std::size_t at = find_name(clause, name, 0); at != std::string_view::npos && at > 0)
      if (const auto said = count_before(trimmed(clause.substr(0, at)))) return said;
  if (is_of_part(clause)) return std::nullopt;
  const auto said = batch_of_step_in(clause);
  return said ? said : batch_of_tokens_in(clause);
}

/// Less the name of a batch that it begins with: "GBS 128", "gbs128", "batch size = 128".
std::string_view without_name(std::string_view cell) {
  for (const auto& names : {std::span<const std::string_view>(kGlobal), std::span<const std::string_view>(kBatch)})
    for (const std::string_view name : names)
      if (cell.starts_with(name)) {
        std::string_view rest = cell.substr(name.size());
        if (rest.starts_with(" of ")) rest.remove_prefix(4);
        return rest.substr(std::min(rest.find_first_not_of(" :="), rest.size()));
      }
  return cell;
}

/// So many sequences of so many tokens: "128 x 8192 tokens", "128 sequences of 8k tokens".
std::optional<WordedCount> tokens_of_sequences(std::string_view cell) {
  constexpr double kMost = 1e9;
  for (const std::string_view times : {" x ", "x", "*", " of "}) {
    const std::size_t at = cell.find(times);
    if (at == std::string_view::npos) continue;
    const auto sequences = worded_count(cell.substr(0, at)), tokens = worded_count(cell.substr(at + times.size()));
    if (!sequences || !tokens || sequences->of_tokens || !tokens->of_tokens) continue;
    const double product = static_cast<double>(sequences->count) * tokens->count;
    return product <= kMost ? std::optional(WordedCount{static_cast<int>(product), true}) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<WordedCount> batch_in_cell(std::string_view cell) {
  const std::string text = lower(trimmed(cell));
  const std::string_view batch = without_name(text);
  if (const auto product = tokens_of_sequences(batch)) return product;
  return batch.size() < text.size() ? worded_count(batch) : std::nullopt;
}

std::optional<WordedCount> global_batch_in(std::string_view options) {
  std::string text = lower(options);
  std::ranges::replace_if(text, [](char c) { return c == '_' || c == '-'; }, ' ');
  if (const auto said = named_batch_in(text)) return said;
  for (const std::string& clause : clauses_of(options))
    if (const auto said = worded_batch_in(clause)) return said;
  return std::nullopt;
}

bool speaks_of_global_batch(std::string_view clause) {
  const bool names =
      std::ranges::any_of(kGlobal, [&](std::string_view name) { return find_name(clause, name, 0) != std::string_view::npos; });
  return global_batch_in(clause).has_value() || (names && std::ranges::none_of(clause, is_digit));
}

std::optional<int> local_batch_tokens_in(std::string_view clause) {
  for (const std::string_view word : {"local batch size", "local batch", "lbs"}) {
    const std::size_t at = find_word(clause, word);
    const auto said = at == std::string_view::npos ? std::nullopt : count_after(clause.substr(at + word.size()));
    if (said && said->of_tokens) return said->count;
  }
  return std::nullopt;
}

std::optional<double> accumulation_in(std::string_view clause) {
  for (const std::string_view word : kAccumulation)
    if (const auto figure = figure_of(clause, word)) return figure;
  std::size_t length = 0;
  const double number = leading_number(clause, length);
  if (length == 0) return std::nullopt;
  const std::string_view rest = trimmed(clause.substr(length));
  for (const std::string_view word :
       {"accumulation step", "accumulation steps", "gradient accumulation steps", "gradient accumulation",
        "grad accumulation steps", "grad accumulation", "microbatches", "micro batches"})
    if (rest == word) return number;
  return std::nullopt;
}

double usual_batch_tokens(double parameters) {
  constexpr double kMebi = 1024.0 * 1024.0, kLarge = 30e9, kMiddle = 10e9;
  return kMebi * (parameters >= kLarge ? 4 : parameters >= kMiddle ? 2 : 1);
}

}  // namespace eigenbau::tables
