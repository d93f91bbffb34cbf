// On which machines, real or imagined, is the plan of a job to be searched?
#include "cli/search_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/option_values.h"
#include "cli/transports.h"
#include "fit/measured_library.h"
#include "perf/oversubscription.h"
#include "units/parse.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

constexpr std::size_t kMostMachines = 1000;
constexpr std::array<const char*, 5> kProperties{"nic", "transport", "domain", "memory", "oversubscription"};

/// The server with the fastest network that is sold with this accelerator, a cloud's own network after others.
std::optional<catalog::Server> server_with(const catalog::Catalog& catalog, const catalog::Gpu& gpu) {
  std::optional<catalog::Server> best;
  std::pair<double, bool> fastest{0, false};
  for (const catalog::Entry& entry : catalog.list("server")) {
    const auto server = catalog.server(entry.name);
    if (!server || server->gpus <= 0 || server->nic.empty()) continue;
    const auto its_gpu = catalog.gpu(server->gpu);
    const auto nic = catalog.nic(server->nic);
    if (!its_gpu || its_gpu->name != gpu.name || !nic) continue;
    const std::pair<double, bool> network{nic->speed.base() * server->back_end_nics / server->gpus, nic->protocol != "efa"};
    if (network > fastest) {
      fastest = network;
      best = *server;
    }
  }
  return best;
}

/// Of the server where it is measured, else of the board alone.
Draws draws_of(const catalog::Gpu& gpu, const std::optional<catalog::Server>& server) {
  if (server && server->training_power && server->idle_power)
    return {*server->training_power / server->gpus, *server->idle_power / server->gpus,
            fmt::format("at the input of {}, training and idle", server->title)};
  return {gpu.tdp, gpu.idle_power.value_or(Power{}), fmt::format("of {} alone, rated and idle", gpu.title)};
}

Result<double> positive(const std::string& name, const std::string& text, Dimension dimension, const char* example) {
  const auto parsed = parse_quantity(text);
  if (parsed && parsed->dimension != dimension)
    return refuse(fmt::format("{} {} {}", name, text, other_kind(*parsed)), fmt::format("as in {}", example));
  if (!parsed || !(parsed->value > 0))
    return refuse(fmt::format("{} cannot be '{}'", name, text), fmt::format("as in {}", example));
  return parsed->value;
}

/// Sets one property of a machine from what the user wrote. `name` is of `kProperties`; `option` is how messages call it.
Result<void> set(perf::Machine& machine, const std::string& name, const std::string& option, const std::string& text) {
  if (name == "nic") {
    const auto rate = positive(option, text, Bandwidth::dimension, "\"400 Gb/s\"");
    if (!rate) return std::unexpected(rate.error());
    const Bandwidth stated = Bandwidth::from_base(*rate);
    machine.nic_per_gpu = std::min(stated, perf::network_limit(machine.gpu).value_or(stated));
  } else if (name == "transport") {
    const TransportName* transport = transport_named(text);
    if (!transport)
      return refuse(fmt::format("{} does not know {}", option, text),
                    fmt::format("one of: {}", fmt::join(transport_names(), ", ")));
    machine.transport = transport->transport;
  } else if (name == "memory") {
    const auto size = positive(option, text, Bytes::dimension, "\"141 GB\"");
    if (!size) return std::unexpected(size.error());
    // Memory is sold by the decimal gigabyte and built of binary ones: who says GiB means the latter.
    const bool binary = text.find("iB") != std::string::npos;
    machine.gpu.memory = Bytes::from_base(*size) * (binary ? kGigabyte / kGibibyte : 1);
  } else if (name == "oversubscription") {
    const auto ratio = positive(option, text, kDimensionless, "2");
    if (!ratio) return std::unexpected(ratio.error());
    if (*ratio < 1) return refuse(fmt::format("{} must be at least 1", option), "1 is a fabric without oversubscription");
    perf::oversubscribe(machine, *ratio);
  } else {
    constexpr int kMost = 1'000'000;
    const auto domain = whole(text);
    if (!domain || *domain < 1 || *domain > kMost)
      return refuse(fmt::format("{} must be a whole number, at least 1", option), "as in 72");
    // As many NICs for each accelerator as before.
    machine.nics_per_domain = std::max(1, machine.nics_per_domain * *domain / std::max(1, machine.scale_up_domain));
    machine.scale_up_domain = *domain;
  }
  return {};
}

/// "400 Gb/s of InfiniBand for each GPU, in domains of 72, on a fabric without oversubscription"
std::string network_in_words(const Arguments& arguments, const perf::Machine& machine) {
  const std::string domain = arguments.has("--domain") ? fmt::format(", in domains of {}", machine.scale_up_domain) : "";
  const double ratio = 1 / machine.tiers[1].bandwidth_share;
  const std::string fabric =
      ratio > 1 ? fmt::format("oversubscribed {} to 1 beyond the leaf", print_number(ratio, 3)) : "without oversubscription";
  const bool is_slot = arguments.has("--nic") && machine.nic_per_gpu == perf::network_limit(machine.gpu);
  return fmt::format("{} of {} for each GPU{}{}, on a fabric {}", print_in(machine.nic_per_gpu.base(), "Gb/s", 3),
                     words_of(machine.transport), is_slot ? ", all that its link to the host carries" : "", domain, fabric);
}

/// Why a network rate that nobody stated is what it is.
std::string source_of_nic(const catalog::Gpu& gpu) {
  return gpu.usual_nic ? fmt::format("that rate is usual for it, as `eigenbau catalog show {}` says", gpu.name)
                       : "its part states no usual_nic, and most have that rate";
}

struct Sweep {
  std::string name;
  std::vector<std::string> values;
};

Result<Sweep> sweep_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  Sweep sweep{text.substr(0, equals),
              equals == std::string::npos ? std::vector<std::string>{} : list_of(text.substr(equals + 1))};
  const std::vector<std::string> names(kProperties.begin(), kProperties.end());
  if (std::find(names.begin(), names.end(), sweep.name) == names.end()) {
    const auto near = nearest_name(sweep.name, names);
    return refuse(fmt::format("--sweep knows no '{}'", sweep.name),
                  near ? "did you mean " + *near + "?" : fmt::format("one of: {}", fmt::join(names, ", ")));
  }
  if (sweep.values.empty()) return refuse(fmt::format("--sweep {} wants values", sweep.name), "as in --sweep domain=8,72");
  return sweep;
}

}  // namespace

Result<perf::Machine> machine_from_options(const Arguments& arguments, const catalog::Catalog& catalog, Draws& draws,
                                           std::vector<std::string>& notes) {
  const auto name = arguments.value("--gpu");
  const auto gpu = name ? named(catalog.gpu(*name)) : Result<catalog::Gpu>();
  perf::Machine machine;
  if (!name || !gpu) {
    const auto taken = take_machine(arguments, machine);
    if (auto read = all_read(gpu, taken); !read) return std::unexpected(read.error());
    return machine;
  }
  machine.gpu = *gpu;
  machine.scale_up_domain = perf::usual_domain(*gpu);
  const auto server = server_with(catalog, *gpu);
  draws = draws_of(*gpu, server);
  if (server) {
    const auto nic = catalog.nic(server->nic);
    machine.scale_up_domain = std::max(1, server->scale_up_domain);
    machine.nic_per_gpu = nic->speed * server->back_end_nics / server->gpus;
    const TransportName* transport = transport_named(nic->protocol);
    machine.transport = transport ? transport->transport : perf::NicTransport::infiniband;
    machine.nics_per_domain = server->back_end_nics * machine.scale_up_domain / server->gpus;
  } else {
    machine.nic_per_gpu = perf::usual_nic(*gpu);
    machine.nics_per_domain = machine.scale_up_domain;
  }
  if (auto taken = take_machine(arguments, machine); !taken) return std::unexpected(taken.error());
  const std::string network = network_in_words(arguments, machine);
  notes.push_back(server ? fmt::format("servers are {}, {}", server->title, network)
                         : fmt::format("no server with {} is in the catalog: {}{}", gpu->title, network,
                                       arguments.has("--nic") ? "" : "; " + source_of_nic(*gpu)));
  return machine;
}

Result<void> take_machine(const Arguments& arguments, perf::Machine& machine) {
  Result<void> all;
  for (const std::string name : kProperties)
    if (const auto text = arguments.value("--" + name)) all = all_read(all, set(machine, name, "--" + name, *text));
  return all;
}

Result<void> take_library(const Arguments& arguments, const catalog::Catalog& catalog, perf::Machine& machine,
                          std::vector<std::string>& notes) {
  const auto name = arguments.value("--library");
  if (!name) return {};
  const auto part = named(catalog.collectives(*name));
  if (!part) return std::unexpected(part.error());
  machine.library = fit::library_on(*part, machine, notes);
  return {};
}

Result<std::vector<SweptMachine>> swept_machines(const Arguments& arguments, const perf::Machine& machine,
                                                 std::vector<std::string>& names) {
  std::vector<SweptMachine> machines;
  if (!arguments.has("--sweep")) return machines;
  machines.push_back({{}, machine});
  for (const std::string& text : arguments.values("--sweep")) {
    const auto sweep = sweep_of(text);
    if (!sweep) return std::unexpected(sweep.error());
    names.push_back(sweep->name);
    std::vector<SweptMachine> more;
    for (const SweptMachine& one : machines)
      for (const std::string& value : sweep->values) {
        more.push_back(one);
        more.back().values.push_back(value);
        if (auto done = set(more.back().machine, sweep->name, "--sweep " + sweep->name, value); !done)
          return std::unexpected(done.error());
        if (more.size() > kMostMachines)
          return refuse("--sweep asks for more than 1,000 machines", "sweep fewer values at a time");
      }
    machines = std::move(more);
  }
  return machines;
}

std::vector<Option> machine_options() {
  return {
      {.name = "--gpu", .value = "NAME", .help = "accelerator of the catalog, where no file is given", .takes = Takes::text},
      {.name = "--nic", .value = "RATE", .help = "network rate of one accelerator, as \"400 Gb/s\"", .takes = Takes::text},
      {.name = "--transport",
       .value = "NAME",
       .help = fmt::format("how messages leave a domain: {}; as the server's adapters if not given",
                           fmt::join(transport_names(), ", ")),
       .takes = Takes::text},
      {.name = "--domain", .value = "N", .help = "accelerators that share NVLink or its like", .takes = Takes::text},
      {.name = "--memory",
       .value = "SIZE",
       .help = "memory of one accelerator as it is sold, \"141 GB\", or as it is built, \"80 GiB\"",
       .takes = Takes::text},
      library_option(),
      {.name = "--oversubscription", .value = "RATIO", .help = "of the fabric beyond the leaf, as 2", .takes = Takes::text},
      {.name = "--sweep",
       .value = "WHAT=LIST",
       .help =
           "the best plan on each machine: nic=200Gb/s,400Gb/s or transport, domain, memory, oversubscription; several multiply",
       .takes = Takes::text,
       .repeats = true}};
}

}  // namespace eigenbau::cli
