// What happens while a tree becomes typed values: where we are, which ranges were met, what is wrong.
#include "input/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "input/record.h"
#include "units/parse.h"
#include "units/print.h"

namespace eigenbau {
namespace {

std::string last_part(const std::string& path) {
  const std::size_t point = path.rfind('.');
  return point == std::string::npos ? path : path.substr(point + 1);
}

std::string_view example_of(Dimension dimension) {
  struct Example {
    Dimension dimension;
    std::string_view text;
  };
  static constexpr Example kExamples[] = {{kPower, "\"8 MW\""},
                                          {kEnergy, "\"3.9 MWh\""},
                                          {kTime, "\"48 h\""},
                                          {kData, "\"80 GiB\""},
                                          {kData - kTime, "\"400 Gb/s\""},
                                          {kMoney, "\"30 kUSD\""},
                                          {kMoney - kEnergy, "\"0.065 USD/kWh\""},
                                          {kMoney - kTime, "\"2.35 USD/h\""},
                                          {kFlop, "\"2e26 FLOP\""},
                                          {kFlop - kTime, "\"989 TFLOP/s\""},
                                          {kToken, "\"16 Mtoken\""},
                                          {kMass, "\"1360 kg\""},
                                          {kLength, "\"50 m\""},
                                          {kDimensionless - kTime, "\"4 per 1000 node-days\""},
                                          {kMass - kEnergy, "\"0.28 kg/kWh\""},
                                          {kLength * 2, "\"4000 m2\""}};
  for (const Example& example : kExamples)
    if (example.dimension == dimension) return example.text;
  return "\"8 MW\"";
}

bool is_range(const Node& value) {
  return value.kind == Node::Kind::table && !value.members.empty() &&
         std::all_of(value.members.begin(), value.members.end(), [](const Member& m) {
           return m.key == "low" || m.key == "mid" || m.key == "high" || m.key == "distribution" || m.key == "source";
         });
}

}  // namespace

Reader::Reader(Draw draw, Diagnostics& problems, ReadLog& log, std::string root)
    : draw_(std::move(draw)), problems_(problems), log_(log), path_(std::move(root)) {}

Reader::Scope::Scope(Reader& reader, std::string part) : reader_(reader), length_(reader.path_.size()) { reader_.path_ += part; }
Reader::Scope::~Scope() { reader_.path_.resize(length_); }

Reader::Scope Reader::enter_key(const std::string& key) { return Scope(*this, path_.empty() ? key : "." + key); }

Reader::Scope Reader::enter_entry(std::size_t index, const Node& item) {
  const Member* name = item.find("name");
  if (name && name->value.kind == Node::Kind::string) return Scope(*this, "[" + name->value.text + "]");
  return Scope(*this, fmt::format("[{}]", index));
}

void Reader::note_unknown() { log_.unknown.push_back(path_); }

void Reader::refuse(const Node& value, std::string code, std::string message, std::string hint) {
  problems_.add({.code = std::move(code), .message = std::move(message), .span = value.span, .hint = std::move(hint)});
}

bool Reader::wrong_kind(const Node& value, std::string_view wanted) {
  if (says_unknown(value)) refuse(value, "EB1109", fmt::format("`{}` cannot be unknown", last_part(path_)), "");
  else refuse(value, "EB1103", fmt::format("`{}` takes {}, but this is {}", last_part(path_), wanted, describe(value.kind)), "");
  return false;
}

std::string Reader::how_to_write(Scalar kind, Dimension dimension) {
  if (kind == Scalar::share) return "write it like \"3 %\"";
  return kind == Scalar::quantity ? fmt::format("write it like {}", example_of(dimension)) : "write a plain number";
}

std::optional<double> Reader::from_text(const Node& value, Scalar kind, Dimension dimension) {
  const auto parsed = parse_quantity(value.text);
  if (!parsed) {
    Node blamed = value;
    blamed.span.column += static_cast<std::uint32_t>(parsed.error().offset + 1);
    blamed.span.length = static_cast<std::uint32_t>(std::max<std::size_t>(1, parsed.error().length));
    const bool of_units = kind == Scalar::quantity && !parsed.error().hint.empty();
    refuse(value.span.length > value.text.size() + 1 ? blamed : value, "EB1104",
           fmt::format("`{}`: {}", last_part(path_), parsed.error().message),
           of_units ? parsed.error().hint : how_to_write(kind, dimension));
    return std::nullopt;
  }
  if (!(parsed->dimension == dimension)) {
    refuse(value, "EB1105",
           fmt::format("`{}` is measured in {}, but \"{}\" is in {}", last_part(path_), base_unit(dimension), value.text,
                       base_unit(parsed->dimension)),
           how_to_write(kind, dimension));
    return std::nullopt;
  }
  if (kind == Scalar::share && !parsed->is_percentage) {
    refuse(value, "EB1110", fmt::format("`{}` is a share and needs a percent sign", last_part(path_)),
           fmt::format("write \"{} %\"", print_number(100 * parsed->value)));
    return std::nullopt;
  }
  return parsed->value;
}

std::optional<double> Reader::scalar(const Node& value, Scalar kind, Dimension dimension) {
  if (says_unknown(value)) {
    refuse(value, "EB1109", fmt::format("`{}` cannot be unknown", last_part(path_)), "give a range: { low = ..., high = ... }");
    return std::nullopt;
  }
  if (kind == Scalar::date) {
    if (value.kind == Node::Kind::date) return static_cast<double>(value.date.time_since_epoch().count());
    if (const auto date = value.kind == Node::Kind::string ? parse_date(value.text) : std::nullopt)
      return static_cast<double>(date->time_since_epoch().count());
    refuse(value, "EB1111", fmt::format("`{}` takes a date", last_part(path_)),
           "write a day of the calendar without quotes: 2024-08-01");
    return std::nullopt;
  }
  if (value.kind == Node::Kind::string) return from_text(value, kind, dimension);
  if (value.kind != Node::Kind::integer && value.kind != Node::Kind::real) {
    wrong_kind(value, kind == Scalar::quantity ? "a quantity with its unit" : kind == Scalar::share ? "a share" : "a number");
    return std::nullopt;
  }
  if (!std::isfinite(value.real)) {
    refuse(value, "EB1106", fmt::format("`{}` must be a finite number", last_part(path_)));
    return std::nullopt;
  }
  if (kind == Scalar::quantity || kind == Scalar::share) {
    refuse(value, "EB1110", fmt::format("`{}` needs a unit", last_part(path_)),
           kind == Scalar::share ? fmt::format("write \"{} %\"", print_number(100 * value.real))
                                 : fmt::format("quantities are strings with a unit, like {}", example_of(dimension)));
    return std::nullopt;
  }
  return value.real;
}

bool Reader::within_bounds(double number, const Node& value, const FieldInfo& field, Scalar kind, Dimension dimension) {
  const bool low = field.low_is_open ? number <= field.low : number < field.low;
  if (!low && number <= field.high) return true;
  auto shown = [&](double x) {
    return kind == Scalar::quantity ? print_quantity(x, dimension) : kind == Scalar::share ? print(Share{x}) : print_plain(x);
  };
  refuse(
      value, "EB1106",
      fmt::format("`{}` must be {} {}, but is {}", last_part(path_), low ? (field.low_is_open ? "above" : "at least") : "at most",
                  shown(low ? field.low : field.high), shown(number)));
  return false;
}

std::optional<double> Reader::ranged(const Node& value, const FieldInfo& field, Scalar kind, Dimension dimension) {
  if (!is_range(value)) {
    const auto plain = scalar(value, kind, dimension);
    if (!plain || !within_bounds(*plain, value, field, kind, dimension)) return std::nullopt;
    return plain;
  }
  const Member *low = value.find("low"), *mid = value.find("mid"), *high = value.find("high"),
               *shape = value.find("distribution"), *source = value.find("source");
  if (!low || !high) {
    refuse(value, "EB1107", fmt::format("the range of `{}` needs low and high", last_part(path_)));
    return std::nullopt;
  }
  Range range;
  const auto a = scalar(low->value, kind, dimension), c = scalar(high->value, kind, dimension);
  const auto b = mid ? scalar(mid->value, kind, dimension) : a;
  if (!a || !b || !c) return std::nullopt;
  for (const Member* member : {low, high, mid})
    if (member && !within_bounds(member == low ? *a : member == high ? *c : *b, member->value, field, kind, dimension))
      return std::nullopt;
  range.low = *a;
  range.high = *c;
  const bool money_or_rate = dimension.money != 0 || dimension == kDimensionless - kTime;
  range.logarithmic = (field.is_geometric || (kind == Scalar::quantity && money_or_rate)) && *a > 0;
  range.mid = mid ? *b : range.logarithmic ? std::sqrt(*a * *c) : 0.5 * (*a + *c);
  if (!(range.low <= range.mid && range.mid <= range.high)) {
    refuse(value, "EB1107", fmt::format("the range of `{}` is out of order: low <= mid <= high must hold", last_part(path_)));
    return std::nullopt;
  }
  if (shape) {
    if (shape->value.text == "triangular") range.distribution = Distribution::triangular;
    else
      refuse(shape->value, "EB1108",
             fmt::format("the distribution of `{}` must be \"triangular\" or left out", last_part(path_)));
  }
  log_.uncertain.push_back({path_, range, dimension, kind == Scalar::date,
                            source && source->value.kind == Node::Kind::string ? source->value.text : ""});
  return draw_.value(path_, range);
}

std::optional<double> Reader::quantity(const Node& value, const FieldInfo& field, Dimension dimension) {
  return ranged(value, field, Scalar::quantity, dimension);
}
std::optional<double> Reader::share(const Node& value, const FieldInfo& field) {
  return ranged(value, field, Scalar::share, kDimensionless);
}
std::optional<double> Reader::number(const Node& value, const FieldInfo& field) {
  return ranged(value, field, Scalar::number, kDimensionless);
}

std::optional<double> Reader::count(const Node& value, const FieldInfo& field, double largest) {
  const auto drawn = ranged(value, field, Scalar::count, kDimensionless);
  if (!drawn) return std::nullopt;
  if (std::abs(*drawn) > std::min(largest, 9e15)) {
    refuse(value, "EB1106", fmt::format("`{}` is too large a count", last_part(path_)));
    return std::nullopt;
  }
  const double whole = std::round(*drawn);
  if (!is_range(value) && std::abs(*drawn - whole) > 1e-9) {
    refuse(value, "EB1103", fmt::format("`{}` counts things and must be whole", last_part(path_)));
    return std::nullopt;
  }
  return whole;
}

std::optional<Date> Reader::date(const Node& value, const FieldInfo& field) {
  const auto day = ranged(value, field, Scalar::date, kDimensionless);
  if (!day) return std::nullopt;
  return Date{std::chrono::days{static_cast<int>(std::round(*day))}};
}

std::optional<std::size_t> Reader::word(const Node& value, const FieldInfo& field) {
  if (value.kind != Node::Kind::string) {
    wrong_kind(value, "a word");
    return std::nullopt;
  }
  const auto& words = field.type.words;
  const auto found = std::find(words.begin(), words.end(), value.text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  const auto near = nearest_name(value.text, words);
  refuse(value, "EB1108", fmt::format("`{}` cannot be \"{}\"", last_part(path_), value.text),
         near ? fmt::format("did you mean \"{}\"?", *near) : fmt::format("it is one of: {}", fmt::join(words, ", ")));
  return std::nullopt;
}

const FieldInfo* RecordInfo::find(std::string_view key) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const auto& field) { return field->key == key; });
  return found == fields_.end() ? nullptr : found->get();
}

void RecordInfo::read(void* object, const Node& table, Reader& reader) const {
  std::vector<std::string> keys;
  for (const auto& field : fields_) keys.push_back(field->key);
  for (const Member& member : table.members) {
    const FieldInfo* field = find(member.key);
    if (!field) {
      const auto near = nearest_name(member.key, keys);
      reader.report(
          {.code = "EB1101",
           .message = fmt::format("unknown key `{}` in {}", member.key, name_),
           .span = member.key_span,
           .hint = near ? fmt::format("did you mean `{}`?", *near) : fmt::format("{} has: {}", name_, fmt::join(keys, ", "))});
      continue;
    }
    const auto scope = reader.enter_key(member.key);
    field->read(object, member.value, *field, reader);
  }
  for (const auto& field : fields_)
    if (field->is_required && !table.find(field->key))
      reader.report(
          {.code = "EB1102",
           .message = fmt::format("{} needs `{}`", name_, field->key),
           .span = table.span,
           .hint = fmt::format(
               "{}{}", field->doc,
               field->example_text.empty() ? "" : fmt::format(" For example: {} = {}", field->key, field->example_text))});
}

}  // namespace eigenbau
