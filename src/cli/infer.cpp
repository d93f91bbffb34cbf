// eigenbau infer: what does a replica of a served model yield, and what do its tokens cost?
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "catalog/server.h"
#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/option_values.h"
#include "cli/plan.h"
#include "cli/version.h"
#include "economics/gpu_hour.h"
#include "report/job_report.h"
#include "study/money_input.h"
#include "tables/nic_note.h"
#include "units/counted.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

struct Asked {
  perf::Machine machine;
  perf::ServingRequest request;
  catalog::Model model;
  int gpus = 0;
  std::optional<MoneyRate> price;  ///< of a GPU-hour; absent: the market's
  double pue = 1;
};

/// A whole number from 1 up; nothing if the option is not given.
Result<std::optional<int>> count_option(const Arguments& arguments, const std::string& option) {
  constexpr std::uint64_t kMost = 10'000'000;
  if (!arguments.has(option)) return std::nullopt;
  const std::uint64_t value = arguments.number(option, 0);
  if (value >= 1 && value <= kMost) return static_cast<int>(value);
  return fail(ExitCode::bad_usage, Diagnostic{.code = std::string(kBadOptionValue),
                                              .message = fmt::format("{} must be from 1 to {}", option, print_count(kMost))});
}

Result<Asked> asked_from(const Arguments& arguments, const catalog::Catalog& catalog) {
  if (!arguments.has("--model"))
    return fail(ExitCode::bad_usage, Diagnostic{.code = std::string(kWrongArguments),
                                                .message = "`eigenbau infer` needs FILE, or --model",
                                                .hint = "for example: eigenbau infer --model llama3-70b --gpu h100-sxm"});
  const auto model = model_option(arguments, catalog);
  const auto gpu = named(catalog.gpu(arguments.value("--gpu").value_or("h100-sxm")));
  const auto target = quantity_option(arguments, "--time-per-token", Time{});
  const auto price = quantity_option(arguments, "--gpu-hour", MoneyRate{}, "2 USD/h");
  const auto pue = quantity_option(arguments, "--pue", Quantity<kDimensionless>::from_base(1), "1.2");
  if (auto read = all_read(model, gpu, target, price, pue); !read) return std::unexpected(read.error());
  Asked asked{.model = *model, .pue = pue->base()};
  if (asked.pue < 1)
    return refuse(fmt::format("--pue {} is below 1: a site draws at least what its IT does", print_number(asked.pue, 3)),
                  "site power over IT power, as in --pue 1.2");
  if (*price > MoneyRate{}) asked.price = *price;
  std::optional<int> input, output, gpus;
  const std::pair<const char*, std::optional<int>*> counts[] = {{"--input-tokens", &input},
                                                                {"--output-tokens", &output},
                                                                {"--gpus", &gpus},
                                                                {"--replica-gpus", &asked.request.gpus_per_replica},
                                                                {"--concurrency", &asked.request.concurrency}};
  for (const auto& [option, value] : counts) {
    const auto read = count_option(arguments, option);
    if (!read) return std::unexpected(read.error());
    *value = *read;
  }
  if (*target > Time{}) asked.request.time_per_output_token = *target;
  asked.request.input_tokens = input.value_or(1000);
  asked.request.output_tokens = output.value_or(500);
  asked.request.precision =
      catalog::precision_from(arguments.value("--precision").value_or("fp8")).value_or(catalog::Precision::fp8);
  constexpr int kMostReplica = 4096;
  asked.gpus = gpus.value_or(0);
  asked.machine.gpu = *gpu;
  asked.machine.gpus = gpus.value_or(std::max(kMostReplica, asked.request.gpus_per_replica.value_or(0)));
  asked.machine.scale_up_domain = perf::usual_domain(*gpu);
  const tables::NicNote usual = tables::read_nic_note("", *gpu);
  asked.machine.nic_per_gpu = usual.per_gpu;
  asked.machine.transport = usual.transport;
  return asked;
}

/// A server of the catalog with this accelerator says what one of them draws while serving.
std::optional<Power> serving_draw(const catalog::Catalog& catalog, const std::string& gpu) {
  for (const catalog::Entry& entry : catalog.list("server")) {
    const auto server = catalog.server(entry.name);
    if (server && server->gpu == gpu && server->gpus > 0 && server->inference_power)
      return *server->inference_power / server->gpus;
  }
  return std::nullopt;
}

Outcome run_flags(const Arguments& arguments) {
  if (const auto none = none_without_file(arguments, kOfStudies); !none) return failed(none.error());
  const auto catalog = read_catalog(arguments);
  if (!catalog) return failed(catalog.error());
  auto asked = asked_from(arguments, *catalog);
  if (!asked) return failed(asked.error());
  study::ServingAnswer job{.name = asked->model.name + " on " + asked->machine.gpu.name, .model = asked->model};
  job.input_tokens = asked->request.input_tokens;
  job.output_tokens = asked->request.output_tokens;
  job.replica = perf::serve(asked->model, asked->machine, asked->request, &job.misfit);
  if (!job.replica)
    return failed(ExitCode::no_answer, std::string(kNoPlan),
                  fmt::format("no replica fits: on {} the weights take {} of {} each", counted(job.misfit.gpus, "GPU"),
                              print_memory(job.misfit.weights_per_gpu), print_memory(job.misfit.available_per_gpu)),
                  "more GPUs, or fewer bytes a weight (--precision)");
  job.paces = perf::serving_paces(asked->model, asked->machine, asked->request);
  job.faster = perf::faster_size(asked->model, asked->machine, asked->request);
  const int each = job.replica->layout.gpus;
  job.replicas = asked->gpus > 0 ? asked->gpus / each : 1;
  job.gpus = job.replicas * each;
  job.output = static_cast<double>(job.replicas) * job.replica->output_rate;
  const auto draw = serving_draw(*catalog, asked->machine.gpu.name);
  if (draw) job.energy = *draw * asked->pue * static_cast<double>(each) / job.replica->output_rate;
  std::string market;
  std::optional<MoneyRate> rate = asked->price;
  if (!rate)
    if (const auto path = study::market_price(*catalog, asked->machine.gpu.name, &market)) rate = path->points.back().price;
  job.target = asked->request.time_per_output_token;
  job.gpu_hour = asked->price ? "--gpu-hour" : "the market price of a GPU-hour";
  if (rate) job.cost = economics::cost_per_token(*rate, each, job.replica->output_rate);
  report::Section section = report::serving_section(job);
  if (rate)
    section.items.push_back(
        report::Remark{.text = fmt::format("a GPU-hour is taken at {}{}", print_in(rate->base(), "USD/GPU-h", 3),
                                           asked->price ? "" : ", the latest of: " + market)});
  if (job.energy)
    section.items.push_back(report::Remark{
        .text = fmt::format("energy: {} a GPU while serving × PUE {}", print(*draw, 3), print_number(asked->pue, 3))});
  report::Report report{.title = job.name, .version = std::string(kVersion), .sections = {std::move(section)}};
  return {.result = std::move(report)};
}

Outcome run_infer(const Arguments& arguments) {
  if (arguments.positionals.empty()) return run_flags(arguments);
  constexpr std::array kSaidByFile{"--model",        "--gpu",           "--gpus",           "--replica-gpus", "--concurrency",
                                   "--input-tokens", "--output-tokens", "--time-per-token", "--precision",    "--gpu-hour",
                                   "--pue"};
  if (const auto none = none_beside_file(arguments, kSaidByFile, "change the file with --set KEY=VALUE, or leave it away"); !none)
    return failed(none.error());
  auto answered = answer_file(arguments.positionals[0], arguments);
  if (!answered) return failed(answered.error());
  return serving_outcome(*std::move(answered), arguments);
}

}  // namespace

Command infer_command() {
  const auto count = [](std::string name, std::string help) {
    return Option{.name = std::move(name), .value = "N", .help = std::move(help), .takes = Takes::number};
  };
  return {.name = "infer",
          .group = kOpenQuestions,
          .summary = "predict serving: prefill, decode, memory, tokens a second, cost of a million tokens",
          .examples = {"eigenbau infer --model llama3-70b --gpu h100-sxm",
                       "eigenbau infer --model deepseek-v3 --gpu h800 --replica-gpus 32 --time-per-token \"50 ms\"",
                       "eigenbau infer lab.toml                    the serving jobs of a file"},
          .positionals = {{.name = "FILE", .help = "cluster file; without it the options say everything", .least = 0}},
          .options = joined(
              {{{.name = "--model", .value = "NAME", .help = "model of the catalog", .takes = Takes::text},
                {.name = "--gpu", .value = "NAME", .help = "accelerator, h100-sxm if not given", .takes = Takes::text},
                count("--gpus", "accelerators in all; one replica if not given"),
                count("--replica-gpus", "accelerators of one replica; the fewest that hold it and meet the target if not given"),
                count("--concurrency", "requests at a time in a replica; as many as memory and target allow if not given"),
                count("--input-tokens", "of a prompt, 1,000 if not given"),
                count("--output-tokens", "of an answer, 500 if not given"),
                {.name = "--time-per-token",
                 .value = "TIME",
                 .help = "target for each output token; without it and --concurrency, the fastest answers at half of the most "
                         "that a replica yields",
                 .takes = Takes::text},
                {.name = "--precision",
                 .value = "FORMAT",
                 .help = "of weights and products, fp8 if not given",
                 .takes = Takes::word,
                 .words = precision_words()},
                {.name = "--gpu-hour",
                 .value = "PRICE",
                 .help = "as \"2 USD/GPU-h\"; the latest market price of the catalog if not given",
                 .takes = Takes::text},
                {.name = "--pue", .value = "NUMBER", .help = "site power over IT power, 1 if not given", .takes = Takes::text},
                {.name = "--job", .value = "NAME", .help = "one job of the file", .takes = Takes::text}},
               input_options(),
               study_options(),
               result_options()}),
          .run = run_infer};
}

}  // namespace eigenbau::cli
