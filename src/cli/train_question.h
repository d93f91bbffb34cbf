// Which training step is asked about?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "catalog/model.h"
#include "catalog/stack.h"
#include "cli/command.h"
#include "cli/stated_plan.h"
#include "perf/machine.h"
#include "perf/parallel_plan.h"
#include "report/tree.h"

namespace eigenbau::cli {

/// A job with its machine and plan, from a cluster file or from options alone.
struct TrainQuestion {
  std::string input;       ///< as the user named it; empty without a file
  std::string input_hash;  ///< of the file
  catalog::Model model;
  catalog::Stack stack;
  catalog::Catalog catalog = catalog::Catalog::built_in();  ///< that model and stack are from
  perf::Machine machine;                                    ///< as many accelerators as the plan uses
  perf::ParallelPlan plan;
  bool plan_chosen = false;                ///< by search, since no degree was given
  bool dp_stated = false;                  ///< it is not what the other degrees leave
  std::vector<std::string> by_file{};      ///< what the file states of the plan: "tp 8"
  Origins origins{};                       ///< of the plan's figures
  std::optional<report::Remark> unused{};  ///< why the plan leaves accelerators unused
  std::vector<std::string> notes;          ///< what stands in for what nobody stated
};

Result<TrainQuestion> train_question(const Arguments& arguments);

/// --model, --gpu, --gpus ... --tp, --power-cap
std::vector<Option> train_options();

}  // namespace eigenbau::cli
