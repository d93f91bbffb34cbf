// Which part does a name mean? Parts are read when they are first asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/figure.h"
#include "base/result.h"
#include "catalog/collective_table.h"
#include "catalog/failure.h"
#include "catalog/gpu.h"
#include "catalog/kernel_table.h"
#include "catalog/model.h"
#include "catalog/network_parts.h"
#include "catalog/plant_parts.h"
#include "catalog/precision.h"
#include "catalog/price.h"
#include "catalog/server.h"
#include "catalog/stack.h"
#include "input/draw.h"

namespace eigenbau::catalog {

/// One line of a listing.
struct Entry {
  std::string kind, name, title;
};

struct PartFile;

/// The form in which names are compared: small letters, - for blanks and _.
std::string folded_name(std::string_view name);

/// All parts: those in the binary, and those of the directories added. A copy is one sample: `drawn` gives another with
/// the ranges of its figures drawn anew. Looking a name up takes its aliases too; case, blanks, - and _ do not matter.
/// A part is parsed when it is first asked for; copies share it, and any thread may ask.
class Catalog {
 public:
  static Catalog built_in();

  /// Adds the parts of a directory with the layout of catalog/; a part of the same kind and name replaces the built-in one.
  /// Every file is checked; if one has errors, nothing is added and all of them are returned.
  Result<void> add_directory(const std::string& path);

  /// Adds one part from its text, which says its kind and name.
  Result<void> add_part(SourceText text);

  /// The same catalog with every stated range drawn: sample 0 takes the middle values.
  Catalog drawn(std::uint64_t seed, std::uint32_t sample) const;
  Catalog drawn(Draw draw) const;

  Result<Gpu> gpu(std::string_view name) const;
  Result<Server> server(std::string_view name) const;
  Result<Nic> nic(std::string_view name) const;
  Result<Switch> network_switch(std::string_view name) const;
  Result<Optic> optic(std::string_view name) const;
  Result<Cable> cable(std::string_view name) const;
  Result<Storage> storage(std::string_view name) const;
  Result<Plant> plant(std::string_view name) const;
  Result<Model> model(std::string_view name) const;
  Result<Stack> stack(std::string_view name) const;
  Result<FailurePrior> failure(std::string_view name) const;
  Result<PriceList> price(std::string_view name) const;
  Result<KernelPart> kernels(std::string_view name) const;
  Result<CollectivePart> collectives(std::string_view name) const;

  /// All parts of a kind ("gpu", "server" ...), or of every kind if it is empty, in order of name.
  std::vector<Entry> list(std::string_view kind = "") const;

  /// Names and aliases of a kind, for suggestions.
  std::vector<std::string> names(std::string_view kind) const;

  /// Who says so: provenance of one figure, e.g. ("server", "dell-xe9680-h100", "training_power").
  Provenance provenance(std::string_view kind, std::string_view name, std::string_view field) const;

  /// Figures of a part that are stated as ranges; their paths begin with "kind/name".
  std::vector<Uncertain> uncertain(std::string_view kind, std::string_view name) const;

  /// Where a field is stated; without a source if it is not.
  Span stated_at(std::string_view kind, std::string_view name, std::string_view field) const;

  /// The part's file as it stands, for `catalog show`.
  Result<std::string> text(std::string_view kind, std::string_view name) const;

  /// The part as it was read, blocks merged: for the linter and for `catalog show`. Null if there is no such part.
  const PartFile* file(std::string_view kind, std::string_view name) const;

 private:
  struct Part;
  struct State;
  template <class T>
  Result<T> read(std::string_view kind, std::string_view name) const;
  Result<const Part*> find(std::string_view kind, std::string_view name) const;
  Result<Stack> stack_of(const Part& part, int children) const;

  std::shared_ptr<const State> state_;
  Draw draw_ = Draw::middle();
};

}  // namespace eigenbau::catalog
