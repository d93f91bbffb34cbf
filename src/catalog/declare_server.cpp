// What may a file say of a server or rack-scale system?
#include "catalog/records.h"
#include "catalog/words.h"

namespace eigenbau {
using namespace catalog;

namespace {

void declare_contents(Record<Server>& r) {
  r.field("vendor", &Server::vendor, "Who sells it; \"any\" for a generic one.").required();
  r.field("gpu", &Server::gpu, "Its accelerator, a part of the catalog.").required().example("\"h100-sxm\"");
  r.field("gpus", &Server::gpus, "How many.").required().at_least(1);
  r.field("scale_up_domain", &Server::scale_up_domain, "Accelerators that share one NVLink (or like) domain.")
      .required()
      .at_least(1);
  r.field("nic", &Server::nic, "Adapter of the back-end fabric, a part of the catalog.").example("\"connectx-7-400g\"");
  r.field("back_end_nics", &Server::back_end_nics, "How many of them.").at_least(0);
  r.field("front_end_nic", &Server::front_end_nic, "Adapter towards storage and the world.");
  r.field("front_end_nics", &Server::front_end_nics, "How many of them.").at_least(0);
  r.field("storage_nic", &Server::storage_nic, "Adapter for storage alone.").fallback("storage shares the front end");
  r.field("storage_nics", &Server::storage_nics, "How many of them.").at_least(0);
}

void declare_room(Record<Server>& r) {
  r.field("cooling", &Server::cooling, "What carries its heat away.").required();
  r.field("liquid_share", &Server::liquid_share, "Share of the heat that goes to liquid.")
      .at_least(0)
      .at_most(1)
      .example("\"80 %\"");
  r.field("height_u", &Server::height_u, "Rack units; 0 for a rack-scale system.").required().at_least(0).at_most(60);
  r.field("systems_per_rack", &Server::systems_per_rack, "As the vendor or owner racks it.")
      .at_least(0)
      .fallback("worked out from rack units, power and weight");
  r.field("weight", &Server::weight, "As installed.").required().above(0).example("\"130 kg\"");
}

void declare_power(Record<Server>& r) {
  r.field("supplies", &Server::supplies, "Power supplies that it has.").required().at_least(1);
  r.field("supplies_needed", &Server::supplies_needed, "Of them, how many must work for full power.").required().at_least(1);
  r.field("supply_power", &Server::supply_power, "Output of one.").required().above(0).example("\"3.3 kW\"");
  r.field("nameplate_power", &Server::nameplate_power, "Maximum input that the vendor states.").required().above(0);
  r.field("provisioned_power", &Server::provisioned_power, "What a careful planner reserves.").above(0).fallback("nameplate");
  r.field("training_power", &Server::training_power, "Measured at its input while training.").above(0);
  r.field("inference_power", &Server::inference_power, "Measured at its input while serving.").above(0);
  r.field("idle_power", &Server::idle_power, "Measured at its input without work.").above(0);
  r.field("non_gpu_power", &Server::non_gpu_power, "CPUs, memory, NICs, fans and supply losses while training.").above(0);
}

}  // namespace

template <>
const Record<Server>& record<Server>() {
  static const Record<Server> kRecord = [] {
    Record<Server> r("server", "One unit that is bought, placed and plugged; for a rack-scale system the rack.");
    declare_identity(r);
    declare_contents(r);
    declare_room(r);
    declare_power(r);
    r.field("price", &Server::price, "Back-end NICs included.").above(0);
    r.field("price_date", &Server::price_date, "When it cost that, as exact as known.").example("\"2024-08\"");
    return r;
  }();
  return kRecord;
}

}  // namespace eigenbau
