// Which rates of network adapters does a note on a run state?
#include "tables/nic_rates.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

constexpr int kMostAdapters = 64;  // of a node
constexpr int kMostSharers = 16;   // GPUs of an adapter
constexpr std::string_view kBorders = ";,+(";
constexpr double kLeastBareG = 10;  // "8g" is part of a name
constexpr double kMostBytes = 100;  // GB/s of an adapter or a small node; more are links or memory, unless a node has it

/// Gb/s of generations and products, of four lanes unless the name says less. Source: InfiniBand Trade Association; data sheets.
constexpr auto kNamed = std::to_array<std::pair<std::string_view, double>>(
    {{"hdr100", 100},        {"ndr200", 200},       {"fdr", 56},           {"edr", 100},          {"hdr", 200},
     {"ndr", 400},           {"xdr", 800},          {"quantum-x800", 800}, {"quantum x800", 800}, {"spectrum-x800", 800},
     {"spectrum x800", 800}, {"slingshot-11", 200}, {"slingshot 11", 200}, {"slingshot", 100},    {"opa", 100},
     {"omni-path", 100},     {"cx-6", 200},         {"cx6", 200},          {"connectx-6", 200},   {"connectx-7", 400},
     {"connectx-8", 800},    {"connectx 8", 800},   {"connectx8", 800},    {"cx-7", 400},         {"cx7", 400},
     {"cx-8", 800},          {"cx8", 800}});

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

/// Whether the comma at `at` groups the digits of one number: "3,200".
bool groups_digits(std::string_view text, std::size_t at) {
  constexpr std::size_t kGroup = 3, kMostBefore = 2;  // no node has 100,000 Gb/s: "400,100" are two rates
  const auto digits_from = [&](std::size_t begin) {
    return std::min(text.find_first_not_of("0123456789", begin), text.size()) - begin;
  };
  std::size_t before = 0;
  while (before < at && is_digit(text[at - before - 1])) ++before;
  const bool begins = before == at || (text[at - before - 1] != '.' && text[at - before - 1] != ',');
  return before > 0 && before <= kMostBefore && begins && digits_from(at + 1) == kGroup;
}

/// With counts as digits and an x, and numbers as digits alone: "8 × 400", "8*400", "8@400", "four 200", "3,200" are "8 x 400",
/// "4 x 200", "3200".
std::string plain(std::string_view note) {
  std::string text;
  for (std::size_t at = 0; at < note.size(); ++at)
    if (note[at] != ',' || !groups_digits(note, at)) text += note[at];
  const auto replace = [&](std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  };
  for (const std::string_view times : {"\u00d7", "*", "@"}) replace(times, "x");
  constexpr std::array<std::string_view, 8> kWords{"one ", "two ", "three ", "four ", "five ", "six ", "seven ", "eight "};
  for (std::size_t n = 0; n < kWords.size(); ++n)
    for (std::size_t at = text.find(kWords[n]); at != std::string::npos; at = text.find(kWords[n], at + 1))
      if (at == 0 || !is_letter(text[at - 1])) text.replace(at, kWords[n].size(), std::to_string(n + 1) + "x ");
  return text;
}

/// The clause of the note around `at`.
std::string_view clause_at(std::string_view note, std::size_t at) {
  const std::size_t before = note.substr(0, at).find_last_of(kBorders), after = note.find_first_of(kBorders, at);
  const std::size_t first = before == std::string_view::npos ? 0 : before + 1;
  return note.substr(first, std::min(after, note.size()) - first);
}

NicShare share_in(std::string_view clause) {
  if (has_one_of(clause, {"per gpu", "/gpu"})) return NicShare::of_gpu;
  const bool node = has_one_of(clause, {"per node", "/node", "gbps node", "node-node", "per server", "total", "aggregate"});
  return node ? NicShare::of_node : NicShare::unsaid;
}

/// So many adapters for so many GPUs.
struct Sharing {
  int adapters = 1, gpus = 1;
};

/// The count that ends right before `at`, an "x" or a blank between: of "2x gpus", "1 nic"; 1 where there is none.
int count_before(std::string_view clause, std::size_t at) {
  std::string_view before = clause.substr(0, at);
  before = before.substr(0, before.find_last_not_of(" x") + 1);
  const std::size_t begin = before.find_last_not_of("0123456789") + 1;
  std::size_t length = 0;
  const double count = leading_number(before.substr(begin), length);
  return length > 0 && count >= 1 && count <= kMostSharers ? static_cast<int>(count) : 1;
}

/// "1 NIC per 2 GPUs", "one NIC per GPU", "2 GPUs share one NIC", "NIC shared by 2 GPUs", "2 GPUs per NIC".
std::optional<Sharing> sharing_in(std::string_view clause) {
  for (const std::string_view sharers : {"gpus share", "gpus per nic", "gpus per adapter"})
    if (const std::size_t at = clause.find(sharers); at != std::string_view::npos) {
      const std::size_t adapters = std::min(clause.find(" nics", at), clause.find(" adapters", at));
      return Sharing{adapters == std::string_view::npos ? 1 : count_before(clause, adapters), count_before(clause, at)};
    }
  const bool by = contains(clause, "shared by ");
  const auto sharers = number_after(clause, by ? "shared by " : "per ");
  if (sharers && contains(clause, "gpus") && *sharers >= 1 && *sharers <= kMostSharers)
    return Sharing{1, static_cast<int>(*sharers)};
  for (const std::string_view adapter : {"nic per gpu", "nics per gpu", "adapter per gpu", "adapters per gpu"})
    if (const std::size_t at = clause.find(adapter); at != std::string_view::npos) return Sharing{count_before(clause, at), 1};
  return std::nullopt;
}

/// What any clause of a note says of it.
std::optional<Sharing> sharing_of_note(std::string_view note) {
  for (const std::string_view clause : split_at(note, kBorders))
    if (const auto sharing = sharing_in(clause)) return sharing;
  return std::nullopt;
}

struct Unit {
  double gigabits = 0;     ///< of one of it; 0: no unit of a rate
  std::size_t length = 0;  ///< with what belongs to it
};

/// The unit at the start of `rest`; `written` has its case, in which GB are bytes.
Unit unit_at(std::string_view rest, std::string_view written) {
  const auto length = [&] {
    std::size_t end = 0;
    while (end < rest.size() && (is_letter(rest[end]) || rest[end] == '/') && rest[end] != 'x') ++end;
    return end;
  };
  if (rest.starts_with("gbe")) return {1, 3};
  if (rest.starts_with("tb")) return {written[1] == 'B' ? 0.0 : 1000.0, length()};
  if (rest.starts_with("gb")) return {written[1] == 'B' ? 8.0 : 1.0, length()};
  if (rest.starts_with("g") && (rest.size() == 1 || !is_letter(rest[1]) || rest[1] == 'x')) return {1, 1};
  return {};
}

/// Bytes a second that an adapter may have.
bool is_of_network(double gigabytes, std::string_view unit, std::string_view clause) {
  if (!contains(unit, "/s") && !contains(unit, "ps")) return false;
  if (has_one_of(clause, {"nvlink", "nvswitch", "hbm", "pcie", "memory", "xgmi", "infinity fabric", "data bandwidth"}))
    return false;
  return gigabytes <= kMostBytes || share_in(clause) != NicShare::unsaid;
}

/// Of what lies between nodes: not what a node or a GPU has.
bool is_of_fabric(std::string_view clause) {
  return has_one_of(clause, {"per switch", "/switch", "per leaf", "per spine", "per rack", "/rack"});
}

bool names_network(std::string_view clause) {
  constexpr std::array<std::string_view, 11> kNetworks{"roce", "infiniband", "ib",  "ethernet", "rdma", "efa",
                                                       "opa",  "slingshot",  "nic", "nics",     "tcp"};
  return has_one_word(clause, kNetworks) ||
         std::ranges::any_of(kNamed, [&](const auto& named) { return stands_alone(clause, named.first); });
}

/// Whether a clause names a generation or product that has just this rate: "EDR 100Gb/s".
bool names_rate(std::string_view clause, double gigabits) {
  return std::ranges::any_of(kNamed,
                             [&](const auto& named) { return named.second == gigabits && stands_alone(clause, named.first); });
}

/// Whether a clause names InfiniBand beside a rate that an adapter of it has but no server: what EDR is called as well.
bool is_of_edr(std::string_view clause, double gigabits) {
  constexpr double kEdr = 100;
  return gigabits == kEdr && has_one_word(clause, {"infiniband", "ib"});
}

/// Whether a clause is of Ethernet, and does not say that it joins the GPUs.
bool is_of_ethernet(std::string_view clause) {
  if (!has_one_of(clause, {"gbe", "ethernet"})) return false;
  return !has_one_of(clause, {"roce", "rdma", "tcp", "gpu", "compute", "training", "interconnect", "nodes", "inter-node",
                              "node-to-node", "internode", "connected", "joined", "only"});
}

/// Whether a clause speaks of a network that is not the GPUs'.
bool is_of_host_network(std::string_view clause) {
  return has_one_of(clause, {"storage", "management", "front-end", "frontend", "in-band", "out-of-band", "host network"}) &&
         !has_one_of(clause, {"gpu", "compute", "training", "back-end", "backend"});
}

/// Whether a name is that of switches alone: "XDR switches", "Quantum-X800 InfiniBand switches".
bool names_switch(std::string_view after) {
  after = without_blanks(after);
  for (const std::string_view network : {"infiniband", "ib", "ethernet"})
    if (after.starts_with(network)) after = without_blanks(after.substr(network.size()));
  return after.starts_with("switch");
}

/// A count after a rate: "400G x 8".
int count_behind(std::string_view rest) {
  rest = without_blanks(rest);
  if (!rest.starts_with("x")) return 0;
  rest = without_blanks(rest.substr(1));
  std::size_t length = 0;
  const double count = leading_number(rest, length);
  const bool whole = length > 0 && (length == rest.size() || !is_letter(rest[length]));
  return whole && count <= kMostAdapters ? static_cast<int>(count) : 0;
}

/// What stands between a count of adapters and what they are: "x", "NICs of", "IB"; its length, 0 where it is no count.
std::size_t counting_word(std::string_view rest) {
  for (const std::string_view word : {"x", "nics of", "nics at", "nics", "nic of", "nic at", "nic", "ports of", "ports",
                                      "port of", "adapters of", "adapters", "adapter of", "hcas", "ib"})
    if (rest.starts_with(word)) {
      const bool ends = rest.size() == word.size() || !is_letter(rest[word.size()]);
      if (word == "x" || ends) return word.size();
    }
  return 0;
}

const std::pair<std::string_view, double>* named_at(std::string_view text) {
  const auto found = std::ranges::find_if(kNamed, [&](const auto& named) { return text.starts_with(named.first); });
  return found == kNamed.end() ? nullptr : &*found;
}

/// Reads a note from left to right.
class NoteReader {
 public:
  explicit NoteReader(std::string_view written) : written_(with_plain_signs(plain(written))), note_(lower(written_)) {}

  std::vector<NicRate> rates() {
    for (std::size_t at = 0; at < note_.size(); ++at) {
      const bool inside = at > 0 && (is_digit(note_[at - 1]) || note_[at - 1] == '.');
      if (is_digit(note_[at]) && !inside) at += read_number(at) - 1;
    }
    if (!rates_.empty()) return std::move(rates_);
    for (const auto& [name, gigabits] : kNamed) {
      if (!stands_alone(note_, name) || use_of(note_, name) == Use::off) continue;
      const std::size_t at = note_.find(name);
      const std::string_view clause = clause_at(note_, at);
      const bool other = is_of_fabric(clause) || (is_of_host_network(clause) && !has_one_of(clause, {" and ", "shared"}));
      const std::string_view behind = std::string_view(note_).substr(at + name.size());
      const double port = port_behind(behind);
      const bool slower = port > 0 && port < gigabits;
      if (!other && !names_switch(behind))
        return {NicRate{.gigabits = slower ? port : gigabits, .named = !slower, .of_adapter = slower, .share = share_in(clause)}};
    }
    return {};
  }

 private:
  /// Reads a number and returns its length.
  std::size_t read_number(std::size_t at) {
    std::size_t length = 0;
    const double value = leading_number(std::string_view(note_).substr(at), length);
    const std::string_view rest = without_blanks(std::string_view(note_).substr(at + length));
    const std::size_t unit_begin = note_.size() - rest.size();
    const Unit unit = unit_at(rest, std::string_view(written_).substr(unit_begin));
    if (is_of_fabric(clause_at(note_, at))) return length;
    if (unit.gigabits > 0) {
      add_rate(value, unit, at, rest);
    } else if (rest.starts_with("compute") && !rates_.empty() && value >= 1 && value < rates_.back().count) {
      rates_.back().count = static_cast<int>(value);  // of all the adapters counted before
    } else if (const std::size_t word = counting_word(rest); word > 0 && !is_of_name(at) && value <= kMostAdapters) {
      const bool chained = count_ > 0 && counted_at_ == at && count_ * value <= kMostAdapters;  // "8x 2x200"
      times_ = chained ? count_ * times_ : 1;
      count_ = static_cast<int>(value);
      const std::string_view next = without_blanks(rest.substr(word));
      counted_at_ = note_.size() - next.size();
      if (const auto* named = named_at(next)) {
        const double port = port_behind(next.substr(named->first.size()));
        const bool slower = port > 0 && port < named->second;
        add_counted(slower ? port : named->second, !slower, at);
      } else if (const double bare = bare_rate(next, clause_at(note_, at)); bare > 0) add_counted(bare, false, at);
    }
    return length;
  }

  /// The rate of a port that ends a clause behind the name of an adapter: the 200 of "CX7 200"; 0 where none does.
  static double port_behind(std::string_view rest) {
    constexpr auto kPorts = std::to_array<double>({25, 50, 100, 200, 400, 800});
    rest = without_blanks(rest);
    std::size_t length = 0;
    const double value = leading_number(rest, length);
    rest = without_blanks(rest.substr(length));
    const bool ends = rest.empty() || kBorders.find(rest[0]) != std::string_view::npos;
    return ends && std::ranges::find(kPorts, value) != kPorts.end() ? value : 0;
  }

  /// Of `count_` adapters.
  void add_counted(double gigabits, bool named, std::size_t at) {
    const std::string_view clause = clause_at(note_, at);
    rates_.push_back({.gigabits = gigabits,
                      .named = named,
                      .count = count_ * times_,
                      .count_next = true,
                      .share = share_in(clause),
                      .gpus = sharing_in(clause).value_or(Sharing{}).gpus});
  }

  /// Gb/s, as rates of networks are where no unit says what they are: the 100 of "RoCE 4x100"; 0 where `next` is none.
  double bare_rate(std::string_view next, std::string_view clause) const {
    std::size_t length = 0;
    const double value = leading_number(next, length);
    if (length == 0 || value < kLeastBareG || !names_network(clause)) return 0;
    const bool ends = length == next.size() || (!is_letter(next[length]) && next[length] != '-');
    const std::string_view rest = without_blanks(next.substr(length));
    const Unit unit = unit_at(rest, std::string_view(written_).substr(note_.size() - rest.size()));
    return ends && unit.length == 0 ? value : 0;
  }

  /// The number at `at` is part of a name: "ConnectX-7 IB", "p5.48xlarge"; an x before it counts.
  bool is_of_name(std::size_t at) const {
    return at > 0 && (note_[at - 1] == '-' || (is_letter(note_[at - 1]) && note_[at - 1] != 'x'));
  }

  void add_rate(double value, const Unit& unit, std::size_t at, std::string_view rest) {
    const std::string_view clause = clause_at(note_, at), word = rest.substr(0, unit.length);
    if (word == "g" && value < kLeastBareG) return;
    if (unit.gigabits == 8 && !is_of_network(value, word, clause)) return;
    NicRate rate{.gigabits = value * unit.gigabits,
                 .count = count_,
                 .count_near = count_ > 0 && counted_at_ <= at && clause.data() <= note_.data() + counted_at_,
                 .count_next = count_ > 0 && counted_at_ == at,
                 .share = share_in(clause),
                 .gpus = sharing_in(clause).value_or(Sharing{}).gpus,
                 .of_host = is_of_host_network(clause),
                 .of_ethernet = is_of_ethernet(clause)};
    if (rate.count_next) rate.count *= times_;
    rate.of_adapter = names_rate(clause, rate.gigabits) || is_of_edr(clause, rate.gigabits);
    if (const int behind = count_behind(rest.substr(unit.length)); behind > 0) {
      rate.count = behind;
      rate.count_next = true;
    }
    const auto sharing = rate.share == NicShare::unsaid && !rate.count_next ? sharing_of_note(note_) : std::nullopt;
    if (sharing) {
      rate.count = sharing->adapters;
      rate.count_next = true;
      rate.share = NicShare::of_gpu;
      rate.gpus = sharing->gpus;
    }
    rates_.push_back(rate);
  }

  std::string written_, note_;
  std::vector<NicRate> rates_;
  int count_ = 0, times_ = 1;  // of adapters, and how often these are where two counts stand in a row
  std::size_t counted_at_ = 0;
};

}  // namespace

bool stands_alone(std::string_view note, std::string_view word) {
  const std::size_t at = note.find(word), end = at + word.size();
  if (at == std::string_view::npos) return false;
  return (at == 0 || !is_letter(note[at - 1])) && (end >= note.size() || !is_letter(note[end]));
}

std::vector<NicRate> nic_rates_in(std::string_view note) { return NoteReader(note).rates(); }

}  // namespace eigenbau::tables
