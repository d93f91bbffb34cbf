// Do jobs, leases and claims agree with the machine, with the catalog and with themselves?
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cluster/checks.h"
#include "units/print.h"

namespace eigenbau::cluster {

std::expected<catalog::Recompute, std::string_view> recompute_of(const PlanOverride& plan) {
  catalog::RecomputeModules modules;
  for (const catalog::RecomputeModule module : plan.recompute_modules) modules.add(module);
  return catalog::stated_recompute(plan.recompute, plan.recompute_num_layers, modules);
}

namespace {

void check_job(const Checks& checks, const Job& job) {
  const Places& places = checks.places;
  checks.part("model", job.model, job.span, "model");
  checks.part("stack", job.stack, job.span, "stack");
  if (job.gpus) checks.no_more_than_bought(*job.gpus, fmt::format("job \"{}\" uses", job.name), places.value(job.span, "gpus"));
  if (job.start.gpus_online)
    checks.no_more_than_bought(*job.start.gpus_online, fmt::format("job \"{}\" waits for", job.name),
                               places.value(job.span, "start", "gpus_online"));
}

/// The model's shape with the job's own figures.
void check_shape(const Checks& checks, const Job& job) {
  const auto model = checks.catalog.model(job.model);
  if (!model) return;
  const ModelShape& own = job.shape;
  const int heads = own.heads.value_or(model->heads), kv_heads = own.kv_heads.value_or(model->kv_heads);
  const int hidden = own.hidden.value_or(model->hidden);
  const bool head_is_stated = own.head_dim || model->head_dim > 0;
  auto refuse = [&](std::string message, std::string_view key) {
    checks.problems.add({.code = "EB2014", .message = std::move(message), .span = checks.places.value(job.span, "shape", key)});
  };
  if ((own.heads || own.kv_heads) && heads > 0 && kv_heads > 0 && heads % kv_heads != 0)
    refuse(fmt::format("{} attention heads cannot share {} heads of keys and values evenly", heads, kv_heads),
           own.kv_heads ? "kv_heads" : "heads");
  if ((own.heads || own.hidden) && !head_is_stated && heads > 0 && hidden % heads != 0)
    refuse(fmt::format("a width of {} does not divide into {} heads", hidden, heads), own.heads ? "heads" : "hidden");
  const int experts = own.experts.value_or(model->experts ? model->experts->count : 0);
  const int per_token = own.experts_per_token.value_or(model->experts ? model->experts->top_k : 0);
  if ((own.experts || own.experts_per_token) && per_token > experts)
    refuse(fmt::format("a token cannot visit {} of {} experts", per_token, experts),
           own.experts_per_token ? "experts_per_token" : "experts");
}

void check_plan(const Checks& checks, const TrainingJob& job) {
  const PlanOverride& plan = job.plan;
  const auto available = job.gpus ? job.gpus : checks.bought;
  const double needed =
      static_cast<double>(plan.tp.value_or(1)) * plan.pp.value_or(1) * plan.cp.value_or(1) * plan.dp.value_or(1);
  if (available && needed > *available)
    checks.problems.add({.code = "EB2015",
                         .message = fmt::format("the plan needs {} GPUs (tp {} x pp {} x cp {} x dp {}), but {} are there",
                                                print_number(needed, 12), plan.tp.value_or(1), plan.pp.value_or(1),
                                                plan.cp.value_or(1), plan.dp.value_or(1), print_count(*available)),
                         .span = checks.places.value(job.span, "plan")});
  if (const auto recompute = recompute_of(plan); !recompute)
    checks.problems.add({.code = "EB2030",
                         .message = std::string(recompute.error()),
                         .span = checks.places.value(job.span, "plan", plan.recompute ? "recompute" : "recompute_modules")});
}

void check_end(const Checks& checks, const TrainingJob& job) {
  if (!job.deadline) return;
  const std::optional<Date> start = job.start.on ? job.start.on : checks.cluster.build.start;
  if (start && *job.deadline <= *start)
    checks.problems.add({.code = "EB2012",
                         .message = fmt::format("job \"{}\" must be done on {}, but cannot begin before {}", job.name,
                                                print(*job.deadline), print(*start)),
                         .span = checks.places.value(job.span, "deadline")});
}

void check_work(const Checks& checks, const TrainingJob& job) {
  const bool tokens = checks.places.has(job.span, "tokens"), compute = checks.places.has(job.span, "compute");
  if (tokens == compute)
    checks.problems.add({.code = "EB2011",
                         .message = fmt::format("job \"{}\" states {} tokens {} compute", job.name, tokens ? "both" : "neither",
                                                tokens ? "and" : "nor"),
                         .span = tokens ? checks.places.key(job.span, "compute") : job.span,
                         .hint = "a run ends after tokens = \"15 Ttoken\" or after compute = \"2e26 FLOP\""});
}

template <class List>
std::vector<std::string> names_of(const List& list) {
  std::vector<std::string> names;
  std::transform(list.begin(), list.end(), std::back_inserter(names), [](const auto& entry) { return entry.name; });
  return names;
}

void check_online(const Checks& checks, const Claim& claim, const OnlineClaim& says) {
  checks.no_more_than_bought(says.gpus_online, "the claim speaks of", checks.places.value(claim.span, "gpus_online"));
  const std::vector<std::string> names = names_of(checks.cluster.supplies);
  const Node* table = checks.places.table(claim.span);
  const Member* list = table ? table->find("supplied_by") : nullptr;
  for (std::size_t i = 0; i < says.supplied_by.size(); ++i) {
    const std::string& name = says.supplied_by[i];
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const auto near = nearest_name(name, names);
    checks.problems.add({.code = "EB2020",
                         .message = fmt::format("there is no supply \"{}\"", name),
                         .span = list && i < list->value.items.size() ? list->value.items[i].span : claim.span,
                         .hint = near            ? fmt::format("did you mean \"{}\"?", *near)
                                 : names.empty() ? "the file has no [[supply]]"
                                                 : fmt::format("there are: {}", fmt::join(names, "; "))});
  }
}

void check_lease_claim(const Checks& checks, const Claim& claim, const LeaseClaim& says) {
  const std::vector<std::string> names = names_of(checks.cluster.leases);
  if (std::find(names.begin(), names.end(), says.lease) != names.end()) return;
  const auto near = nearest_name(says.lease, names);
  checks.problems.add({.code = "EB2021",
                       .message = fmt::format("there is no lease \"{}\"", says.lease),
                       .span = checks.places.value(claim.span, "lease"),
                       .hint = near            ? fmt::format("did you mean \"{}\"?", *near)
                               : names.empty() ? "the file has no [[lease]]"
                                               : fmt::format("there are: {}", fmt::join(names, "; "))});
}

void check_money(const Checks& checks, const Claim& claim, const MoneyClaim& says) {
  const bool any = says.foreign_amount || says.per_usd || !says.currency.empty();
  const bool all = says.foreign_amount && says.per_usd && !says.currency.empty();
  if (any && !all)
    checks.problems.add({.code = "EB2017",
                         .message = "a sum in another currency needs `foreign_amount`, `currency` and `per_usd`",
                         .span = claim.span,
                         .hint = "foreign_amount = 29_000_000_000, currency = \"CNY\", per_usd = 7.25"});
}

}  // namespace

void check_jobs(const Checks& checks) {
  const Cluster& c = checks.cluster;
  for (const TrainingJob& job : c.training) {
    check_job(checks, job);
    check_shape(checks, job);
    if (checks.places.sound(job.span, "kind")) check_work(checks, job);
    check_plan(checks, job);
    check_end(checks, job);
  }
  for (const ServingJob& job : c.serving) {
    check_job(checks, job);
    check_shape(checks, job);
    if (job.gpus_per_replica)
      checks.no_more_than_bought(*job.gpus_per_replica, fmt::format("one replica of job \"{}\" takes", job.name),
                                 checks.places.value(job.span, "gpus_per_replica"));
  }
  std::vector<Job> all(c.training.begin(), c.training.end());
  all.insert(all.end(), c.serving.begin(), c.serving.end());
  std::stable_sort(all.begin(), all.end(), [](const Job& a, const Job& b) { return a.span.line < b.span.line; });
  checks.unique_names(all, "jobs");
}

void check_leases(const Checks& checks) {
  checks.unique_names(checks.cluster.leases, "leases");
  for (const Lease& lease : checks.cluster.leases) {
    checks.part("gpu", lease.gpu, lease.span, "gpu");
    const bool price = checks.places.has(lease.span, "price"), total = checks.places.has(lease.span, "total");
    if (!price && !total)
      checks.problems.add({.code = "EB2023",
                           .message = fmt::format("lease \"{}\" has no price", lease.name),
                           .span = lease.span,
                           .hint = "price = \"2.35 USD/GPU-h\", or total and term, or price = \"unknown\""});
    if (total && !price && !checks.places.has(lease.span, "term"))
      checks.problems.add({.code = "EB2023",
                           .message = fmt::format("lease \"{}\" has a total, but no term", lease.name),
                           .span = checks.places.value(lease.span, "total"),
                           .hint = "term = \"4 years\", a range, or \"unknown\""});
    if (!lease.price || !lease.total || !lease.term || !checks.places.sound(lease.span, "count")) continue;
    const Money product = *lease.price * lease.count * *lease.term;
    if (abs(product - *lease.total) > 0.01 * std::max(product, *lease.total))
      checks.problems.add(
          {.code = "EB2022",
           .message = fmt::format("lease \"{}\": the total is {}, but {} GPUs over {} at this price cost {}", lease.name,
                                  print(*lease.total), print_count(lease.count), print(*lease.term), print(product)),
           .span = checks.places.value(lease.span, "total"),
           .hint = "state one of the two; the other follows"});
  }
}

void check_claims(const Checks& checks) {
  for (const Claim& claim : checks.cluster.claims) {
    if (const auto* online = std::get_if<OnlineClaim>(&claim.says)) check_online(checks, claim, *online);
    if (const auto* lease = std::get_if<LeaseClaim>(&claim.says)) check_lease_claim(checks, claim, *lease);
    if (const auto* money = std::get_if<MoneyClaim>(&claim.says)) check_money(checks, claim, *money);
  }
}

}  // namespace eigenbau::cluster
