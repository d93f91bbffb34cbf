// What does the name of a model say about its shape that a table of runs has no column for?
#include "tables/architecture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

using catalog::Model;
using Models = std::vector<Model>;

constexpr double kUncovered = 0.30;  // doubt of a model whose layers no law covers, relative

/// Models whose names begin alike and whose shapes have much in common.
struct Series {
  std::string_view beginning;      ///< of the name's spelling
  std::string_view like;           ///< the model of the catalog that stands for them
  std::string_view uncovered{};    ///< what of them no law covers
  bool layers_are_blocks = false;  ///< a layer of theirs is attention, a state space or an MLP alone
  bool is_software = false;        ///< the name is also that of code that trains other models: "Megatron-LLaMA"
};

constexpr std::string_view kStateSpaces = "state-space layers", kLinear = "linear attention", kEncoder = "an encoder";

/// Source: the model cards and papers of the series.
constexpr std::array kSeries{
    Series{"llama", "llama2-7b"},
    Series{"llama3.2", "llama3.2-1b"},
    Series{"llama4", "llama4-maverick-400b"},
    Series{"llama4scout", "llama4-scout-109b"},
    Series{.beginning = "gpt", .like = "gpt3-175b", .is_software = true},
    Series{.beginning = "megatron", .like = "gpt3-175b", .is_software = true},
    Series{"turing", "gpt3-175b"},
    Series{"mtnlg", "gpt3-175b"},
    Series{"opt", "opt-175b"},
    Series{.beginning = "gptneo", .like = "gpt-neox-20b", .is_software = true},
    Series{.beginning = "gptneox", .like = "gpt-neox-20b", .is_software = true},
    Series{"pythia", "gpt-neox-20b"},
    Series{"gptoss", "gpt-oss-20b"},
    Series{"gpt5scale", "gpt5-scale-moe"},
    Series{"mpt", "mpt-7b"},
    Series{"bloom", "bloom-176b"},
    Series{"falcon", "falcon-180b"},
    Series{"falcon3", "llama2-7b"},
    Series{"falconh", "", kStateSpaces},
    Series{"falconmamba", "", kStateSpaces},
    Series{"starcoder2", "starcoder2-15b"},
    Series{"deepseek", "llama2-7b"},
    Series{"deepseekmoe", "deepseek-moe-16b"},
    Series{"deepseekv2", "deepseek-v2"},
    Series{"deepseekv2lite", "deepseek-v2-lite"},
    Series{"deepseekv3", "deepseek-v3"},
    Series{"deepseekr1", "deepseek-v3"},
    Series{"dsv2", "deepseek-v2"},
    Series{"dsv3", "deepseek-v3"},
    Series{"dsr1", "deepseek-v3"},
    Series{"kimi", "kimi-k2"},
    Series{"kimilinear", "kimi-k2", kLinear},
    Series{"moonlight", "moonlight-16b-a3b"},
    Series{"qwen", "qwen2.5-7b"},
    Series{"qwen3", "qwen3-32b"},
    Series{"qwen3next", "qwen3-next-80b-a3b"},
    Series{"qwen3.5", "qwen3-next-80b-a3b"},
    Series{"nemotron", "nemotron4-15b"},
    Series{"nemotronh", "nemotron4-15b", kStateSpaces, true},
    Series{"nemotronnano", "nemotron4-15b", kStateSpaces, true},
    Series{"nemotron3nano", "nemotron4-15b", kStateSpaces, true},
    Series{"nemotron3super", "nemotron4-15b", kStateSpaces, true},
    Series{"nemotron3ultra", "nemotron4-15b", kStateSpaces, true},
    Series{"grok", "grok-1"},
    Series{"mixtral", "mixtral-8x7b"},
    Series{"mistral", "mistral-nemo-12b"},
    Series{"glm", "llama2-7b"},
    Series{"chatglm", "llama2-7b"},
    Series{"glm4.5", "glm-4.5"},
    Series{"glm4.6", "glm-4.5"},
    Series{"glm4.7", "glm-4.5"},
    Series{"gemma", "gemma-7b"},
    Series{"minimax", "minimax-m1"},
    Series{"minimaxm2", "minimax-m2"},
    Series{"hunyuan", "hunyuan-a13b"},
    Series{"ernie4.5", "ernie-4.5-300b-a47b"},
    Series{"dbrx", "dbrx-132b"},
    Series{"phi", "phi-4"},
    Series{"phimoe", "phi-3.5-moe"},
    Series{"olmo", "olmo2-7b"},
    Series{"olmoe", "olmoe-1b-7b"},
    Series{"yi", "yi-34b"},
    Series{"baichuan", "llama2-7b"},
    Series{"internlm", "internlm-7b"},
    Series{"mamba", "", kStateSpaces},
    Series{"jamba", "", kStateSpaces},
    Series{"zamba", "", kStateSpaces, true},
    Series{"rwkv", "", kLinear},
    Series{"bert", "gpt3-175b", kEncoder},
    Series{"t5", "", kEncoder},
    Series{"vit", "gpt3-175b", kEncoder},
};

/// A name in small letters, with only what tells names apart: letters, digits, the point of a number and the gap between two
/// numbers. "Qwen-3 32B", "Qwen/Qwen3_32b" and "qwen3-32b" are "qwen3-32b" (less the owner), "gpt-3.6B" is "gpt3.6b".
struct Spelling {
  std::string text;
  std::vector<bool> ends;  ///< whether a word ends after the letter: before a gap, or a capital ("FalconMamba")
};

/// Gives the letters of a name's spelling to `take`, each with whether a word starts there, until that says no; whether it got
/// all.
template <class Take>
bool spell(std::string_view name, const Take& take) {
  char last = 0;
  bool gap = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool point = c == '.' && i > 0 && i + 1 < name.size() && is_digit(name[i - 1]) && is_digit(name[i + 1]);
    if (!point && !is_digit(c) && !is_letter(c)) {
      gap = true;
      continue;
    }
    const bool capital = c >= 'A' && c <= 'Z', after_small = i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
    bool starts = last != 0 && (gap || (capital && after_small));
    if (gap && is_digit(last) && is_digit(c)) {
      if (!take('-', starts)) return false;
      starts = false;
    }
    gap = false;
    last = capital ? static_cast<char>(c - 'A' + 'a') : c;
    if (!take(last, starts)) return false;
  }
  return true;
}

Spelling spelling_of(std::string_view name) {
  Spelling out;
  spell(name, [&](char c, bool starts) {
    if (starts) out.ends.back() = true;
    out.text += c;
    out.ends.push_back(false);
    return true;
  });
  if (!out.text.empty()) out.ends.back() = true;
  return out;
}

bool is_spelled(std::string_view name, std::string_view spelling) {
  std::size_t at = 0;
  return spell(name, [&](char c, bool) { return at < spelling.size() && spelling[at++] == c; }) && at == spelling.size();
}

/// Whether a name begins so, up to the end of a word or a digit, and does not merely begin with the digits of a size: "optical"
/// is no OPT, "Llama 40B" and "Llama 4B" are no Llama 4.
bool begins(const Spelling& name, std::string_view beginning) {
  if (!name.text.starts_with(beginning)) return false;
  const std::string_view rest = std::string_view(name.text).substr(beginning.size());
  if (rest.empty()) return true;
  if (!is_digit(beginning.back())) return is_digit(rest[0]) || name.ends[beginning.size() - 1];
  const bool size = (rest[0] == 'b' || rest[0] == 'm' || rest[0] == 't') && (rest.size() == 1 || !is_letter(rest[1]));
  return !is_digit(rest[0]) && !size;
}

/// The longest beginning at the first word that begins one, past the owner; that of software only where no other follows. What a
/// model is distilled into comes after that word.
const Series* series_of(std::string_view name) {
  name = without_owner(name);
  if (const std::size_t at = lower(name).find("distill"); at != std::string::npos) name.remove_prefix(at + 7);
  const Series* software = nullptr;
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (!is_letter(name[at]) || (at > 0 && (is_letter(name[at - 1]) || is_digit(name[at - 1])))) continue;
    const Spelling word = spelling_of(name.substr(at));
    const Series* longest = nullptr;
    for (const Series& series : kSeries)
      if (begins(word, series.beginning) && (!longest || series.beginning.size() > longest->beginning.size())) longest = &series;
    if (longest && !longest->is_software) return longest;
    if (!software) software = longest;
  }
  return software;
}

bool same_experts(const Model& a, const Model& b) {
  if (!a.experts || !b.experts) return a.experts.has_value() == b.experts.has_value();
  return a.experts->count == b.experts->count && a.experts->top_k == b.experts->top_k && a.experts->hidden == b.experts->hidden;
}

/// Alike but for depth and vocabulary: one may be a cut of the other.
bool same_width(const Model& a, const Model& b) {
  return a.hidden == b.hidden && a.heads == b.heads && a.kv_heads == b.kv_heads && same_experts(a, b);
}

bool same_figures(const Model& a, const Model& b) {
  return same_width(a, b) && a.layers == b.layers && a.ffn_hidden == b.ffn_hidden && a.vocabulary == b.vocabulary;
}

/// One of a series or of a part of it that may be a cut of the model; where no series is known, any that has all of its figures.
const Model* with_figures(const Models& models, const Model& model, const Series* series) {
  const auto fits = [&](const Model& m) {
    if (!series) return same_figures(m, model);
    const Series* of = same_width(m, model) ? series_of(m.name) : nullptr;
    return of && of->beginning.starts_with(series->beginning);
  };
  const auto found = std::find_if(models.begin(), models.end(), fits);
  return found == models.end() ? nullptr : &*found;
}

/// Where experts lie and which of them every token visits; groups and widths only of as many experts of that width.
void copy_experts(const catalog::Experts& like, catalog::Experts& experts, int layers) {
  const bool same = experts.count == like.count && experts.hidden == like.hidden;
  experts.shared = like.shared;
  experts.shared_hidden = same ? like.shared_hidden : 0;
  experts.first_dense_layers = std::min(like.first_dense_layers, layers - 1);
  experts.every = like.every;
  experts.groups = same ? like.groups : 0;
  experts.groups_per_token = same ? like.groups_per_token : 0;
}

void copy_structure(const Model& like, Model& model) {
  model.mlp = like.mlp;
  model.tied_embeddings = like.tied_embeddings;
  model.biases = like.biases;
  model.learned_positions = like.learned_positions;
  model.window = like.window;
  model.chunked_window = like.chunked_window;
  model.full_every = like.full_every;
  // A head size that the width gives is no property of the series.
  if (same_width(like, model) || like.head_size() * like.heads != like.hidden) model.head_dim = like.head_dim;
  if (like.experts.has_value() != model.experts.has_value()) return;
  if (model.experts) copy_experts(*like.experts, *model.experts, model.layers);
  model.mtp_layers = like.mtp_layers;
  model.latent = like.latent;
  if (like.latent) model.attention = like.attention;
}

}  // namespace

std::string_view without_owner(std::string_view name) {
  return name.substr(name.rfind('/', name.find_first_of(" (")) + 1);  // npos + 1 is 0
}

const Model* model_of_name(const Models& models, std::string_view name) {
  const std::string wanted = spelling_of(name).text;
  const auto is_name = [&](std::string_view known) {
    return is_spelled(known, wanted) || (known.find('/') != std::string_view::npos && is_spelled(without_owner(known), wanted));
  };
  const auto found = std::ranges::find_if(
      models, [&](const Model& model) { return is_name(model.name) || std::ranges::any_of(model.aliases, is_name); });
  return found == models.end() ? nullptr : &*found;
}

bool is_of_known_series(std::string_view name) { return series_of(name) != nullptr; }

std::vector<const Model*> models_alike(const Models& models, std::string_view name, Alike how, bool experts) {
  std::vector<const Model*> alike;
  const Series* wanted = series_of(name);
  if (!wanted || wanted->like.empty()) return alike;
  for (const Model& model : models) {
    const bool other = model.experts.has_value() != experts || (model.latent && !experts);
    const Series* series = other || model.assumed ? nullptr : series_of(model.name);
    if (!series || !series->uncovered.empty()) continue;
    if (how == Alike::same_series ? series == wanted : series->like == wanted->like) alike.push_back(&model);
  }
  return alike;
}

Completion complete_architecture(const Models& models, const Model* named, Model& model) {
  const Series* series = series_of(named ? named->name : model.name);
  Completion completion;
  const auto say = [&](std::string_view text) { add_note(completion.said, text); };
  const Model* like = named ? named : with_figures(models, model, series);
  if (like && !named && !series) say(fmt::format("model {} taken for {}, whose figures it has", model.name, like->name));
  if (!like && series) like = model_of_name(models, series->like);
  completion.like = like;
  if (like) copy_structure(*like, model);
  else if (!series) say("model family not known: gated MLP, untied embeddings");
  const Series* called = named ? series_of(model.name) : series;
  if (!called || called->uncovered.empty()) return completion;
  completion.doubt = kUncovered;
  say(fmt::format("no law covers {}: taken as plain layers of a decoder", called->uncovered));
  if (called->layers_are_blocks && !named) {
    say(fmt::format("{} blocks taken as {} layers", model.layers, (model.layers + 1) / 2));
    model.layers = (model.layers + 1) / 2;
  }
  return completion;
}

}  // namespace eigenbau::tables
