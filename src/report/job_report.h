// How does a serving job, asked about alone, become a section of a result tree?
#pragma once

#include <string>
#include <string_view>

#include "report/tree.h"
#include "study/answer.h"

namespace eigenbau::report {

/// With the band of the law alone: no samples stand behind it.
Section serving_section(const study::ServingAnswer& job);

/// "training_at_gpt_5_scale": the stable key made from a name.
std::string key_from(std::string_view name);

}  // namespace eigenbau::report
