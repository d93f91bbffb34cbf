// How much storage does the file ask for, and how many units is that?
#include "design/storage.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "design/place_racks.h"
#include "design/whole.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

struct Need {
  std::string what;
  double units = 0;
};

template <class Q>
void need(std::vector<Need>& needs, const std::optional<Q>& asked, Q each, std::string_view name) {
  if (!asked || each <= Q{}) return;
  needs.push_back({fmt::format("{} of {} / {}", print(*asked), name, print(each)), std::ceil(*asked / each - 1e-9)});
}

}  // namespace

StorageSystem size_storage(const cluster::Storage& stated, const Parts& parts) {
  StorageSystem storage;
  storage.capacity = stated.capacity.value_or(Bytes{});
  storage.write_bandwidth = stated.write_bandwidth.value_or(Bandwidth{});
  storage.read_bandwidth = stated.read_bandwidth.value_or(Bandwidth{});
  if (!parts.storage) return storage;
  const catalog::Storage& part = *parts.storage;
  std::vector<Need> needs;
  if (stated.units) {
    needs.push_back({fmt::format("{} units, as stated", print_count(*stated.units)), static_cast<double>(*stated.units)});
  } else {
    need(needs, stated.capacity, part.capacity, "capacity");
    need(needs, stated.write_bandwidth, part.write_bandwidth, "writing");
    need(needs, stated.read_bandwidth, part.read_bandwidth, "reading");
  }
  const auto most = std::ranges::max_element(needs, {}, &Need::units);
  if (most == needs.end() || most->units <= 0) return storage;
  storage.part = part;
  storage.units = std::min(kMostStorageNodes, whole_up(most->units));
  storage.derivation = most->what;
  storage.capacity = std::max(storage.capacity, part.capacity * most->units);
  storage.write_bandwidth = std::max(storage.write_bandwidth, part.write_bandwidth * most->units);
  storage.read_bandwidth = std::max(storage.read_bandwidth, part.read_bandwidth * most->units);
  storage.power = part.power * most->units;
  return storage;
}

RackKind storage_racks(const cluster::Hall& hall, const StorageSystem& storage) {
  RackKind rack{.use = RackUse::storage, .name = "storage", .units = storage.units};
  if (storage.units == 0 || !storage.part) return rack;
  fit_limits(rack, hall, storage.part->height_u, kCableU, storage.part->power, storage.part->weight);
  take_smallest(rack, std::max(1, rack.fit_height));
  rack.count = (rack.units + rack.per_rack - 1) / rack.per_rack;
  rack.used_u = rack.per_rack * storage.part->height_u + kCableU;
  rack.unit_u = storage.part->height_u;
  rack.reserved_u = kCableU;
  rack.nameplate = rack.provisioned = rack.training = storage.part->power * rack.per_rack;
  rack.weight = storage.part->weight * rack.per_rack + kEmptyRackWeight;
  rack.derivation = fmt::format("{} units / {} a rack ({})", print_count(rack.units), rack.per_rack, name_of(rack.binding));
  return rack;
}

}  // namespace eigenbau::design
