// What is one answer to one cluster: the machine, its days, its jobs, its money?
#include "study/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "campaign/from_design.h"
#include "perf/training_step.h"
#include "study/money_input.h"
#include "units/print.h"

namespace eigenbau::study {
namespace {

constexpr double kBandToDeviation = 1.96;  ///< a 95 % band is so many deviations to each side

/// The factor by which a law's error moves a figure in this sample; the same for every job that uses the same law.
double law_factor(SampleId sample, const std::string& law, double error) {
  if (sample.index == 0) return 1;
  return std::exp(Stream(sample.seed, "law error: " + law, sample.index).normal() * std::log1p(error) / kBandToDeviation);
}

/// The site's draw with every server at what is reserved for it, its accelerators at their rating.
campaign::SiteDraw provisioned_draw(const design::Design& design) {
  campaign::SiteDraw draw = campaign::site_draw(design);
  draw.per_gpu = design.per_gpu(design::Load::provisioned).site();
  draw.board = design.machine.gpu.tdp;
  return draw;
}

struct Work {
  Flop flop{};
  Tokens tokens{};
};

/// A job states tokens or compute; each follows from the other by the model's FLOP per token.
Work work_of(const cluster::TrainingJob& job, const JobSetup& setup) {
  const FlopPerToken each = catalog::training_flop(setup.model, setup.sequence_length).causal;
  if (job.compute) return {*job.compute, each.base() > 0 ? *job.compute / each : Tokens{}};
  if (job.tokens) return {*job.tokens * each, *job.tokens};
  return {};
}

class Composer {
 public:
  Composer(const cluster::Cluster& cluster, const catalog::Catalog& catalog, PlanBook& book, SampleId sample)
      : catalog_(catalog), book_(book), sample_(sample) {
    answer_.cluster = cluster;
  }

  Result<Answer> compose() {
    auto design = design::design_cluster(answer_.cluster, catalog_);
    if (!design) return std::unexpected(design.error());
    answer_.design = std::move(*design);
    answer_.draw_provisioned = provisioned_draw(answer_.design);
    if (const auto jobs = set_up_jobs(); !jobs) return std::unexpected(jobs.error());
    answer_.campaign = run();
    answer_.market = market_price(catalog_, answer_.design.machine.gpu.name, &answer_.market_source);
    answer_.money =
        economics::work_out_money(answer_.cluster, answer_.campaign,
                                  money_input(answer_.cluster, answer_.design, catalog_, answer_.market, answer_.assumptions));
    if (const auto served = serve_jobs(); !served) return std::unexpected(served.error());
    return std::move(answer_);
  }

 private:
  Result<void> set_up_jobs() {
    const int joined = answer_.design.gpus_joined();
    for (const cluster::TrainingJob& job : answer_.cluster.training) {
      auto setup = job_setup(job, catalog_, answer_.design.machine.gpu, joined);
      if (!setup) return std::unexpected(setup.error());
      TrainingAnswer training{.name = job.name, .setup = std::move(*setup)};
      training.offered = offered_gpus(job, joined);
      const Work work = work_of(job, training.setup);
      training.work = work.flop;
      training.tokens = work.tokens;
      if (const auto plan = book_.plan(job, training.setup, training.offered)) {
        training.planned = planned(training.setup, *plan);
        if (const auto wide = book_.widest_plan(job, training.setup, training.offered); wide && wide->gpus() > plan->gpus())
          training.widest = planned(training.setup, *wide);
        training.law_factor = law_factor(sample_, training.setup.stack.name, training.planned->step.error);
      }
      answer_.training.push_back(std::move(training));
    }
    return {};
  }

  PlannedJob planned(const JobSetup& setup, const perf::ParallelPlan& plan) const {
    perf::Machine machine = answer_.design.machine;
    machine.gpus = plan.gpus();
    return {plan, perf::training_step(setup.model, machine, plan, setup.stack)};
  }

  /// Speed of a job on so many accelerators, for the campaign. The file may state the utilization instead.
  std::optional<campaign::PlannedRun> planned_run(const cluster::TrainingJob& job, int gpus) const {
    const auto found = std::find_if(answer_.training.begin(), answer_.training.end(),
                                    [&](const TrainingAnswer& t) { return t.name == job.name; });
    if (found == answer_.training.end()) return std::nullopt;
    const JobSetup& setup = found->setup;
    const auto plan = book_.plan(job, setup, std::min(gpus, answer_.design.gpus_joined()));
    if (!plan) return std::nullopt;
    perf::Machine machine = answer_.design.machine;
    machine.gpus = plan->gpus();
    const perf::TrainingStep step = perf::training_step(setup.model, machine, *plan, setup.stack);
    campaign::PlannedRun run;
    run.gpus = plan->gpus();
    run.tokens_per_step = static_cast<double>(plan->global_batch) * setup.sequence_length * kTokenUnit;
    run.flop_per_step = run.tokens_per_step * catalog::training_flop(setup.model, setup.sequence_length).causal;
    run.step = step.total * found->law_factor;
    run.mfu = step.mfu_causal / found->law_factor;
    if (job.mfu && step.mfu_causal > 0) {
      run.mfu = job.mfu->fraction;
      run.step = step.total * (step.mfu_causal / job.mfu->fraction);
    }
    constexpr double kStateBytesPerParameter = 14;  // bf16 weights, fp32 master copy and two moments
    run.state = catalog::parameters(setup.model) * kStateBytesPerParameter * kByte;
    return run;
  }

  /// The prior that the file names, else that of the accelerator, else the one for any machine.
  catalog::FailurePrior failure_prior() const {
    const std::string& named = answer_.cluster.failures.prior;
    const auto found = catalog_.failure(named.empty() ? answer_.design.machine.gpu.name : named);
    return found ? *found : catalog_.failure("general").value_or(catalog::FailurePrior{});
  }

  campaign::Campaign run() {
    const cluster::Failures& failures = answer_.cluster.failures;
    const catalog::FailurePrior prior = failure_prior();
    campaign::CampaignOptions options;
    if (sample_.index > 0) options.comes = campaign::drawn_supplies(answer_.cluster.supplies, sample_.seed, sample_.index);
    if (!failures.node_rate)
      answer_.assumptions.push_back(fmt::format("a node interrupts its job {} times in 1,000 days, {} ([failures] node_rate)",
                                                print_number(prior.node_rate.base() * 1000 * kDay.base(), 2), prior.title));
    if (!(answer_.design.storage.write_bandwidth > Bandwidth{}))
      answer_.assumptions.push_back(
          "storage takes a checkpoint as fast as the machine sends it: its bandwidth is not known ([storage] write_bandwidth)");
    return campaign::run_campaign(
        answer_.cluster, answer_.design, prior,
        [this](const cluster::TrainingJob& job, int gpus) { return planned_run(job, gpus); }, options);
  }

  Result<void> serve_jobs() {
    for (const cluster::ServingJob& job : answer_.cluster.serving) {
      const auto model = job_model(job, catalog_);
      if (!model) return std::unexpected(model.error());
      ServingAnswer serving{.name = job.name, .model = *model};
      perf::ServingRequest request;
      request.input_tokens = serving.input_tokens = job.input_tokens.value_or(1000);
      request.output_tokens = serving.output_tokens = job.output_tokens.value_or(500);
      request.precision = job.precision;
      request.gpus_per_replica = job.gpus_per_replica;
      request.concurrency = job.concurrency;
      request.time_per_output_token = serving.target = job.time_per_output_token;
      perf::Machine machine = answer_.design.machine;
      machine.gpus = std::min(job.gpus.value_or(answer_.design.gpus), answer_.design.gpus);
      serving.replica = perf::serve(serving.model, machine, request, &serving.misfit);
      if (serving.replica) spread(job, machine.gpus, serving);
      if (sample_.index == 0) {
        serving.paces = perf::serving_paces(serving.model, machine, request);
        serving.faster = perf::faster_size(serving.model, machine, request);
      }
      answer_.serving.push_back(std::move(serving));
    }
    return {};
  }

  /// As many replicas as the machine holds, or as the demand needs.
  void spread(const cluster::ServingJob& job, int gpus, ServingAnswer& serving) const {
    perf::ServingEstimate& replica = *serving.replica;
    const double factor = law_factor(sample_, "serving", replica.error);
    replica.output_rate = replica.output_rate / factor;
    replica.input_rate = replica.input_rate / factor;
    replica.time_per_output_token = replica.time_per_output_token * factor;
    replica.time_to_first_token = replica.time_to_first_token * factor;
    serving.replicas = gpus / replica.layout.gpus;
    if (job.demand) serving.replicas = std::min(serving.replicas, static_cast<int>(std::ceil(*job.demand / replica.output_rate)));
    serving.gpus = serving.replicas * replica.layout.gpus;
    serving.output = static_cast<double>(serving.replicas) * replica.output_rate;
    const Power each = answer_.design.per_gpu(design::Load::inference).site();
    serving.energy = each * static_cast<double>(replica.layout.gpus) / replica.output_rate;
    if (answer_.money.gpu_hour.total() > MoneyRate{})
      serving.cost = economics::cost_per_token(answer_.money.gpu_hour.total(), replica.layout.gpus, replica.output_rate);
  }

  const catalog::Catalog& catalog_;
  PlanBook& book_;
  SampleId sample_;
  Answer answer_;
};

}  // namespace

Result<Answer> answer(const cluster::Cluster& cluster, const catalog::Catalog& catalog, PlanBook& book, SampleId sample) {
  return Composer(cluster, catalog, book, sample).compose();
}

Result<perf::Machine> machine_of(const cluster::Cluster& cluster, const catalog::Catalog& catalog) {
  const auto design = design::design_cluster(cluster, catalog);
  if (!design) return std::unexpected(design.error());
  return design->machine;
}

}  // namespace eigenbau::study
