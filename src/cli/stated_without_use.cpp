// What that is stated of a plan changes nothing in it?
#include "cli/stated_without_use.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "perf/pipeline.h"
#include "units/counted.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

/// Empty where the largest chunk has as many.
std::string layers_without_use(const catalog::Model& model, const perf::ParallelPlan& plan, const search::Settled& stated) {
  const int wanted = stated.recompute ? stated.recompute->num_layers : 0;
  const int largest = static_cast<int>(std::ceil(perf::stage_layers(model.layers, plan).most / plan.vp));
  if (wanted <= largest) return "";
  return fmt::format("{} of a chunk are more than the {} that the largest has: all are computed again", counted(wanted, "layer"),
                     print_count(largest));
}

std::string context_without_use(const perf::ParallelPlan& plan, const search::Settled& stated) {
  if (!stated.context || plan.cp > 1) return "";
  return fmt::format("cp 1 leaves no keys and values to get around: cp_comm_type {} changes nothing",
                     catalog::name_of(*stated.context));
}

/// Beside a product of h by h adapters of rank r have 2·r·h weights.
std::string adapters_without_use(const catalog::Model& model, const perf::ParallelPlan& plan) {
  if (2L * plan.adapter_rank < model.hidden) return "";
  return fmt::format(
      "adapters of rank {0} beside a product of {1} by {1} have no fewer weights than it: to train such products "
      "whole trains no more",
      print_count(plan.adapter_rank), print_count(model.hidden));
}

}  // namespace

std::vector<std::string> stated_without_use(const catalog::Model& model, const perf::ParallelPlan& plan,
                                            const search::Settled& stated) {
  std::vector<std::string> sentences;
  for (std::string& sentence :
       std::array{layers_without_use(model, plan, stated), context_without_use(plan, stated), adapters_without_use(model, plan)})
    if (!sentence.empty()) sentences.push_back(std::move(sentence));
  return sentences;
}

}  // namespace eigenbau::cli
