// What may a file say of prices and of failures?
#include "catalog/records.h"

namespace eigenbau {
using namespace catalog;

template <>
const Record<LeasePrice>& record<LeasePrice>() {
  static const Record<LeasePrice> kRecord = [] {
    Record<LeasePrice> r("lease", "One dated price of a lease.");
    r.field("date", &LeasePrice::date, "The day; the first of a month or year where the source is no more exact.").required();
    r.field("per_gpu", &LeasePrice::per_gpu, "For one accelerator.").required().above(0).example("\"2.35 USD/h\"");
    r.field("terms", &LeasePrice::terms, "on-demand, spot, 1 year, 3 years.").required();
    r.field("seller", &LeasePrice::seller, "Who asked for it.");
    return r;
  }();
  return kRecord;
}

template <>
const Record<PriceList>& record<PriceList>() {
  static const Record<PriceList> kRecord = [] {
    Record<PriceList> r("price", "Prices of one market.");
    declare_identity(r);
    r.field("subject", &PriceList::subject, "An accelerator, or electricity, construction ...").required();
    r.field("lease", &PriceList::lease, "Dated prices of a lease.");
    r.field("electricity", &PriceList::electricity, "Energy price.").above(0).example("\"0.0771 USD/kWh\"");
    r.field("demand_charge", &PriceList::demand_charge, "For the peak power of each month.").at_least(0);
    r.field("shell", &PriceList::shell, "Building, electrical and mechanical plant per IT power.").above(0);
    r.field("substation", &PriceList::substation, "Per power.").above(0);
    r.field("rack", &PriceList::rack, "One rack with rails and blanking.").above(0);
    r.field("staff_per_year", &PriceList::staff_per_year, "One person.").above(0);
    r.field("maintenance_share", &PriceList::maintenance_share, "Of capital, a year.").at_least(0).at_most(1).example("\"3 %\"");
    return r;
  }();
  return kRecord;
}

template <>
const Record<FailurePrior>& record<FailurePrior>() {
  static const Record<FailurePrior> kRecord = [] {
    Record<FailurePrior> r("failure", "How often the nodes of one class fail, and how long they stay away.");
    declare_identity(r);
    r.field("gpus_per_node", &FailurePrior::gpus_per_node, "GPUs of what is counted as one node; not stated: of a server.")
        .at_least(1)
        .example("8");
    r.field("node_rate", &FailurePrior::node_rate, "Failures of one node that interrupt a job.")
        .required()
        .above(0)
        .example("\"4 per 1000 node-days\"");
    r.field("job_rate", &FailurePrior::job_rate, "Interrupts that do not grow with nodes: software, operators.").at_least(0);
    r.field("restart", &FailurePrior::restart, "Detect, decide, replace, relaunch, reload.").at_least(0);
    r.field("repair_mean", &FailurePrior::repair_mean, "Mean time that a failed node stays away.").above(0);
    r.field("repair_dispersion", &FailurePrior::repair_dispersion, "Variance over mean of the number of nodes down; Poisson: 1.")
        .at_least(1);
    r.field("link_rate_per_month", &FailurePrior::link_rate_per_month, "Share of NIC links that fail in a month.")
        .at_least(0)
        .at_most(1)
        .example("\"0.06 %\"");
    r.field("dead_on_arrival", &FailurePrior::dead_on_arrival, "Share of new nodes that fail burn-in.")
        .at_least(0)
        .at_most(1)
        .example("\"5 %\"");
    return r;
  }();
  return kRecord;
}

}  // namespace eigenbau
