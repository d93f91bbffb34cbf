// eigenbau explain: what does a code mean?
#include <fmt/format.h>

#include <algorithm>

#include "cli/codes.h"
#include "cli/commands.h"

namespace eigenbau::cli {
namespace {

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return text;
}

Outcome run(const Arguments& arguments) {
  const std::vector<CodeText> codes = all_codes();
  if (arguments.positionals.empty()) {
    std::string list;
    for (const CodeText& code : codes) list += fmt::format("{}  {}\n", code.code, code.title);
    return {.result = list};
  }
  const std::string wanted = upper(arguments.positionals[0]);
  std::vector<std::string> names;
  for (const CodeText& code : codes) {
    if (code.code == wanted) return {.result = fmt::format("{}: {}\n\n{}\n", code.code, code.title, code.explanation)};
    names.emplace_back(code.code);
  }
  const auto near = nearest_name(wanted, names);
  return failed(ExitCode::bad_usage, std::string(kWrongArguments), fmt::format("there is no code '{}'", arguments.positionals[0]),
                near ? "did you mean " + *near + "?" : "`eigenbau explain` lists all codes");
}

}  // namespace

Command explain_command() {
  return {.name = "explain",
          .group = kProduct,
          .summary = "say what a code means and what to do about it",
          .examples = {"eigenbau explain EB1003    the rule behind a diagnostic", "eigenbau explain           all codes"},
          .positionals = {{.name = "CODE", .help = "code of a diagnostic", .takes = Takes::text, .least = 0}},
          .options = {output_option()},
          .run = run};
}

}  // namespace eigenbau::cli
