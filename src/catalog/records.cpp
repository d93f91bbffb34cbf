// Which fields does a part of each kind have? Declared once; reading, checks, documentation and schema follow from it.
#include "catalog/records.h"

#include <algorithm>

namespace eigenbau::catalog {
namespace {

template <class T>
const RecordInfo& fields_of() {
  return record<T>();
}

template <class T>
void check(const Node& part, Reader& reader) {
  read_as<T>(part, reader);
}

template <class T>
constexpr PartKind kind(std::string_view name) {
  return {name, &fields_of<T>, &check<T>};
}

constexpr PartKind kKinds[] = {kind<Gpu>("gpu"),
                               kind<Server>("server"),
                               kind<Nic>("nic"),
                               kind<Switch>("switch"),
                               kind<Optic>("optic"),
                               kind<Cable>("cable"),
                               kind<Storage>("storage"),
                               kind<Plant>("plant"),
                               kind<Model>("model"),
                               kind<Stack>("stack"),
                               kind<FailurePrior>("failure"),
                               kind<PriceList>("price"),
                               kind<KernelPart>("kernels"),
                               kind<CollectivePart>("collectives")};

}  // namespace

std::span<const PartKind> part_kinds() { return kKinds; }

const PartKind* find_kind(std::string_view name) {
  const auto found = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const PartKind& k) { return k.name == name; });
  return found == std::end(kKinds) ? nullptr : found;
}

}  // namespace eigenbau::catalog
