// Which columns of a table of measurements are read, whatever heads them?
#include "tables/headings.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/diagnostic.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

/// Words of a heading joined by underscores: "busbw (GB/s)" is "busbw_gb_s". The sign of a micrometer is a u.
std::string plain_heading(std::string_view heading) {
  std::string words;
  for (std::size_t at = 0; at < heading.size(); ++at) {
    const std::string_view rest = heading.substr(at);
    if (rest.starts_with("\u00b5") || rest.starts_with("\u03bc")) {
      words += 'u';
      ++at;
    } else if (is_letter_or_digit(heading[at])) words += heading[at];
    else if (!words.empty() && words.back() != '_') words += '_';
  }
  while (words.ends_with('_')) words.pop_back();
  return lower(words);
}

bool is_headed(const KnownColumn& column, std::string_view heading) {
  return heading == column.name || is_one_of(column.aliases, heading);
}

// Tables of collectives and of training runs call these the same.
KnownColumn nodes() {
  return {"nodes", {"num_nodes", "n_nodes", "nnodes", "node_count", "servers", "num_servers", "hosts", "num_hosts"}};
}
KnownColumn gpus_of_node() { return {"gpus_per_node", {"ranks_per_node", "gpus_per_server", "gpus_per_host", "ppn"}}; }

}  // namespace

const KnownColumns& kernel_columns() {
  static const KnownColumns kColumns{
      {"id", {"run", "run_id", "row_id", "test_id"}},
      {"source"},
      {"locator"},
      {"gpu", {"gpu_name", "gpu_type", "gpu_model", "device", "device_name", "accelerator"}},
      {"op", {"operation", "operator", "op_name"}},
      {"dtype", {"data_type", "datatype", "precision", "number_format"}},
      {"m"},
      {"n"},
      {"k"},
      {"batch", {"batch_size", "bs"}},
      {"seqlen", {"seq_len", "seq_length", "sequence_length", "seqlen_q", "isl"}},
      {"head_dim", {"head_size", "headdim", "d_head", "dim_head"}},
      {"heads", {"num_heads", "n_heads", "nheads", "num_attention_heads", "q_heads", "num_q_heads"}},
      {"kv_heads", {"num_kv_heads", "n_kv_heads", "nkv", "num_key_value_heads", "num_query_groups"}},
      {"window", {"window_size", "sliding_window"}},
      {"experts", {"num_experts", "n_experts"}},
      {"topk", {"top_k", "moe_topk", "experts_per_token", "num_experts_per_tok"}},
      {"nodes", {"num_nodes", "n_nodes"}},
      {"causal", {"is_causal"}},
      {"direction", {"pass"}},
      {"time_us", {"latency_us", "duration_us", "runtime_us", "time_usec", "avg_time_us", "mean_time_us", "us"}},
      {"tflops", {"tflop_s", "tflops_s"}},
      {"gbps", {"gb_s"}},
      {"notes", {"note", "comment", "comments", "remarks"}}};
  return kColumns;
}

const KnownColumns& collective_columns() {
  static const KnownColumns kColumns{
      {"id", {"run", "run_id", "row_id", "test_id"}},
      {"source"},
      {"locator"},
      {"gpu", {"gpu_name", "gpu_type", "gpu_model", "device", "device_name", "accelerator"}},
      {"num_gpus",
       {"gpus", "n_gpus", "ngpus", "n_gpu", "num_gpu", "gpu_count", "ranks", "nranks", "n_ranks", "num_ranks", "world_size"}},
      gpus_of_node(),
      nodes(),
      {"nics_per_node", {"nics", "num_nics", "nics_per_server"}},
      {"nic_gbps", {"nic_gb_s", "nic_speed_gbps", "nic_rate_gbps", "nic_bw_gbps"}},
      {"transport"},
      {"collective", {"op", "operation", "coll", "collective_op"}},
      {"bytes", {"size", "size_b", "size_bytes", "message", "message_size", "message_bytes", "msg_size", "msg_bytes", "nbytes"}},
      {"size_kb", {"message_kb", "message_size_kb", "msg_kb", "msg_size_kb", "data_size_kb"}},
      {"size_mb", {"message_mb", "message_size_mb", "msg_mb", "msg_size_mb", "data_size_mb"}},
      {"size_gb", {"message_gb", "message_size_gb", "msg_gb", "msg_size_gb", "data_size_gb"}},
      {"size_kib", {"message_kib", "message_size_kib", "msg_kib", "msg_size_kib", "data_size_kib"}},
      {"size_mib", {"message_mib", "message_size_mib", "msg_mib", "msg_size_mib", "data_size_mib"}},
      {"size_gib", {"message_gib", "message_size_gib", "msg_gib", "msg_size_gib", "data_size_gib"}},
      {"time_us", {"time", "latency_us", "duration_us", "time_usec", "avg_time_us", "us"}},
      {"algbw_gbs", {"algbw", "alg_bw", "algbw_gb_s", "algo_bw", "algorithm_bandwidth", "algorithm_bandwidth_gb_s"}},
      {"busbw_gbs", {"busbw", "bus_bw", "busbw_gb_s", "bus_bandwidth", "bus_bandwidth_gb_s"}},
      {"in_place", {"inplace"}},
      {"loop"},
      {"count", {"count_elements"}},
      {"type", {"dtype", "data_type", "datatype"}},
      {"redop"},
      {"root"},
      {"wrong"},
      {"notes", {"note", "comment", "comments", "remarks"}}};
  return kColumns;
}

const KnownColumns& training_columns() {
  static const KnownColumns kColumns{
      {"id", {"run", "run_id", "row_id"}},
      {"source"},
      {"source_locator", {"locator"}},
      {"year", {"date"}},
      {"gpu", {"gpu_name", "gpu_type", "gpu_model", "device", "accelerator"}},
      {"num_gpus", {"gpus", "n_gpus", "ngpus", "n_gpu", "num_gpu", "gpu_count", "world_size"}},
      nodes(),
      gpus_of_node(),
      {"model", {"model_name"}},
      {"params_b"},
      {"layers", {"num_layers", "n_layers"}},
      {"hidden", {"hidden_size", "d_model"}},
      {"heads", {"num_heads", "n_heads", "num_attention_heads"}},
      {"kv_heads", {"num_kv_heads", "n_kv_heads", "num_key_value_heads", "num_query_groups"}},
      {"ffn_hidden", {"ffn_hidden_size", "intermediate_size"}},
      {"vocab", {"vocab_size"}},
      {"seq_len", {"seqlen", "seq_length", "sequence_length"}},
      {"experts", {"num_experts", "n_experts"}},
      {"top_k", {"topk", "moe_topk", "num_experts_per_tok"}},
      {"moe_ffn_hidden", {"moe_ffn_hidden_size", "moe_intermediate_size"}},
      {"tp", {"tensor_parallel", "tensor_parallel_size", "tp_size"}},
      {"pp", {"pipeline_parallel", "pipeline_parallel_size", "pp_size"}},
      {"vpp", {"vp", "virtual_pipeline", "vpp_size"}},
      {"cp", {"context_parallel", "context_parallel_size", "cp_size"}},
      {"ep", {"expert_parallel", "expert_parallel_size", "ep_size"}},
      {"dp", {"data_parallel", "data_parallel_size", "dp_size"}},
      {"sharding"},
      {"micro_batch", {"mbs", "micro_batch_size", "micro_batch_size_per_gpu", "train_micro_batch_size_per_gpu"}},
      {"device_batch",
       {"per_device_batch", "per_device_batch_size", "per_device_train_batch_size", "batch_per_device", "batch_size_per_device",
        "batch_per_gpu", "batch_size_per_gpu", "per_gpu_batch_size"}},
      {"gradient_accumulation",
       {"gradient_accumulation_steps", "grad_accumulation", "grad_accumulation_steps", "grad_accum", "grad_accum_steps",
        "accumulation_steps", "ga", "gas"}},
      // DeepSpeed's train_batch_size is that of all ranks.
      {"global_batch_seqs",
       {"gbs", "global_batch", "global_batch_size", "global_batch_sequences", "global_bs", "train_batch_size", "total_batch_size",
        "effective_batch_size"}},
      {"global_batch_tokens",
       {"global_batch_size_tokens", "batch_tokens", "batch_size_tokens", "tokens_per_batch", "tokens_per_global_batch",
        "tokens_per_step", "tokens_per_iteration"}},
      {"precision", {"dtype"}},
      {"stack", {"framework", "software"}},
      {"recompute", {"recomputation", "activation_checkpointing"}},
      {"seq_parallel", {"sp", "sequence_parallel"}},
      {"interconnect_note", {"interconnect", "network"}},
      {"options"},
      {"tokens_per_s_per_gpu", {"tokens_s_gpu", "tokens_per_sec_per_gpu", "tok_s_gpu", "tokens_per_second_per_gpu"}},
      {"step_time_s", {"step_time_sec", "iteration_time_s", "iter_time_s"}},
      {"model_tflops_per_gpu"},
      {"mfu_pct"},
      {"total_time"},
      {"quality"},
      {"apart"},
      {"notes", {"note", "comment", "comments", "remarks"}}};
  return kColumns;
}

Csv with_known_headings(Csv table, const KnownColumns& known) {
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    const std::string heading = plain_heading(table.columns()[i]);
    for (const KnownColumn& column : known)
      if (is_headed(column, heading) && !table.column(column.name)) table.rename(i, std::string(column.name));
  }
  if (!table.column("id")) table.add_column("id", [](std::size_t row) { return fmt::format("row-{}", row + 1); });
  return table;
}

std::vector<std::string> unknown_columns(const Csv& table, const KnownColumns& known) {
  std::vector<std::string> unknown;
  for (const std::string& heading : table.columns())
    if (!heading.empty() && std::ranges::find(known, heading, &KnownColumn::name) == known.end()) unknown.push_back(heading);
  return unknown;
}

std::string nearest_column(std::string_view heading, const KnownColumns& known) {
  std::vector<std::string> names;
  for (const KnownColumn& column : known) names.emplace_back(column.name);
  return nearest_name(plain_heading(heading), names).value_or("");
}

}  // namespace eigenbau::tables
