// Which parallel plan does a job run with on so many accelerators, and how fast is it then?
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "catalog/catalog.h"
#include "cluster/cluster.h"
#include "perf/machine.h"
#include "perf/parallel_plan.h"
#include "perf/training_step.h"
#include "search/search.h"

namespace eigenbau::study {

/// A job's model and software, with what the file states in place of the catalog's figures.
struct JobSetup {
  catalog::Model model;
  catalog::Stack stack;
  std::string stack_note{};  ///< why this stack, where the file names none
  int sequence_length = 0;
  int global_batch = 0;      ///< sequences
  std::string batch_note{};  ///< why this batch, where the file states none or an amount that does not divide
};

/// The number within 5 % of `wanted` that has the most factors of two: batches are divided by many degrees.
int divisible_near(double wanted);

/// `gpus`: accelerators of the machine, for the batch of a job that states neither a batch nor a number of its own.
Result<JobSetup> job_setup(const cluster::TrainingJob& job, const catalog::Catalog& catalog, const catalog::Gpu& gpu, int gpus);

/// The model of a job: the catalog's, with the figures of the file in place.
Result<catalog::Model> job_model(const cluster::Job& job, const catalog::Catalog& catalog);

/// The software of a job; Megatron-Core where the file names none.
Result<catalog::Stack> job_stack(const cluster::Job& job, const catalog::Catalog& catalog);

/// What a file states of a job's plan.
search::Settled stated_plan(const cluster::PlanOverride& stated);

/// What the file states of a job's plan is settled, the rest is free.
search::SearchSpace stated_space(const cluster::TrainingJob& job, const JobSetup& setup);

/// The schedules and kinds of context parallelism that the software runs where nobody asks for others.
void open_as_stack(search::SearchSpace& space, const catalog::Stack& stack);

/// ZeRO level, sharding over all data-parallel ranks, and sequence splits as the software has them, where they are not settled:
/// they are a habit of the software more than a choice for each job.
void settle_as_stack(search::SearchSpace& space, const catalog::Stack& stack);

/// The plans that a job may run with: what the file states is settled, sharding is as the stack does it, the rest is free.
search::SearchSpace plan_space(const cluster::TrainingJob& job, const JobSetup& setup);

/// Accelerators that a job may take of a machine of so many.
int offered_gpus(const cluster::TrainingJob& job, int gpus);

/// A plan that fits, with what it yields.
struct PlannedJob {
  perf::ParallelPlan plan;
  perf::TrainingStep step;
};

/// Plans by job and number of accelerators. They are found on the middle values of the file and kept, so that every sample
/// of a study runs the same plan, whichever thread asks first.
class PlanBook {
 public:
  /// `machine` is that of the middle values, complete.
  explicit PlanBook(perf::Machine machine) : machine_(std::move(machine)) {}

  /// The fastest of all plans on at most `offered` accelerators, at least half of them where some such number has a plan: plans
  /// need divisible numbers, and a batch that is small for the machine runs no faster on all of it. An amount of tokens is met
  /// within 5 %.
  std::optional<perf::ParallelPlan> plan(const cluster::TrainingJob& job, const JobSetup& setup, int offered);
  /// The best on the largest number up to `offered` that has a plan: it may be slower than on fewer.
  std::optional<perf::ParallelPlan> widest_plan(const cluster::TrainingJob& job, const JobSetup& setup, int offered);

 private:
  search::BestPlans& plans_of(const cluster::TrainingJob& job, const JobSetup& setup);

  perf::Machine machine_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<search::BestPlans>> plans_;
};

/// Accelerators of which plans are made while a machine grows: the offered number rounded down to five binary digits, so that it
/// does not re-plan for every server. The complete machine is planned for as it is.
int planning_step(int offered);

}  // namespace eigenbau::study
