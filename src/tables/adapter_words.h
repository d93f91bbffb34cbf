// Do words say that a run trains low-rank adapters alone?
#pragma once

#include <optional>
#include <string_view>

namespace eigenbau::tables {

/// What a clause, in lower case, says of adapters.
struct AdapterWords {
  bool in_use = false;    ///< they alone are trained; false: the clause denies them, or their rank is 0
  bool four_bit = false;  ///< all other weights are
};

/// Of a clause that holds nothing but their names (LoRA, QLoRA, DoRA, PEFT, "low-rank adapters") and what belongs to them: rank,
/// alpha, dropout, modules, "fine-tuning". Where `of_run` says that the cell names the run's own model or software, others may
/// stand beside. Nothing of one that only speaks of them ("LoRA results in table 4") or names the ranks of latent attention.
std::optional<AdapterWords> adapters_in(std::string_view clause, bool of_run = false);

/// Whether a clause says no more than that the weights are kept in 4 bits, which none but adapters are trained beside:
/// "load_in_4bit", "nf4", "bnb 4-bit", "4-bit base weights"; of a cell of precision "4-bit" and "int4" as well. Not "4-bit Adam",
/// nor formats of products ("nvfp4").
bool keeps_four_bits(std::string_view clause, bool of_precision = false);

/// Whether a clause goes on with one of adapters: "rank 16".
bool goes_on_with_adapters(std::string_view clause);

/// The rank that a clause states: "rank 64", "r=64", "LoRA 64", "r64".
std::optional<int> adapter_rank_in(std::string_view clause);

/// Whether a clause names latent attention by its ranks, which are no adapters: "kv_lora 512".
bool names_latent_ranks(std::string_view clause);

}  // namespace eigenbau::tables
