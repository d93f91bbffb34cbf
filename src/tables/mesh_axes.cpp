// Which degrees do the axes of a device mesh state?
#include "tables/mesh_axes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

enum class Axis { data, shard, expert, tensor, sequence, stage, other };
constexpr std::size_t kAxes = 7;

struct AxisName {
  std::string_view name;
  Axis axis;
};
constexpr auto kNames = std::to_array<AxisName>({{"data", Axis::data},
                                                 {"fsdp", Axis::shard},
                                                 {"fsdp_transpose", Axis::shard},
                                                 {"expert", Axis::expert},
                                                 {"tensor", Axis::tensor},
                                                 {"tensor_transpose", Axis::tensor},
                                                 {"tensor_sequence", Axis::tensor},
                                                 {"sequence", Axis::sequence},
                                                 {"context", Axis::sequence},
                                                 {"pipeline", Axis::stage},
                                                 {"autoregressive", Axis::other}});

/// One option, "ici_fsdp_parallelism=8".
struct MeshOption {
  std::size_t end = 0;  ///< of it in the text
  Axis axis = Axis::other;
  bool across = false;  ///< the network: dcn
  double ranks = 1;     ///< below 0: what the others leave
};

/// The option that begins at `at` of a text in lower case.
std::optional<MeshOption> option_at(std::string_view text, std::size_t at) {
  constexpr std::string_view kLink = "_- ", kParallelism = "parallelism", kBeforeValue = " =:";
  if (at > 0 && is_letter_or_digit(text[at - 1])) return std::nullopt;
  std::string_view rest = text.substr(at);
  const bool across = rest.starts_with("dcn");
  if (!across && !rest.starts_with("ici")) return std::nullopt;
  const std::size_t end = rest.find(kParallelism);
  constexpr std::size_t kBegin = 4;  // after "ici_"
  if (end == std::string_view::npos || end <= kBegin || kLink.find(rest[kBegin - 1]) == std::string_view::npos)
    return std::nullopt;
  std::string name(rest.substr(kBegin, end - kBegin - 1));
  std::ranges::replace_if(name, [](char c) { return c == ' ' || c == '-'; }, '_');
  const auto known = std::ranges::find(kNames, name, &AxisName::name);
  if (known == kNames.end()) return std::nullopt;
  rest.remove_prefix(end + kParallelism.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(kBeforeValue), rest.size()));
  const bool negative = rest.starts_with('-');
  if (negative) rest.remove_prefix(1);
  std::size_t length = 0;
  const double ranks = leading_number(rest, length);
  if (length == 0) return std::nullopt;
  return MeshOption{static_cast<std::size_t>(rest.data() + length - text.data()), known->axis, across, negative ? -1 : ranks};
}

/// The axes that a text names, and what else it says.
struct Mesh {
  std::array<std::optional<double>, kAxes> ranks{};  ///< below 0: what the others leave
  bool within = false, across = false;               ///< an axis of fast links, of the network
  std::string rest;

  /// Nothing: what others leave.
  std::optional<double> of(Axis axis) const {
    const double ranks_of = ranks[static_cast<std::size_t>(axis)].value_or(1);
    return ranks_of > 0 ? std::optional(ranks_of) : std::nullopt;
  }
  bool names(Axis axis) const { return ranks[static_cast<std::size_t>(axis)].has_value(); }
  void add(const MeshOption& option) {
    auto& all = ranks[static_cast<std::size_t>(option.axis)];
    const double before = all.value_or(1);
    all = before < 0 || option.ranks < 0 ? -1 : before * option.ranks;
    (option.across ? across : within) = true;
  }
};

Mesh mesh_in(std::string_view text) {
  const std::string small = lower(text);
  Mesh mesh;
  for (std::size_t at = 0; at < small.size();) {
    const auto option = option_at(small, at);
    if (!option) {
      mesh.rest += small[at++];
      continue;
    }
    mesh.add(*option);
    const bool of_data = option->axis == Axis::data || option->axis == Axis::shard;
    if (option->ranks < 0 && !of_data) mesh.rest += small.substr(at, option->end - at);
    at = option->end;
  }
  return mesh;
}

/// The batch per device that a text states, which counts all devices of the mesh: for a data-parallel rank that of the devices
/// which split the model. Takes it out of what else the text says; nothing where it states none, or where they leave no sequence.
std::string batch_of(Mesh& mesh) {
  constexpr std::string_view kOption = "per_device_batch_size", kBeforeValue = " =:";
  const std::size_t at = mesh.rest.find(kOption);
  if (at == std::string::npos || (at > 0 && mesh.rest[at - 1] == '_')) return {};  // "eval_per_device_batch_size"
  const std::size_t begin = std::min(mesh.rest.find_first_not_of(kBeforeValue, at + kOption.size()), mesh.rest.size());
  const auto tensor = mesh.of(Axis::tensor), sequence = mesh.of(Axis::sequence), stages = mesh.of(Axis::stage);
  std::size_t length = 0;
  const double each = leading_number(std::string_view(mesh.rest).substr(begin), length);
  if (length == 0 || !tensor || !sequence || !stages) return {};
  const double of_rank = each * *tensor * *sequence * *stages;
  if (of_rank < 1) return {};
  mesh.rest.erase(at, begin + length - at);
  return fmt::format("{} {:.0f}; ", *stages > 1 ? "local batch" : "per device batch", of_rank);
}

/// How weights lie: sharded over all ranks but the replicas.
std::string sharding_of(const Mesh& mesh) {
  if (!mesh.names(Axis::data) && !mesh.names(Axis::shard)) return {};
  const auto shards = mesh.of(Axis::shard), replicas = mesh.of(Axis::data);
  if (mesh.names(Axis::shard) ? shards == 1.0 : !replicas) return ", ddp";
  if (!replicas && !shards) return ", fsdp";
  if (!replicas)
    return fmt::format(", fsdp, dp_shard {:.0f}",
                       *shards * mesh.of(Axis::expert).value_or(1) * mesh.of(Axis::sequence).value_or(1));
  if (*replicas > 1) return fmt::format(", fsdp, dp_replicate {:.0f}", *replicas);
  return shards && !mesh.across && !mesh.names(Axis::data) ? ", hsdp" : ", fsdp";
}

}  // namespace

std::string with_mesh_degrees(std::string_view text) {
  if (!contains(lower(text), "parallelism")) return std::string(text);
  Mesh mesh = mesh_in(text);
  if (!mesh.within && !mesh.across) return std::string(text);
  std::string degrees;
  const auto state = [&](std::string_view name, std::optional<double> ranks) {
    if (ranks) degrees += fmt::format("{}{} {:.0f}", degrees.empty() ? "" : ", ", name, *ranks);
  };
  state("tp", mesh.of(Axis::tensor));
  state("pp", mesh.of(Axis::stage));
  state("cp", mesh.of(Axis::sequence));
  if (mesh.names(Axis::expert)) state("ep", mesh.of(Axis::expert));
  const auto data = mesh.of(Axis::data), shards = mesh.of(Axis::shard), experts = mesh.of(Axis::expert);
  if (mesh.across && mesh.within && data && shards && experts) state("dp", *data * *shards * *experts);
  const std::string batch = batch_of(mesh);
  return fmt::format("{}{}; {}{}", degrees, sharding_of(mesh), batch, mesh.rest);
}

}  // namespace eigenbau::tables
