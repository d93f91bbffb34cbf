// eigenbau collective: how long does a collective over these GPUs take, from small to large messages?
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/option_values.h"
#include "cli/transports.h"
#include "cli/version.h"
#include "fit/collective_sweep.h"
#include "tables/cell_words.h"
#include "tables/gpu_figures.h"
#include "tables/run_text.h"
#include "units/counted.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

const std::vector<std::string> kOperations{"all_reduce", "all_gather", "reduce_scatter", "alltoall", "sendrecv",
                                           "broadcast",  "reduce",     "gather",         "scatter"};

constexpr std::uint64_t kMostGpus = 1'000'000;

report::Report sweep_report(const fit::Sweep& sweep) {
  report::Table table{.key = "messages",
                      .title = fmt::format("{} over {}", sweep.operation, counted(sweep.row.ranks, "GPU")),
                      .columns = {{.key = "message", .label = "message", .dimension = kData, .unit = "B"},
                                  {.key = "time", .label = "time", .dimension = kTime, .unit = "us"},
                                  {.key = "algorithm_bandwidth", .label = "algbw", .dimension = kData - kTime, .unit = "GB/s"},
                                  {.key = "bus_bandwidth", .label = "busbw", .dimension = kData - kTime, .unit = "GB/s"},
                                  {.key = "least_time", .label = "least time", .dimension = kTime, .unit = "us"}}};
  for (const fit::SweepLine& line : sweep.lines)
    table.rows.push_back(
        {.key = fmt::format("{:.0f}", line.message.base()),
         .cells = {report::Number{line.message.base()}, report::Number{line.time.base()}, report::Number{line.algorithm.base()},
                   report::Number{line.bus.base()}, report::Number{line.least.base()}}});
  report::Section section{.key = "collective", .title = "Collective", .lead = sweep.assumed, .items = {std::move(table)}};
  return {.title = "Collective", .version = std::string(kVersion), .sections = {std::move(section)}};
}

/// A size of a message, as tables have them and as nccl-tests takes them: "8", "1M", "16 GiB".
Result<Bytes> size_option(const Arguments& arguments, const std::string& option, Bytes fallback) {
  const auto text = arguments.value(option);
  if (!text) return fallback;
  if (const auto bytes = tables::byte_count(*text); bytes && *bytes >= 1) return *bytes * kByte;
  return refuse(fmt::format("{} {} is no size of a byte or more", option, *text),
                fmt::format("as in {} \"1 MiB\" or 1M", option));
}

Result<std::string> transport_option(const Arguments& arguments) {
  const auto text = arguments.value("--transport");
  if (!text) return "";
  if (const TransportName* known = transport_named(*text)) return std::string(known->name);
  return refuse(fmt::format("--transport does not know {}", *text),
                fmt::format("one of: {}", fmt::join(transport_names(), ", ")));
}

/// Options of the algorithms that are given and change no time of the question.
std::vector<std::string> without_effect(const Arguments& arguments, const std::function<fit::Sweep(const Arguments&)>& answer) {
  const auto times = [&](const Arguments& asked) {
    std::vector<double> seconds;
    for (const fit::SweepLine& line : answer(asked).lines) seconds.push_back(line.time.base());
    return seconds;
  };
  std::vector<std::string> idle;
  for (const char* option : {"--ring", "--no-nvls", "--sharp"}) {
    if (!arguments.has(option)) continue;
    Arguments without = arguments;
    without.options.erase(option);
    if (times(without) == times(arguments)) idle.push_back(fmt::format("{} changes nothing here", option));
  }
  return idle;
}

Outcome run(const Arguments& arguments) {
  const auto catalog = read_catalog(arguments);
  if (!catalog) return failed(catalog.error());
  const auto gpu = named(catalog->gpu(arguments.value("--gpu").value_or("h100-sxm")));
  const auto part = named(catalog->collectives(arguments.value("--library").value_or("nccl")));
  const auto first = size_option(arguments, "--from", 8 * kByte);
  const auto last = size_option(arguments, "--to", 16 * kGibibyte);
  const auto transport = transport_option(arguments);
  const auto nic = quantity_option(arguments, "--nic", 50 * kGigabytePerSecond, "400 Gb/s");
  if (const auto read = all_read(gpu, part, first, last, transport, nic); !read) return failed(read.error());
  if (!(*nic > Bandwidth{})) return failed(ExitCode::bad_usage, std::string(kBadOptionValue), "--nic must be above zero");
  if (*last < *first)
    return failed(ExitCode::bad_usage, std::string(kBadOptionValue),
                  fmt::format("--from {} is more than --to {}", print(*first), print(*last)), "the smallest message comes first");

  const auto lookup = tables::gpu_lookup(*catalog);
  const auto answer = [&](const Arguments& asked) {
    const bool ring = asked.has("--ring");
    const std::uint64_t domain = asked.number("--domain", 0);
    tables::CollectiveRow row{
        .operation = asked.value("--op").value_or("all_reduce"),
        .gpu = gpu->name,
        .ranks = static_cast<int>(asked.number("--gpus", 8)),
        .ranks_per_domain = static_cast<int>(domain),
        .joined = domain > 0,
        .transport = *transport,
        .algorithms = {
            .allowed = {.tree = !ring}, .in_switch = !ring && !asked.has("--no-nvls"), .in_network = asked.has("--sharp")}};
    if (asked.has("--nic")) row.gpu_nic = *nic;
    return fit::sweep(row, *first, *last, static_cast<double>(asked.number("--factor", 2)), *part, lookup);
  };
  fit::Sweep sweep = answer(arguments);
  for (const std::string& idle : without_effect(arguments, answer)) tables::add_note(sweep.assumed, idle);
  if (arguments.has("--json")) return {.result = sweep_report(sweep)};
  return {.result = render(sweep)};
}

}  // namespace

Command collective_command() {
  return {.name = "collective",
          .group = kOpenQuestions,
          .summary = "predict a collective from small to large messages, as nccl-tests prints it",
          .examples = {"eigenbau collective --gpus 64 --gpu h100-sxm",
                       "eigenbau collective --op all_gather --gpus 128 --gpu h200 --transport roce --from \"1 MiB\"",
                       "eigenbau collective --op alltoall --gpus 72 --gpu gb200 --json"},
          .options =
              {{.name = "--op", .value = "NAME", .help = "collective", .takes = Takes::word, .words = kOperations},
               {.name = "--gpus",
                .value = "N",
                .help = "GPUs that take part, two or more; 8 if not given",
                .takes = Takes::number,
                .least = 2,
                .most = kMostGpus},
               {.name = "--gpu", .value = "NAME", .help = "accelerator, h100-sxm if not given", .takes = Takes::text},
               {.name = "--domain",
                .value = "N",
                .help = "those of them in one scale-up domain; as the GPU is usually sold if not given",
                .takes = Takes::number,
                .least = 1,
                .most = kMostGpus},
               {.name = "--nic", .value = "SPEED", .help = "of one GPU; as usual for the GPU if not given", .takes = Takes::text},
               {.name = "--transport",
                .value = "NAME",
                .help = fmt::format("between domains: {}", fmt::join(transport_names(), ", ")),
                .takes = Takes::text},
               {.name = "--from",
                .value = "SIZE",
                .help = "smallest message, as \"1 KiB\" or 1K; 8 bytes if not given",
                .takes = Takes::text},
               {.name = "--to",
                .value = "SIZE",
                .help = "largest message, as \"1 GiB\" or 1G; 16 GiB if not given",
                .takes = Takes::text},
               {.name = "--factor",
                .value = "N",
                .help = "step from one to the next, 2 if not given",
                .takes = Takes::number,
                .least = 2},
               {.name = "--ring", .help = "rings only, as NCCL_ALGO=Ring"},
               {.name = "--no-nvls", .help = "no addition in the NVLink switch, as NCCL_NVLS_ENABLE=0"},
               {.name = "--sharp", .help = "the switches between domains add up"},
               library_option(),
               input_options()[1],
               {.name = "--json", .help = "print JSON"},
               output_option()},
          .run = run};
}

}  // namespace eigenbau::cli
