// Which phrases state degrees of parallelism without calling each by its name?
#pragma once

#include <string>
#include <string_view>

namespace eigenbau::tables {

/// `text`, in lower case, with such phrases in the words that `degree_words` knows: "(t,p,d)=(8,8,8)" is "tp 8, pp 8, dp 8",
/// "t=8, p=8" is "tp=8, pp=8" (a letter counts where both t and p are stated), "8-way tensor, 8-way pipeline" is "8-way tp, 8-way
/// pp"; "no model parallelism" and "data parallel only" are "no tp, no pp, no cp". All else stays as it is.
std::string with_named_degrees(std::string_view text);

}  // namespace eigenbau::tables
