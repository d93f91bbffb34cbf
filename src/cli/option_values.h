// What value does an option state, and how is a wrong one refused?
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/context_parallel.h"
#include "catalog/stack.h"
#include "cli/codes.h"
#include "cli/command.h"
#include "perf/cuda_graphs.h"
#include "units/parse.h"
#include "units/print.h"
#include "units/quantity.h"

namespace eigenbau::cli {

inline std::unexpected<Failure> refuse(std::string message, std::string hint = "") {
  return fail(ExitCode::bad_usage,
              Diagnostic{.code = std::string(kBadOptionValue), .message = std::move(message), .hint = std::move(hint)});
}

/// Fails where an option is given whose value the file states. `way_out`: the hint.
inline Result<void> none_beside_file(const Arguments& arguments, std::span<const char* const> options, const char* way_out) {
  for (const char* option : options)
    if (arguments.has(option)) return refuse(fmt::format("{} does not go with a file", option), way_out);
  return {};
}

/// Options that speak of a file; those of the samples that are drawn from one as well.
inline constexpr std::array kOfFiles{"--job", "--set"};
inline constexpr std::array kOfStudies{"--job", "--set", "--samples", "--seed"};

/// Fails where one of `options` is given, and no file is.
inline Result<void> none_without_file(const Arguments& arguments, std::span<const char* const> options = kOfFiles) {
  for (const char* option : options)
    if (arguments.has(option))
      return refuse(fmt::format("{} speaks of a file, and none is named", option), "name the file before it");
  return {};
}

/// A whole number that is not negative.
inline std::optional<int> whole(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

/// Takes --cuda-graphs, and says that no published run of the stack was so.
inline void take_cuda_graphs(const Arguments& arguments, catalog::Stack& stack, std::vector<std::string>& notes) {
  const auto word = arguments.value("--cuda-graphs");
  if (!word) return;
  stack.training = perf::with_cuda_graphs(stack.training, word == "on");
  if (stack.training.graphs_by_option)
    notes.push_back(fmt::format("no run of {} with{} CUDA graphs was fitted: the range is wider by half of what they change",
                                stack.name, word == "on" ? "" : "out"));
}

inline Option cuda_graphs_option() {
  return {.name = "--cuda-graphs",
          .value = "WORD",
          .help = "whether launches of a layer are recorded and replayed; as the stack does if not given",
          .takes = Takes::word,
          .words = {"on", "off"}};
}

/// As Megatron-Core names them.
inline std::vector<std::string> context_words() {
  std::vector<std::string> names;
  for (const auto& [name, kind] : catalog::kContextParallels) names.emplace_back(name);
  return names;
}

/// The values between commas, without the blanks around them.
inline std::vector<std::string> list_of(const std::string& text) {
  std::vector<std::string> list;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    const std::string_view value = std::string_view(text).substr(start, end - start);
    const std::size_t first = std::min(value.find_first_not_of(' '), value.size());
    list.emplace_back(value.substr(first, value.find_last_not_of(' ') + 1 - first));
    start = end + 1;
  }
  return list;
}

/// What is wrong with a quantity that has another dimension than it should.
inline std::string other_kind(const ParsedQuantity& parsed) {
  return parsed.dimension == kDimensionless && !parsed.is_percentage ? "has no unit" : "is another kind of quantity";
}

/// The value of an option, at least zero; `fallback` if it is not given. `example`: a value for the hint, else the fallback.
template <Dimension D>
Result<Quantity<D>> quantity_option(const Arguments& arguments, const std::string& option, Quantity<D> fallback,
                                    std::string example = "") {
  const auto text = arguments.value(option);
  if (!text) return fallback;
  if (example.empty()) example = D == Dimension{} ? "5%" : print(fallback.base() > 0 ? fallback : Quantity<D>::from_base(1), 3);
  const auto wrong = [&](const std::string& why) {
    return refuse(fmt::format("{} {} {}", option, *text, why), fmt::format("as in {} \"{}\"", option, example));
  };
  const auto parsed = parse_quantity(*text);
  if (!parsed) return wrong("is no quantity: " + parsed.error().message);
  if (parsed->dimension != D) return wrong(other_kind(*parsed));
  if (!(parsed->value >= 0)) return wrong("must not be below zero");
  return Quantity<D>::from_base(parsed->value);
}

/// A part that an option names: an unknown one is bad usage, not a mistake in a file.
template <class T>
Result<T> named(Result<T> part) {
  if (!part) part.error().exit = ExitCode::bad_usage;
  return part;
}

/// Fails with everything that is wrong with several readings, where any has failed.
template <class... Results>
Result<void> all_read(const Results&... results) {
  std::optional<Failure> all;
  const auto add = [&all](const auto& result) {
    if (result) return;
    if (!all) all.emplace(result.error().exit, Diagnostics{});
    for (const Diagnostic& problem : result.error().diagnostics.all()) all->diagnostics.add(problem);
  };
  (add(results), ...);
  if (all) return std::unexpected(*std::move(all));
  return {};
}

/// Fails where one of `options` is not given. `way_out`: the hint.
inline Result<void> all_given(const Arguments& arguments, std::span<const char* const> options, const char* way_out) {
  std::vector<std::string> missing;
  for (const char* option : options)
    if (!arguments.has(option)) missing.emplace_back(option);
  if (missing.empty()) return {};
  return refuse(fmt::format("{} {} missing", fmt::join(missing, ", "), missing.size() == 1 ? "is" : "are"), way_out);
}

}  // namespace eigenbau::cli
