// Which racks stand where, and what fills them?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "design/place_racks.h"
#include "report/plan_sections.h"
#include "units/counted.h"
#include "units/print.h"

namespace eigenbau::report {
namespace {

constexpr int kMostNamed = 8;     ///< halls that have their name written in; more are named on hover
constexpr int kMostDrawn = 4000;  ///< racks that are drawn one by one

std::string name_of(design::RackUse use) {
  switch (use) {
    case design::RackUse::servers:
      return "servers";
    case design::RackUse::network:
      return "network";
    case design::RackUse::storage:
      return "storage";
  }
  return "";
}

Table rack_table(const design::Racks& racks) {
  Table table{.key = "kinds",
              .title = "Racks",
              .columns = {{.key = "name", .label = "rack of"},
                          {.key = "count", .label = "racks", .form = Form::count},
                          {.key = "per_rack", .label = "units each", .form = Form::count},
                          {.key = "binding", .label = "bound by"},
                          {.key = "used_u", .label = "U used"},
                          {.key = "provisioned", .label = "provisioned", .dimension = kPower},
                          {.key = "training", .label = "training", .dimension = kPower},
                          {.key = "weight", .label = "weight", .dimension = kMass}}};
  for (const design::RackKind& kind : racks.kinds)
    table.rows.push_back(
        {.key = key_from(kind.name),
         .cells = {kind.name, Number{static_cast<double>(kind.count)}, Number{static_cast<double>(kind.per_rack)},
                   std::string(design::name_of(kind.binding)), Number{kind.used_u}, Number{kind.provisioned.base()},
                   Number{kind.training.base()}, Number{kind.weight.base()}},
         .basis = kind.derivation});
  return table;
}

/// Halls side by side, as many in a row as make the drawing about twice as wide as deep.
Plan hall_plan(const design::Racks& racks) {
  constexpr double kGap = 4;  // m between halls
  const design::HallPlan& hall = racks.plan;
  const double width = hall.width.in(kMeter), depth = hall.depth.in(kMeter);
  Plan plan{.key = "halls", .title = "Halls, from above"};
  if (hall.halls <= 0 || !(width > 0) || !(depth > 0)) return plan;
  const int across = std::clamp(static_cast<int>(std::lround(std::sqrt(2.0 * hall.halls * depth / width))), 1, hall.halls);
  const int down = (hall.halls + across - 1) / across;
  plan.width = across * (width + kGap) - kGap;
  plan.height = down * (depth + kGap) - kGap;
  const auto left = [&](int h) { return (h % across) * (width + kGap); };
  const auto top = [&](int h) {
    const int row = h / across;
    return row * (depth + kGap);
  };
  for (int h = 0; h < hall.halls; ++h)
    plan.rectangles.push_back({left(h), top(h), width, depth, "hall",
                               hall.halls > 1 && hall.halls <= kMostNamed ? fmt::format("hall {}", h + 1) : "",
                               fmt::format("hall {}: {} by {}", h + 1, print(hall.width), print(hall.depth))});
  const auto draw = [&](const design::RackPosition& position, double along, int count) {
    const design::RackKind& kind = racks.kinds[static_cast<std::size_t>(position.kind)];
    plan.rectangles.push_back({left(position.hall) + along, top(position.hall) + position.y.in(kMeter),
                               count * design::kRackWidth.in(kMeter), design::kRackDepth.in(kMeter),
                               kind.use == design::RackUse::servers ? kind.name : name_of(kind.use), "",
                               fmt::format("{}: {} each, row {}", kind.name, kind.per_rack, position.row + 1)});
  };
  if (racks.total() <= kMostDrawn) {
    for (const design::RackPosition& position : rack_positions(racks)) draw(position, position.x.in(kMeter), 1);
    return plan;
  }
  // Tens of thousands of racks would be too much for a page: those of a row and kind are drawn as one block.
  plan.title = "Halls, from above; in each row the racks of one kind are drawn together";
  struct RackRow {
    double next = 0;  ///< where the next block begins
    std::map<int, std::pair<design::RackPosition, int>> kinds;
  };
  std::map<std::pair<int, int>, RackRow> rows;
  for (const design::RackPosition& position : rack_positions(racks)) {
    const double x = position.x.in(kMeter);
    const auto place = rows.try_emplace({position.hall, position.row}, RackRow{.next = x, .kinds = {}}).first;
    place->second.next = std::min(place->second.next, x);
    ++place->second.kinds.try_emplace(position.kind, position, 0).first->second.second;
  }
  for (auto& [place, row] : rows)
    for (const auto& [kind, block] : row.kinds) {
      draw(block.first, row.next, block.second);
      row.next += block.second * design::kRackWidth.in(kMeter);
    }
  return plan;
}

}  // namespace

Section racks_section(const study::Answer& answer, Detail detail) {
  const design::Racks& racks = answer.design.racks;
  Section section{.key = "racks", .title = "Racks"};
  section.lead = fmt::format("{} servers stand in {} racks, {} racks in all, in {} of {} each.",
                             print_count(answer.design.servers), print_count(racks.server_racks), print_count(racks.total()),
                             racks.plan.halls == 1 ? "one hall" : fmt::format("{} halls", racks.plan.halls),
                             racks.plan.halls > 0 ? print(racks.plan.area / racks.plan.halls, 3) : "unknown area");
  std::string kinds;
  for (const design::RackKind& kind : racks.kinds)
    if (kind.use == design::RackUse::servers)
      kinds += fmt::format("{}{} of {} × {}", kinds.empty() ? "" : ", ", print_count(kind.count), kind.per_rack, kind.name);
  Row& servers = add(section, "servers", "Servers",
                     derived(static_cast<double>(answer.design.servers), "as the cluster file buys them"), Form::count);
  servers.headline = true;
  servers.remark = counted(answer.design.gpus, "GPU");
  Row& server_racks =
      add(section, "server_racks", "Server racks", derived(static_cast<double>(racks.server_racks), kinds), Form::count);
  server_racks.headline = true;
  server_racks.remark = fmt::format("{} network, {} storage", print_count(racks.network_racks), print_count(racks.storage_racks));
  add(section, "network_racks", "Network racks", derived(static_cast<double>(racks.network_racks)), Form::count);
  add(section, "storage_racks", "Storage racks", derived(static_cast<double>(racks.storage_racks)), Form::count);
  add(section, "halls", "Halls",
      derived(static_cast<double>(racks.plan.halls),
              fmt::format("{} rows of {} racks in all", racks.plan.rows, racks.plan.racks_per_row)),
      Form::count);
  add(section, "floor", "Floor of the halls", derived(racks.plan.area, "racks, hot and cold aisles in turn"));
  section.items.push_back(rack_table(racks));
  for (const Diagnostic& finding : answer.design.findings.all())
    if (finding.code == "EB3106") section.items.push_back(Remark{.text = finding.message + ". " + finding.hint});
  if (detail == Detail::figures_and_drawings) section.items.push_back(hall_plan(racks));
  return section;
}

}  // namespace eigenbau::report
