// How does one training step look in a trace viewer?
#pragma once

#include <string>

#include "perf/step_timeline.h"

namespace eigenbau::artifacts {

/// A Perfetto trace (protobuf TrackEvents; ui.perfetto.dev opens it): one track with the parts of the step one after another,
/// one track a rank of the pipeline with its forward, backward and weight-gradient work, each with its micro-batch and stage.
/// Times are whole nanoseconds from the start of the step. The same timeline gives the same bytes.
std::string perfetto_trace(const perf::StepTimeline& timeline, const std::string& title);

}  // namespace eigenbau::artifacts
