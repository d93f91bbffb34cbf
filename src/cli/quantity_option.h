// How does a command take a physical value from the command line?
#pragma once

#include <fmt/format.h>

#include <string>

#include "base/result.h"
#include "cli/codes.h"
#include "cli/command.h"
#include "units/parse.h"
#include "units/quantity.h"

namespace eigenbau::cli {

/// The value of an option, at least zero; `fallback` if it is not given.
template <Dimension D>
Result<Quantity<D>> quantity_option(const Arguments& arguments, const std::string& option, Quantity<D> fallback) {
  const auto text = arguments.value(option);
  if (!text) return fallback;
  const auto refuse = [&](const std::string& why) {
    return fail(ExitCode::bad_usage,
                Diagnostic{.code = std::string(kBadOptionValue), .message = fmt::format("{} {}: {}", option, *text, why)});
  };
  const auto parsed = parse_quantity(*text);
  if (!parsed) return refuse(parsed.error().message);
  if (parsed->dimension != D) return refuse("this is another kind of quantity");
  if (!(parsed->value >= 0)) return refuse("must not be below zero");
  return Quantity<D>::from_base(parsed->value);
}

/// Null if there is none.
template <class T>
const Failure* failure_of(const Result<T>& result) {
  return result ? nullptr : &result.error();
}

}  // namespace eigenbau::cli
