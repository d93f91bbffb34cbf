// Are the chunks of a pipeline's stage read from words that state them, and from no others?
#include "tables/chunk_words.h"

#include <doctest/doctest.h>

#include <string>

using namespace eigenbau::tables;

TEST_CASE("chunks are the same however an interleaved pipeline is described") {
  for (const char* options : {"1F1B interleaved v=4", "interleaved 1F1B (v=4)", "interleaved schedule, 4 chunks",
                              "interleaved pipeline with 4 model chunks", "virtual pipeline stages 4", "4 virtual stages per GPU",
                              "4 virtual pipeline stages", "interleaved 1F1B, 4 chunks per stage", "virtual stages per GPU = 4",
                              "interleaved 4", "interleaving 4", "interleave=4", "interleaving factor 4",
                              "interleaving degree: 4", "4-way interleaved", "PP interleaving 4", "1F1B, interleaving = 4"})
    CHECK_MESSAGE(chunks_of_options(options).chunks == 4, std::string(options));
  for (const char* options : {"num-layers-per-virtual-pipeline-stage 3", "--num-layers-per-virtual-pipeline-stage 3",
                              "num_layers_per_virtual_pipeline_stage=3"}) {
    CHECK_MESSAGE(chunks_of_options(options).layers_each == 3, std::string(options));
    CHECK(!chunks_of_options(options).chunks);
  }
}

TEST_CASE("what is denied, belongs to no pipeline or is no count states no chunks") {
  for (const char* options :
       {"no interleaving, 4 chunks", "4 chunks", "v=4", "chunked loss, 8 chunks", "virtual pipeline stage 2",
        "interleaved attention, 4 chunks", "interleaved 1F1B v=1.5", "interleaved 1F1B", "no virtual stages", "1F1B, v=4",
        "interleaved 4 batches", "interleaved attention 4", "data interleave=4", "interleaving 1.5", "no interleaving 4"})
    CHECK_MESSAGE(!chunks_of_options(options).said(), std::string(options));
}
