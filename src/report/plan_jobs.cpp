// What do the jobs do on this machine, how fast, and until when?
#include <fmt/format.h>

#include "catalog/model.h"
#include "catalog/published.h"
#include "perf/step_parts.h"
#include "report/job_report.h"
#include "report/plan_sections.h"
#include "report/plan_words.h"
#include "units/counted.h"
#include "units/print.h"

namespace eigenbau::report {
namespace {

Stack step_stack(const std::string& key, const perf::TrainingStep& step) {
  Stack stack{.key = key + "_step", .title = "One training step, on the slowest stage", .dimension = kTime};
  Bar bar{.key = "step", .label = "step", .segments = {}};
  for (const perf::StepPart& part : perf::kStepParts)
    if (perf::shows(part, step))
      bar.segments.push_back({.key = part.key, .label = part.label, .amount = {(step.*part.member).base()}});
  stack.bars.push_back(std::move(bar));
  return stack;
}

void add_course(Section& section, const std::string& key, const campaign::TrainingRun& run, const economics::RunCost* cost) {
  const auto day = [](const std::optional<Date>& date) -> Value {
    return date ? Value{DateFigure{.value = *date, .provenance = {.source = "derived"}}} : Value{};
  };
  add(section, key + "_started", "Starts", day(run.started));
  Row& done = add(section, key + "_done", "Done", day(run.done));
  done.headline = true;
  switch (run.end) {
    case campaign::RunEnd::done:
      done.remark = fmt::format("{}, goodput {}", print(run.duration, 3), print(Share{run.goodput.goodput}));
      break;
    case campaign::RunEnd::runs_on:
      done.remark = fmt::format("beyond the campaign, which sees {} of the work", print(Share{run.progress}));
      break;
    case campaign::RunEnd::never_starts:
      done.remark = "never starts: so many GPUs never come online";
      break;
    case campaign::RunEnd::no_plan:
      done.remark = "no plan fits";
      break;
    case campaign::RunEnd::no_work_stated:
      done.remark = "the file states neither tokens nor compute";
      break;
  }
  if (run.stages.empty()) return;
  add(section, key + "_duration", "Wall time", derived(run.duration)).unit = "d";
  add(section, key + "_goodput", "Goodput, last stage",
      derived(run.goodput.goodput, fmt::format("exact renewal; {:.3g} interrupts a day, each costs {}",
                                               run.goodput.interrupts_per_day, print(run.goodput.lost_per_interrupt, 3))),
      Form::share);
  if (run.goodput.mtti) add(section, key + "_mtti", "Mean time to interrupt", derived(*run.goodput.mtti));
  if (run.goodput.interval) add(section, key + "_checkpoint", "Best checkpoint interval", derived(*run.goodput.interval));
  add(section, key + "_gpu_time", "GPU-time", derived(run.gpu_time)).unit = "h";
  add(section, key + "_energy", "Energy at the meter", derived(run.energy));
  add(section, key + "_tokens", "Tokens", derived(run.tokens));
  add(section, key + "_flop", "Model FLOP", derived(run.flop));
  if (!cost || !(cost->total > Money{})) return;
  Row& total =
      add(section, key + "_cost", "Costs",
          derived(cost->total, fmt::format("GPU-time at the cost of an own GPU-hour; energy {} of it", print(cost->energy, 3))));
  total.headline = true;
  if (cost->per_token) total.remark = print(*cost->per_token, 3);
}

void add_training(Section& section, const study::TrainingAnswer& job, const campaign::TrainingRun* run,
                  const economics::RunCost* cost, const catalog::Gpu& gpu) {
  const std::string key = key_from(job.name);
  Row& title = add(section, key, "Training", job.name);
  title.headline = true;
  title.remark = job.setup.model.name;
  if (!job.planned) {
    section.items.push_back(
        Remark{.severity = Severity::warning,
               .text = fmt::format("\"{}\": no parallel plan fits on {}", job.name, counted(job.offered, "GPU")),
               .hint = "more memory for each GPU, more GPUs, or a smaller model or batch"});
    if (run) add_course(section, key, *run, cost);
    return;
  }
  const perf::TrainingStep& step = job.planned->step;
  const Time total = step.total * job.law_factor;
  Row& plan = add(section, key + "_plan", "Plan", degrees_in_words(job.planned->plan));
  plan.headline = true;
  plan.remark = fmt::format("{} of {}", print_count(job.planned->plan.gpus()), counted(job.offered, "GPU"));
  add(section, key + "_micro_batch", "Sequences of a micro-batch", derived(static_cast<double>(job.planned->plan.micro_batch)),
      Form::count);
  add(section, key + "_global_batch", "Sequences of a step", derived(static_cast<double>(job.planned->plan.global_batch)),
      Form::count)
      .remark = fmt::format("of {} tokens", print_count(job.setup.sequence_length));
  Row& time = add(section, key + "_step", "Step time, all GPUs",
                  derived(total, fmt::format("the law's own error is {} either way (95 %); {}", print(Share{step.error}, 2),
                                             job.setup.stack.name)));
  time.headline = true;
  const double mfu = step.mfu_causal / job.law_factor;
  time.remark = fmt::format("MFU {}, {} per GPU", print(Share{mfu}), print(step.tokens_per_gpu / job.law_factor, 3));
  add(section, key + "_mfu", "MFU (attention counted half)",
      derived(mfu, "model FLOP over the data-sheet peak of the number format"), Form::share);
  add(section, key + "_mfu_full", "MFU (attention counted whole)", derived(step.mfu_full / job.law_factor), Form::share);
  add(section, key + "_tokens_per_gpu", "Tokens a second for each GPU", derived(step.tokens_per_gpu / job.law_factor));
  add(section, key + "_memory", "Memory of the fullest GPU",
      derived(step.memory.total(), fmt::format("weights {}, gradients {}, optimizer {}, activations {}; {} are available",
                                               print_memory(step.memory.weights), print_memory(step.memory.gradients),
                                               print_memory(step.memory.optimizer), print_memory(step.memory.activations),
                                               print_memory(step.memory.available))))
      .unit = "GiB";
  for (const std::string* note : {&job.setup.stack_note, &job.setup.batch_note})
    if (!note->empty()) section.items.push_back(Remark{.text = *note});
  std::optional<TimedPlan> widest;
  if (job.widest) widest.emplace(job.widest->plan, job.widest->step);
  if (auto why = why_unused(job.offered, {job.planned->plan, step}, widest)) section.items.push_back(*std::move(why));
  const auto published = catalog::published_mfu(gpu, job.planned->plan.precision);
  if (published && step.mfu_causal > *published)
    section.items.push_back(
        Remark{.severity = Severity::warning,
               .text = fmt::format("an MFU of {} is above the highest ever published for {}, {}: do not count on it",
                                   print(Share{step.mfu_causal}), gpu.title, print(Share{*published}))});
  if (run) add_course(section, key, *run, cost);
  section.items.push_back(step_stack(key, step));
}

/// What a user's patience buys: slower answers, more of them.
Table paces_table(const std::string& key, const study::ServingAnswer& job) {
  const perf::ServingEstimate& replica = *job.replica;
  Table table{.key = key + "_paces",
              .title = fmt::format("The same {} at other paces", counted(replica.layout.gpus, "GPU")),
              .columns = {{.key = "time_per_output_token", .label = "a token", .dimension = kTime},
                          {.key = "concurrency", .label = "requests", .form = Form::count},
                          {.key = "tp", .label = "tp", .form = Form::count},
                          {.key = "replica_output", .label = "output", .dimension = kToken - kTime},
                          {.key = "cost", .label = "cost", .dimension = kMoney - kToken}}};
  for (const perf::ServingPace& pace : job.paces)
    table.rows.push_back(
        {.key = std::to_string(pace.concurrency),
         .cells = {Number{pace.time_per_output_token.base()}, Number{static_cast<double>(pace.concurrency)},
                   Number{static_cast<double>(pace.tp)}, Number{pace.output_rate.base()},
                   job.cost ? Cell{Number{(*job.cost * (replica.output_rate / pace.output_rate)).base()}} : Cell{}}});
  return table;
}

void add_serving(Section& section, const study::ServingAnswer& job) {
  const std::string key = key_from(job.name);
  Row& title = add(section, key, "Serving", job.name);
  title.headline = true;
  title.remark = fmt::format("{}, {} in, {} out", job.model.name, print_count(job.input_tokens), print_count(job.output_tokens));
  if (!job.replica) {
    section.items.push_back(Remark{.severity = Severity::warning,
                                   .text = fmt::format("\"{}\": no replica fits: on {} the weights take {} of {} each", job.name,
                                                       counted(job.misfit.gpus, "GPU"), print_memory(job.misfit.weights_per_gpu),
                                                       print_memory(job.misfit.available_per_gpu))});
    return;
  }
  const perf::ServingEstimate& replica = *job.replica;
  add(section, key + "_replica_gpus", "GPUs of a replica",
      derived(static_cast<double>(replica.layout.gpus),
              fmt::format("tp {}, pp {}, ep {}", replica.layout.tp, replica.layout.pp, replica.layout.ep)),
      Form::count);
  add(section, key + "_replicas", "Replicas", derived(static_cast<double>(job.replicas)), Form::count);
  add(section, key + "_concurrency", "Requests at a time in a replica", derived(static_cast<double>(replica.concurrency)),
      Form::count);
  add(section, key + "_prefill", "Prefill of one prompt", derived(replica.prefill));
  add(section, key + "_time_to_first_token", "Time to first token", derived(replica.time_to_first_token));
  Row& each = add(section, key + "_time_per_output_token", "Time per output token",
                  derived(replica.time_per_output_token,
                          fmt::format("the law's own error is {} either way (95 %)", print(Share{replica.error}, 2))));
  if (replica.limit == perf::ServingLimit::half_of_most) each.remark = "no target stated: half of the most that a replica yields";
  add(section, key + "_replica_output", "Output of a replica", derived(replica.output_rate));
  add(section, key + "_weights", "Weights on each GPU", derived(replica.weights_per_gpu)).unit = "GiB";
  add(section, key + "_cache", "KV cache on each GPU",
      derived(replica.cache_per_gpu,
              fmt::format("{} bytes a token in the replica", print_number(replica.cache_per_token.base(), 4))))
      .unit = "GiB";
  Row& output = add(section, key + "_output", "Output of all replicas",
                    derived(job.output, fmt::format("{} × {}", print_count(job.replicas), counted(replica.layout.gpus, "GPU"))));
  output.headline = true;
  output.remark = fmt::format("{} × {}, {} a token", print_count(job.replicas), counted(replica.layout.gpus, "GPU"),
                              print(replica.time_per_output_token, 3));
  if (job.energy) add(section, key + "_energy_per_token", "Energy per output token, at the meter", derived(*job.energy));
  if (job.cost) {
    Row& cost =
        add(section, key + "_cost_per_token", "Cost of output", derived(*job.cost, "GPUs of a replica at " + job.gpu_hour));
    cost.headline = true;
    if (job.energy) cost.remark = print(*job.energy, 3);
  } else {
    add(section, key + "_cost_per_token", "Cost of output", std::monostate{}).remark = "prices are unknown";
  }
  if (perf::misses_target(replica, job.target))
    section.items.push_back(Remark{
        .severity = Severity::warning,
        .text = fmt::format("\"{}\": no token every {}: {} is the least on a replica of {}", job.name, print(*job.target, 3),
                            print(replica.time_per_output_token, 3), counted(replica.layout.gpus, "GPU")),
        .hint = job.faster ? fmt::format("a replica of {} takes {}", counted(job.faster->layout.gpus, "GPU"),
                                         print(job.faster->time_per_output_token, 3))
                           : ""});
  if (!job.paces.empty()) section.items.push_back(paces_table(key, job));
}

/// The law's own band around what it says of rates and times, and what follows from them.
void add_band(Section& section, const std::string& key, double error) {
  for (const char* what :
       {"_time_to_first_token", "_time_per_output_token", "_replica_output", "_output", "_energy_per_token", "_cost_per_token"})
    for (Item& item : section.items) {
      auto* row = std::get_if<Row>(&item);
      auto* figure = row && row->key == key + what ? std::get_if<Figure>(&row->value) : nullptr;
      if (!figure) continue;
      figure->low = figure->value / (1 + error);
      figure->high = figure->value * (1 + error);
    }
}

}  // namespace

Section serving_section(const study::ServingAnswer& job) {
  Section section{.key = "serving", .title = "Serving"};
  add_serving(section, job);
  if (job.replica) add_band(section, key_from(job.name), job.replica->error);
  return section;
}

Section jobs_section(const study::Answer& answer) {
  Section section{.key = "jobs", .title = "Jobs"};
  for (std::size_t i = 0; i < answer.training.size(); ++i)
    add_training(section, answer.training[i], i < answer.campaign.runs.size() ? &answer.campaign.runs[i] : nullptr,
                 i < answer.money.runs.size() ? &answer.money.runs[i] : nullptr, answer.design.machine.gpu);
  for (const study::ServingAnswer& job : answer.serving) add_serving(section, job);
  if (answer.training.empty() && answer.serving.empty()) section.items.push_back(Remark{.text = "the file states no job"});
  return section;
}

}  // namespace eigenbau::report
