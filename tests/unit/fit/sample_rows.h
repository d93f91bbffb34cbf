// Which rows of training runs do the tests of how rows are read take?
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "builtin_parts.h"
#include "fit/training_score.h"

namespace eigenbau::fit {

using namespace tables;

using Cells = std::map<std::string, std::string>;

inline const Cells kDense{{"year", "2025"},
                          {"gpu", "H100"},
                          {"num_gpus", "64"},
                          {"model", "llama3-70b"},
                          {"layers", "80"},
                          {"hidden", "8192"},
                          {"heads", "64"},
                          {"kv_heads", "8"},
                          {"ffn_hidden", "28672"},
                          {"vocab", "128256"},
                          {"seq_len", "8192"},
                          {"tp", "4"},
                          {"pp", "4"},
                          {"vpp", "5"},
                          {"cp", "1"},
                          {"dp", "4"},
                          {"micro_batch", "1"},
                          {"precision", "bf16"},
                          {"stack", "megatron-core"},
                          {"sharding", "zero1"},
                          {"seq_parallel", "1"},
                          {"recompute", "none"},
                          {"global_batch_seqs", "128"}};

/// Of `kDense`: a model that one GPU can hold, on as many replicas as GPUs.
inline const Cells kReplicas{
    {"num_gpus", "64"},     {"tp", "1"},      {"pp", "1"},        {"vpp", ""},     {"dp", "64"},
    {"model", "llama3-8b"}, {"layers", "32"}, {"hidden", "4096"}, {"heads", "32"}, {"ffn_hidden", "14336"}};

/// Of `kDense`: the shape of the largest model of its series.
inline const Cells kLargest{
    {"model", "llama3.1-405b"}, {"layers", "126"}, {"hidden", "16384"}, {"heads", "128"}, {"ffn_hidden", "53248"}};

/// Of any row: nothing of its plan is stated but the batch.
inline const Cells kOpenPlan{{"tp", ""}, {"pp", ""},          {"vpp", ""},       {"cp", ""},
                             {"dp", ""}, {"micro_batch", ""}, {"recompute", ""}, {"sharding", ""}};

inline const Cells kExperts{{"year", "2025"},
                            {"gpu", "H100"},
                            {"num_gpus", "64"},
                            {"model", "mixtral-8x22b"},
                            {"layers", "56"},
                            {"hidden", "6144"},
                            {"heads", "48"},
                            {"kv_heads", "8"},
                            {"ffn_hidden", "16384"},
                            {"vocab", "32768"},
                            {"seq_len", "8192"},
                            {"experts", "8"},
                            {"top_k", "2"},
                            {"moe_ffn_hidden", "16384"},
                            {"tp", "2"},
                            {"pp", "4"},
                            {"cp", "1"},
                            {"dp", "8"},
                            {"ep", "8"},
                            {"micro_batch", "1"},
                            {"precision", "bf16"},
                            {"stack", "megatron-core"},
                            {"global_batch_seqs", "128"}};

inline Cells with(Cells cells, const Cells& changed) {
  for (const auto& [column, text] : changed) cells[column] = text;
  return cells;
}

inline Csv table_of(const Cells& cells) {
  std::string head = "id", row = "x-1";
  for (const auto& [column, text] : cells) {
    head += "," + column;
    row += "," + csv_cell(text);
  }
  return Csv::parse(SourceText{"t.csv", head + "\n" + row + "\n"}).value();
}

inline TrainingPrediction answer(const Cells& cells) { return predict_row(table_of(cells), 0, builtin_training()); }
inline TrainingPrediction dense(const Cells& changed = {}) { return answer(with(kDense, changed)); }
inline TrainingPrediction experts(const Cells& changed) { return answer(with(kExperts, changed)); }

inline bool says(const TrainingPrediction& p, std::string_view words) { return p.reason.find(words) != std::string::npos; }

}  // namespace eigenbau::fit
