// Which options of a run say nothing of how long its step takes?
#include "tables/idle_words.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

using Words = std::vector<std::string_view>;

// What a clause may speak of, in the spelling of `clauses_of`: lower case, hyphens as blanks. Of two that begin alike the longer
// one is looked for first.
constexpr std::array kSubjects = std::to_array<std::string_view>(
    {// optimizers whose arithmetic is that of Adam or less on every element
     "adam", "adamw", "sgd", "lamb", "lion", "adafactor", "adagrad", "rmsprop", "optimizer", "fused adam", "fused adamw",
     "fused optimizer",
     // what the optimizer is told
     "learning rate", "lr", "min lr", "max lr", "peak lr", "warmup", "warm up", "cosine", "lr decay", "weight decay", "momentum",
     "beta", "beta1", "beta2", "betas", "eps", "epsilon", "gradient clipping", "gradient clip", "grad clip", "grad clipping",
     "grad norm", "gradient norm", "clip grad", "clip grad norm", "clip norm", "max grad norm", "loss scaling", "loss scale",
     "dynamic loss scaling", "z loss", "seed",
     // behind the name of one, in brackets
     "schedule", "pipeline schedule",
     // what costs the step nothing that can be seen
     "dropout", "attention dropout", "hidden dropout", "rope", "rotary", "rotary embedding", "rotary embeddings",
     "rotary position embedding", "rotary position embeddings", "rope theta", "rope base", "theta", "rmsnorm", "rms norm",
     "layernorm", "layer norm", "pre norm", "qk norm", "bias", "biases", "learned position embeddings", "position embeddings",
     // how long and how far
     "hours", "hour", "days", "day", "weeks", "week", "minutes", "gpu hours", "wall clock", "iterations", "iteration", "iters",
     "steps", "training steps", "trillion tokens", "billion tokens", "weak scaling", "strong scaling", "scaling study",
     "scaling experiment", "within node", "within a node", "within one node", "intra node", "inter node", "single node",
     "multi node", "one node",
     // checkpoints that are saved beside the steps
     "async checkpointing", "async checkpoint", "asynchronous checkpointing", "async checkpoint saving", "distributed checkpoint",
     "distributed checkpointing", "checkpointing every", "checkpoint every", "checkpoint interval", "save interval",
     "log interval", "eval interval", "tensorboard", "wandb", "logging", "timeout", "ddp timeout",
     // software and how it is pinned
     "cuda", "cudnn", "cublas", "pytorch", "torch", "nccl", "rccl", "rocm", "triton", "python", "jax", "apex", "transformers",
     "transformer engine", "te", "megatron core", "mcore", "nemo", "ubuntu", "kernel version", "aws ofi nccl", "ofi",
     // what the run is for
     "full finetune", "full finetuning", "full fine tune", "full fine tuning", "full parameter", "full parameters", "finetuning",
     "finetune", "fine tuning", "pretraining", "pre training", "continued pretraining", "from scratch", "causal lm",
     "language modeling", "decoder only", "benchmark", "throughput", "average", "averaged", "median", "mean", "best", "peak",
     "data", "data loader", "dataloader", "table", "figure", "fig", "section", "appendix",
     // as the ports of FSDP call what they do anyway
     "limit all gathers", "forward prefetch", "backward prefetch", "use orig params", "meta device init", "sync module states"});

/// What every stack has: to be without it would be something else.
constexpr std::array kInUse = std::to_array<std::string_view>({"fused kernels",
                                                               "fused kernel",
                                                               "kernel fusion",
                                                               "fused layernorm",
                                                               "fused rmsnorm",
                                                               "fused softmax",
                                                               "fused rope",
                                                               "bias gelu fusion",
                                                               "bias swiglu fusion",
                                                               "sdpa",
                                                               "scaled dot product attention",
                                                               "flash attn",
                                                               "flash attn 2",
                                                               "flash attn 3",
                                                               "flashattn",
                                                               "mixed precision",
                                                               "bf16",
                                                               "bfloat16",
                                                               "amp",
                                                               "autocast",
                                                               "bf16 params",
                                                               "master weights"});

/// After these anything may stand: names of data, of images, of papers.
constexpr std::array kNaming = std::to_array<std::string_view>(
    {"data set",  "dataset",       "datasets",    "corpus",   "synthetic data", "mock data",     "random data", "dummy data",
     "real data", "training data", "tokenizer",   "driver",   "drivers",        "container",     "containers",  "docker",
     "ngc",       "from table",    "from figure", "from fig", "from section",   "from appendix", "reported in", "reported by",
     "read off",  "as published",  "blog",        "arxiv",    "trained for",    "trained on"});

constexpr std::array kFillers = std::to_array<std::string_view>(
    {"a",       "an",   "the",      "of",      "with", "without", "w/o",      "no",       "and",       "or",     "in",
     "at",      "on",   "off",      "for",     "from", "to",      "per",      "by",       "as",        "is",     "was",
     "were",    "used", "using",    "use",     "uses", "enabled", "disabled", "default",  "true",      "false",  "none",
     "version", "v",    "ver",      "release", "over", "first",   "linear",   "constant", "scheduler", "decay",  "rate",
     "value",   "size", "set",      "max",     "min",  "about",   "only",     "standard", "every",     "all",    "total",
     "run",     "runs", "training", "train",   "each", "up",      "s",        "h",        "step",      "tokens", "token",
     "x",       "~",    "&",        "/",       "dev",  "nightly", "stable",   "base",     "lts"});

/// Beginnings of words for mechanisms that may change the step, whatever else the clause says.
constexpr std::array kMechanisms = std::to_array<std::string_view>(
    {"quanti",  "compress", "spars",   "offload", "async",      "lora",   "qlora",     "peft",     "adapter", "pack",
     "lowrank", "elastic",  "pipelin", "overlap", "recomp",     "remat",  "shard",     "parallel", "zero",    "fsdp",
     "fp8",     "fp4",      "nvfp4",   "mxfp",    "float8",     "int8",   "int4",      "8bit",     "4bit",    "1bit",
     "onebit",  "prun",     "distill", "freez",   "frozen",     "diloco", "local",     "overhead", "throttl", "straggl",
     "failure", "galore",   "muon",    "shampoo", "soap",       "paged",  "speculat",  "mixture",  "moe",     "expert",
     "dropped", "dropping", "fp32",    "graph",   "compile",    "eager",  "interleav", "hierarch", "sharp",   "decoupl",
     "ema",     "rampup",   "varlen",  "ragged",  "curriculum", "masked"});

Words words_of(std::string_view clause) { return split_at(clause, " =:\"'"); }

/// Words of a phrase that stand in a row from `at` on; 0 where they do not.
std::size_t length_at(const Words& words, std::size_t at, std::string_view phrase) {
  if (!phrase.starts_with(words[at])) return 0;
  const Words wanted = words_of(phrase);
  if (at + wanted.size() > words.size()) return 0;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (words[at + i] != wanted[i]) return 0;
  return wanted.size();
}

std::size_t longest_at(const Words& words, std::size_t at, const auto& phrases) {
  std::size_t longest = 0;
  for (const std::string_view phrase : phrases) longest = std::max(longest, length_at(words, at, phrase));
  return longest;
}

/// "24", "2.6.0", "3e", "v12.4", "24h", "300b", "0.1%": a figure with a letter or two, or a version.
bool is_figure(std::string_view word) {
  if (word.size() > 1 && (word[0] == 'v' || word[0] == '-' || word[0] == '~')) word.remove_prefix(1);
  if (word.empty() || !is_digit(word[0])) return false;
  const std::size_t end = std::min(word.find_first_not_of("0123456789.,/"), word.size());
  constexpr auto kSuffixes = std::to_array<std::string_view>(
      {"", "e", "%", "h", "hrs", "d", "s", "ms", "k", "b", "t", "th", "st", "nd", "rd", "a0", "rc1", "rc2", "post1", "x"});
  return is_one_of(kSuffixes, word.substr(end));
}

/// "1.4t tokens" of a whole run. A batch has millions.
bool counts_tokens_of_run(const Words& words, std::size_t at) {
  return at + 1 < words.size() && is_figure(words[at]) && words[at + 1].starts_with("token") &&
         (words[at].ends_with('b') || words[at].ends_with('t'));
}

bool is_mechanism(std::string_view word) {
  return std::ranges::any_of(kMechanisms, [&](std::string_view begin) { return word.starts_with(begin); });
}

}  // namespace

bool is_idle(std::string_view clause) {
  const Words words = words_of(clause);
  bool speaks = false, denies = false, of_every_stack = false, names = false, unknown = false;
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t subject = longest_at(words, at, kSubjects), in_use = longest_at(words, at, kInUse);
    const std::size_t naming = longest_at(words, at, kNaming), longest = std::max({subject, in_use, naming});
    const std::size_t tokens = counts_tokens_of_run(words, at) ? 2 : 0;
    const std::size_t taken = std::max(longest, tokens);
    if (taken == 0) {
      if (is_mechanism(words[at]) || (is_figure(words[at]) && at + 1 < words.size() && words[at + 1].starts_with("bit")))
        return false;
      denies |= is_one_of({"no", "without", "w/o", "off", "false", "disabled", "none"}, words[at]);
      unknown |= !is_one_of(kFillers, words[at]) && !is_figure(words[at]);
      ++at;
      continue;
    }
    speaks = true;
    names |= naming == taken;
    of_every_stack |= in_use == taken;
    at += taken;
  }
  return speaks && (names || !unknown) && !(denies && of_every_stack);
}

}  // namespace eigenbau::tables
