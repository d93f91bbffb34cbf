// What does one row of a kernel table ask, and what was measured?
#include "tables/kernel_row.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>
#include <utility>

#include "tables/cell_words.h"
#include "tables/collective_row.h"
#include "tables/count_words.h"
#include "tables/measured_cell.h"
#include "tables/message_size.h"
#include "tables/negation.h"
#include "tables/row_fault.h"
#include "tables/row_number.h"
#include "tables/row_words.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

/// The number at the start of a note's value; nothing counts more than the ranks of the largest machine.
double number(std::string_view text, double fallback = 0) {
  std::size_t length = 0;
  const double value = leading_number(text, length);
  return length > 0 && value <= kMostRanks ? value : fallback;
}

/// Keys and columns under which tables state a figure of attention or experts.
using Keys = std::span<const std::string_view>;
constexpr auto kKvHeads =
    std::to_array<std::string_view>({"kv_heads", "num_kv_heads", "n_kv_heads", "nkv", "num_key_value_heads"});
constexpr auto kWindow = std::to_array<std::string_view>({"window", "window_size", "sliding_window"});
constexpr auto kTensorRanks = std::to_array<std::string_view>({"tp"});
constexpr auto kExpertRanks = std::to_array<std::string_view>({"ep", "moe_ep_size"});
constexpr auto kExperts = std::to_array<std::string_view>({"experts", "num_experts", "n_experts"});
constexpr auto kNodes = std::to_array<std::string_view>({"nodes", "num_nodes", "n_nodes"});
constexpr auto kTopK = std::to_array<std::string_view>({"topk", "top_k", "moe_topk", "experts_per_token", "num_experts_per_tok"});

/// What a column or the notes state under any of `keys`; empty if none does.
std::string_view stated(const Csv& table, std::size_t i, Keys keys) {
  for (const std::string_view key : keys)
    for (const std::string_view value : {table.cell(i, key), note_value(table.cell(i, "notes"), key)})
      if (!says_nothing(value)) return trimmed(value);
  return {};
}

/// Remembers as unreadable what is stated to be none at all, or a part of one.
void refuse_none(std::string_view key, std::string_view value, KernelRow& row) {
  const auto plain = plain_number(value);
  if (plain && !(*plain > 0 && *plain == std::floor(*plain)) && row.unreadable.empty())
    row.unreadable = fmt::format("{} '{}' is no count", key, value);
}

/// The same as a number, which is remembered as unreadable where it is stated to be none at all.
double figure(const Csv& table, std::size_t i, Keys keys, KernelRow& row) {
  const std::string_view value = stated(table, i, keys);
  refuse_none(keys.front(), value, row);
  return number(value);
}

/// The same of ranks that share the work, which the notes alone state; 1 where they do not.
double ranks_in_notes(std::string_view notes, Keys keys, KernelRow& row) {
  for (const std::string_view key : keys) {
    const std::string_view value = note_value(notes, key);
    if (says_nothing(value)) continue;
    refuse_none(key, trimmed(value), row);
    return number(trimmed(value), 1);
  }
  return 1;
}

/// Whether an operation has the size that a column states; mixed tables fill the columns of others with 0 or -1.
bool has_size(const KernelRow& row, std::string_view column) {
  const std::string& op = row.operation;
  const bool attends = op.starts_with("attention") || op.starts_with("mla"), multiplies = contains(op, "gemm");
  if (is_one_of({"seqlen", "heads"}, column)) return attends;
  if (column == "head_dim") return op.starts_with("attention");
  if (column == "batch") return attends || multiplies;
  return multiplies || op == "moe_ffn" || op.starts_with("ep_");
}

/// The sizes in cells of their own.
void read_sizes(const Csv& table, std::size_t i, KernelRow& row) {
  RowNumbers cells;
  const auto size = [&](std::string_view column) {
    const std::string_view cell = table.cell(i, column);
    return has_size(row, column) ? cells.size(column, cell) : std::max(0.0, cells.whole(column, cell));
  };
  row.k = size("k");
  row.batch = size("batch");
  row.length = size("seqlen");
  row.head_size = size("head_dim");
  row.heads = size("heads");
  if (collective_of(row.operation)) {  // m counts bytes, n ranks
    row.m = std::max(0.0, cells.bytes("m", table.cell(i, "m")));
    row.n = std::min(cells.ranks("n", table.cell(i, "n")), kMostRanks);
    if (row.n < 1 && !says_nothing(table.cell(i, "n")))
      cells.refuse(fmt::format("n '{}' is not positive", trimmed(table.cell(i, "n"))));
  } else {
    row.m = size("m");
    row.n = size("n");
  }
  row.unreadable = cells.unreadable();
}

/// The family of kernels by the words with which tables name it; the more particular ones first.
std::string family_of(const std::string& notes, const std::string& locator, const std::string& source) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kWords{{{"sarathi", "sarathi"},
                                                                                  {"deepep", "deepep"},
                                                                                  {"trtllm", "trtllm"},
                                                                                  {"trt-llm", "trtllm"},
                                                                                  {"tensorrt", "trtllm"},
                                                                                  {"vllm", "vllm"},
                                                                                  {"sglang", "sglang"},
                                                                                  {"nccl", "nccl"},
                                                                                  {"deepgemm", "deepgemm"},
                                                                                  {"flashinfer", "flashinfer"},
                                                                                  {"flashmla", "flashinfer"},
                                                                                  {"fa4", "flash-attention-4"},
                                                                                  {"fa3", "flash-attention-3"},
                                                                                  {"fa2", "flash-attention-2"},
                                                                                  {"infersim", "deepgemm"}}};
  for (const std::string& text : {notes, locator, source})
    for (const auto& [word, family] : kWords)
      if (text.find(word) != std::string::npos) return std::string(family);
  return {};
}

double skew_of(std::string_view routing) {
  constexpr std::string_view kPower = "power_law_";
  return routing.substr(0, kPower.size()) == kPower ? number(routing.substr(kPower.size())) : 0;
}

/// Attention is causal unless the row says otherwise.
void read_causal(std::string_view cell, KernelRow& row) {
  const auto stated = yes_or_no(cell);
  row.causal = stated.value_or(true);
  if (!stated && !says_nothing(cell))
    add_note(row.passed_over, fmt::format("causal \"{}\" not understood: taken as causal", trimmed(cell)));
}

void read_direction(std::string_view cell, KernelRow& row) {
  const std::string word = lower(trimmed(cell));
  const auto names = [&](auto... parts) { return (contains(word, parts) || ...); };
  row.forward = word != "bwd" && word != "backward";
  row.backward = names("bwd", "backward");
  if (!says_nothing(cell) && !names("fwd", "forward", "bwd", "backward", "comm"))
    add_note(row.passed_over, fmt::format("direction \"{}\" not understood: taken as forward", trimmed(cell)));
}

/// A new token reads the keys of its window only.
void read_window(double window, KernelRow& row) {
  if (!(window > 0) || window >= row.length) return;
  if (row.operation == "attention_decode") row.length = window;
  else if (row.operation == "attention_prefill") row.window = window;
  else if (row.operation.starts_with("mla")) add_note(row.passed_over, fmt::format("window {:.0f} passed over", window));
}

/// What m counts where the notes say that it is something else than usual: elements of a message, rows of all groups.
void read_count_of_m(const std::string& notes, std::string_view type, KernelRow& row) {
  const bool elements = has_one_of(notes, {"m=elements", "m is elements", "m in elements", "m: elements"});
  const bool total = has_one_of(notes, {"m is the total", "m=total", "m is total", "m: total"});
  if (elements && collective_of(row.operation)) {
    const auto width = element_bytes(type);
    if (!width && row.unreadable.empty()) row.unreadable = "m counts elements, and dtype does not tell their bytes";
    row.m *= width.value_or(1);
    add_note(row.assumed, "m in elements");
  }
  if (!total || row.operation != "grouped_gemm" || row.batch < 1) return;
  row.m /= row.batch;
  add_note(row.assumed, fmt::format("{:g} rows in each of {:.0f} groups", row.m, row.batch));
}

/// A count of the notes that is written without the sign that makes it one is not read, which is said where another is taken.
void note_unassigned(std::string_view notes, KernelRow& row) {
  struct Count {
    Keys keys;
    double taken;
  };
  const std::array counts{Count{kKvHeads, row.kv_heads},
                          Count{kTensorRanks, row.tensor_parallel},
                          Count{kExpertRanks, row.expert_parallel},
                          Count{kExperts, row.experts},
                          Count{kNodes, row.nodes},
                          Count{kTopK, row.experts_per_token}};
  for (const std::string_view part : split_at(notes, ";,")) {
    const std::string_view words = trimmed(part), key = words.substr(0, words.find(' '));
    const auto count = count_in(trimmed(words.substr(key.size())));
    const auto found =
        std::ranges::find_if(counts, [&](const Count& c) { return std::ranges::find(c.keys, key) != c.keys.end(); });
    if (count && found != counts.end() && *count != found->taken)
      add_note(row.passed_over, fmt::format("\"{}\" passed over: {}=... is read", words, key));
  }
}

/// Who exchanges tokens over what: "n=EP ranks", "EP16", "EP8x4 RDMA" (32 ranks on 4 nodes).
void read_exchange(const std::string& notes, KernelRow& row) {
  if (!row.operation.starts_with("ep_")) return;
  row.over_nics = use_of(notes, "rdma") == Use::on;
  if (contains(notes, "n=ep ranks") || contains(notes, "n=ranks")) row.ranks = row.n;
  for (const std::string_view word : split_at(notes, " ;,()")) {
    if (!word.starts_with("ep")) continue;
    if (const auto count = count_in(word.substr(2))) row.ranks = *count;
    const auto factors = factors_in(word.substr(2));
    if (!factors) continue;
    row.ranks = static_cast<double>(factors->first) * factors->second;
    if (row.nodes == 0) row.nodes = factors->second;
  }
}

/// The count that follows `words` in free text, "16k" being 16,384; 0 if there is none.
double count_after(std::string_view text, std::string_view words) {
  const auto at = text.find(words);
  if (at == std::string_view::npos) return 0;
  const std::string_view rest = text.substr(at + words.size());
  const auto digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  const double value = number(rest.substr(0, digits));
  return digits < rest.size() && rest[digits] == 'k' ? value * 1024 : value;
}

/// Figures that a row leaves out and every user of the kernel knows; each is said.
void complete(KernelRow& row, const std::string& notes) {
  const auto say = [&row](const std::string& what) { add_note(row.assumed, what); };
  const auto take = [&](double& size, double usual, std::string_view what) {
    if (size > 0) return;
    size = usual;
    say(fmt::format("{} {:.0f}", what, usual));
  };
  const std::string& op = row.operation;
  if (op == "attention_prefill" || op == "attention_decode") {
    take(row.head_size, 128, "head size");
    const double tokens = count_after(notes, "total tokens "), hidden = count_after(notes, "hidden ");
    if (tokens > 0 && row.length > 0) take(row.batch, std::max(1.0, tokens / row.length), "batch");
    if (hidden > 0) take(row.heads, std::max(1.0, hidden / row.head_size), "heads");
    take(row.heads, 32, "heads");
    take(row.kv_heads, row.heads, "key-value heads");
  }
  if (op == "mla_prefill" || op == "mla_decode") take(row.heads, 128, "heads");
  if (op.starts_with("attention") || op.starts_with("mla")) take(row.batch, 1, "batch");
  if (op == "moe_ffn") {
    take(row.experts_per_token, 8, "experts per token");
    take(row.experts, 128, "experts");
    if (note_value(notes, "tp").empty()) say("tp 1");
    if (note_value(notes, "ep").empty() && note_value(notes, "moe_ep_size").empty()) say("ep 1");
    if (note_value(notes, "routing").empty()) say("balanced routing");
  }
  if (op == "grouped_gemm_moe_up" || op == "grouped_gemm_moe_down") {
    take(row.batch, row.experts > 0 ? row.experts : 8, "experts on the GPU");
    take(row.experts_per_token, 8, "experts per token");
  }
  if (op.starts_with("ep_")) {
    take(row.k, 7168, "hidden size");
    take(row.experts_per_token, 8, "experts per token");
  }
  if (op == "all_reduce" || op == "all_gather" || op == "reduce_scatter" || op == "alltoall") take(row.n, 8, "ranks");
}

}  // namespace

std::vector<KernelRow> kernel_rows(const Csv& table) {
  std::vector<KernelRow> rows;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (std::string wrong = row_fault(table, i); !wrong.empty()) {
      rows.push_back({.id = std::string(table.cell(i, "id")), .unreadable = std::move(wrong)});
      continue;
    }
    const std::string_view notes = table.cell(i, "notes");
    const std::string locator = lower(table.cell(i, "locator"));
    KernelRow row{.id = std::string(table.cell(i, "id")),
                  .operation = kernel_word(table.cell(i, "op")),
                  .gpu = std::string(table.cell(i, "gpu")),
                  .format = format_word(table.cell(i, "dtype")),
                  .brain_floats = is_one_of({"bf16", "bfloat16"}, plain_word(table.cell(i, "dtype"))),
                  .cache_format = format_word(note_value(notes, "kv_dtype")),
                  .family = family_of(lower(notes), locator, lower(table.cell(i, "source"))),
                  .variant = std::string(note_value(notes, "kernel")),
                  .skew = skew_of(note_value(notes, "routing")),
                  .multiprocessors = number(note_value(notes, "sms")),
                  .measured_us = table.number(i, "time_us")};
    read_sizes(table, i, row);
    row.tensor_parallel = ranks_in_notes(notes, kTensorRanks, row);
    row.expert_parallel = ranks_in_notes(notes, kExpertRanks, row);
    row.nodes = figure(table, i, kNodes, row);
    row.kv_heads = figure(table, i, kKvHeads, row);
    row.experts = figure(table, i, kExperts, row);
    row.experts_per_token = figure(table, i, kTopK, row);
    read_causal(table.cell(i, "causal"), row);
    read_direction(table.cell(i, "direction"), row);
    read_window(number(stated(table, i, kWindow)), row);
    read_exchange(lower(notes), row);
    read_count_of_m(lower(notes), table.cell(i, "dtype"), row);
    if (row.operation == "gemm" && row.batch > 1)
      add_note(row.assumed, fmt::format("{:.0f} products, each of its own matrices, in one launch", row.batch));
    add_note(row.passed_over, broken_measurement(table, i, "time_us"));
    if (row.variant.empty()) row.variant = std::string(note_value(notes, "kernel_source"));
    if (locator.find("context_moe") != std::string::npos) row.variant += " context";
    if (locator.find("generation_moe") != std::string::npos) row.variant += " generation";
    if (!(row.measured_us.value_or(0) > 0)) row.measured_us.reset();
    complete(row, lower(notes));
    note_unassigned(notes, row);
    if (row.operation == "attention_prefill" && table.cell(i, "causal").empty()) add_note(row.assumed, "causal");
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace eigenbau::tables
