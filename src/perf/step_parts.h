// What are the parts of a training step called?
#pragma once

#include <array>

#include "perf/training_step.h"

namespace eigenbau::perf {

struct StepPart {
  const char* key;
  const char* label;
  Time TrainingStep::* member;
};

/// All of them; their times add up to the step's total.
inline constexpr std::array kStepParts{
    StepPart{"matrix", "Matrix products", &TrainingStep::matrix},
    StepPart{"experts", "Expert products", &TrainingStep::experts},
    StepPart{"attention", "Attention", &TrainingStep::attention},
    StepPart{"head", "Output layer and loss", &TrainingStep::head},
    StepPart{"element_wise", "Norms, activations, casts", &TrainingStep::element_wise},
    StepPart{"recompute", "Recompute", &TrainingStep::recompute},
    StepPart{"host", "Host launches, gaps of kernels", &TrainingStep::host},
    StepPart{"tensor_parallel", "Tensor-parallel traffic, exposed", &TrainingStep::tensor_parallel},
    StepPart{"context_parallel", "Context-parallel traffic, exposed", &TrainingStep::context_parallel},
    StepPart{"expert_parallel", "Expert dispatch and combine, exposed", &TrainingStep::expert_parallel},
    StepPart{"data_parallel", "Gradients and parameters, exposed", &TrainingStep::data_parallel},
    StepPart{"point_to_point", "Between stages, exposed", &TrainingStep::point_to_point},
    StepPart{"bubble", "Pipeline bubble", &TrainingStep::bubble},
    StepPart{"optimizer", "Optimizer", &TrainingStep::optimizer},
    StepPart{"fixed", "Per step: data, logging, norms", &TrainingStep::fixed},
    StepPart{"straggler", "Slowest of all nodes", &TrainingStep::straggler},
};

/// Worth telling: more than a millionth of the step.
inline bool shows(const StepPart& part, const TrainingStep& step) { return step.*part.member > 1e-6 * step.total; }

}  // namespace eigenbau::perf
