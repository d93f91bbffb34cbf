// In how many chunks do words cut the stages of a pipeline?
#pragma once

#include <optional>
#include <string_view>

namespace eigenbau::tables {

struct ChunkWords {
  std::optional<int> chunks{};       ///< of a stage
  std::optional<int> layers_each{};  ///< of a chunk

  bool said() const { return chunks || layers_each; }
};

/// What one of the options, a clause, says: "1F1B interleaved v=4", "interleaved pipeline with 4 model chunks", "4 virtual stages
/// per GPU", "interleaving factor 2", "2-way interleaved", "virtual pipeline stages 4", "num layers per virtual pipeline stage
/// 3". `of_interleaving`: the clause before speaks of an interleaved pipeline, with which "v=4" and "4 chunks" go on. Nothing
/// where the clause denies it or counts something else.
ChunkWords chunks_in(std::string_view clause, bool of_interleaving = false);

/// Of all options; the first that says something counts.
ChunkWords chunks_of_options(std::string_view options);

/// Whether a clause speaks of a pipeline whose stages are interleaved.
bool interleaves_stages(std::string_view clause);

}  // namespace eigenbau::tables
