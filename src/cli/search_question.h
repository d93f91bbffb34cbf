// What did the user ask of the plan search?
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "cli/command.h"
#include "cli/search_machine.h"
#include "search/space.h"

namespace eigenbau::cli {

/// A job and a machine, from a cluster file or from options alone, and the space to search.
struct SearchQuestion {
  std::string input;       ///< as the user named it; empty without a file
  std::string input_hash;  ///< of the file
  catalog::Model model;
  catalog::Stack stack;
  perf::Machine machine;
  search::SearchSpace space;
  search::Settled fixed;                   ///< by --fix; the file and the software may settle more of the space
  std::vector<int> counts;                 ///< numbers of accelerators of a scaling curve; empty: the space's alone
  std::vector<std::string> swept;          ///< what --sweep sweeps
  std::vector<SweptMachine> machines;      ///< of a sweep; empty: the machine alone
  std::string draws_from{}, price_from{};  ///< from where watts and money are
  std::vector<std::string> notes;          ///< what stands in for what nobody stated

  bool knows_energy() const { return space.busy_power > Power{} && space.waiting_power > Power{}; }
  bool knows_money() const { return space.gpu_cost > MoneyRate{}; }
};

Result<SearchQuestion> search_question(const Arguments& arguments);

/// --model, --gpu, --gpus ... --fix, --memory-margin
std::vector<Option> search_options();

}  // namespace eigenbau::cli
