#include "cli/flags.h"

#include <fmt/format.h>

#include <cmath>

#include "cli/codes.h"
#include "units/parse.h"
#include "units/print.h"

namespace eigenbau::cli {

std::unexpected<Failure> bad_value(const std::string& option, const std::string& value, const std::string& why,
                                   const std::string& hint) {
  return fail(ExitCode::bad_usage, Diagnostic{.code = std::string(kBadOptionValue),
                                              .message = fmt::format("{} cannot be '{}': {}", option, value, why),
                                              .hint = hint});
}

Result<std::optional<double>> base_value(const Arguments& arguments, const std::string& option, Dimension dimension) {
  const auto text = arguments.value(option);
  if (!text) return std::nullopt;
  const auto parsed = parse_quantity(*text);
  if (!parsed) return bad_value(option, *text, parsed.error().message, parsed.error().hint);
  if (!(parsed->dimension == dimension))
    return bad_value(option, *text, "this is another kind of quantity", "it is counted in " + base_unit(dimension));
  if (!(parsed->value > 0) || !std::isfinite(parsed->value)) return bad_value(option, *text, "it must be above zero");
  return parsed->value;
}

Result<std::optional<int>> count_option(const Arguments& arguments, const std::string& option, int most) {
  if (!arguments.has(option)) return std::nullopt;
  const std::uint64_t value = arguments.number(option, 0);
  if (value < 1 || value > static_cast<std::uint64_t>(most))
    return bad_value(option, *arguments.value(option), fmt::format("it must be from 1 to {}", print_count(most)));
  return static_cast<int>(value);
}

}  // namespace eigenbau::cli
