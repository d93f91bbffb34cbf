// Which words name what changes a step and has no law?
#include "tables/unmodeled_words.h"

#include <array>

namespace eigenbau::tables {
namespace {

using perf::TrainingStep;
constexpr Time TrainingStep::* kStep = &TrainingStep::total;
constexpr double kOneWayInHalf = 0.25;  // of traffic there and back, where one way is in half of the bytes
constexpr std::array kUnmodeled{Unmodeled{"packed", {kStep, 0.2}},
                                Unmodeled{"packing", {kStep, 0.2}},
                                Unmodeled{"compile", {kStep, 0}},
                                Unmodeled{"eager", {kStep, 0}},
                                Unmodeled{"cuda graph", {&TrainingStep::host, 1}},
                                Unmodeled{"cudagraph", {&TrainingStep::host, 1}},
                                Unmodeled{"fp8 dispatch", {&TrainingStep::expert_parallel, kOneWayInHalf}},
                                Unmodeled{"fp8 combine", {&TrainingStep::expert_parallel, kOneWayInHalf}}};

}  // namespace

std::span<const Unmodeled> unmodeled_words() { return kUnmodeled; }

}  // namespace eigenbau::tables
