// Which words of a row speak of another run than its own?
#pragma once

#include <string>
#include <string_view>

namespace eigenbau::tables {

/// By what other runs are told from a row's own.
struct RunSize {
  double parameters = 0;
  int sequence = 0;  ///< tokens
};

/// What a text says of a row's own run, and what of others.
struct RunWords {
  std::string own, others;
};

/// Other runs are named by their size, of a model or of sequences: "the 530B run uses TP 8, PP 35" to the end of the sentence,
/// "CP 16 only for the 128K stage" in its clause alone.
RunWords words_of_own_run(std::string_view text, const RunSize& own);

}  // namespace eigenbau::tables
