// Are ranks that share a sequence read from words that count them, and from no switch?
#include "tables/sequence_words.h"

#include <doctest/doctest.h>

#include <string>

using namespace eigenbau::tables;

TEST_CASE("ranks that share a sequence are counted in any spelling, and Ulysses is named") {
  for (const char* text : {"Ulysses SP=8", "ulysses_sequence_parallel_size=8", "ulysses_degree 8", "Ulysses 8", "8-way Ulysses",
                           "DeepSpeed-Ulysses, sequence parallelism 8"}) {
    INFO(std::string(text));
    CHECK(sequence_words(text).ranks == 8);
    CHECK(sequence_words(text).by_heads);
  }
  for (const char* text : {"SP 8", "sp8", "sequence_parallel_size: 8", "sequence parallel degree 8",
                           "--ds-sequence-parallel-size 8", "8-way sequence parallelism", "TP 2, SP 8"}) {
    INFO(std::string(text));
    CHECK(sequence_words(text).ranks == 8);
    CHECK(!sequence_words(text).by_heads);
  }
  CHECK(sequence_words("ring attention, SP 8").in_ring);
}

TEST_CASE("a switch counts no ranks, and what the run is compared with none of its own") {
  for (const char* text : {"SP", "SP=1", "sequence_parallel=True", "no SP", "sequence parallelism", "TP 8 + SP",
                           "context parallel 8", "faster than Ulysses SP=8", "spread 8", ""}) {
    INFO(std::string(text));
    CHECK(!sequence_words(text).ranks);
    CHECK(!sequence_words(text).by_heads);
  }
}

TEST_CASE("a statement that holds more than degrees counts no ranks of a sequence") {
  for (const char* text : {"SLES 15 SP4",
                           "SUSE Linux Enterprise Server 15 SP3",
                           "SLES 15, SP4",
                           "AMD EPYC 9654 (SP5)",
                           "IBM SP 2",
                           "HPE Cray SP 2",
                           "ICASSP SP 2023",
                           "sequence parallelism 2022",
                           "with SP: 512 GPUs",
                           "SP 16 nodes",
                           "SP 8 used in the 128k run",
                           "ring attention SP 8 in Table 5",
                           "sequence parallel 2 for long context stage",
                           "tested SP 2, 4 and 8",
                           "SP 2, 4 and 8",
                           "SP 2, SP 4, SP 8",
                           "SP: 8 -> 1",
                           "SP 8 or 16",
                           "scaling of SP 8 shown in Fig. 7",
                           "table 3 (SP 2) is another run",
                           "see section SP 2",
                           "SP 4 fails",
                           "OOM with SP 4",
                           "with SP 4 the run would be faster",
                           "compared to Ulysses SP 8",
                           "vs. SP 8",
                           "better than DeepSpeed-Ulysses (SP 8)",
                           "better than DeepSpeed-Ulysses [SP 8]",
                           "we compare with Ulysses",
                           "DeepSpeed-Ulysses cited as related work",
                           "TP+SP 8",
                           "TP, SP 8",
                           "tensor and sequence parallelism 8",
                           "tensor+sequence parallel degree 8",
                           "TP=SP=8 or so"}) {
    INFO(std::string(text));
    const SequenceWords said = sequence_words(text);
    CHECK(!said.ranks);
    CHECK(!said.by_heads);
  }
}

TEST_CASE("degrees and sharding beside them leave ranks of a sequence a plain statement") {
  for (const char* text : {"TP 2 SP 8 PP 4", "TP 2 + SP 8", "ZeRO-3 (SP 8)", "FSDP2, SP=8", "zero stage 3 with SP 8",
                           "(TP 2, SP 8)", "--zero-stage 3 --sp 8", "Full recompute. SP 8."}) {
    INFO(std::string(text));
    CHECK(sequence_words(text).ranks == 8);
  }
  CHECK(sequence_words("8 (Ulysses)").by_heads);
  CHECK(sequence_words("no (Ulysses instead)").by_heads);
}
