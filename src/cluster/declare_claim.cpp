// What may a file say in a [[claim]]?
#include "cluster/file.h"
#include "cluster/limits.h"

template <>
struct eigenbau::Words<eigenbau::cluster::Covers> {
  using C = cluster::Covers;
  static constexpr std::pair<std::string_view, C> words[] = {
      {"gpus", C::gpus}, {"servers", C::servers}, {"it", C::it}, {"all-in", C::all_in}};
};

namespace eigenbau {
using namespace cluster;

namespace {

/// A field that keeps both ends of a stated range: in a claim a range is what was said and is never drawn.
template <class T>
void read_stated(std::optional<Stated<T>>& to, const Node& value, const FieldInfo& field, Reader& reader) {
  if (Reader::says_unknown(value)) return reader.note_unknown();
  Stated<T> read{};
  if (value.kind != Node::Kind::table) {
    if (!detail::read_value(read.low, value, field, reader)) return;
    read.high = read.low;
  } else {
    const Member *low = value.find("low"), *high = value.find("high");
    if (!low || !high || value.members.size() != 2) {
      reader.report(
          {.code = "EB1107", .message = "what somebody said is one value or { low = ..., high = ... }", .span = value.span});
      return;
    }
    const bool low_is_read = detail::read_value(read.low, low->value, field, reader);
    if (!detail::read_value(read.high, high->value, field, reader) || !low_is_read) return;
    if (read.high < read.low) {
      reader.report({.code = "EB1107", .message = "the range is out of order: low is above high", .span = value.span});
      return;
    }
  }
  to = read;
}

class ClaimRecord : public Record<ClaimTable> {
 public:
  using Record::Record;

  template <class T>
  FieldInfo& stated(std::string key, std::optional<Stated<T>> ClaimTable::* member, std::string doc) {
    auto info = std::make_unique<FieldInfo>();
    info->key = std::move(key);
    info->doc = std::move(doc);
    info->type = detail::field_type<std::optional<T>>();
    info->read = [member](void* object, const Node& value, const FieldInfo& field, Reader& reader) {
      read_stated(static_cast<ClaimTable*>(object)->*member, value, field, reader);
    };
    fields_.push_back(std::move(info));
    return *fields_.back();
  }
};

void declare_money(ClaimRecord& r) {
  r.stated("money", &ClaimTable::money, "Cost: the sum. Asks whether it buys `gpus` accelerators.")
      .at_least(0)
      .at_most(kMostMoney)
      .example("\"4 GUSD\"");
  r.stated("money_per_gpu", &ClaimTable::money_per_gpu, "Cost: the sum for each accelerator.")
      .at_least(0)
      .at_most(kMostMoney)
      .example("\"50 kUSD\"");
  r.field("covers", &ClaimTable::covers, "Cost: what the sum pays for.").fallback("all-in");
  r.field("foreign_amount", &ClaimTable::foreign_amount, "Cost: the same sum in another currency.")
      .above(0)
      .at_most(1e18)
      .example("29_000_000_000");
  r.field("currency", &ClaimTable::currency, "Cost: that currency.").example("\"CNY\"");
  r.field("per_usd", &ClaimTable::per_usd, "Cost: units of that currency for one USD.").above(0).at_most(1e9).example("7.25");
}

}  // namespace

template <>
const Record<ClaimTable>& record<ClaimTable>() {
  static const ClaimRecord kRecord = [] {
    ClaimRecord r(
        "claim",
        "A sentence of the outside world, to be judged against the model. One of gpus_online, site_power, it_power, within, "
        "money, money_per_gpu, price, takes says what it tests. A range is what somebody said; it is not drawn from.");
    r.field("text", &ClaimTable::text, "The sentence.").required().example("\"64 cards run on 160 kW\"");
    r.field("source", &ClaimTable::source, "Who says so.");
    r.field("tolerance", &ClaimTable::tolerance, "How far the sentence rounds.")
        .at_least(0)
        .at_most(1)
        .example("\"5 %\"")
        .fallback("the judge's default");
    r.field("gpus_online", &ClaimTable::gpus_online, "Online: accelerators that run at once.")
        .at_least(1)
        .at_most(kMostGpus)
        .example("32000");
    r.field("on", &ClaimTable::on, "Online: the day.").example("2024-07-22").fallback("when everything stands");
    r.field("supplied_by", &ClaimTable::supplied_by, "Online: names of the only supplies to count.")
        .fallback("all that are there");
    r.stated("gpus", &ClaimTable::gpus, "Power, pace, cost, training: accelerators that the sentence speaks of.")
        .above(0)
        .at_most(kMostGpus)
        .example("64");
    r.stated("site_power", &ClaimTable::site_power, "Power: at the meter, for `gpus` accelerators.")
        .above(0)
        .at_most(kMostPower)
        .example("\"160 kW\"");
    r.stated("it_power", &ClaimTable::it_power, "Power: of the IT alone, for `gpus` accelerators.")
        .above(0)
        .at_most(kMostPower)
        .example("\"30 MW\"");
    r.field("within", &ClaimTable::within, "Pace: time in which `gpus` accelerators are installed.")
        .above(0)
        .at_most(kMostTime)
        .example("\"19 days\"");
    declare_money(r);
    r.field("lease", &ClaimTable::lease, "Lease: its name.").example("\"neocloud\"");
    r.stated("price", &ClaimTable::price, "Lease: price of one accelerator.")
        .at_least(0)
        .at_most(1e4 * kUsd / kHour)
        .example("\"2.85 USD/GPU-h\"");
    r.stated("compute", &ClaimTable::compute, "Training: model FLOP on `gpus` accelerators.")
        .above(0)
        .at_most(kMostFlop)
        .example("\"2e26 FLOP\"");
    r.field("mfu", &ClaimTable::mfu, "Training: model FLOP utilization that the sentence assumes.")
        .above(0)
        .at_most(1)
        .example("\"35 %\"")
        .fallback("the model's own");
    r.stated("takes", &ClaimTable::takes, "Training: time of the run.").above(0).at_most(kMostTime).example("\"70 days\"");
    return r;
  }();
  return kRecord;
}

}  // namespace eigenbau
