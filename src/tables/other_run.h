// Which words of a row speak of another run than its own?
#pragma once

#include <string>
#include <string_view>

namespace eigenbau::tables {

/// By what other runs are told from a row's own.
struct RunSize {
  double parameters = 0;
  int sequence = 0;  ///< tokens
  double gpus = 0;   ///< 0: not known
};

/// What a text says of a row's own run, and what of others.
struct RunWords {
  std::string own, others;
};

/// Other runs are named by their size, of a model or of sequences: "the 530B run uses TP 8, PP 35" to the end of the sentence,
/// "CP 16 only for the 128K stage" in its clause alone. A clause on a plan or a batch is another's as tables/other_clause.h
/// tells; what somebody else is the subject of goes on to the end of the sentence, or to what "we" do.
RunWords words_of_own_run(std::string_view text, const RunSize& own);

/// The same of a note on a network, all of whose clauses speak of one.
RunWords words_of_own_network(std::string_view text);

}  // namespace eigenbau::tables
