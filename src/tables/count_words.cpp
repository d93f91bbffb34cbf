// Which count does a cell give in words and suffixes?
#include "tables/count_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>

#include "tables/cell_words.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

constexpr double kLargest = 1e8;  // as of plain counts
constexpr std::array<std::string_view, 14> kUnits{"",          "gpu",     "gpus",   "gcd",   "gcds", "seq", "seqs",
                                                  "sequences", "samples", "tokens", "token", "tok",  "way", "-way"};

/// Without what is in brackets, the sign of a rounded figure, that of a footnote and that of a figure cut off.
std::string_view bare(std::string_view text) {
  text = trimmed(text.substr(0, text.find_first_of("([")));
  if (text.starts_with("~")) text.remove_prefix(1);
  if (text.ends_with("*") || text.ends_with("+")) text.remove_suffix(1);
  return trimmed(text);
}

bool is_power_of_two(double value) {
  int exponent = 0;
  return value > 0 && std::frexp(value, &exponent) == 0.5;
}

/// A whole number but for rounding: 4.1 times a million is one.
std::optional<int> whole(double number) {
  constexpr double kRounding = 1e-6;
  const double nearest = std::round(number);
  return std::abs(number - nearest) < kRounding && nearest <= kLargest ? std::optional(static_cast<int>(nearest)) : std::nullopt;
}

std::optional<double> number_in(std::string_view digits) {
  if (const auto plain = count_in(digits)) return *plain;
  std::size_t length = 0;
  const double value = leading_number(digits, length);
  return length > 0 && length == digits.size() ? std::optional(value) : std::nullopt;
}

/// Takes the exponent of "2^20" or "2**20" from what follows a number, and raises that to it.
double raised(double number, std::string_view& rest) {
  for (const std::string_view sign : {"^", "**"}) {
    if (!rest.starts_with(sign)) continue;
    std::size_t length = 0;
    const double exponent = leading_number(rest.substr(sign.size()), length);
    if (length == 0) return number;
    rest = trimmed(rest.substr(sign.size() + length));
    return std::pow(number, exponent);
  }
  return number;
}

/// Takes "k", "m", "thousand", "million" or the exponent of "4e6" from what follows a number; tokens may follow it closely. A
/// power of two in words is meant in powers of two: a batch of 4 million tokens is 1,024 sequences of 4,096.
double factor_of(std::string_view& rest, double number) {
  struct Suffix {
    std::string_view written;
    int thousands;
  };
  constexpr std::array kSuffixes{Suffix{"thousand", 1}, Suffix{"million", 2}, Suffix{"e3", 1},
                                 Suffix{"e6", 2},       Suffix{"k", 1},       Suffix{"m", 2}};
  for (const auto& [written, thousands] : kSuffixes) {
    const std::string_view after = rest.substr(std::min(written.size(), rest.size()));
    const bool ends = after.empty() || !std::isalnum(static_cast<unsigned char>(after[0])) || after.starts_with("tok");
    if (!rest.starts_with(written) || !ends) continue;
    rest = trimmed(after);
    return std::pow(is_power_of_two(number) && written[0] != 'e' ? 1024 : 1000, thousands);
  }
  return 1;
}

/// "16 nodes" of a product counts them.
std::string_view without_servers(std::string_view factor) {
  factor = trimmed(factor);
  for (const std::string_view server : {"nodes", "node", "servers", "server", "hosts"})
    if (factor.ends_with(server)) return factor.substr(0, factor.size() - server.size());
  return factor;
}

}  // namespace

std::optional<WordedCount> worded_count(std::string_view cell) {
  const std::string text = without_separators(lower(bare(cell)));
  const std::size_t end = std::min(text.find_first_not_of("0123456789.,"), text.size());
  const auto written = number_in(std::string_view(text).substr(0, end));
  if (!written) return std::nullopt;
  std::string_view rest = trimmed(std::string_view(text).substr(end));
  const double number = raised(*written, rest);
  const auto count = whole(number * factor_of(rest, number));
  if (!count || std::ranges::find(kUnits, rest) == kUnits.end()) return std::nullopt;
  return WordedCount{*count, rest.starts_with("tok")};
}

std::optional<Factors> factors_in(std::string_view cell) {
  std::string text = lower(bare(cell));
  std::ranges::replace(text, '*', 'x');
  const std::size_t times = text.find('x');
  if (times == std::string::npos) return std::nullopt;
  const std::string_view factors = text;
  const auto one = worded_count(without_servers(factors.substr(0, times)));
  const auto other = worded_count(without_servers(factors.substr(times + 1)));
  if (!one || !other || one->of_tokens || other->of_tokens) return std::nullopt;
  return Factors{one->count, other->count};
}

std::optional<int> counted_product(std::string_view cell) {
  const auto factors = factors_in(cell);
  const double product = factors ? static_cast<double>(factors->first) * factors->second : kLargest + 1;
  return product <= kLargest ? std::optional(static_cast<int>(product)) : std::nullopt;
}

}  // namespace eigenbau::tables
