// Into which statements does a text fall, and which of them stand in brackets behind which?
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eigenbau::tables {

struct Statement {
  std::string words;                    ///< a clause as `clauses_of` has it
  bool bracketed = false;               ///< it stands in brackets
  std::optional<std::size_t> behind{};  ///< the statement that these stand behind; nothing where they begin the text
};

/// All clauses of a text in their order: "Ulysses (SP 8), FSDP" is "ulysses", "sp 8" in brackets behind it, "fsdp".
std::vector<Statement> statements_in(std::string_view text);

}  // namespace eigenbau::tables
