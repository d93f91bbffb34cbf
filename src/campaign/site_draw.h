// How many watts does the site draw with so many accelerators online under so low a cap, and how fast are they then?
#pragma once

#include "units/quantity.h"

namespace eigenbau::campaign {

/// Watts at the meter as the build-out and the power cap change them. `design` knows every watt; this is what is left of it
/// when only the number of accelerators and their cap vary.
///   P(n, c) = standing + n·w(c),  w(c) = per_gpu - meter_per_board·(board - c)
/// n accelerators in training, c their power limit [W], board the limit at which `per_gpu` holds [W], meter_per_board the
/// watts that the meter sees for each watt of an accelerator (supply, distribution and cooling losses). Stops being true
/// where the cap is so low that CPUs, memory and fans slow down with it.
struct SiteDraw {
  Power standing{};  ///< with no accelerator online
  Power per_gpu{};   ///< each more accelerator at full power, its share of server, network and cooling included
  Power board{};     ///< power limit of the accelerator at which `per_gpu` holds
  double meter_per_board = 1;

  Power per_gpu_at(Power cap) const { return per_gpu - meter_per_board * (board - cap); }
  Power site(double gpus, Power cap) const { return standing + gpus * per_gpu_at(cap); }
  /// Accelerators that `supply` carries; never negative.
  double carried(Power supply, Power cap) const;
  /// The cap at which one more accelerator costs `per_gpu_watts` at the meter.
  Power cap_for(Power per_gpu_watts) const { return board - (per_gpu - per_gpu_watts) / meter_per_board; }
};

/// Speed of an accelerator in training under a cap, relative to its speed at `board`.
///   f = (c/c0)^0.65          c cap, c0 full power limit [W]
/// One exponent fits the step times of 500 and 700 W H100 and of 1,000, 1,200 and 1,400 W Blackwell (0.5 to 0.75 by
/// family). Not tried below half of the limit: `kLowestCapShare`. Source: docs/methods/training.md.
double speed_under_cap(Power cap, Power board);
inline constexpr double kCapExponent = 0.65;
inline constexpr double kLowestCapShare = 0.5;

/// So many accelerators, so far capped.
struct RunningPoint {
  double gpus = 0;
  Power cap{};      ///< of each accelerator
  Power per_gpu{};  ///< at the meter, standing watts left out
  Power site{};     ///< of all
  double work = 0;  ///< n·f(c): as many accelerators at full power do as much
};

/// Capped-many against full-few under one supply.
struct PowerTradeOff {
  RunningPoint full_few;     ///< as many as the supply carries uncapped
  RunningPoint capped_many;  ///< all that are there, capped until they fit; fewer if the lowest cap does not carry all
  RunningPoint best;         ///< the most work
  double gain = 0;           ///< of `best` over `full_few`: best.work/full_few.work - 1; 0 if nothing runs
};

/// Maximizes n·f(c) under P(n, c) <= supply, n <= there, kLowestCapShare·board <= c <= board.
/// Where the supply limits n, the work c^a/w(c) is largest at c = a·w0/(k·(1-a)), w0 = per_gpu - k·board the watts that no
/// cap saves, k meter_per_board, a the exponent: capping pays only if what it cannot save is small.
PowerTradeOff power_trade_off(const SiteDraw& draw, double gpus_there, Power supply);

}  // namespace eigenbau::campaign
