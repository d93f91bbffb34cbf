// Which degrees of parallelism do words state?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eigenbau::tables {

/// The degrees that a text states, and what else it says.
struct DegreeWords {
  struct Figure {
    std::string_view column;  ///< of a table of training runs; "etp", "edp" and "mp" have none
    double value = 0;
    bool of_tokens = false;  ///< a batch of so many
  };
  std::vector<Figure> figures;  ///< as they follow one another
  std::string rest;             ///< empty where the text says nothing else

  /// The first figure of a column that counts no tokens.
  std::optional<double> of(std::string_view column) const;
};

/// "EP=64", "ep 8", "TP4 PP8 EP32", "tp8pp4", "TP x PP = 4 x 8", "tensor-model-parallel-size 4", "8-way expert parallelism",
/// "EP=DP=64", and phrases of `with_named_degrees`; "no EP" is 1, unless it goes on ("no EP overlap"). A number that another word
/// or a unit goes on with ("PP 1F1B", "HSDP 8x64", "pp 5 %"), a fraction and what is denied ("not TP 8", "TP 8 off") are no
/// degrees.
DegreeWords degree_words(std::string_view text);

}  // namespace eigenbau::tables
