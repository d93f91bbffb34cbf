// Does any text make the unit parser crash, hang, point outside the text, or answer with something that is no number?
#include <cmath>
#include <string>
#include <string_view>

#include "fuzz.h"
#include "units/parse.h"
#include "units/print.h"

void fuzz_one(std::string_view text) {
  const auto parsed = eigenbau::parse_quantity(text);
  if (!parsed) {
    require(!parsed.error().message.empty(), "an error says what is wrong");
    require(parsed.error().offset <= text.size(), "an error points into the text");
    require(parsed.error().length <= text.size() - parsed.error().offset, "an error ends inside the text");
    return;
  }
  require(std::isfinite(parsed->value), "a value is a number");
  require(!parsed->is_percentage || parsed->dimension == eigenbau::kDimensionless, "a percentage has no dimension");
  require(eigenbau::print_quantity(parsed->value, parsed->dimension).find("nan") == std::string::npos, "nothing prints as nan");

  // The same text again, and with the spaces that a user may add around it, means the same.
  const auto again = eigenbau::parse_quantity(" " + std::string(text) + " ");
  require(again.has_value() || text.size() + 2 > 200, "spaces around a quantity change nothing");
  if (again) require(again->value == parsed->value && again->dimension == parsed->dimension, "parsing is a function");
}
