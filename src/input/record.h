// How is a table of a file described once, so that reading, checking, documentation and schema all follow from it?
//
// A room states its own structs:
//   template <> const Record<Supply>& record<Supply>() {
//     static const Record<Supply> kRecord = [] {
//       Record<Supply> r("supply", "Everything that feeds the site; a stage is a date.");
//       r.field("power", &Supply::power, "Power that this source adds.").required().above(0).example("\"8 MW\"");
//       r.field("probability", &Supply::probability, "That it comes on its date.").at_least(0).at_most(1).fallback("100 %");
//       return r;
//     }();
//     return kRecord;
//   }
#pragma once

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/date.h"
#include "input/document.h"
#include "input/draw.h"
#include "input/reader.h"
#include "units/quantity.h"

namespace eigenbau {

class RecordInfo;

/// What a field holds, in the words of documentation and schema.
struct FieldType {
  enum class Kind { quantity, share, number, count, text, boolean, date, word, record } kind = Kind::text;
  Dimension dimension{};
  bool list = false;
  bool optional = false;                    ///< may be absent or "unknown"
  std::vector<std::string> words{};         ///< of an enumeration
  const RecordInfo& (*nested)() = nullptr;  ///< of a record
};

/// What an object holds in a field: a number in base units, yes or no, a word of an enumeration or a record; nothing for lists,
/// text and what may be absent.
using FieldValue = std::variant<std::monostate, double, bool, std::string_view, const void*>;

/// One field as declared; the chained setters below are its options.
struct FieldInfo {
  std::string key;
  std::string doc;
  FieldType type{};
  bool is_required = false;
  bool takes_count = false;   ///< a bare count has a meaning of its own beside the quantity
  bool is_geometric = false;  ///< the middle of a range is its geometric mean; always so for money and rates
  double low = -std::numeric_limits<double>::infinity();  ///< base units
  double high = std::numeric_limits<double>::infinity();
  bool low_is_open = false;
  std::string example_text{};
  std::string fallback_text{};
  std::function<void(void* object, const Node& value, const FieldInfo& field, Reader& reader)> read{};
  std::function<FieldValue(const void* object)> value{};

  FieldInfo& required() {
    is_required = true;
    return *this;
  }
  FieldInfo& geometric() {
    is_geometric = true;
    return *this;
  }
  FieldInfo& or_count() {
    takes_count = true;
    return *this;
  }
  FieldInfo& at_least(double bound) {
    low = bound;
    low_is_open = false;
    return *this;
  }
  FieldInfo& above(double bound) {
    low = bound;
    low_is_open = true;
    return *this;
  }
  FieldInfo& at_most(double bound) {
    high = bound;
    return *this;
  }
  template <Dimension D>
  FieldInfo& at_least(Quantity<D> bound) {
    return at_least(bound.base());
  }
  template <Dimension D>
  FieldInfo& above(Quantity<D> bound) {
    return above(bound.base());
  }
  template <Dimension D>
  FieldInfo& at_most(Quantity<D> bound) {
    return at_most(bound.base());
  }
  /// A TOML value, for documentation, schema and the starter file.
  FieldInfo& example(std::string toml) {
    example_text = std::move(toml);
    return *this;
  }
  /// What happens when the key is absent, in words.
  FieldInfo& fallback(std::string words) {
    fallback_text = std::move(words);
    return *this;
  }
};

/// The declaration without its C++ type: what documentation and schema walk over.
class RecordInfo {
 public:
  RecordInfo(std::string name, std::string doc) : name_(std::move(name)), doc_(std::move(doc)) {}
  const std::string& name() const { return name_; }
  const std::string& doc() const { return doc_; }
  const std::vector<std::unique_ptr<FieldInfo>>& fields() const { return fields_; }

  /// The field of this key, or none.
  const FieldInfo* find(std::string_view key) const;

  /// Reads every member of `table` into the object, reports unknown and missing keys.
  void read(void* object, const Node& table, Reader& reader) const;

 protected:
  std::string name_, doc_;
  std::vector<std::unique_ptr<FieldInfo>> fields_;
};

template <class T>
class Record;

/// The declaration of T; specialized where T's room declares it.
template <class T>
const Record<T>& record();

/// Words of an enumeration; specialized: `static constexpr std::pair<std::string_view, E> words[]`.
template <class E>
struct Words;

namespace detail {

template <class M>
struct IsOptional : std::false_type {};
template <class M>
struct IsOptional<std::optional<M>> : std::true_type {};
template <class M>
struct IsVector : std::false_type {};
template <class M>
struct IsVector<std::vector<M>> : std::true_type {};
template <class M>
struct IsQuantity : std::false_type {};
template <Dimension D>
struct IsQuantity<Quantity<D>> : std::true_type {};

template <class M>
inline constexpr bool kIsRecord =
    std::is_class_v<M> && !std::disjunction_v<IsOptional<M>, IsVector<M>, IsQuantity<M>, std::is_same<M, Share>,
                                              std::is_same<M, std::string>, std::is_same<M, Date>>;

template <class M>
const RecordInfo& record_info() {
  return record<M>();
}

template <class M>
FieldType field_type() {
  FieldType type;
  if constexpr (IsOptional<M>::value) {
    type = field_type<typename M::value_type>();
    type.optional = true;
  } else if constexpr (IsVector<M>::value) {
    type = field_type<typename M::value_type>();
    type.list = true;
  } else if constexpr (IsQuantity<M>::value) {
    type.kind = FieldType::Kind::quantity;
    type.dimension = M::dimension;
  } else if constexpr (std::is_same_v<M, Share>) {
    type.kind = FieldType::Kind::share;
  } else if constexpr (std::is_same_v<M, bool>) {
    type.kind = FieldType::Kind::boolean;
  } else if constexpr (std::is_same_v<M, double>) {
    type.kind = FieldType::Kind::number;
  } else if constexpr (std::is_integral_v<M>) {
    type.kind = FieldType::Kind::count;
  } else if constexpr (std::is_same_v<M, std::string>) {
    type.kind = FieldType::Kind::text;
  } else if constexpr (std::is_same_v<M, Date>) {
    type.kind = FieldType::Kind::date;
  } else if constexpr (std::is_enum_v<M>) {
    type.kind = FieldType::Kind::word;
    for (const auto& [word, value] : Words<M>::words) type.words.emplace_back(word);
  } else {
    type.kind = FieldType::Kind::record;
    type.nested = &record_info<M>;
  }
  return type;
}

template <class M>
FieldValue value_of(const M& held) {
  if constexpr (IsQuantity<M>::value) return held.base();
  else if constexpr (std::is_same_v<M, bool>) return held;
  else if constexpr (std::is_arithmetic_v<M>) return static_cast<double>(held);
  else if constexpr (kIsRecord<M>) return static_cast<const void*>(&held);
  else if constexpr (std::is_enum_v<M>)
    return std::ranges::find(Words<M>::words, held, [](auto& pair) { return pair.second; })->first;
  else return {};
}

/// Reads one value; false when it is unknown or wrong (then it has been reported).
template <class M>
bool read_value(M& to, const Node& value, const FieldInfo& field, Reader& reader) {
  if constexpr (IsOptional<M>::value) {
    if (Reader::says_unknown(value)) {
      reader.note_unknown();
      to.reset();
      return true;
    }
    typename M::value_type inner{};
    if (!read_value(inner, value, field, reader)) return false;
    to = std::move(inner);
    return true;
  } else if constexpr (IsVector<M>::value) {
    if (value.kind != Node::Kind::array) return reader.wrong_kind(value, "a list");
    to.clear();
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      const auto scope = reader.enter_entry(i, value.items[i]);
      typename M::value_type item{};
      if (read_value(item, value.items[i], field, reader)) to.push_back(std::move(item));
    }
    return true;
  } else if constexpr (IsQuantity<M>::value) {
    const auto number = reader.quantity(value, field, M::dimension);
    if (number) to = M::from_base(*number);
    return number.has_value();
  } else if constexpr (std::is_same_v<M, Share>) {
    const auto number = reader.share(value, field);
    if (number) to = Share{*number};
    return number.has_value();
  } else if constexpr (std::is_same_v<M, bool>) {
    if (value.kind != Node::Kind::boolean) return reader.wrong_kind(value, "true or false");
    to = value.boolean;
    return true;
  } else if constexpr (std::is_same_v<M, double>) {
    const auto number = reader.number(value, field);
    if (number) to = *number;
    return number.has_value();
  } else if constexpr (std::is_integral_v<M>) {
    const auto number = reader.count(value, field, static_cast<double>(std::numeric_limits<M>::max()));
    if (number) to = static_cast<M>(*number);
    return number.has_value();
  } else if constexpr (std::is_same_v<M, std::string>) {
    if (value.kind != Node::Kind::string) return reader.wrong_kind(value, "text");
    if (!Reader::says_unknown(value)) {
      to = value.text;
      return true;
    }
    if (field.is_required) return reader.wrong_kind(value, "text");
    reader.note_unknown();
    to.clear();
    return true;
  } else if constexpr (std::is_same_v<M, Date>) {
    const auto date = reader.date(value, field);
    if (date) to = *date;
    return date.has_value();
  } else if constexpr (std::is_enum_v<M>) {
    const auto index = reader.word(value, field);
    if (index) to = Words<M>::words[*index].second;
    return index.has_value();
  } else {
    if (value.kind != Node::Kind::table) return reader.wrong_kind(value, "a table");
    if constexpr (requires { to.span = Span{}; }) to.span = value.span;
    record<M>().read(&to, value, reader);
    return true;
  }
}

}  // namespace detail

template <class T>
class Record : public RecordInfo {
 public:
  using RecordInfo::RecordInfo;

  /// Declares that `key` holds `member`. A std::optional member may be absent or "unknown"; a std::vector is a list.
  template <class M>
  FieldInfo& field(std::string key, M T::* member, std::string doc) {
    auto info = std::make_unique<FieldInfo>();
    info->key = std::move(key);
    info->doc = std::move(doc);
    info->type = detail::field_type<M>();
    info->read = [member](void* object, const Node& value, const FieldInfo& field, Reader& reader) {
      detail::read_value(static_cast<T*>(object)->*member, value, field, reader);
    };
    info->value = [member](const void* object) { return detail::value_of(static_cast<const T*>(object)->*member); };
    fields_.push_back(std::move(info));
    return *fields_.back();
  }
};

/// Reads a whole document as a T. Problems go to the reader's sink; what could be read is returned.
template <class T>
T read_as(const Node& table, Reader& reader) {
  T object{};
  detail::read_value(object, table, FieldInfo{}, reader);
  return object;
}

}  // namespace eigenbau
