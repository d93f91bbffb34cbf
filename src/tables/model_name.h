// Which model of the catalog does a name mean that says more than what the model is called?
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "catalog/model.h"

namespace eigenbau::tables {

/// A model of the catalog, of which a run may have trained some layers only: "llama3-70b-12L", "llama3-70b (12 layers)".
struct KnownModel {
  const catalog::Model* model = nullptr;
  std::optional<int> layers{};
  bool other_version = false;  ///< the name has a version that the catalog does not: "DeepSeek-V3.2" is taken as deepseek-v3
};

/// Less the owner, the maker, what tells copies apart ("-Instruct", "-VL", "v0.1", "-0324", "w/o MTP", a remark without figures),
/// that it has experts ("Mixtral 8x7B MoE") and how many parameters it has, in all and of a token: "DeepSeek-V3 (671B/37B
/// active)", "Kimi-K2-1T-A32B". What it says of the last three has to be so of the model; nothing where it is not, nor where a
/// remark has other figures.
KnownModel known_model(const std::vector<catalog::Model>& models, std::string_view name);

/// Whether a part of a name says of a copy and not of the model what it is: what it was tuned for, its release ("v0.1", "0324").
bool is_edition(std::string_view part);

/// Less the company before the name of a series: "Meta-Llama-3-8B".
std::string_view without_maker(std::string_view name);

}  // namespace eigenbau::tables
