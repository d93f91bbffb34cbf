// Which numbers and words does a text hold?
#include "tables/run_text.h"

#include <algorithm>
#include <array>

namespace eigenbau::tables {
namespace {

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

bool is_small_letter(char c) { return c >= 'a' && c <= 'z'; }

/// Whether a number behind a text, in lower case, may be the release of a stack: right after a word for one, for its container or
/// for a stack, or after no word at all. Behind the name of other software ("Slurm 23.02", "Ubuntu 22.04") it is that one's.
bool leads_to_release(std::string_view text) {
  constexpr std::array<std::string_view, 43> kWords{
      "container", "containers", "image",      "docker",       "ngc",     "tag",       "release",     "releases", "version",
      "versions",  "software",   "stack",      "framework",    "nvidia",  "nemo",      "bridge",      "megatron", "core",
      "mcore",     "lm",         "bench",      "benchmarking", "recipes", "deepspeed", "ds",          "pytorch",  "toolbox",
      "maxtext",   "paxml",      "torchtitan", "composer",     "summary", "results",   "performance", "of",       "in",
      "for",       "from",       "with",       "under",        "on",      "using",     "branch"};
  text = text.substr(0, text.find_last_not_of(" -_:=") + 1);
  if (text.ends_with('v') && (text.size() == 1 || !is_small_letter(text[text.size() - 2]))) {
    text.remove_suffix(1);
    text = text.substr(0, text.find_last_not_of(" -_:=") + 1);
  }
  std::size_t begin = text.size();
  while (begin > 0 && is_small_letter(text[begin - 1])) --begin;
  const std::string_view word = text.substr(begin);
  return word.empty() || std::ranges::find(kWords, word) != kWords.end();
}

}  // namespace

bool is_digit(char c) { return c >= '0' && c <= '9'; }

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

std::string with_plain_signs(std::string_view text) {
  struct Sign {
    std::string_view typographic, plain;
  };
  constexpr std::array kSigns{Sign{"\u2010", "-"},  Sign{"\u2011", "-"},  Sign{"\u2012", "-"}, Sign{"\u2013", "-"},
                              Sign{"\u2014", "-"},  Sign{"\u2212", "-"},  Sign{"\u00a0", " "}, Sign{"\u2007", " "},
                              Sign{"\u2009", " "},  Sign{"\u202f", " "},  Sign{"\u2018", "'"}, Sign{"\u2019", "'"},
                              Sign{"\u201c", "\""}, Sign{"\u201d", "\""}, Sign{"\u00d7", "x"}};
  if (std::ranges::all_of(text, is_ascii)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const auto sign = std::ranges::find_if(kSigns, [&](const Sign& s) { return text.starts_with(s.typographic); });
    if (sign == kSigns.end()) out += text[0];
    else out += sign->plain;
    text.remove_prefix(sign == kSigns.end() ? 1 : sign->typographic.size());
  }
  return out;
}

std::string lower(std::string_view text) {
  std::string out = with_plain_signs(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

void add_note(std::string& list, std::string_view note) {
  if (note.empty()) return;
  if (!list.empty()) list += "; ";
  list += note;
}

std::vector<std::string_view> split_at(std::string_view text, std::string_view between) {
  std::vector<std::string_view> parts;
  for (std::size_t at = text.find_first_not_of(between); at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(between, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = std::min(text.find_first_not_of(between, end), text.size());
  }
  return parts;
}

std::string run_together(std::string_view name) {
  std::string out;
  for (const char c : lower(name))
    if (is_digit(c) || (c >= 'a' && c <= 'z')) out += c;
  return out;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool has_one_of(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) { return contains(text, part); });
}

std::optional<double> number_after(std::string_view text, std::string_view word) {
  std::size_t at = text.find(word);
  if (at == std::string_view::npos) return {};
  at += word.size();
  while (at < text.size() && (text[at] == ' ' || text[at] == '=' || text[at] == '-')) ++at;
  if (at >= text.size() || !is_digit(text[at])) return {};
  std::size_t length = 0;
  return leading_number(text.substr(at), length);
}

std::optional<double> release_in(std::string_view words) {
  for (std::size_t at = 0; at + 4 < words.size(); ++at) {
    const bool starts = at == 0 || !(is_digit(words[at - 1]) || words[at - 1] == '.' || words[at - 1] == '-');
    const bool shape = is_digit(words[at]) && is_digit(words[at + 1]) && words[at + 2] == '.' && is_digit(words[at + 3]) &&
                       is_digit(words[at + 4]);
    if (!starts || !shape) continue;
    const double year = (words[at] - '0') * 10 + (words[at + 1] - '0');
    const double month = (words[at + 3] - '0') * 10 + (words[at + 4] - '0');
    const bool dated = year >= 20 && year < 60 && month >= 1 && month <= 12;
    if (dated && leads_to_release(words.substr(0, at))) return year + month / 100;
  }
  return {};
}

}  // namespace eigenbau::tables
