// What do the words of tables of measured rows mean, however they are spelled?
#include "tables/row_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "tables/machine_type.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

using Word = std::pair<std::string_view, std::string_view>;  ///< as written, as known

constexpr std::array kOperations{
    Word{"matmul", "gemm"},
    Word{"bmm", "gemm"},
    Word{"addmm", "gemm"},
    Word{"baddbmm", "gemm"},
    Word{"batched_gemm", "gemm"},
    Word{"batched_matmul", "gemm"},
    Word{"strided_batched_gemm", "gemm"},
    Word{"gemv", "gemm"},
    Word{"mm", "gemm"},
    Word{"linear", "gemm"},
    Word{"dense", "gemm"},
    Word{"attention", "attention_prefill"},
    Word{"attention_context", "attention_prefill"},
    Word{"context_attention", "attention_prefill"},
    Word{"prefill_attention", "attention_prefill"},
    Word{"flash_attention", "attention_prefill"},
    Word{"flash_attention_2", "attention_prefill"},
    Word{"flash_attention_3", "attention_prefill"},
    Word{"flash_attention_4", "attention_prefill"},
    Word{"flash_attn", "attention_prefill"},
    Word{"scaled_dot_product_attention", "attention_prefill"},
    Word{"fmha", "attention_prefill"},
    Word{"sdpa", "attention_prefill"},
    Word{"mha_prefill", "attention_prefill"},
    Word{"gqa_prefill", "attention_prefill"},
    Word{"attention_generation", "attention_decode"},
    Word{"generation_attention", "attention_decode"},
    Word{"decode_attention", "attention_decode"},
    Word{"paged_attention", "attention_decode"},
    Word{"flash_decoding", "attention_decode"},
    Word{"mha_decode", "attention_decode"},
    Word{"gqa_decode", "attention_decode"},
    Word{"context_mla", "mla_prefill"},
    Word{"mla_context", "mla_prefill"},
    Word{"generation_mla", "mla_decode"},
    Word{"mla_generation", "mla_decode"},
    Word{"mla_decode_dense", "mla_decode"},
    Word{"moe", "moe_ffn"},
    Word{"fused_moe", "moe_ffn"},
    Word{"experts", "moe_ffn"},
    Word{"moe_gemm", "grouped_gemm"},
    Word{"grouped_mm", "grouped_gemm"},
    Word{"grouped_matmul", "grouped_gemm"},
    Word{"grouped_gemm_up", "grouped_gemm_moe_up"},
    Word{"grouped_gemm_down", "grouped_gemm_moe_down"},
    Word{"ep_dispatch", "ep_dispatch_normal"},
    Word{"ep_combine", "ep_combine_normal"},
    Word{"ep_dispatch_v2", "ep_dispatch_normal"},
    Word{"ep_combine_v2", "ep_combine_normal"},
    Word{"ep_dispatch_low_latency", "ep_dispatch_lowlat"},
    Word{"ep_combine_low_latency", "ep_combine_lowlat"},
};
constexpr std::array kCollectives{
    Word{"allreduce", "all_reduce"},     Word{"allgather", "all_gather"},   Word{"reducescatter", "reduce_scatter"},
    Word{"all_to_all", "alltoall"},      Word{"a2a", "alltoall"},           Word{"alltoallv", "alltoall"},
    Word{"all_to_all_v", "alltoall"},    Word{"all_to_allv", "alltoall"},   Word{"all2all", "alltoall"},
    Word{"send_recv", "sendrecv"},       Word{"send_receive", "sendrecv"},  Word{"p2p", "sendrecv"},
    Word{"bcast", "broadcast"},          Word{"dispatch", "ep_dispatch"},   Word{"combine", "ep_combine"},
    Word{"moe_dispatch", "ep_dispatch"}, Word{"moe_combine", "ep_combine"},
};
constexpr std::array kFormats{
    Word{"bfloat16", "bf16"},
    Word{"float16", "bf16"},
    Word{"fp16", "bf16"},
    Word{"half", "bf16"},
    Word{"f16", "bf16"},
    Word{"fp16/bf16", "bf16"},
    Word{"bf16/fp16", "bf16"},
    Word{"float8", "fp8"},
    Word{"e4m3", "fp8"},
    Word{"fp8_e4m3", "fp8"},
    Word{"float8_e4m3fn", "fp8"},
    Word{"fp8_e4m3fn", "fp8"},
    Word{"e5m2", "fp8"},
    Word{"fp8_e5m2", "fp8"},
    Word{"float8_e5m2", "fp8"},
    Word{"fp8_blockwise", "fp8_block"},
    Word{"fp8_block_scale", "fp8_block"},
    Word{"fp8_block_scaled", "fp8_block"},
    Word{"fp4", "nvfp4"},
    Word{"fp4_e2m1", "nvfp4"},
    Word{"mxfp4_e2m1", "mxfp4"},
    Word{"mxfp8_e4m3", "mxfp8"},
    Word{"float32", "fp32"},
    Word{"float", "fp32"},
    Word{"f32", "fp32"},
    Word{"single", "fp32"},
    Word{"tfloat32", "tf32"},
    Word{"float64", "fp64"},
    Word{"double", "fp64"},
    Word{"f64", "fp64"},
    Word{"i8", "int8"},
    Word{"w8a8", "int8"},
    Word{"auto", ""},
};

std::string known_as(std::span<const Word> words, std::string word) {
  for (const auto& [written, known] : words)
    if (written == word) return std::string(known);
  return word;
}

/// The same words and what they mean, run together: "FusedMoE" is "fused_moe".
using Together = std::map<std::string, std::string_view, std::less<>>;
Together together(std::span<const Word> words) {
  Together result;
  for (const auto& [written, known] : words) result.emplace(run_together(written), known);
  for (const auto& [written, known] : words) result.emplace(run_together(known), known);
  return result;
}
std::string known_together(const Together& words, std::string word) {
  const auto found = words.find(run_together(word));
  return found == words.end() ? word : std::string(found->second);
}

const Together& collectives() {
  static const Together kTogether = together(kCollectives);
  return kTogether;
}

}  // namespace

std::string plain_word(std::string_view written) {
  std::string result;
  for (const char c : written) {
    const auto u = static_cast<unsigned char>(c);
    result += std::isspace(u) || c == '-' ? '_' : static_cast<char>(std::tolower(u));
  }
  while (!result.empty() && result.front() == '_') result.erase(result.begin());
  while (!result.empty() && result.back() == '_') result.pop_back();
  return result;
}

std::string kernel_word(std::string_view written) {
  static const Together kTogether = together(kOperations);
  const std::string word = known_together(kTogether, plain_word(written));
  const std::string collective = known_together(collectives(), word);
  return collective.starts_with("ep_") ? word : collective;
}

std::string collective_word(std::string_view written) {
  std::string word = plain_word(written);
  if (word.ends_with("_perf")) word.resize(word.size() - 5);
  return known_together(collectives(), std::move(word));
}

std::string format_word(std::string_view written) { return known_as(kFormats, plain_word(written)); }

std::string_view note_value(std::string_view notes, std::string_view key) {
  while (!notes.empty()) {
    notes.remove_prefix(std::min(notes.find_first_not_of(' '), notes.size()));
    const auto end = std::min(notes.find(';'), notes.size());
    const auto part = notes.substr(0, end);
    if (part.size() > key.size() && part.substr(0, key.size()) == key && part[key.size()] == '=')
      return part.substr(key.size() + 1);
    notes.remove_prefix(std::min(end + 1, notes.size()));
  }
  return {};
}

std::optional<GpuFigures> gpu_of_name(const GpuLookup& lookup, std::string_view written) {
  if (auto gpu = lookup(written)) return gpu;
  constexpr std::size_t kMostWords = 16;                   // every run of them is tried; no GPU's name is half as long
  std::vector<std::pair<std::size_t, std::size_t>> words;  // begin and end of each
  for (std::size_t at = 0; at < written.size() && words.size() < kMostWords;) {
    const std::size_t begin = written.find_first_not_of(" -_/,()", at);
    if (begin == std::string_view::npos) break;
    at = std::min(written.find_first_of(" -_/,()", begin), written.size());
    words.emplace_back(begin, at);
  }
  const auto is_name = [](std::string_view run) {  // "B200", "L4"; no lone numbers or words
    return std::any_of(run.begin(), run.end(), [](unsigned char c) { return std::isalpha(c); }) &&
           std::any_of(run.begin(), run.end(), [](unsigned char c) { return std::isdigit(c); });
  };
  for (std::size_t count = words.size(); count > 0; --count)
    for (std::size_t i = 0; i + count <= words.size(); ++i) {
      const auto run = written.substr(words[i].first, words[i + count - 1].second - words[i].first);
      if (!is_name(run)) continue;
      if (auto gpu = lookup(run)) return gpu;
    }
  const MachineType* rented = machine_type(lower(written));
  return rented ? lookup(rented->gpu) : std::nullopt;
}

}  // namespace eigenbau::tables
