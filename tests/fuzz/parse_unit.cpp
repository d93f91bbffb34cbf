// Does any unit make the unit parser crash, hang, point outside the text, or answer with a scale that is no number?
#include <cmath>
#include <string>
#include <string_view>

#include "fuzz.h"
#include "units/parse.h"

void fuzz_one(std::string_view text) {
  const auto unit = eigenbau::parse_unit(text);
  if (!unit) {
    require(!unit.error().message.empty(), "an error says what is wrong");
    require(unit.error().offset <= text.size(), "an error points into the text");
    require(unit.error().length <= text.size() - unit.error().offset, "an error ends inside the text");
    return;
  }
  require(std::isfinite(unit->value) && unit->value >= 0, "a scale is a number");

  // A quantity is its number times its unit.
  const auto three = eigenbau::parse_quantity("3 " + std::string(text));
  if (three) require(three->value == 3 * unit->value && three->dimension == unit->dimension, "\"3 X\" is three times \"X\"");
}
