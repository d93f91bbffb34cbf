// What does the family of a model say about its shape that a table of runs has no column for?
#include "fit/architecture.h"

#include <algorithm>
#include <string>

namespace eigenbau::fit {
namespace {

using catalog::Model;

void plain_tied(Model& m) {
  m.mlp = catalog::MlpKind::plain;
  m.tied_embeddings = true;
  m.biases = true;
}

void gpt(Model& m) {
  plain_tied(m);
  m.learned_positions = true;
}

void gpt5_scale(Model& m) {
  if (m.experts) m.experts->shared = 1;
}

void nemotron(Model& m) { m.mlp = catalog::MlpKind::plain; }

void deepseek_v3(Model& m) {
  m.attention = catalog::AttentionKind::mla;
  m.latent = catalog::LatentAttention{.q_lora = 1536, .kv_lora = 512, .qk_nope = 128, .qk_rope = 64, .v_head = 128};
  if (m.experts) {
    m.experts->shared = 1;
    m.experts->first_dense_layers = m.experts->count > 256 ? 1 : 3;
    if (m.experts->count == 256) {
      m.experts->groups = 8;
      m.experts->groups_per_token = 4;
    }
  }
  m.mtp_layers = m.experts && m.experts->count > 256 ? 0 : 1;
}

void qwen3(Model& m) { m.head_dim = 128; }

void gpt_oss(Model& m) {
  m.head_dim = 64;
  m.window = 128;
  m.window_every = 2;
  m.biases = true;
}

void llama4_maverick(Model& m) {
  m.head_dim = 128;
  if (m.experts) {
    m.experts->every = 2;
    m.experts->shared = 1;
  }
}

struct Family {
  std::string_view prefix;
  void (*complete)(Model&);
};

constexpr Family kFamilies[] = {
    {"llama4", llama4_maverick},
    {"llama3.2", [](Model& m) { m.tied_embeddings = true; }},
    {"llama", [](Model&) {}},
    {"gpt-oss", gpt_oss},
    {"gpt5", gpt5_scale},
    {"gpt", gpt},
    {"megatron", gpt},
    {"turing", gpt},
    {"mt-nlg", gpt},
    {"nemotron", nemotron},
    {"mpt", plain_tied},
    {"bloom", plain_tied},
    {"opt", gpt},
    {"deepseek-v3", deepseek_v3},
    {"deepseek-r1", deepseek_v3},
    {"kimi", deepseek_v3},
    {"qwen3", qwen3},
    {"qwen", [](Model&) {}},
    {"grok", [](Model&) {}},
    {"mixtral", [](Model&) {}},
    {"mistral", [](Model&) {}},
    {"internlm", [](Model&) {}},
};

}  // namespace

bool complete_architecture(std::string_view name, Model& model) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const Family& family : kFamilies) {
    if (!lower.starts_with(family.prefix)) continue;
    family.complete(model);
    return true;
  }
  return false;
}

}  // namespace eigenbau::fit
