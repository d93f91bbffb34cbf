// What do options say that the backward pass computes again?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/model.h"
#include "catalog/recompute.h"
#include "catalog/stack.h"
#include "cli/command.h"

namespace eigenbau::cli {

/// What several options or assignments say of one recomputation.
struct RecomputeWords {
  std::optional<catalog::Recompute::Mode> mode;
  std::optional<int> num_layers;
  catalog::RecomputeModules modules;
};

/// "none", "selective" or "full". `option`: as the user wrote it, here and below.
Result<void> take_recompute_mode(const std::string& option, const std::string& text, RecomputeWords& words);
Result<void> take_recompute_layers(const std::string& option, const std::string& text, RecomputeWords& words);
/// "moe_act,layernorm"
Result<void> take_recompute_modules(const std::string& option, const std::string& text, RecomputeWords& words);

/// Nothing if nothing is said.
Result<std::optional<catalog::Recompute>> recompute_of(const RecomputeWords& words);

/// Of --recompute, --recompute-num-layers and --recompute-modules.
Result<std::optional<catalog::Recompute>> recompute_option(const Arguments& arguments);

/// What of it changes nothing whatever the plan, a sentence each: "llama3-8b has no moe_act, moe: nothing of these is computed
/// again", "selective recompute of megatron-core is attention alone ...".
std::vector<std::string> recompute_without_use(const catalog::Model& model, const catalog::Stack& stack,
                                               const catalog::Recompute& recompute);

}  // namespace eigenbau::cli
