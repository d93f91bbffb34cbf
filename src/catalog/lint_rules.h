// Which rules does the linter have? One function for each kind of part.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "catalog/catalog.h"

namespace eigenbau::catalog {

/// Collects findings about one part and knows where its fields stand.
class Findings {
 public:
  Findings(const Catalog& catalog, std::string_view kind, std::string_view name, Diagnostics& out)
      : catalog_(catalog), kind_(kind), name_(name), out_(out) {}

  void add(Severity severity, std::string code, std::string_view field, std::string message, std::string hint = "");
  const Catalog& catalog() const { return catalog_; }

 private:
  const Catalog& catalog_;
  std::string_view kind_, name_;
  Diagnostics& out_;
};

/// Dense against sparse rates; `siblings` are all accelerators of its generation, itself included.
void lint_rates(const Gpu& gpu, const std::vector<Gpu>& siblings, Findings& findings);
void lint_gpu(const Gpu& gpu, Findings& findings);

void lint_server(const Server& server, Findings& findings);
void lint_switch(const Switch& part, Findings& findings);
void lint_nic(const Nic& nic, Findings& findings);
void lint_optic(const Optic& optic, Findings& findings);
void lint_cable(const Cable& cable, Findings& findings);
void lint_storage(const Storage& storage, Findings& findings);
void lint_plant(const Plant& plant, Findings& findings);
void lint_model(const Model& model, Findings& findings);
void lint_price(const PriceList& prices, Findings& findings);

}  // namespace eigenbau::catalog
