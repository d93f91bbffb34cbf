// Which software stack, and which release of it, did a run use?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/stack.h"
#include "tables/date_words.h"

namespace eigenbau::tables {

/// When a run may have been.
struct RunTime {
  std::optional<DateWords> date{};
  double first = 0;  ///< release before which nobody trained on its accelerator or in its number format
};

struct StackChoice {
  std::size_t index = 0;
  std::string said;                    ///< what was assumed; empty where the run states all
  double doubt = 0;                    ///< of that, relative
  std::optional<std::size_t> other{};  ///< where the run is as well on this one: it is between the two
};

/// The stack that `written` names: one stack of the catalog, or a family. Of a family, the stack whose marks all occur in
/// `words` before one without marks, then the latest release that is not after the run's: a container or tag "25.09" in either or
/// a version ("Megatron-Core 0.14"; outside `written` of Megatron's family alone, of about the run's time, and not of a file, a
/// recipe or documentation), else the date. Marks and a release are the first software of a part: it stands in for any
/// release before, and a run between it and the family's next release is between the two. A run without release and date is
/// between the newest and that of `time.first`. Megatron-LM has been Megatron-Core since 2023, but where marks say otherwise.
/// A stack that no run was fitted on is taken as the one that works most like it, said and with doubt. Needs at least one stack.
StackChoice choose_stack(const std::vector<catalog::Stack>& stacks, std::string_view written, std::string_view words,
                         const RunTime& time);

}  // namespace eigenbau::tables
