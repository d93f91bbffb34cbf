// What that is settled of a plan cannot go together, whatever is free?
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "catalog/model.h"
#include "search/space.h"

namespace eigenbau::search {

struct Contradiction {
  std::string_view key;  ///< of the two, what asks for the other to be different: "expert_overlap"
  std::string text;      ///< "expert_overlap on and recompute full contradict one another: ..."
  std::string_view hint;
};

/// None: what is settled has plans as far as the model and the settled degrees alone can tell.
std::optional<Contradiction> contradiction(const catalog::Model& model, const Settled& settled);

}  // namespace eigenbau::search
