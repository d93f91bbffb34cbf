// Which network does a note on a run describe?
#include "fit/nic_note.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fit/run_text.h"

namespace eigenbau::fit {
namespace {

constexpr double kFastestNic = 800;  // Gb/s of a ConnectX-8
constexpr double kOfOneGpu = 200;    // Gb/s: slower NICs are shared by the GPUs of a node
constexpr double kOfCloud = 400;     // Gb/s that the slowest of the clouds' nodes with eight GPUs has in all

enum class Share { unsaid, of_gpu, of_node };

/// A rate in a note.
struct Rate {
  double gigabits = 0;
  int count = 0;            ///< of NICs before it; 0: none
  bool count_next = false;  ///< with nothing between: "8x200Gb", where "1x DPU 200Gb" may be any of a list
  Share share = Share::unsaid;
};

/// InfiniBand's generations. Source: InfiniBand Trade Association, rates of four lanes (HDR100: two).
constexpr std::array<std::pair<std::string_view, double>, 6> kGenerations{
    {{"hdr100", 100}, {"fdr", 56}, {"edr", 100}, {"hdr", 200}, {"ndr", 400}, {"xdr", 800}}};

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

/// Whether what follows a number is a unit of bits per second; `written` has its case, in which GB are bytes.
bool is_bit_rate(std::string_view rest, std::string_view written) {
  if (rest.starts_with("gbe")) return true;
  if (rest.starts_with("gb")) return written[1] != 'B' && !rest.starts_with("gb/s for");
  return rest.starts_with("g") && (rest.size() == 1 || !is_letter(rest[1]));
}

Share share_in(std::string_view rest) {
  const std::string_view clause = rest.substr(0, rest.find_first_of(";,+("));
  if (contains(clause, "per gpu") || contains(clause, "/gpu")) return Share::of_gpu;
  for (const std::string_view node : {"per node", "/node", "gbps node", "node-node", "per server", "total", "aggregate"})
    if (contains(clause, node)) return Share::of_node;
  return Share::unsaid;
}

/// All rates of a note in lower case, `written` being the note as it is.
std::vector<Rate> rates_in(std::string_view note, std::string_view written) {
  std::vector<Rate> rates;
  int count = 0;
  std::size_t counted_at = 0;
  for (std::size_t at = 0; at < note.size(); ++at) {
    const bool inside = at > 0 && (is_digit(note[at - 1]) || note[at - 1] == '.');
    if (!is_digit(note[at]) || inside) continue;
    std::size_t length = 0;
    const double value = leading_number(note.substr(at), length);
    const std::string_view rest = without_blanks(note.substr(at + length));
    const std::size_t unit_at = note.size() - rest.size();
    const auto add = [&](double gigabits) { rates.push_back({gigabits, count, count > 0 && counted_at == at, share_in(rest)}); };
    if (rest.starts_with("x") && value >= 1 && value <= 64) {
      count = static_cast<int>(value);
      const std::string_view next = without_blanks(rest.substr(1));
      counted_at = note.size() - next.size();
      for (const auto& [generation, rate] : kGenerations) {
        if (!next.starts_with(generation)) continue;
        rates.push_back({rate, count, true, share_in(next)});
        break;
      }
    } else if (is_bit_rate(rest, written.substr(unit_at))) {
      add(value);
    }
    at += length - 1;
  }
  return rates;
}

/// Of each GPU where the note says how the rate is shared.
std::optional<double> clear_rate(const Rate& rate, double per_node) {
  constexpr int kOfList = 4;  // fewer NICs, named at a distance from their rate, serve storage or management
  if (rate.share == Share::of_gpu) return rate.gigabits;
  if (rate.count > 0 && (rate.count_next || rate.count >= kOfList)) return rate.count * rate.gigabits / per_node;
  if (rate.share == Share::of_node && rate.count == 0) return rate.gigabits / per_node;
  return std::nullopt;
}

bool is_of_cloud(perf::NicTransport transport) {
  return transport == perf::NicTransport::efa || transport == perf::NicTransport::tcp;
}

/// Whether `word` stands in the note with no letter next to it: "hdr" in "8x HDR200".
bool has_word(std::string_view note, std::string_view word) {
  const std::size_t at = note.find(word), end = at + word.size();
  if (at == std::string_view::npos) return false;
  return (at == 0 || !is_letter(note[at - 1])) && (end >= note.size() || !is_letter(note[end]));
}

bool names_infiniband(std::string_view note) { return contains(note, "infiniband") || has_word(note, "ib"); }

/// The rate of a generation of InfiniBand that the note names: "HDR", "NDR400".
std::optional<Rate> generation_in(std::string_view note) {
  for (const auto& [generation, rate] : kGenerations)
    if (has_word(note, generation)) return Rate{.gigabits = rate};
  return std::nullopt;
}

/// Of each GPU, where the note does not say how the rate is shared.
double likely_rate(double rate, perf::NicTransport transport, double per_node) {
  const bool of_node = rate > kFastestNic || rate < kOfOneGpu || (is_of_cloud(transport) && rate >= kOfCloud);
  return of_node ? rate / per_node : rate;
}

perf::NicTransport transport_in(std::string_view note) {
  if (has_word(note, "efa") || contains(note, "efav")) return perf::NicTransport::efa;
  if (contains(note, "tcpx")) return perf::NicTransport::tcp;
  // A second network of Ethernet serves storage.
  if (names_infiniband(note)) return perf::NicTransport::infiniband;
  for (const std::string_view word : {"roce", "ethernet", "rdma", "gbe"})
    if (contains(note, word)) return perf::NicTransport::roce;
  return perf::NicTransport::infiniband;
}

}  // namespace

NicNote read_nic_note(std::string_view written, const catalog::Gpu& gpu) {
  const std::string note = lower(written);
  NicNote out;
  out.transport = transport_in(note);
  // A GB200 or GB300 tray carries four GPUs, every other server eight.
  const double per_node = gpu.scale_up_domain > 8 ? 4 : 8;
  std::vector<Rate> rates = rates_in(note, written);
  if (rates.empty())
    if (const auto generation = generation_in(note)) rates.push_back(*generation);
  double best = 0;
  for (const Rate& rate : rates) best = std::max(best, clear_rate(rate, per_node).value_or(0));
  const bool two_networks = contains(note, "gbe") && names_infiniband(note);
  if (best <= 0 && rates.size() == 1 && rates[0].count == 0 && !two_networks) {
    best = likely_rate(rates[0].gigabits, out.transport, per_node);
    out.guessed = true;
  }
  out.stated = best > 0;
  out.per_gpu = out.stated ? best * kGigabitPerSecond : perf::usual_nic(gpu);
  return out;
}

}  // namespace eigenbau::fit
