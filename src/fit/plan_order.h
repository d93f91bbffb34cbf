// How well is the order of plans of one model told, and how well could it be?
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fit/validate_training.h"

namespace eigenbau::fit {

/// Kendall's tau of the order of plans inside one (family, model, accelerator, GPUs, batch), of pairs measured more than 5 %
/// apart: (pairs in order - others) / pairs. Plans that the law cannot tell apart make no pair.
///
/// Runs of one plan differ: with s the standard deviation of ln(time) among runs that the law cannot tell apart, ln of the
/// measured ratio of two plans whose true times are t_i and t_j is drawn from N(ln(t_i/t_j), 2·s²), and the exact law itself
/// would reach in the mean
///   tau' = Σ(P(in order, 5 % apart) - P(not in order, 5 % apart)) / Σ P(5 % apart)
/// over all pairs, here with predicted times for the true ones. In how many of 1,000 draws of such times its tau is no higher
/// than the one that is seen says whether the law can be told from the exact one.
struct OrderScore {
  std::string family;
  double tau = 0;
  int pairs = 0;
  double spread = 0;      ///< s, of the family's own repeated runs, or of all families' where it has fewer than three to compare
  double attainable = 0;  ///< tau'
  double no_better = 0;   ///< share of the draws
};

/// A line for each family that has pairs, then one for all of them. Rows have a measured time.
std::vector<OrderScore> order_of_plans(const std::map<std::string, std::vector<const TrainingPrediction*>>& families);

}  // namespace eigenbau::fit
