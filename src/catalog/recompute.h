// What of a forward pass does the backward pass compute again, to save the memory of its activations?
#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace eigenbau::catalog {

/// Parts of a layer that can be computed again by themselves, as Megatron-Core names them.
enum class RecomputeModule : std::uint8_t {
  core_attn,      ///< scores and their product with the values
  layernorm,      ///< outputs of the two norms
  mla_up_proj,    ///< up-projections of latent attention
  mlp,            ///< the MLP of a dense layer
  moe_act,        ///< activation function of the experts
  moe,            ///< routing, exchange, experts and shared experts
  shared_experts  ///< that every token visits
};

/// A set of them.
class RecomputeModules {
 public:
  constexpr RecomputeModules() = default;
  constexpr RecomputeModules& add(RecomputeModule module) {
    bits_ |= bit(module);
    return *this;
  }
  constexpr RecomputeModules& add(RecomputeModules others) {
    bits_ |= others.bits_;
    return *this;
  }
  constexpr bool has(RecomputeModule module) const { return (bits_ & bit(module)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  friend constexpr auto operator<=>(RecomputeModules, RecomputeModules) = default;

 private:
  static constexpr std::uint8_t bit(RecomputeModule module) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(module));
  }
  std::uint8_t bits_ = 0;
};

/// Nothing; parts of every layer; whole layers. `automatic`: the least of these that fits.
struct Recompute {
  enum Mode : std::uint8_t { automatic, none, selective, full };
  Mode mode = none;
  RecomputeModules modules{};  ///< of selective; empty: as the stack does
  int num_layers = 0;          ///< of full, in each model chunk, while the others keep everything; 0: all

  constexpr Recompute() = default;
  constexpr Recompute(Mode stated) : mode(stated) {}  // NOLINT(google-explicit-constructor): a mode says all of it
  static constexpr Recompute of_layers(int count) {
    Recompute whole = full;
    whole.num_layers = count;
    return whole;
  }
  /// Whether tokens travel to their experts again.
  constexpr bool repeats_exchange() const { return mode == full || modules.has(RecomputeModule::moe); }
  friend constexpr auto operator<=>(const Recompute&, const Recompute&) = default;
};

inline constexpr std::pair<std::string_view, Recompute::Mode> kRecomputeModes[] = {
    {"none", Recompute::none}, {"selective", Recompute::selective}, {"full", Recompute::full}};

/// What software can compute again short of whole layers, and what it does where a plan says selective and names no modules.
enum class SelectiveRecompute : std::uint8_t {
  none,       ///< whole layers or nothing
  core_attn,  ///< attention alone, whose scores it frees where no kernel keeps them on the chip (arXiv 2205.05198, section 5)
  modules,    ///< the modules that a plan names, attention where it names none (Megatron-Core from 0.12)
  operators   ///< what is cheap to compute again: outputs of norms and activation functions, up-projections of latent attention
};

inline constexpr std::pair<std::string_view, SelectiveRecompute> kSelectiveRecomputes[] = {
    {"none", SelectiveRecompute::none},
    {"core_attn", SelectiveRecompute::core_attn},
    {"modules", SelectiveRecompute::modules},
    {"operators", SelectiveRecompute::operators}};

inline constexpr std::pair<std::string_view, RecomputeModule> kRecomputeModules[] = {
    {"core_attn", RecomputeModule::core_attn},
    {"layernorm", RecomputeModule::layernorm},
    {"mla_up_proj", RecomputeModule::mla_up_proj},
    {"mlp", RecomputeModule::mlp},
    {"moe_act", RecomputeModule::moe_act},
    {"moe", RecomputeModule::moe},
    {"shared_experts", RecomputeModule::shared_experts}};

std::optional<Recompute::Mode> recompute_mode_from(std::string_view name);
std::optional<RecomputeModule> recompute_module_from(std::string_view name);

/// What a file or a command line says in three places: layers belong to full, modules to selective recompute, and each of them
/// says its mode by itself. `automatic` where nothing is said; a sentence where they contradict one another.
std::expected<Recompute, std::string_view> stated_recompute(std::optional<Recompute::Mode> mode, std::optional<int> num_layers,
                                                            RecomputeModules modules);

std::string_view name_of(Recompute::Mode mode);

/// "layernorm,moe_act"
std::string listed(RecomputeModules modules, std::string_view separator);

/// "automatic", "none", "selective", "full", "full of 2 layers a chunk", "selective (moe_act, layernorm)".
std::string in_words(const Recompute& recompute);

}  // namespace eigenbau::catalog
