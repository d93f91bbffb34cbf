// Do the ports, the supplies and the watts of network parts add up?
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "catalog/lint_rules.h"
#include "units/print.h"

namespace eigenbau::catalog {
namespace {

/// Speeds of a link in Gb/s that Ethernet or InfiniBand has.
constexpr std::array<double, 14> kLinkSpeeds{0.1, 1, 2.5, 5, 10, 25, 40, 50, 56, 100, 200, 400, 800, 1600};

bool is_link_speed(Bandwidth speed) {
  return std::any_of(kLinkSpeeds.begin(), kLinkSpeeds.end(),
                     [&](double known) { return std::abs(speed.in(kGigabitPerSecond) / known - 1) < 0.01; });
}

std::string in_gbps(Bandwidth speed) { return print_in(speed.base(), "Gb/s"); }

void check_ports(const Switch& part, Findings& findings) {
  const Bandwidth cages = part.ports * part.port_speed;
  if (!part.throughput && part.ports * part.port_speed >= 1000 * kGigabitPerSecond)
    findings.add(Severity::note, "EB1302", "", "no throughput stated, so its ports cannot be checked against it");
  if (part.throughput && std::abs(cages / *part.throughput - 1) > 0.01)
    findings.add(Severity::error, "EB1302", "ports",
                 fmt::format("{} cages of {} are {}, but its throughput is {}", part.ports, in_gbps(part.port_speed),
                             in_gbps(cages), in_gbps(*part.throughput)),
                 "count cages one way; a cage that carries two links counts once, at the speed of both");
  if ((part.uplinks > 0) != part.uplink_speed.has_value() || (part.uplink_speed && !is_link_speed(*part.uplink_speed)))
    findings.add(Severity::error, "EB1302", "uplinks", "uplinks have a number and a speed at which links run, or neither");
  if (!is_link_speed(part.port_speed / part.breakout))
    findings.add(Severity::error, "EB1302", "breakout",
                 fmt::format("a cage of {} cannot split into {} links: no link runs at {}", in_gbps(part.port_speed),
                             part.breakout, in_gbps(part.port_speed / part.breakout)));
}

void check_power(const Switch& part, Findings& findings) {
  const Power optics = part.ports * part.optics_budget_per_port.value_or(Power{});
  const Power loaded = std::max(part.nameplate_power, part.typical_power + optics);
  const Power one_lost = std::max(1, part.supplies - 1) * part.supply_power;
  if (one_lost < loaded)
    findings.add(Severity::error, "EB1303", "supply_power",
                 fmt::format("with one of {} supplies lost, {} remain for {} with optics in every cage", part.supplies,
                             print(one_lost), print(loaded)));
  if (part.typical_power > part.nameplate_power)
    findings.add(
        Severity::error, "EB1304", "nameplate_power",
        fmt::format("typical power ({}) is above the nameplate ({})", print(part.typical_power), print(part.nameplate_power)));
  if (part.typical_power + optics > 1.1 * part.nameplate_power)
    findings.add(Severity::warning, "EB1304", "nameplate_power",
                 fmt::format("typical power and its optics' budget come to {}, above the nameplate of {}",
                             print(part.typical_power + optics), print(part.nameplate_power)));
}

void note_missing_price(const std::optional<Money>& price, Findings& findings) {
  if (!price) findings.add(Severity::note, "EB1306", "", "no price");
}

}  // namespace

void lint_switch(const Switch& part, Findings& findings) {
  check_ports(part, findings);
  check_power(part, findings);
  note_missing_price(part.price, findings);
  if (part.price && part.price_date.empty()) findings.add(Severity::note, "EB1306", "price", "a price without its date");
}

void lint_nic(const Nic& nic, Findings& findings) {
  if (!is_link_speed(nic.speed / nic.ports))
    findings.add(Severity::error, "EB1302", "ports",
                 fmt::format("{} over {} ports is {} a port, at which no link runs", in_gbps(nic.speed), nic.ports,
                             in_gbps(nic.speed / nic.ports)));
  note_missing_price(nic.price, findings);
}

void lint_optic(const Optic& optic, Findings& findings) {
  if (!is_link_speed(optic.speed / optic.links))
    findings.add(Severity::error, "EB1302", "links",
                 fmt::format("{} over {} links is {} a link, at which none runs", in_gbps(optic.speed), optic.links,
                             in_gbps(optic.speed / optic.links)));
  if (optic.power.base() <= 0) findings.add(Severity::error, "EB1304", "power", "a module with a laser draws more than nothing");
  note_missing_price(optic.price, findings);
}

void lint_cable(const Cable& cable, Findings& findings) {
  if (!cable.price && !cable.price_per_length) findings.add(Severity::note, "EB1306", "", "no price");
}

void lint_storage(const Storage& storage, Findings& findings) { note_missing_price(storage.price, findings); }

}  // namespace eigenbau::catalog
