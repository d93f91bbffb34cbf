// Which algorithms of the collective library do words allow?
#include "tables/collective_algorithm.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

/// What a variable of the library is set to: "ring,tree" of "-x nccl_algo = ring,tree, 2 nodes". Empty if it is not.
std::string_view setting(std::string_view text, std::string_view name) {
  const std::size_t at = find_word(text, name);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + name.size());
  text.remove_prefix(std::min(text.find_first_not_of(" :=\"'"), text.size()));
  std::string_view value = text.substr(0, text.find_first_of(" ;)\"'"));
  while (value.ends_with(',') || value.ends_with('.')) value.remove_suffix(1);
  return value.substr(value.find_last_of(':') + 1);  // "allreduce:tree"
}

std::vector<std::string_view> parts(std::string_view list) {
  std::vector<std::string_view> result;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    result.push_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return result;
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

void leave_unused(AlgorithmWords& words, std::string_view name, std::string_view value, std::string_view why) {
  add_note(words.unused, upper(name) + "=" + upper(value) + " is not followed: " + std::string(why));
}

/// Trees are also what fabrics are called.
bool tree_algorithm(std::string_view text) { return text.find("algo") != std::string_view::npos && !has_word(text, "fat"); }

void read_list(std::string_view list, AlgorithmWords& words) {
  const bool excludes = list.starts_with('^');
  if (excludes) list.remove_prefix(1);
  AlgorithmWords named{.allowed = {.ring = false, .tree = false}, .in_switch = false};
  bool any = false;
  for (const std::string_view name : parts(list)) {
    if (name == "ring") named.allowed.ring = true;
    else if (name == "tree") named.allowed.tree = true;
    else if (name.starts_with("nvls")) named.in_switch = true;
    else if (name.starts_with("collnet")) named.in_network = true;
    else {
      leave_unused(words, "nccl_algo", name, "no law of it");
      continue;
    }
    any = true;
  }
  if (!any) return;
  if (excludes) {
    words.allowed = {.ring = !named.allowed.ring, .tree = !named.allowed.tree};
    words.in_switch = !named.in_switch;
    words.in_network = words.in_network && !named.in_network;
    return;
  }
  words.in_network = words.in_network || named.in_network;
  if (named.in_network) return;  // how the domains take part is the library's choice
  words.allowed = named.allowed;
  words.in_switch = named.in_switch;
}

}  // namespace

AlgorithmWords algorithm_words(std::string_view text) {
  constexpr std::string_view kInSwitch = "nvlink sharp";  // another name of NVLS
  std::string plain(text);
  for (auto at = plain.find(kInSwitch); at != std::string::npos; at = plain.find(kInSwitch))
    plain.replace(at, kInSwitch.size(), "nvls");
  AlgorithmWords words;
  const Use nvls = use_of(plain, "nvls");
  words.in_switch = nvls != Use::off;
  words.in_network = use_of(plain, "sharp") == Use::on || use_of(plain, "collnet") == Use::on;
  const bool ring = use_of(plain, "ring") == Use::on, tree = use_of(plain, "tree") == Use::on;
  if (const auto list = setting(plain, "nccl_algo"); !list.empty()) read_list(list, words);
  else if (ring != tree && nvls != Use::on && !words.in_network && (ring || tree_algorithm(plain))) {
    words.allowed = {.ring = ring, .tree = tree};
    words.in_switch = false;
  }
  if (const auto protocol = setting(plain, "nccl_proto"); !protocol.empty())
    leave_unused(words, "nccl_proto", protocol, "one ramp stands for all protocols");
  return words;
}

}  // namespace eigenbau::tables
