// Which features does a text name, and does it say that they are in use?
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eigenbau::tables {

/// The parts of a text that say one thing each, between semicolons, commas, plus signs, brackets, at the end of a sentence and
/// before the two hyphens of an option on a command line; in lower case, with hyphens and underscores as blanks: "ZeRO-1 (group
/// 8); Async-TP" is "zero 1", "group 8", "async tp". The sign of a number stays, after a blank as well, and so does a list with
/// what it is the value of: "factor -1; modules=[mlp, moe_act]" is "factor -1", "modules= mlp moe act".
std::vector<std::string> clauses_of(std::string_view text);

/// Whether a clause says that `feature` is in use: "SHARP", "SHARP=1" do, "no SHARP", "without SHARP", "SHARP off" and "SHARP=0"
/// say that it is not. Nothing where the clause does not name it.
std::optional<bool> use_in(std::string_view clause, std::string_view feature);

/// The same of the first of several names that the clause has.
std::optional<bool> use_of_one(std::string_view clause, std::initializer_list<std::string_view> words);

/// Whether the value of an option says that what its name speaks of is not in use: "mtp_num_layers: null", "fp8_recipe=none".
bool is_switched_off(std::string_view clause);

/// The number that belongs to `word` in a clause: "group = 8", "groups of 8", "local batch size 8".
std::optional<double> figure_of(std::string_view clause, std::string_view word);

}  // namespace eigenbau::tables
