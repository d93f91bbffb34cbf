// How long did a kernel take of which a table states a rate and no time?
#include "tables/kernel_rate.h"

#include <algorithm>
#include <string>

#include "tables/cell_words.h"
#include "tables/collective_row.h"
#include "tables/measured_cell.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

/// Whether FLOP are counted as in FlashAttention's own benchmark.
bool counts_as_flash_attention(const Csv& table, std::size_t row) {
  std::string words;
  for (const std::string_view column : {"source", "locator", "notes"}) words += lower(table.cell(row, column)) + " ";
  return has_one_of(words, {"flash-attention", "flash attention", "flashattention"});
}

/// The FLOP of the row as its source counts them; 0: not known.
double counted_flop(const Csv& table, std::size_t row, const KernelRow& r) {
  constexpr double kBackward = 2.5;
  if (r.operation == "gemm" || r.operation == "gemm_mamf") return r.backward ? 0 : 2 * r.m * r.n * r.k * std::max(1.0, r.batch);
  if (r.operation != "attention_prefill" || r.window > 0) return 0;
  const std::string notes = lower(table.cell(row, "notes"));
  const auto told = [&](std::string_view column, std::string_view words) {
    return !says_nothing(table.cell(row, column)) || contains(notes, words);
  };
  if (!told("batch", "total tokens") || !told("heads", "hidden") || says_nothing(table.cell(row, "head_dim"))) return 0;
  const double all = 4 * r.batch * r.heads * r.length * r.length * r.head_size;
  if (counts_as_flash_attention(table, row))
    return all * (r.causal ? 0.5 : 1) * ((r.forward ? 1 : 0) + (r.backward ? kBackward : 0));
  return r.causal || r.backward ? 0 : all;
}

/// Between which counts of FLOP any source stays.
struct Counts {
  double least = 0, most = 0;
};

/// As counted_flop() has them, where that is known; a causal mask counts half or all, experts have two matrices or three.
Counts possible_flop(const Csv& table, std::size_t row, const KernelRow& r) {
  if (const double flop = counted_flop(table, row, r); flop > 0) return {flop, flop};
  const bool forward = r.forward && !r.backward;
  if (r.operation == "attention_prefill" && r.causal && forward && r.window <= 0) {
    const double all = 4 * r.batch * r.heads * r.length * r.length * r.head_size;
    return {all / 2, all};
  }
  if (r.operation != "moe_ffn" || !forward || !(r.experts_per_token > 0)) return {};
  const double matrix = 2 * r.m * r.experts_per_token / r.expert_parallel * r.n / r.tensor_parallel * r.k;
  return {2 * matrix, 3 * matrix};
}

/// Bytes by which a bandwidth may be counted: those of the message, or what the busiest link carries.
Counts possible_bytes(const KernelRow& r) {
  const auto operation = collective_of(r.operation);
  if (!operation || !(r.m > 0) || r.n < 2) return {};
  const double bus = (bus_bandwidth(*operation, r.m * kByte, static_cast<int>(r.n), kSecond) * kSecond).base();
  return {std::min(r.m, bus), std::max(r.m, bus)};
}

/// What is said of a rate in a column that no count of what was done brings to the time; `per_us`: of one unit of it.
std::string contradiction(const Csv& table, std::size_t row, std::string_view column, Counts counts, double per_us) {
  constexpr double kAlike = 1.1;
  const double time = table.number(row, "time_us").value_or(0), rate = table.number(row, column).value_or(0);
  const double least = time - half_digit(table.cell(row, "time_us")), most = 2 * time - least;
  const double half = half_digit(table.cell(row, column));
  if (!(least > 0) || !(rate > half) || !(counts.least > 0)) return {};
  const double apart = std::max(least * (rate - half) * per_us / counts.most, counts.least / (most * (rate + half) * per_us));
  return apart > kAlike ? contradiction_text(column, "time_us", apart) : std::string();
}

constexpr double kPerMicrosecond = 1e6;       // FLOP, of one TFLOP/s
constexpr double kBytesPerMicrosecond = 1e3;  // of one GB/s

}  // namespace

std::optional<double> time_of_rate_us(const Csv& table, std::size_t row, const KernelRow& kernel) {
  const double rate = table.number(row, "tflops").value_or(0), flop = counted_flop(table, row, kernel);
  if (!(rate > 0) || !(flop > 0)) return std::nullopt;
  return flop / (rate * kPerMicrosecond);
}

std::string rate_contradiction(const Csv& table, std::size_t row, const KernelRow& kernel) {
  std::string said = contradiction(table, row, "tflops", possible_flop(table, row, kernel), kPerMicrosecond);
  add_note(said, contradiction(table, row, "gbps", possible_bytes(kernel), kBytesPerMicrosecond));
  return said;
}

}  // namespace eigenbau::tables
