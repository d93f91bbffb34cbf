// Which fields does a part of each kind have? Declared once; reading, checks, documentation and schema follow from it.
#pragma once

#include <span>
#include <string_view>

#include "catalog/collective_table.h"
#include "catalog/failure.h"
#include "catalog/gpu.h"
#include "catalog/kernel_table.h"
#include "catalog/model.h"
#include "catalog/network_parts.h"
#include "catalog/plant_parts.h"
#include "catalog/price.h"
#include "catalog/server.h"
#include "catalog/stack.h"
#include "input/record.h"

namespace eigenbau {

template <>
const Record<catalog::Gpu>& record<catalog::Gpu>();
template <>
const Record<catalog::Server>& record<catalog::Server>();
template <>
const Record<catalog::Nic>& record<catalog::Nic>();
template <>
const Record<catalog::Switch>& record<catalog::Switch>();
template <>
const Record<catalog::Optic>& record<catalog::Optic>();
template <>
const Record<catalog::Cable>& record<catalog::Cable>();
template <>
const Record<catalog::Storage>& record<catalog::Storage>();
template <>
const Record<catalog::Plant>& record<catalog::Plant>();
template <>
const Record<catalog::Model>& record<catalog::Model>();
template <>
const Record<catalog::FittedRun>& record<catalog::FittedRun>();
template <>
const Record<catalog::Stack>& record<catalog::Stack>();
template <>
const Record<catalog::FailurePrior>& record<catalog::FailurePrior>();
template <>
const Record<catalog::PriceList>& record<catalog::PriceList>();
template <>
const Record<catalog::KernelPart>& record<catalog::KernelPart>();
template <>
const Record<catalog::CollectivePart>& record<catalog::CollectivePart>();

}  // namespace eigenbau

namespace eigenbau::catalog {

/// A kind of part: its folder in catalog/, its fields, and a reading that only reports what is wrong.
struct PartKind {
  std::string_view name;
  const RecordInfo& (*fields)();
  void (*check)(const Node& part, Reader& reader);
};

/// All kinds, in the order of a listing.
std::span<const PartKind> part_kinds();
const PartKind* find_kind(std::string_view name);

/// Fields that every part has, whatever its kind.
template <class T>
void declare_identity(Record<T>& r) {
  r.field("name", &T::name, "Name of the part, the name of its file.").required();
  r.field("title", &T::title, "What people call it.").required();
  r.field("aliases", &T::aliases, "Other names that it goes by; case, blanks, - and _ do not matter.");
}

}  // namespace eigenbau::catalog
