// What may a file say of NICs, switches, optics and cables?
#include "catalog/records.h"

namespace eigenbau {
using namespace catalog;

template <>
const Record<Nic>& record<Nic>() {
  static const Record<Nic> kRecord = [] {
    Record<Nic> r("nic", "A network adapter.");
    declare_identity(r);
    r.field("speed", &Nic::speed, "Of the whole adapter, one way.").required().above(0).example("\"400 Gb/s\"");
    r.field("ports", &Nic::ports, "As it is cabled.").at_least(1).fallback("1");
    r.field("protocol", &Nic::protocol, "infiniband, roce or efa.").required();
    r.field("reorders", &Nic::reorders, "Accepts packets out of order, as spraying and adaptive routing need.");
    r.field("power", &Nic::power, "Without its optic.").required().above(0);
    r.field("price", &Nic::price, "Of one.").above(0);
    return r;
  }();
  return kRecord;
}

template <>
const Record<Switch>& record<Switch>() {
  static const Record<Switch> kRecord = [] {
    Record<Switch> r("switch", "A network switch.");
    declare_identity(r);
    r.field("ports", &Switch::ports, "Cages.").required().at_least(1);
    r.field("port_speed", &Switch::port_speed, "Of one cage, one way.").required().above(0).example("\"800 Gb/s\"");
    r.field("breakout", &Switch::breakout, "Most links that one cage carries.").at_least(1).fallback("1");
    r.field("uplinks", &Switch::uplinks, "Further cages, faster than the others, for links to switches above.").at_least(0);
    r.field("uplink_speed", &Switch::uplink_speed, "Of one of these, one way.").above(0);
    r.field("throughput", &Switch::throughput, "Of the whole switch, one way, as its vendor states it.").above(0);
    r.field("protocol", &Switch::protocol, "infiniband or ethernet.").required();
    r.field("height_u", &Switch::height_u, "Rack units.").required().above(0).at_most(60);
    r.field("weight", &Switch::weight, "Without optics.").required().above(0);
    r.field("typical_power", &Switch::typical_power, "Under load, without optics.").required().above(0);
    r.field("nameplate_power", &Switch::nameplate_power, "Maximum with optics in every cage.").required().above(0);
    r.field("optics_budget_per_port", &Switch::optics_budget_per_port, "Watts that a cage may feed to its module.").at_least(0);
    r.field("supplies", &Switch::supplies, "Power supplies that it has; one may fail.").required().at_least(1);
    r.field("supply_power", &Switch::supply_power, "Output of one.").required().above(0);
    r.field("price", &Switch::price, "Without optics.").above(0);
    r.field("price_date", &Switch::price_date, "When it cost that, as exact as known.");
    return r;
  }();
  return kRecord;
}

template <>
const Record<Optic>& record<Optic>() {
  static const Record<Optic> kRecord = [] {
    Record<Optic> r("optic", "A pluggable module: one end of a fiber.");
    declare_identity(r);
    r.field("speed", &Optic::speed, "Of the module, one way.").required().above(0).example("\"800 Gb/s\"");
    r.field("links", &Optic::links, "Independent links that it carries.").at_least(1).fallback("1");
    r.field("fiber", &Optic::fiber, "multimode or single-mode.").required();
    r.field("duplex", &Optic::duplex, "One pair of fibers: no cable divides it.");
    r.field("reach", &Optic::reach, "Longest fiber.").required().above(0).example("\"100 m\"");
    r.field("power", &Optic::power, "Of the module.").required().at_least(0);
    r.field("price", &Optic::price, "Of the module.").above(0);
    return r;
  }();
  return kRecord;
}

template <>
const Record<Cable>& record<Cable>() {
  static const Record<Cable> kRecord = [] {
    Record<Cable> r("cable", "A cable as it is bought: copper, active optical, or a fiber trunk.");
    declare_identity(r);
    r.field("medium", &Cable::medium, "copper, multimode or single-mode.").required();
    r.field("speed", &Cable::speed, "One way.").required().above(0).example("\"400 Gb/s\"");
    r.field("reach", &Cable::reach, "Longest one.").required().above(0);
    r.field("power", &Cable::power, "Both ends together.").required().at_least(0);
    r.field("price", &Cable::price, "Of the ends.").above(0);
    r.field("price_per_length", &Cable::price_per_length, "Of the rest.").at_least(0).example("\"2.5 USD/m\"");
    return r;
  }();
  return kRecord;
}

}  // namespace eigenbau
