// Which prices, lives and rates does a cluster's money run on, where the file does not state them?
#include "study/money_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "units/print.h"

namespace eigenbau::study {
namespace {

economics::Asset asset_of(design::BillClass kind) {
  switch (kind) {
    case design::BillClass::servers:
    case design::BillClass::spares:
      return economics::Asset::servers;
    case design::BillClass::network:
    case design::BillClass::optics_and_cables:
      return economics::Asset::network;
    case design::BillClass::storage:
      return economics::Asset::storage;
    case design::BillClass::racks:
    case design::BillClass::power_plant:
    case design::BillClass::cooling_plant:
      return economics::Asset::plant;
    case design::BillClass::shell:
      return economics::Asset::shell;
  }
  return economics::Asset::other;
}

std::vector<economics::Purchase> purchases(const design::BillOfMaterials& bill) {
  std::vector<economics::Purchase> list;
  for (const design::BillLine& line : bill.lines)
    if (!line.in_shell_price)
      list.push_back({line.title.empty() ? line.item : line.title, asset_of(line.kind), line.quantity, line.unit_price});
  return list;
}

/// Fuel of the site's own generators, weighted by their power.
std::optional<MoneyPerEnergy> generator_price(const cluster::Cluster& cluster, const catalog::Catalog& catalog) {
  Power power{};
  MoneyRate spent{};
  for (const cluster::Supply& supply : cluster.supplies) {
    if (supply.kind != cluster::SupplyKind::generator) continue;
    std::optional<MoneyPerEnergy> price = supply.electricity_price;
    if (!price) {
      const auto part = catalog.plant(supply.part.empty() ? "gas-generator-2.5mw" : supply.part);
      if (part) price = part->fuel_price;
    }
    if (!price) continue;
    power += supply.total();
    spent += *price * supply.total();
  }
  if (!(power > Power{})) return std::nullopt;
  return spent / power;
}

economics::Lives lives(const cluster::Finance& finance, std::vector<std::string>& assumptions) {
  economics::Lives lives{finance.discount_rate.value_or(kDiscountRate), finance.it_life.value_or(kItLife),
                         finance.shell_life.value_or(kShellLife), finance.plant_life.value_or(kPlantLife),
                         finance.residual_value.value_or(Share{})};
  if (!finance.discount_rate) assumptions.push_back("money costs 10 % a year ([finance] discount_rate)");
  if (!finance.it_life) assumptions.push_back("IT lasts 5 years and is then worth nothing ([finance] it_life, residual_value)");
  return lives;
}

}  // namespace

std::optional<economics::PricePath> market_price(const catalog::Catalog& catalog, const std::string& gpu, std::string* source) {
  const auto list = catalog.price(gpu);
  if (!list || list->lease.empty()) return std::nullopt;
  std::map<long, std::vector<catalog::LeasePrice>> quarters;
  for (const catalog::LeasePrice& price : list->lease) {
    const std::chrono::year_month_day day{price.date};
    quarters[static_cast<int>(day.year()) * 4L + (static_cast<unsigned>(day.month()) - 1) / 3].push_back(price);
  }
  economics::PricePath path;
  for (auto& [quarter, prices] : quarters) {
    std::sort(prices.begin(), prices.end(), [](const auto& a, const auto& b) { return a.per_gpu < b.per_gpu; });
    const auto& middle = prices[prices.size() / 2];
    const MoneyRate median =
        prices.size() % 2 == 1 ? middle.per_gpu : 0.5 * (middle.per_gpu + prices[prices.size() / 2 - 1].per_gpu);
    path.points.push_back(
        {*date_from_parts(static_cast<int>(quarter / 4), static_cast<unsigned>(quarter % 4 * 3 + 2), 15), median});
  }
  if (source) *source = fmt::format("{}: median of the {} dated prices of each quarter", list->title, list->lease.size());
  return path;
}

economics::MoneyInput money_input(const cluster::Cluster& cluster, const design::Design& design, const catalog::Catalog& catalog,
                                  const std::optional<economics::PricePath>& market, std::vector<std::string>& assumptions) {
  const cluster::Finance& finance = cluster.finance;
  economics::MoneyInput input;
  input.gpus = design.gpus;
  input.purchases = purchases(design.bill);
  input.site_power = design.power.site_training;
  input.lives = lives(finance, assumptions);
  input.market = market;
  input.availability = Share{1 - kOperation.fraction};
  assumptions.push_back("an accelerator that is online can be used 95 % of the time; the rest is repair and tests");
  input.rates.grid = cluster.site.electricity_price;
  if (!input.rates.grid) {
    const auto electricity = catalog.price("us-industrial-electricity");
    if (electricity && electricity->electricity) {
      input.rates.grid = electricity->electricity;
      assumptions.push_back(
          fmt::format("electricity costs {}, {} ([site] electricity_price)", print(*input.rates.grid), electricity->title));
    }
  }
  input.rates.generator = generator_price(cluster, catalog);
  input.rates.demand = cluster.site.demand_charge.value_or(MoneyPerPowerTime{});
  input.rates.maintenance = finance.maintenance.value_or(kMaintenance);
  if (!finance.maintenance)
    assumptions.push_back("upkeep costs 3 % of the capital a year, spare parts included ([finance] maintenance)");
  input.rates.staff = finance.staff.value_or(0);
  const auto operations = catalog.price("operations");
  input.rates.staff_cost =
      finance.staff_cost.value_or(operations && operations->staff_per_year ? *operations->staff_per_year : Money{});
  if (!finance.staff) assumptions.push_back("people on site are not counted: their number is not stated ([finance] staff)");
  return input;
}

}  // namespace eigenbau::study
