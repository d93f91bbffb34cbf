// What do the words of a published run say: which GPU, which release of a stack, which NICs?
#include "fit/run_text.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace eigenbau::fit {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A number at the start of `text`; `length` is what it took.
double leading_number(std::string_view text, std::size_t& length) {
  double value = 0, scale = 1;
  bool point = false;
  length = 0;
  for (const char c : text) {
    if (is_digit(c)) {
      value = value * 10 + (c - '0');
      if (point) scale *= 10;
    } else if (c == '.' && !point && length + 1 < text.size() && is_digit(text[length + 1])) {
      point = true;
    } else {
      break;
    }
    ++length;
  }
  return value / scale;
}

/// Letters and digits only, so that "H100 SXM", "h100-sxm" and "H100_SXM" are the same.
std::string plain(std::string_view name) {
  std::string out;
  for (const char c : lower(name))
    if (is_digit(c) || (c >= 'a' && c <= 'z')) out += c;
  return out;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::optional<double> number_after(std::string_view text, std::string_view word) {
  std::size_t at = text.find(word);
  if (at == std::string_view::npos) return {};
  at += word.size();
  while (at < text.size() && (text[at] == ' ' || text[at] == '=' || text[at] == '-')) ++at;
  if (at >= text.size() || !is_digit(text[at])) return {};
  std::size_t length = 0;
  return leading_number(text.substr(at), length);
}

std::optional<GpuChoice> find_gpu(const std::vector<catalog::Gpu>& gpus, std::string_view name) {
  const std::string wanted = plain(name);
  if (wanted.empty()) return {};
  const auto is_named = [&](const catalog::Gpu& gpu, auto&& test) {
    if (test(plain(gpu.name))) return true;
    return std::any_of(gpu.aliases.begin(), gpu.aliases.end(), [&](const std::string& alias) { return test(plain(alias)); });
  };
  for (std::size_t i = 0; i < gpus.size(); ++i)
    if (is_named(gpus[i], [&](const std::string& known) { return known == wanted; })) return GpuChoice{i, true};
  // The longest known name that begins the wanted one, or that it begins.
  std::optional<GpuChoice> best;
  std::size_t best_length = 2;
  for (std::size_t i = 0; i < gpus.size(); ++i)
    is_named(gpus[i], [&](const std::string& known) {
      const bool alike = wanted.starts_with(known) || known.starts_with(wanted);
      const std::size_t length = std::min(known.size(), wanted.size());
      if (alike && length > best_length) {
        best = GpuChoice{i, false};
        best_length = length;
      }
      return false;
    });
  return best;
}

std::optional<double> release_in(std::string_view words) {
  for (std::size_t at = 0; at + 4 < words.size(); ++at) {
    const bool starts = at == 0 || !(is_digit(words[at - 1]) || words[at - 1] == '.' || words[at - 1] == '-');
    const bool shape = is_digit(words[at]) && is_digit(words[at + 1]) && words[at + 2] == '.' && is_digit(words[at + 3]) &&
                       is_digit(words[at + 4]);
    if (!starts || !shape) continue;
    const double year = (words[at] - '0') * 10 + (words[at + 1] - '0');
    const double month = (words[at + 3] - '0') * 10 + (words[at + 4] - '0');
    if (year >= 20 && year < 60 && month >= 1 && month <= 12) return year + month / 100;
  }
  return {};
}

StackChoice choose_stack(const std::vector<catalog::Stack>& stacks, std::string_view name, std::string_view words,
                         std::optional<double> year) {
  const double release = release_in(words).value_or(year ? *year - 2000 + 0.06 : 99);
  // A stack with marks is meant for runs whose description has them all; if it states a release, for that release only.
  const auto meant = [&](const catalog::Stack& stack) {
    const bool marked =
        std::all_of(stack.marks.begin(), stack.marks.end(), [&](const std::string& mark) { return contains(words, mark); });
    return marked && (stack.marks.empty() || stack.release <= 0 || std::abs(stack.release - release) < 0.005);
  };
  const auto distance = [&](const catalog::Stack& stack) {
    const double late = stack.release - release;
    return late > 0.005 ? 10 + late : -late;
  };
  const auto pick = [&](auto&& is_candidate) -> std::optional<std::size_t> {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < stacks.size(); ++i) {
      const catalog::Stack& stack = stacks[i];
      if (!is_candidate(stack) || !meant(stack)) continue;
      const std::size_t marks = stack.marks.size(), best_marks = best ? stacks[*best].marks.size() : 0;
      if (!best || marks > best_marks || (marks == best_marks && distance(stack) < distance(stacks[*best]))) best = i;
    }
    return best;
  };
  if (const auto family = pick([&](const catalog::Stack& s) { return s.family == name; })) return {*family, true};
  if (const auto exact = pick([&](const catalog::Stack& s) { return s.name == name; })) return {*exact, true};
  if (const auto alias =
          pick([&](const catalog::Stack& s) { return std::find(s.aliases.begin(), s.aliases.end(), name) != s.aliases.end(); }))
    return {*alias, true};
  const auto any = pick([](const catalog::Stack& s) { return s.family == "megatron-core"; });
  return {any.value_or(0), false};
}

NicNote read_nic_note(std::string_view note, const catalog::Gpu& gpu) {
  NicNote out;
  if (contains(note, "roce") || contains(note, "ethernet") || contains(note, "rdma")) out.transport = perf::NicTransport::roce;
  if (contains(note, "efa")) out.transport = perf::NicTransport::efa;
  // A GB200 or GB300 tray carries four GPUs, every other server eight.
  const double per_node = gpu.scale_up_domain > 8 ? 4 : 8;
  double best = 0;
  double nics = 0;
  for (std::size_t at = 0; at < note.size(); ++at) {
    if (!is_digit(note[at]) || (at > 0 && (is_digit(note[at - 1]) || note[at - 1] == '.'))) continue;
    std::size_t length = 0;
    const double value = leading_number(note.substr(at), length);
    std::string_view rest = note.substr(at + length);
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    if (rest.starts_with("x")) {
      nics = value;  // "8x200Gb", "8x ConnectX-7 ... 400Gb/s"
    } else if (rest.starts_with("gb/s per node") || rest.starts_with("gbps node")) {
      best = std::max(best, value / per_node);
    } else if (rest.starts_with("gb/s rdma per gpu") || rest.starts_with("gb/s per gpu")) {
      best = std::max(best, value);
    } else if (rest.starts_with("gb") && !rest.starts_with("gb/s for") && nics >= 4) {
      best = std::max(best, nics * value / per_node);
    }
    at += length - 1;
  }
  out.stated = best > 0;
  out.per_gpu = out.stated ? best * kGigabitPerSecond : perf::usual_nic(gpu);
  return out;
}

}  // namespace eigenbau::fit
