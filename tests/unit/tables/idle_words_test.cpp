// Are words that say nothing of a step told from those that may change it?
#include "tables/idle_words.h"

#include <doctest/doctest.h>

#include <string>

#include "tables/feature_words.h"

using namespace eigenbau::tables;

namespace {

bool all_idle(const char* options) {
  for (const std::string& clause : clauses_of(options))
    if (!is_idle(clause)) return false;
  return true;
}

}  // namespace

TEST_CASE("what names no mechanism of the step is idle") {
  for (const char* options : {"AdamW",
                              "Adam optimizer",
                              "fused AdamW",
                              "lr 3e-4",
                              "learning rate 1.5e-4, cosine",
                              "weight decay 0.1",
                              "dropout 0.1",
                              "no dropout",
                              "RoPE",
                              "rope theta 500000",
                              "gradient clipping 1.0",
                              "dynamic loss scaling",
                              "synthetic data",
                              "dataset: RedPajama v2",
                              "tokenizer tiktoken",
                              "CUDA 12.4",
                              "PyTorch 2.6.0a0",
                              "NCCL 2.20.5",
                              "driver 535.104.05",
                              "NGC container pytorch:24.05-py3",
                              "from Table 2",
                              "24 hours",
                              "300B tokens",
                              "weak scaling",
                              "strong scaling",
                              "within node",
                              "intra-node",
                              "fused kernels",
                              "SDPA",
                              "bf16 mixed precision",
                              "mixed precision",
                              "full finetune",
                              "limit_all_gathers",
                              "async checkpointing",
                              "warmup 2000 steps",
                              "beta1 0.9, beta2 0.95",
                              "distributed checkpoint"})
    CHECK_MESSAGE(all_idle(options), std::string(options));
}

TEST_CASE("a mechanism or a word that is not known is not idle, whatever stands beside it") {
  for (const char* options : {"quantized",
                              "gradient compression",
                              "sparse attention",
                              "optimizer offload",
                              "async SGD",
                              "LoRA finetune",
                              "packed dataset",
                              "data packing",
                              "low-rank AdamW",
                              "elastic training",
                              "pipelined optimizer",
                              "8-bit Adam",
                              "Muon optimizer",
                              "anything else",
                              "AdamW with tricks",
                              "no fused kernels",
                              "no mixed precision",
                              "fp32",
                              "quantized dataset",
                              "1-bit Adam",
                              "4M tokens",
                              "",
                              "24"})
    CHECK_MESSAGE(!(all_idle(options) && !clauses_of(options).empty()), std::string(options));
}
