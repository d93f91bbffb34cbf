// Are CUDA graphs switched by words that say no more than that?
#include "tables/graph_words.h"

#include <doctest/doctest.h>

#include <string>

using namespace eigenbau::tables;

TEST_CASE("CUDA graphs are on or off by a statement that says no more") {
  for (const char* on : {"CUDA graphs", "CUDA graphs on", "cuda_graph=True", "--enable-cuda-graph", "cudagraphs enabled",
                         "full-iteration CUDA graphs", "cuda_graph_scope=full_iteration", "CUDA graphs (full iteration)",
                         "compile, with CUDA graphs", "CUDA graphs used; CUDA-graph: true"}) {
    INFO(std::string(on));
    CHECK(graphs_in(on) == true);
  }
  for (const char* off : {"no CUDA graphs", "CUDA graphs off", "without cuda graphs", "CUDA graphs not used", "cuda_graph=False",
                          "cuda_graph_impl=none", "CUDA graphs (disabled)", "disable_cuda_graph", "CUDA graphs unavailable"}) {
    INFO(std::string(off));
    CHECK(graphs_in(off) == false);
  }
}

TEST_CASE("words that say more of CUDA graphs switch nothing") {
  for (const char* other : {"cuda graph capture failed",
                            "same as CUDA-graph run",
                            "CUDA graphs only for inference",
                            "CUDA graphs for optimizer",
                            "CUDA graphs turned off",
                            "CUDA graphs deactivated",
                            "CUDA graphs impossible",
                            "CUDA graphs N/A",
                            "CUDA graphs skipped",
                            "CUDA graphs left out",
                            "CUDA graphs crash",
                            "CUDA graphs broken in this release",
                            "CUDA graphs incompatible with dropless",
                            "CUDA graphs future work",
                            "CUDA graphs in serving",
                            "CUDA graphs for decoding",
                            "CUDA graphs need static shapes",
                            "CUDA graph memory 2 GB",
                            "CUDA-graph-free",
                            "could use CUDA graphs",
                            "CUDA graphs give 5 % on top (not used here)",
                            "with and without CUDA graphs",
                            "CUDA graphs (not in this run)",
                            "a variant (CUDA graphs)",
                            "cuda_graph_scope=attn",
                            "CUDA graphs on, CUDA graphs off",
                            "no CUDA graphs disabled",
                            "CUDA graphs, disabled",
                            "CUDA graphs; not used",
                            "compile",
                            ""}) {
    INFO(std::string(other));
    CHECK(!graphs_in(other));
  }
}
