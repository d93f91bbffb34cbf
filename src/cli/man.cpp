// How do the commands read as man pages?
#include <fmt/format.h>

#include <algorithm>

#include "cli/help.h"
#include "cli/version.h"

namespace eigenbau::cli {
namespace {

/// Text that roff takes literally: no escapes, no requests at the start of a line, hyphens that can be copied.
std::string literal(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') out += "\\e";
    else if (c == '-') out += "\\-";
    else out += c;
  }
  return out.starts_with(".") || out.starts_with("'") ? "\\&" + out : out;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

std::string hyphenated(std::string name) {
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

std::string head(const std::string& page, const std::string& summary) {
  return fmt::format(".TH {} 1 \"\" \"eigenbau {}\" \"Eigenbau\"\n.SH NAME\n{} \\- {}\n", literal(upper(page)), kVersion,
                     literal(page), literal(summary));
}

std::string examples(const std::vector<std::string>& lines) {
  std::string out = ".SH EXAMPLES\n.nf\n";
  for (const std::string& line : lines) out += literal(line) + "\n";
  return out + ".fi\n";
}

std::string exit_status() {
  return ".SH EXIT STATUS\n"
         ".TP\n0\nan answer was given\n"
         ".TP\n1\nthe file was read and has errors\n"
         ".TP\n2\nbad usage, or a file that cannot be read\n"
         ".TP\n3\nthe question has no answer\n"
         ".TP\n4\ninternal error\n"
         ".TP\n130\ninterrupted\n";
}

}  // namespace

std::string man_page_name(const Command& command) { return "eigenbau-" + hyphenated(command.name) + ".1"; }

std::string program_man_page() {
  std::string out = head("eigenbau", "plans a self-built GPU cluster from one text file");
  out +=
      ".SH SYNOPSIS\n.B eigenbau\n.I COMMAND\n[arguments] [options]\n.SH DESCRIPTION\n"
      "One text file describes a cluster of GPUs: what is built, what feeds it, when it arrives, what it is for and what\n"
      "the alternative is. Everything else is derived from it: power, racks, fabric, dates, jobs and money.\n.SH COMMANDS\n";
  for (const Command& command : commands())
    out += fmt::format(".TP\n.B {}\n{}\n", literal(command.name), literal(command.summary));
  out += ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nif set to anything, output has no colors\n";
  out += exit_status() + ".SH SEE ALSO\n";
  for (const Command& command : commands()) {
    const std::string page = man_page_name(command);
    out += fmt::format(".BR {} (1){}\n", literal(page.substr(0, page.size() - 2)), &command == &commands().back() ? "" : " ,");
  }
  return out;
}

std::string command_man_page(const Command& command) {
  std::string out = head("eigenbau-" + hyphenated(command.name), command.summary);
  out += ".SH SYNOPSIS\n.B eigenbau " + literal(command.name) + "\n";
  for (const Positional& positional : command.positionals) {
    const std::string name = literal(positional.name + (positional.most > 1 ? " ..." : ""));
    out += positional.least == 0 ? "[" + name + "]\n" : ".I " + name + "\n";
  }
  out += "[options]\n.SH DESCRIPTION\n" + literal(command.summary) + "\n";
  if (!command.more.empty()) {
    out += ".PP\n";
    for (std::size_t start = 0; start < command.more.size();) {
      const std::size_t end = std::min(command.more.find('\n', start), command.more.size());
      out += literal(command.more.substr(start, end - start)) + "\n";
      start = end + 1;
    }
  }
  out += ".SH OPTIONS\n";
  for (const Positional& positional : command.positionals)
    out += fmt::format(".TP\n.I {}\n{}\n", literal(positional.name), literal(positional.help));
  for (const Option& option : command.options)
    out += fmt::format(".TP\n.B {}{}{}\n{}\n", option.short_name.empty() ? "" : literal(option.short_name) + ", ",
                       literal(option.name), option.value.empty() ? "" : " \\fI" + literal(option.value) + "\\fR",
                       literal(help_of(option)));
  return out + examples(command.examples) + exit_status() + ".SH SEE ALSO\n.BR eigenbau (1)\n";
}

}  // namespace eigenbau::cli
