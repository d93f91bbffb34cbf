// What do the checks of a cluster share: the file, its places, the catalog, and where findings go?
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "catalog/catalog.h"
#include "cluster/cluster.h"
#include "cluster/places.h"

namespace eigenbau::cluster {

struct Checks {
  const Cluster& cluster;
  const Document& document;
  const Places& places;
  const catalog::Catalog& catalog;
  Diagnostics& problems;
  std::optional<int> bought;  ///< accelerators; nothing if a group of servers is wrong

  /// Reports the value of `key` if it names no part of that kind. An empty name is not stated and passes.
  void part(std::string_view kind, const std::string& name, const Span& table, std::string_view key) const;

  /// Reports a name that an earlier entry of the same list has already.
  template <class List>
  void unique_names(const List& list, std::string_view what) const {
    for (auto later = list.begin(); later != list.end(); ++later)
      for (auto earlier = list.begin(); earlier != later; ++earlier)
        if (!later->name.empty() && later->name == earlier->name) {
          repeated_name(later->name, what, later->span, earlier->span);
          break;
        }
  }

  /// Reports `count` accelerators at `at` if the file buys fewer.
  void no_more_than_bought(double count, std::string_view what, const Span& at) const;

 private:
  void repeated_name(const std::string& name, std::string_view what, const Span& later, const Span& earlier) const;
};

void check_dates(const Checks& checks);
void check_site(const Checks& checks);
void check_machine(const Checks& checks);
void check_build(const Checks& checks);
void check_jobs(const Checks& checks);
void check_leases(const Checks& checks);
void check_claims(const Checks& checks);

}  // namespace eigenbau::cluster
