// What may a file say of the site, its halls and everything that feeds them?
#include "catalog/words.h"
#include "cluster/file.h"
#include "cluster/limits.h"

template <>
struct eigenbau::Words<eigenbau::cluster::Redundancy> {
  using R = cluster::Redundancy;
  static constexpr std::pair<std::string_view, R> words[] = {
      {"none", R::none}, {"N", R::n}, {"N+1", R::n_plus_1}, {"2N", R::two_n}};
};

template <>
struct eigenbau::Words<eigenbau::cluster::SupplyKind> {
  using S = cluster::SupplyKind;
  static constexpr std::pair<std::string_view, S> words[] = {{"grid", S::grid}, {"generator", S::generator}};
};

namespace eigenbau {
using namespace cluster;

template <>
const Record<Site>& record<Site>() {
  static const Record<Site> kRecord = [] {
    Record<Site> r("site", "Where the machine stands and what the place charges. PUE, cooling and losses are derived.");
    r.field("location", &Site::location, "Town, for people.").example("\"Memphis, Tennessee\"");
    r.field("cooling", &Site::cooling, "How the heat leaves the racks.").example("\"air\"").fallback("as the servers are built");
    r.field("pue", &Site::pue, "Power of the site over power of its IT; overrides the derived figure.")
        .at_least(1)
        .at_most(5)
        .example("1.11")
        .fallback("derived");
    r.field("outdoor_wet_bulb", &Site::outdoor_wet_bulb, "Wet-bulb temperature of the design day.")
        .above(200 * kKelvin)
        .at_most(330 * kKelvin)
        .example("\"298 K\"")
        .fallback("the design's default");
    r.field("inlet_temperature", &Site::inlet_temperature, "Of the air or water that reaches the servers.")
        .above(250 * kKelvin)
        .at_most(350 * kKelvin)
        .example("\"297 K\"")
        .fallback("the design's default");
    r.field("electricity_price", &Site::electricity_price, "Price of energy at the meter, fees included.")
        .at_least(0)
        .at_most(100 * kUsd / kKilowattHour)
        .example("\"0.18 USD/kWh\"")
        .fallback("the catalog's price of electricity");
    r.field("demand_charge", &Site::demand_charge, "Price of peak power.")
        .at_least(0)
        .at_most(1e6 * kUsd / kKilowatt / kYear)
        .example("\"12 USD/kW-month\"")
        .fallback("the catalog's");
    r.field("carbon_intensity", &Site::carbon_intensity, "Carbon dioxide of the energy at the meter.")
        .at_least(0)
        .at_most(10 * kKilogram / kKilowattHour)
        .example("\"0.38 kg/kWh\"")
        .fallback("not worked out");
    r.field("water_per_day", &Site::water_per_day, "Most water that the site may draw in a day.")
        .at_least(0)
        .example("\"3000 kl\"")
        .fallback("no limit");
    r.field("area", &Site::area, "Of the halls.").above(0).example("\"4000 m2\"").fallback("no limit");
    r.field("source", &Site::source, "Who says so.");
    return r;
  }();
  return kRecord;
}

template <>
const Record<Hall>& record<Hall>() {
  static const Record<Hall> kRecord = [] {
    Record<Hall> r("hall", "What the halls and each of their rack positions may hold.");
    r.field("racks", &Hall::racks, "Positions for racks with servers.")
        .at_least(1)
        .at_most(kMostServers)
        .example("12")
        .fallback("as many as needed");
    r.field("rack_height_u", &Hall::rack_height_u, "Usable rack units of one rack.")
        .above(0)
        .at_most(100)
        .example("42")
        .fallback("48");
    r.field("rack_power", &Hall::rack_power, "Most that one rack may draw.")
        .above(0)
        .at_most(10 * kMegawatt)
        .example("\"22 kW\"")
        .fallback("as the servers need");
    r.field("rack_weight", &Hall::rack_weight, "Most that the floor carries per rack, the rack included.")
        .above(0)
        .at_most(100 * kTonne)
        .example("\"900 kg\"")
        .fallback("no limit");
    r.field("servers_per_rack", &Hall::servers_per_rack, "As the builder racks them; overrides what fits.")
        .at_least(1)
        .at_most(100)
        .example("2")
        .fallback("derived from units, watts and weight");
    return r;
  }();
  return kRecord;
}

template <>
const Record<PowerTree>& record<PowerTree>() {
  static const Record<PowerTree> kRecord = [] {
    Record<PowerTree> r("power", "How the site's power reaches the supplies of the servers, and how far they are capped.");
    r.field("ups", &PowerTree::ups, "Redundancy of the UPS; \"none\": servers run without.").example("\"none\"");
    r.field("transformers", &PowerTree::transformers, "Redundancy of the transformers.").example("\"N+1\"");
    r.field("transformer", &PowerTree::transformer, "Catalog part.").fallback("the design's choice");
    r.field("ups_part", &PowerTree::ups_part, "Catalog part.").fallback("the design's choice");
    r.field("pdu", &PowerTree::pdu, "Catalog part.").fallback("the design's choice");
    r.field("gpu_cap", &PowerTree::gpu_cap, "Power limit set on each accelerator.")
        .above(0)
        .at_most(10 * kKilowatt)
        .example("\"600 W\"")
        .fallback("as delivered");
    return r;
  }();
  return kRecord;
}

template <>
const Record<Supply>& record<Supply>() {
  static const Record<Supply> kRecord = [] {
    Record<Supply> r(
        "supply", "Something that feeds the site from a day on: a stage is a date. Either `power`, or `unit_power` and `count`.");
    r.field("name", &Supply::name, "How claims and reports call it.").required().example("\"building transformer\"");
    r.field("kind", &Supply::kind, "What it is.").fallback("grid");
    r.field("power", &Supply::power, "What the whole supply adds.").above(0).at_most(kMostPower).example("\"160 kW\"");
    r.field("unit_power", &Supply::unit_power, "What one unit gives.").above(0).at_most(kMostPower).example("\"2.5 MW\"");
    r.field("count", &Supply::count, "Units.").at_least(1).at_most(1e6).example("14").fallback("1");
    r.field("reserve", &Supply::reserve, "Units of these that stand by for one that fails (N+1: 1).")
        .at_least(0)
        .at_most(1e6)
        .example("1")
        .fallback("0");
    r.field("part", &Supply::part, "Catalog part of one unit.");
    r.field("from", &Supply::from, "First day. Unknown: it cannot be counted on.")
        .example("2025-01-01")
        .fallback("cannot be counted on");
    r.field("until", &Supply::until, "Last day.").example("2026-12-31").fallback("it stays");
    r.field("probability", &Supply::probability, "That it comes on that day at all.")
        .at_least(0)
        .at_most(1)
        .example("\"90 %\"")
        .fallback("100 %");
    r.field("electricity_price", &Supply::electricity_price, "Of this supply's energy, fuel included.")
        .example("\"0.12 USD/kWh\"")
        .at_least(0)
        .at_most(100 * kUsd / kKilowattHour)
        .fallback("the site's");
    r.field("carbon_intensity", &Supply::carbon_intensity, "Of this supply's energy.")
        .example("\"0.45 kg/kWh\"")
        .at_least(0)
        .at_most(10 * kKilogram / kKilowattHour)
        .fallback("the site's");
    r.field("source", &Supply::source, "Who says so.");
    return r;
  }();
  return kRecord;
}

template <>
const Record<Battery>& record<Battery>() {
  static const Record<Battery> kRecord = [] {
    Record<Battery> r("battery", "Storage that carries load for a while. It adds no energy and needs a supply.");
    r.field("name", &Battery::name, "How reports call it.").example("\"battery\"");
    r.field("power", &Battery::power, "Most that it gives.").above(0).at_most(kMostPower).example("\"100 kW\"");
    r.field("energy", &Battery::energy, "What it holds.").above(0).at_most(kMostPower * kYear).example("\"200 kWh\"");
    r.field("part", &Battery::part, "Catalog part of one unit.");
    r.field("from", &Battery::from, "First day.").example("2025-01-01").fallback("cannot be counted on");
    r.field("source", &Battery::source, "Who says so.");
    return r;
  }();
  return kRecord;
}

}  // namespace eigenbau
