// Do words switch CUDA graphs on or off?
#pragma once

#include <optional>
#include <string_view>

namespace eigenbau::tables {

/// Whether a clause of options that switch CUDA graphs speaks of them: it names them or holds no more than a switch, as what
/// stands in brackets behind them ("full iteration").
bool speaks_of_graphs(std::string_view clause);

/// What options say of CUDA graphs where every statement on them, with what stands in brackets behind it, holds nothing else than
/// a switch: "CUDA graphs", "full-iteration CUDA graphs", "cuda_graph_scope=full_iteration" are on, "no CUDA graphs",
/// "cuda_graph=False" off. Nothing where one says more ("CUDA graphs for decoding", "CUDA graphs fail"), where they contradict
/// each other, or where one stands in brackets itself.
std::optional<bool> graphs_in(std::string_view options);

}  // namespace eigenbau::tables
