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

constexpr std::array<std::string_view, 7> kGlobal{"global batch size", "global batch",     "gbs",        "effective batch size",
                                                  "effective batch",   "total batch size", "total batch"};
constexpr std::array<std::string_view, 2> kBatch{"batch size", "batch"};  // in a cell of batches
constexpr std::array<std::string_view, 7> kAccumulation{
    "ga", "gas", "grad accum", "grad accumulation", "gradient accumulation", "accumulation step", "micro num"};

/// The count right after a word: "= 1,024", "of 4M tokens", "128 on 64 GPUs".
std::optional<WordedCount> count_after(std::string_view rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" :="), rest.size()));
  if (rest.starts_with("of ")) rest.remove_prefix(3);
  std::size_t digits = 0;
  while (digits < rest.size() &&
         (is_digit(rest[digits]) || (rest[digits] == ',' && digits + 1 < rest.size() && is_digit(rest[digits + 1]))))
    ++digits;
  if (const auto whole = worded_count(rest.substr(0, rest.find_first_of(";,+()[]\n", digits)))) return whole;
  if (const auto count = count_in(rest.substr(0, digits)); count && rest.substr(digits).starts_with(' '))
    return WordedCount{*count};
  return std::nullopt;
}

/// "batch size 4M tokens", "1M tokens per batch": what counts tokens is no batch of a device, unless it says so.
std::optional<WordedCount> batch_of_tokens_in(std::string_view clause) {
  for (const std::string_view part : {"micro", "local", "per gpu", "per device", "per rank"})
    if (contains(clause, part)) return std::nullopt;
  for (const std::string_view word : {"tokens per batch", "token batch"})
    if (const std::size_t at = find_word(clause, word); at != std::string_view::npos && at > 0)
      if (const auto said = worded_count(std::string(clause.substr(0, at)).append("tokens"))) return said;
  for (const std::string_view word : {"batch size", "batch"}) {
    const std::size_t at = find_word(clause, word);
    const auto said = at == std::string_view::npos ? std::nullopt : count_after(clause.substr(at + word.size()));
    if (said && said->of_tokens) return said;
  }
  return std::nullopt;
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
  for (const std::string_view word : kGlobal) {
    const std::size_t at = find_word(text, word);
    if (at == std::string::npos) continue;
    if (const auto said = count_after(std::string_view(text).substr(at + word.size()))) return said;
  }
  for (const std::string& clause : clauses_of(options))
    if (const auto said = batch_of_tokens_in(clause)) return said;
  return std::nullopt;
}

bool speaks_of_global_batch(std::string_view clause) {
  return std::ranges::any_of(kGlobal, [&](std::string_view word) { return use_in(clause, word).has_value(); }) ||
         batch_of_tokens_in(clause).has_value();
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
  for (const std::string_view word : {"accumulation step", "accumulation steps", "gradient accumulation steps",
                                      "gradient accumulation", "grad accumulation steps", "grad accumulation"})
    if (rest == word) return number;
  return std::nullopt;
}

double usual_batch_tokens(double parameters) {
  constexpr double kMebi = 1024.0 * 1024.0, kLarge = 30e9, kMiddle = 10e9;
  return kMebi * (parameters >= kLarge ? 4 : parameters >= kMiddle ? 2 : 1);
}

}  // namespace eigenbau::tables
