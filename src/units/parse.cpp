// What quantity does a piece of text mean? "150 MW", "0.065 USD/kWh", "4 per 1000 node-days", "3 %".
#include "units/parse.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>

#include "units/symbols.h"

namespace eigenbau {
namespace {

constexpr int kLargestPower = 9;
constexpr std::size_t kLongestText = 200;

struct Prefix {
  std::string_view text;
  double scale;
  bool binary;
};
constexpr Prefix kPrefixes[] = {{"Ki", 1024.0, true},
                                {"Mi", 1048576.0, true},
                                {"Gi", 1073741824.0, true},
                                {"Ti", 1099511627776.0, true},
                                {"Pi", 1125899906842624.0, true},
                                {"n", 1e-9, false},
                                {"u", 1e-6, false},
                                {"µ", 1e-6, false},
                                {"m", 1e-3, false},
                                {"c", 1e-2, false},
                                {"k", 1e3, false},
                                {"M", 1e6, false},
                                {"G", 1e9, false},
                                {"T", 1e12, false},
                                {"P", 1e15, false},
                                {"E", 1e18, false},
                                {"Z", 1e21, false},
                                {"Y", 1e24, false}};

struct Unit {
  double scale = 1;
  Dimension dimension{};
};

std::optional<Unit> find_symbol(std::string_view word) {
  for (const UnitSymbol& symbol : unit_symbols())
    if (symbol.text == word) return Unit{symbol.scale, symbol.dimension};
  for (const Prefix& prefix : kPrefixes) {
    if (!word.starts_with(prefix.text)) continue;
    const std::string_view rest = word.substr(prefix.text.size());
    for (const UnitSymbol& symbol : unit_symbols()) {
      if (symbol.text != rest || symbol.prefixes == Prefixes::none) continue;
      if (prefix.binary && symbol.prefixes != Prefixes::decimal_and_binary) continue;
      return Unit{prefix.scale * symbol.scale, symbol.dimension};
    }
  }
  return std::nullopt;
}

std::string hint_for_unknown(std::string_view word) {
  struct Slip {
    std::string_view written, meant;
  };
  constexpr Slip kSlips[] = {{"Gbps", "\"Gb/s\" (bits) or \"GB/s\" (bytes)"},
                             {"GBps", "\"GB/s\""},
                             {"mins", "\"min\""},
                             {"minutes", "\"min\""},
                             {"minute", "\"min\""},
                             {"sec", "\"s\""},
                             {"secs", "\"s\""},
                             {"seconds", "\"s\""},
                             {"second", "\"s\""},
                             {"hr", "\"h\""},
                             {"hrs", "\"h\""},
                             {"yr", "\"years\""},
                             {"y", "\"years\""},
                             {"$", "\"USD\""},
                             {"usd", "\"USD\""},
                             {"EUR", "\"USD\"; the product counts in US dollars"},
                             {"mw", "\"MW\""},
                             {"KW", "\"kW\""},
                             {"kw", "\"kW\""},
                             {"kwh", "\"kWh\""},
                             {"KWh", "\"kWh\""},
                             {"gb", "\"GB\" (bytes) or \"Gb\" (bits)"},
                             {"TFLOPS", "\"TFLOP/s\""},
                             {"TFLOPs", "\"TFLOP/s\""},
                             {"PFLOPS", "\"PFLOP/s\""},
                             {"FLOPS", "\"FLOP/s\""},
                             {"FLOPs", "\"FLOP\""},
                             {"percent", "\"%\""}};
  for (const Slip& slip : kSlips)
    if (slip.written == word) return "write " + std::string(slip.meant);
  return "";
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::expected<ParsedQuantity, UnitError> quantity() {
    skip_spaces();
    const std::size_t start = at_;
    const auto number = scan_number();
    if (!number) return std::unexpected(number.error());
    if (!*number) return error(start, text_.size() - start, "no number found", "");
    return with_unit(**number);
  }

  std::expected<ParsedQuantity, UnitError> with_unit(double number) {
    const auto unit = scan_unit();
    if (!unit) return std::unexpected(unit.error());
    const double value = number * unit->scale;
    if (!std::isfinite(value)) return error(0, text_.size(), "the value is too large", "");
    return ParsedQuantity{value, unit->dimension, saw_percent_ && unit->dimension == kDimensionless};
  }

 private:
  std::unexpected<UnitError> error(std::size_t offset, std::size_t length, std::string message, std::string hint) const {
    return std::unexpected(UnitError{offset, length, std::move(message), std::move(hint)});
  }

  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool done() const { return at_ >= text_.size(); }
  bool is_digit(std::size_t i) const { return i < text_.size() && text_[i] >= '0' && text_[i] <= '9'; }

  /// The number at the cursor, nothing if there is none; commas must group three digits.
  std::expected<std::optional<double>, UnitError> scan_number() {
    const std::size_t start = at_;
    std::string digits;
    std::size_t i = at_;
    if (i < text_.size() && (text_[i] == '-' || text_[i] == '+')) {
      if (text_[i] == '-') digits += '-';
      ++i;
    }
    if (!is_digit(i) && !(i < text_.size() && text_[i] == '.' && is_digit(i + 1))) return std::optional<double>{};
    const std::size_t first = i;
    while (is_digit(i)) digits += text_[i++];
    const bool leads_groups = i - first <= 3;
    while (i < text_.size() && text_[i] == ',') {
      if (!leads_groups || !(is_digit(i + 1) && is_digit(i + 2) && is_digit(i + 3)) || is_digit(i + 4))
        return error(start, i + 1 - start, "a comma must separate groups of three digits",
                     "write 0.5 with a point and 100,000 with a comma");
      digits.append(text_.substr(i + 1, 3));
      i += 4;
    }
    if (i < text_.size() && text_[i] == '.') {
      digits += text_[i++];
      while (is_digit(i)) digits += text_[i++];
    }
    if (i < text_.size() && (text_[i] == 'e' || text_[i] == 'E')) {
      std::size_t exponent = i + 1;
      if (exponent < text_.size() && (text_[exponent] == '-' || text_[exponent] == '+')) ++exponent;
      if (is_digit(exponent)) {
        digits += 'e';
        if (text_[i + 1] == '-') digits += '-';
        while (is_digit(exponent)) digits += text_[exponent++];
        i = exponent;
      }
    }
    double value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    at_ = i;
    if (parsed.ec != std::errc{} || !std::isfinite(value)) return error(start, i - start, "the number is out of range", "");
    return std::optional<double>{value};
  }

  static bool is_symbol_byte(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) || c == '%' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
  }

  std::string_view scan_word() {
    const std::size_t start = at_;
    while (!done() && is_symbol_byte(text_[at_]) && !text_.substr(at_).starts_with("·")) ++at_;
    return text_.substr(start, at_ - start);
  }

  bool take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  bool take_per() {
    if (!text_.substr(at_).starts_with("per ")) return false;
    at_ += 4;
    return true;
  }

  std::expected<Unit, UnitError> scan_unit() {
    Unit unit;
    skip_spaces();
    bool divide = false;
    bool expect_symbol = false;
    while (true) {
      skip_spaces();
      if (done()) {
        if (expect_symbol) return error(text_.size() - 1, 1, "the unit ends too early", "");
        return unit;
      }
      if (take("/") || take_per()) {
        if (expect_symbol) return error(at_ - 1, 1, "two unit operators in a row", "");
        divide = true;
        expect_symbol = true;
        if (const auto applied = divide_by_number(unit); !applied) return std::unexpected(applied.error());
        continue;
      }
      if (take("*") || take("·") || take("-")) {
        if (expect_symbol) return error(at_ - 1, 1, "two unit operators in a row", "");
        expect_symbol = true;
        continue;
      }
      if (const auto applied = apply_symbol(unit, divide); !applied) return std::unexpected(applied.error());
      expect_symbol = false;
    }
  }

  std::expected<void, UnitError> divide_by_number(Unit& unit) {
    skip_spaces();
    const std::size_t start = at_;
    const auto number = scan_number();
    if (!number) return std::unexpected(number.error());
    if (!*number) return {};
    if (**number <= 0) return error(start, at_ - start, "a unit cannot be divided by this number", "");
    unit.scale /= **number;
    return {};
  }

  /// One symbol with its power. In a product after a division ("per 1000 node-days") every symbol divides.
  std::expected<void, UnitError> apply_symbol(Unit& unit, bool divide) {
    const std::size_t start = at_;
    const std::string_view word = scan_word();
    if (word.empty()) return error(at_, 1, "a unit cannot contain this character", hint_for_unknown(""));
    const auto symbol = find_symbol(word);
    if (!symbol) return error(start, word.size(), "unknown unit \"" + std::string(word) + "\"", hint_for_unknown(word));
    if (word == "%") saw_percent_ = true;
    int power = 1;
    if (take("^") || is_digit(at_)) {
      const std::size_t digit = at_;
      while (is_digit(at_)) ++at_;
      const auto parsed = std::from_chars(text_.data() + digit, text_.data() + at_, power);
      if (parsed.ec != std::errc{} || at_ == digit || power < 1 || power > kLargestPower)
        return error(start, at_ - start, "a unit's power must be a whole number from 1 to 9", "");
    }
    if (divide) power = -power;
    unit.scale *= std::pow(symbol->scale, power);
    unit.dimension = unit.dimension + symbol->dimension * power;
    for (const signed char exponent :
         {unit.dimension.length, unit.dimension.mass, unit.dimension.time, unit.dimension.temperature, unit.dimension.data,
          unit.dimension.flop, unit.dimension.token, unit.dimension.money})
      if (exponent > 3 * kLargestPower || exponent < -3 * kLargestPower)
        return error(start, at_ - start, "the unit is too long", "");
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool saw_percent_ = false;
};

}  // namespace

std::expected<ParsedQuantity, UnitError> parse_quantity(std::string_view text) {
  if (text.size() > kLongestText) return std::unexpected(UnitError{0, text.size(), "the value is too long", ""});
  return Scanner(text).quantity();
}

std::expected<ParsedQuantity, UnitError> parse_unit(std::string_view text) {
  if (text.size() > kLongestText) return std::unexpected(UnitError{0, text.size(), "the unit is too long", ""});
  return Scanner(text).with_unit(1);
}

}  // namespace eigenbau
