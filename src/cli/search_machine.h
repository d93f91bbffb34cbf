// On which machines, real or imagined, is the plan of a job to be searched?
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "cli/command.h"
#include "perf/machine.h"

namespace eigenbau::cli {

/// A machine of a sweep, with what sets it apart from the others.
struct SweptMachine {
  std::vector<std::string> values;  ///< as the user wrote them, one for each --sweep
  perf::Machine machine;
};

/// What an accelerator draws with its share of the server, and from where these watts are.
struct Draws {
  Power busy{}, waiting{};  ///< 0: unknown
  std::string from{};
};

/// A server of the catalog that carries the accelerator of --gpu, and its network, with what options say of them in place. Says
/// in `notes` what was taken.
Result<perf::Machine> machine_from_options(const Arguments& arguments, const catalog::Catalog& catalog, Draws& draws,
                                           std::vector<std::string>& notes);

/// --nic, --domain, --memory and --oversubscription in place of what the machine has.
Result<void> take_machine(const Arguments& arguments, perf::Machine& machine);

/// --library: the links as a collective library of the catalog was measured on others like them.
Result<void> take_library(const Arguments& arguments, const catalog::Catalog& catalog, perf::Machine& machine,
                          std::vector<std::string>& notes);

/// Every combination of the values of all --sweep; empty without one. `names` are what they sweep.
Result<std::vector<SweptMachine>> swept_machines(const Arguments& arguments, const perf::Machine& machine,
                                                 std::vector<std::string>& names);

std::vector<Option> machine_options();

}  // namespace eigenbau::cli
