// Is what options say of a run of another size told from what they say of the row's own?
#include "tables/other_run.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace eigenbau::tables;

namespace {

constexpr RunSize kOwn{174.6e9, 4096};

}  // namespace

TEST_CASE("a run of another size is another to the end of the sentence, or in its own clause where it says only") {
  for (const auto& [text, own] : {std::pair{"the 530B run uses TP 8, PP 35", ""},
                                  {"TP 8, PP 35 for the 530B model", ""},
                                  {"the 530B run uses TP 8, PP 35; CP 2", "; CP 2"},
                                  {"CP 2. The 1T-parameter run has PP 64", "CP 2."},
                                  {"TP 8 (TP 4 for the 22B model)", "TP 8 ()"},
                                  {"TP 8, CP 16 only for the 128K stage, PP 4", "TP 8,, PP 4"},
                                  {"CP 16 in the 128k-token phase", ""},
                                  {"405B uses TP 8 PP 16", ""},
                                  {"as for 405B with TP 8 PP 16", ""},
                                  {"TP 16 for 405B; PP 4", "; PP 4"},
                                  {"CP 2 for 32k", ""},
                                  {"the 175B model uses TP 8, the 22B model TP 4", "the 175B model uses TP 8,"}})
    CHECK_MESSAGE(words_of_own_run(text, kOwn).own == own, text, words_of_own_run(text, kOwn).own);
  CHECK(words_of_own_run("CP 2; the 530B run uses TP 8, PP 35", kOwn).others == "the 530B run uses TP 8, PP 35");
}

TEST_CASE("what names the row's own size, or no run, is its own") {
  for (const char* text :
       {"", "TP 8 for the 175B model", "the 4K-context stage has CP 2", "TP 8, PP 4; GBS 1536", "15T tokens, TP 8",
        "128K vocabulary", "recompute only for 4 layers", "(t,p,d)=(8,6,3)", "trained on 300B tokens in 3 stages",
        "175B uses TP 8", "CP 2 for 4k", "batch of 4M tokens, 32k vocabulary"}) {
    CHECK(words_of_own_run(text, kOwn).own == text);
    CHECK(words_of_own_run(text, kOwn).others.empty());
  }
}
