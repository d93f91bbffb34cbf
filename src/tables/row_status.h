// What became of a row that was to be predicted?
#pragma once

#include <string_view>

namespace eigenbau::tables {

enum class RowStatus { ok, unsupported, infeasible, invalid };

constexpr std::string_view name_of(RowStatus status) {
  switch (status) {
    case RowStatus::ok:
      return "ok";
    case RowStatus::unsupported:
      return "unsupported";
    case RowStatus::infeasible:
      return "infeasible";
    case RowStatus::invalid:
      return "invalid";
  }
  return "ok";
}

}  // namespace eigenbau::tables
