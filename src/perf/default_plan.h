// What of a plan does a careful engineer take that nobody states?
#pragma once

#include <optional>

#include "catalog/model.h"
#include "catalog/stack.h"
#include "perf/machine.h"
#include "perf/parallel_plan.h"

namespace eigenbau::perf {

/// Selective recompute as one who needs memory asks a stack for it: attention where its scores are written to memory, what the
/// stack picks itself, else the modules of experts that are cheap to compute again. None: the stack has nothing that frees memory
/// short of whole layers.
std::optional<Recompute> usual_selective(const catalog::Model& model, const ParallelPlan& plan,
                                         const catalog::TrainingConstants& stack);

/// The least recomputation, of those that the stack has and no less than the plan's, with which the plan fits: none or selective
/// into `tolerance` times what there is, as few layers of each chunk as memory needs, all where nothing less does.
Recompute least_recompute(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                          const catalog::TrainingConstants& stack, double tolerance = 1);

/// Whether experts over `ep` ranks can be split over the ranks of tensor parallelism as well: ep · tp divides tp · cp · dp.
bool can_split_experts(const catalog::Model& model, const ParallelPlan& plan);

/// Chunks per stage of two layers, else of one, that divide the layers (with embedding and output as layers if need be). Of the
/// published runs that state their chunks, most have two layers in each.
int usual_chunks(int layers, int pp);

}  // namespace eigenbau::perf
