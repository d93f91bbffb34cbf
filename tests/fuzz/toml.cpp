// Does any file make the TOML reader crash, hang, or report a place that is not in the file? With "SET key=value" as its
// first line, the rest of the file gets that override.
#include <string>
#include <string_view>

#include "fuzz.h"
#include "input/document.h"

namespace {

using namespace eigenbau;

void require_place(const Span& span, std::string_view text) {
  require(span.source != nullptr, "every node knows its source");
  if (span.source->name != "fuzz") return;  // a value that --set brought
  require(span.line >= 1 && span.column >= 1 && span.length >= 1, "places count from 1");
  require(span.line <= text.size() + 1, "a place lies in the file");
}

void walk(const Node& node, std::string_view text, std::size_t depth) {
  require(depth <= 4 * kDeepestKey, "nesting is bounded: a header, a key and a value of 32 each");
  require_place(node.span, text);
  for (const Node& item : node.items) walk(item, text, depth + 1);
  for (const Member& member : node.members) {
    require_place(member.key_span, text);
    require(node.find(member.key) != nullptr, "a member is found by its key");
    walk(member.value, text, depth + 1);
  }
}

void require_told(const Failure& failure) {
  require(failure.diagnostics.has_errors(), "a failure says why");
  require(failure.exit == ExitCode::bad_input || failure.exit == ExitCode::bad_usage, "bad text is the user's");
  require(!render(failure.diagnostics, false).empty() && !render(failure.diagnostics, true).empty(), "a failure can be shown");
}

}  // namespace

void fuzz_one(std::string_view text) {
  std::string assignment;
  if (text.starts_with("SET ")) {
    const std::size_t end = text.find('\n');
    assignment = text.substr(4, end == std::string_view::npos ? end : end - 4);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  auto document = parse_toml({"fuzz", std::string(text)});
  if (!document) return require_told(document.error());
  walk(document->root, text, 0);
  if (assignment.empty()) return;
  const auto done = override_value(*document, assignment);
  if (!done) return require_told(done.error());
  walk(document->root, text, 0);
}
