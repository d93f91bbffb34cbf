// Where in which text was something written?
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace eigenbau {

/// A text that came from outside: a file, standard input, a command-line override.
struct SourceText {
  std::string name;  ///< as the user named it: "scenarios/lab.toml", "-", "--set site.pue"
  std::string text;
};

/// A stretch of one line of a source text. Lines and columns count from 1; columns count bytes. Line 0: the whole text.
struct Span {
  std::shared_ptr<const SourceText> source;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 1;
};

}  // namespace eigenbau
