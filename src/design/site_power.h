// How many watts at the meter does one accelerator cost, and so: how many does a supply carry?
#pragma once

#include <vector>

#include "design/server_group.h"
#include "units/quantity.h"

namespace eigenbau::design {

/// What a level of the power tree loses, per accelerator that hangs on it.
///   loss(P) = fixed + linear · P + quadratic · P²
/// fixed: no-load loss (iron); linear: conversion; quadratic: copper.
struct LossLaw {
  Power fixed{};
  double linear = 0;
  double quadratic_per_watt = 0;

  Power loss(Power load) const { return fixed + linear * load + quadratic_per_watt * load.in(kWatt)*load; }
};

/// Watts of one accelerator from its server to the meter.
struct PerGpu {
  Power server{};   ///< its share of the server's input
  Power network{};  ///< switches and optics
  Power storage{};
  Power losses{};   ///< between the meter and the inputs of servers, switches and storage
  Power cooling{};  ///< pumps, fans, chillers, and their share of the losses

  Power it() const { return server + network + storage; }
  Power site() const { return it() + losses + cooling; }
  double pue() const { return site() / it(); }
};

/// Everything that stands between a server's watts and the meter's, per accelerator. Rows, transformers, switches and
/// coolers are taken to be switched on with the racks they serve, so that the site's draw is in proportion to the
/// accelerators that are on.
/// Holds from a few rows upward; a single first row pays the fixed losses of a whole transformer.
struct SitePowerLaw {
  double gpus = 0;                   ///< of the whole design
  Power network{}, storage{};        ///< per accelerator, at work
  Power network_rated{};             ///< per accelerator: switches at their nameplate, all optics lit
  double liquid_share = 0;           ///< of server heat
  double liquid_cooling = 0;         ///< power per heat taken away by liquid
  double air_cooling = 0;            ///< power per heat taken away by air
  std::vector<LossLaw> it_levels;    ///< that carry IT only, from the rack outward; their losses heat the hall
  std::vector<LossLaw> site_levels;  ///< that carry IT and cooling, toward the meter; outdoors
  double pue = 0;                    ///< stated by the file: replaces the derived one; 0: not stated
};

/// One accelerator whose share of its server's input is `server`.
PerGpu watts_per_gpu(const SitePowerLaw& law, Power server);

/// Power at the meter with `gpus` accelerators at `server` watts each.
///   P = n · w_site(w_server)
Power site_power(const SitePowerLaw& law, double gpus, Power server);

/// Most accelerators at `server` watts each that a supply of `site` carries. Not limited to what the design has.
double gpus_carried(const SitePowerLaw& law, Power site, Power server);

}  // namespace eigenbau::design
