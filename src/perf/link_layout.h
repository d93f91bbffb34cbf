// Of the links that join a GPU to its domain, which share can a collective use?
#pragma once

#include <algorithm>
#include <cmath>

namespace eigenbau::perf {

/// How links join the GPUs of a domain. Without a mesh or a torus a switch does, and all links carry whatever a GPU sends.
struct LinkLayout {
  int mesh = 0;   ///< GPUs of a full mesh, each pair of which has links of its own (AMD's); 0: there is none
  int torus = 0;  ///< dimensions of a torus, in which neighbors alone are joined (TPU, Trainium); 0: there is none

  /// Of rings over n members, as many as there are links among them. Two members along a dimension share one link.
  ///   mesh of d   (n-1)/(d-1)        torus of D dimensions   min(1, log2(n)/(2·D))
  double ring_share(double n) const {
    if (mesh > 2) return std::clamp((n - 1) / (mesh - 1), pair_share(), 1.0);
    return torus > 0 ? std::clamp(std::log2(n) / (2 * torus), pair_share(), 1.0) : 1;
  }

  /// Of a message to a neighbor.
  ///   mesh of d   1/(d-1)            torus of D dimensions   1/(2·D)
  double pair_share() const {
    if (mesh > 2) return 1.0 / (mesh - 1);
    return torus > 0 ? 1.0 / (2 * torus) : 1;
  }

  /// Of an exchange of all n members with one another. In a torus a byte passes x links on its way, the mean distance:
  ///   ring_share · (n-1)/n / x,  x = D'·n^(1/D')/4,  D' = min(D, log2 n) the dimensions in use
  double exchange_share(double n) const {
    if (torus <= 0 || n <= 2) return ring_share(n);
    const double used = std::min<double>(torus, std::log2(n));
    return ring_share(n) * (n - 1) / n / (used * std::pow(n, 1 / used) / 4);
  }
};

}  // namespace eigenbau::perf
