// What is missing from plant, models, stacks and prices, or contradicts itself?
#include <fmt/format.h>

#include <algorithm>

#include "catalog/lint_rules.h"

namespace eigenbau::catalog {

void lint_plant(const Plant& plant, Findings& findings) {
  using K = PlantKind;
  const auto any_of = [&](std::initializer_list<K> kinds) {
    return std::find(kinds.begin(), kinds.end(), plant.kind) != kinds.end();
  };
  const bool converts = any_of({K::transformer, K::switchgear, K::ups, K::pdu, K::rack_pdu});
  const bool cools = any_of({K::cdu, K::chiller, K::dry_cooler, K::crah, K::rear_door});
  if (converts && !plant.efficiency) findings.add(Severity::warning, "EB1304", "", "no efficiency, so its losses are missing");
  if (cools && !plant.auxiliary_share)
    findings.add(Severity::warning, "EB1304", "", "no auxiliary share, so the watts of its pumps and fans are missing");
  if (plant.kind == K::battery && !plant.energy) findings.add(Severity::error, "EB1304", "", "a battery without its energy");
  if (plant.kind == K::generator && !plant.fuel_price)
    findings.add(Severity::note, "EB1306", "", "a generator without the price of its fuel");
  if (plant.efficiency && plant.no_load_loss && *plant.no_load_loss > 1 - *plant.efficiency)
    findings.add(Severity::error, "EB1304", "no_load_loss", "loses more at no load than its efficiency allows under load");
  if (!plant.price && !plant.price_per_power) findings.add(Severity::note, "EB1306", "", "no price");
}

void lint_model(const Model& model, Findings& findings) {
  const auto contradiction = [&](std::string_view field, std::string message) {
    findings.add(Severity::error, "EB1302", field, std::move(message));
  };
  if (model.head_dim == 0 && model.hidden % model.heads != 0)
    contradiction("heads", fmt::format("a width of {} does not divide into {} heads", model.hidden, model.heads));
  if (model.kv_heads > 0 && model.heads % model.kv_heads != 0)
    contradiction("kv_heads", fmt::format("{} heads cannot share {} heads of keys and values", model.heads, model.kv_heads));
  if (model.experts && model.experts->top_k > model.experts->count)
    contradiction("experts.top_k",
                  fmt::format("a token cannot visit {} of {} experts", model.experts->top_k, model.experts->count));
  if ((model.attention == AttentionKind::mla) != model.latent.has_value())
    contradiction("attention", "latent attention and its sizes must be stated together");
}

void lint_price(const PriceList& prices, Findings& findings) {
  const bool has_figure = !prices.lease.empty() || prices.electricity || prices.demand_charge || prices.shell ||
                          prices.substation || prices.staff_per_year || prices.maintenance_share;
  if (!has_figure) findings.add(Severity::warning, "EB1306", "", "a list of prices without a price");
}

}  // namespace eigenbau::catalog
