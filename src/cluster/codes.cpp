// What do the codes of the cluster file mean, for `eigenbau explain`?
#include <array>

#include "cluster/read.h"

namespace eigenbau::cluster {
namespace {

constexpr auto kCodes = std::to_array<CodeText>({
    {"EB2001", "another format",
     "`format` names the version of the file's format. A file of a later version needs a later program."},
    {"EB2003", "a name is used twice",
     "Supplies, batteries, jobs and leases are called by name in claims, reports and `--set`, so that a name belongs to one of a "
     "kind."},
    {"EB2004", "the power of a supply is unclear",
     "A supply states either `power` of the whole, or `unit_power` of one unit with `count` and `reserve`. A figure nobody has "
     "published is power = \"unknown\": the supply then counts for nothing."},
    {"EB2005", "all units are in reserve",
     "Units in reserve stand by for one that fails. They add nothing to the firm power, so that fewer must be in reserve than "
     "there are."},
    {"EB2006", "it ends before it begins", "The last day of a supply lies before its first day."},
    {"EB2007", "a battery without a supply",
     "A battery carries load for a while and must be charged: it adds no energy of its own."},
    {"EB2008", "more is delivered than bought", "The deliveries add up to more servers than [[servers]] buys."},
    {"EB2009", "what is delivered was not bought", "A delivery names a model that no [[servers]] has."},
    {"EB2010", "more GPUs than are bought",
     "Accelerators bought are the servers times the accelerators of each. A job or a claim that needs more of them than the file "
     "buys contradicts it: one of the two figures is wrong."},
    {"EB2011", "the end of a training run is unclear",
     "A run ends after so many tokens, or after so much work (`compute`, in model FLOP, multiply and add as two). State one of "
     "them."},
    {"EB2012", "a job must end before it can begin", "The deadline is not after the day on which the job, or the build, begins."},
    {"EB2013", "a key of the other kind of job",
     "Training and serving jobs have keys of their own. A key that is not read would do nothing."},
    {"EB2014", "a shape that cannot be",
     "Heads divide the width of the model, heads of keys and values divide the heads, and a token visits no more experts than "
     "there are."},
    {"EB2015", "a plan needs more GPUs than there are",
     "A plan uses tp x pp x cp x dp accelerators; expert parallelism lies inside them."},
    {"EB2016", "a claim tests nothing",
     "A claim is recognized by one key: gpus_online (can so many run on that day, with these supplies), site_power or it_power "
     "(do "
     "count and power go together), within (pace of the build), money or money_per_gpu (does it buy that), price (of a lease), "
     "takes (time of a training run)."},
    {"EB2017", "a claim lacks a figure", "To test its sentence the claim needs the keys that the message names."},
    {"EB2018", "a claim with two sentences", "One claim tests one sentence. Write two claims."},
    {"EB2019", "a date that cannot be meant", "Plans lie between 2000 and 2100; any other year is a slip of the pen."},
    {"EB2020", "a supply that does not exist", "A claim names the supplies it counts, by the name that [[supply]] gives them."},
    {"EB2021", "a lease that does not exist", "A claim names the lease it speaks of, by the name that [[lease]] gives it."},
    {"EB2022", "price and total of a lease disagree",
     "Price x accelerators x hours of the term is the total (a year is 8,766 h). The two differ by more than 1 %. State one of "
     "them."},
    {"EB2023", "a lease without a price", "A lease states `price`, or `total` with `term`. What nobody knows is \"unknown\"."},
    {"EB2024", "no servers", "A cluster has at least one group of servers."},
    {"EB2025", "watts out of order",
     "A server draws no more idle than training, and no more in training than its nameplate allows; the power limit of an "
     "accelerator is above what it draws without work."},
    {"EB2026", "servers that never arrive",
     "Where deliveries are stated they are all there are: what is bought but not delivered never comes online."},
    {"EB2027", "the halls are too small", "The rack positions times the servers of a rack are fewer than the servers bought."},
    {"EB2028", "planes that a NIC cannot have",
     "Planes are the ports that one NIC is split into. Its lanes are shared out evenly, so that only 1, 2, 4 and 8 come out."},
    {"EB2029", "management switches do not fit together",
     "The switch above the management switches must be an Ethernet switch whose ports are as fast as their uplinks."},
    {"EB2030", "recompute contradicts itself",
     "Full recompute runs whole layers again, all or a number of each model chunk (`recompute_num_layers`). Selective recompute "
     "runs parts of every layer again, those of the stack or the named ones (`recompute_modules`)."},
});

}  // namespace

std::span<const CodeText> cluster_codes() { return kCodes; }

}  // namespace eigenbau::cluster
