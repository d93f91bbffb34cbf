// Is what a text only compares with, or says was planned or failed, left out of what it states?
#include "tables/mention.h"

#include <doctest/doctest.h>

#include <utility>

using namespace eigenbau::tables;

TEST_CASE("what failed or was not made is left out in its clause, what is compared with from the comparison on") {
  for (const auto& [text, stated] : {std::pair{"OOM with micro batch 2", ""},
                                     {"TP 8 (OOM at TP 4)", "tp 8 ()"},
                                     {"TP 8, TP 4 ran out of memory, PP 2", "tp 8,, pp 2"},
                                     {"TP 8, faster than TP 4", "tp 8,"},
                                     {"TP 8 instead of 4, PP 2", "tp 8 , pp 2"},
                                     {"PP 16 was considered; PP 8", "; pp 8"},
                                     {"(t,p,d)=(8,6,3)", "(t,p,d)=(8,6,3)"}}) {
    CHECK(stated_words(text) == stated);
    CHECK(is_mention(stated_words(text)) == false);
  }
}
