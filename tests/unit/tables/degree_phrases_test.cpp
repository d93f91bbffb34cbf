// Are degrees read from phrases that do not call each by its name?
#include "tables/degree_phrases.h"

#include <doctest/doctest.h>

#include <string>

#include "tables/degree_words.h"

using namespace eigenbau::tables;

TEST_CASE("letters, ways and lists in brackets state the degrees that their names do") {
  for (const char* text :
       {"8-way tensor, 4-way pipeline", "8-way tensor and 4-way pipeline parallelism", "(t,p,d)=(8,4,8)", "(p, t, d) = (4, 8, 8)",
        "t=8, p=4", "t=8, p=4, d=8", "tensor MP 8; pipeline MP 4", "(TP, PP) = (8, 4)", "8-way tensor x 4-way pipeline"}) {
    INFO(std::string(text));
    CHECK(degree_words(text).of("tp") == 8);
    CHECK(degree_words(text).of("pp") == 4);
    CHECK(degree_words(text).rest.empty());
  }
  CHECK(degree_words("(t,p,d)=(8,4,16)").of("dp") == 16);
  for (const char* text : {"MP=8", "8-way model parallelism", "model parallel size 8", "MP 8"}) {
    INFO(std::string(text));
    CHECK(degree_words(text).of("mp") == 8);
    CHECK(!degree_words(text).of("tp"));
  }
}

TEST_CASE("letters and words that stand for something else are no degrees") {
  for (const char* text : {"t=8", "p=0.1", "top-p=1", "t=8 s", "d=8", "(a,b)=(8,8)", "(t,p,d)=(8,8)", "8-way tensor cores",
                           "(t,p)", "t, p", "lr_t=8, lr_p=8", "expert model parallel", "tensor 8"})
    CHECK_MESSAGE(degree_words(text).figures.empty(), std::string(text));
  for (const char* text : {"", "(", "(t", "(t,", "(t,p)=", "(t,p)=(8", "way", "8-way", "no", "w/o", "no model", "only data"})
    CHECK_MESSAGE(with_named_degrees(text) == text, std::string(text));
}

TEST_CASE("no model parallelism is one rank of each kind, unless the words go on") {
  for (const char* text :
       {"no model parallelism", "w/o model parallelism", "without model parallelism", "data parallel only",
        "ZeRO-3 w/o model parallelism (DeepSpeed)", "pure data parallelism", "only data parallelism", "pure DP"}) {
    INFO(std::string(text));
    for (const char* column : {"tp", "pp", "cp"}) CHECK(degree_words(text).of(column) == 1);
    CHECK(!degree_words(text).of("dp"));
  }
  for (const char* text :
       {"no model parallelism overlap", "not data parallel only", "data parallel only inside a node", "data only"})
    CHECK_MESSAGE(degree_words(text).figures.empty(), std::string(text));
}
