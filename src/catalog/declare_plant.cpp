// What may a file say of storage and of the parts that feed and cool the machine?
#include "catalog/records.h"

template <>
struct eigenbau::Words<eigenbau::catalog::PlantKind> {
  using P = catalog::PlantKind;
  static constexpr std::pair<std::string_view, P> words[] = {
      {"generator", P::generator},   {"battery", P::battery}, {"transformer", P::transformer},
      {"switchgear", P::switchgear}, {"ups", P::ups},         {"pdu", P::pdu},
      {"rack_pdu", P::rack_pdu},     {"cdu", P::cdu},         {"chiller", P::chiller},
      {"dry_cooler", P::dry_cooler}, {"crah", P::crah},       {"rear_door", P::rear_door}};
};

namespace eigenbau {
using namespace catalog;

template <>
const Record<Storage>& record<Storage>() {
  static const Record<Storage> kRecord = [] {
    Record<Storage> r("storage", "A unit of the storage system.");
    declare_identity(r);
    r.field("capacity", &Storage::capacity, "Usable, of one unit.").required().above(0).example("\"280 TB\"");
    r.field("write_bandwidth", &Storage::write_bandwidth, "Of one unit.").required().above(0).example("\"20 GB/s\"");
    r.field("read_bandwidth", &Storage::read_bandwidth, "Of one unit.").required().above(0);
    r.field("height_u", &Storage::height_u, "Rack units.").required().above(0).at_most(60);
    r.field("weight", &Storage::weight, "As installed.").required().above(0);
    r.field("power", &Storage::power, "Under load.").required().above(0);
    r.field("price", &Storage::price, "Of one unit.").above(0);
    return r;
  }();
  return kRecord;
}

template <>
const Record<Plant>& record<Plant>() {
  static const Record<Plant> kRecord = [] {
    Record<Plant> r("plant", "A unit of the electrical or cooling plant. Which fields mean something depends on its type.");
    declare_identity(r);
    r.field("type", &Plant::kind, "What it is.").required();
    r.field("rating", &Plant::rating, "Electric output, or heat removed.").required().above(0).example("\"2.5 MW\"");
    r.field("efficiency", &Plant::efficiency, "Output over input at typical load.").above(0).at_most(1).example("\"99 %\"");
    r.field("no_load_loss", &Plant::no_load_loss, "Share of the rating lost at no load.")
        .at_least(0)
        .at_most(0.2)
        .example("\"0.1 %\"");
    r.field("auxiliary_share", &Plant::auxiliary_share, "Power that it needs per power or heat that it handles.")
        .at_least(0)
        .at_most(1)
        .example("\"4 %\"");
    r.field("energy", &Plant::energy, "What a battery holds.").above(0).example("\"3.9 MWh\"");
    r.field("start_time", &Plant::start_time, "Of a generator, from cold to rated.").at_least(0);
    r.field("lead_time", &Plant::lead_time, "Order to delivery.").at_least(0).example("\"60 weeks\"");
    r.field("height_u", &Plant::height_u, "Rack units, where it sits in a rack.").at_least(0).at_most(60);
    r.field("weight", &Plant::weight, "As installed.").above(0);
    r.field("price", &Plant::price, "Of one unit.").above(0);
    r.field("price_per_power", &Plant::price_per_power, "Where it is sold by the watt.").above(0).example("\"1.5 USD/W\"");
    r.field("fuel_price", &Plant::fuel_price, "Of a generator, per electric energy.").at_least(0);
    r.field("carbon_intensity", &Plant::carbon_intensity, "Of a generator, per electric energy.").at_least(0);
    return r;
  }();
  return kRecord;
}

}  // namespace eigenbau
