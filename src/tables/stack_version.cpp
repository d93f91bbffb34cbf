// In which month was a version of a stack released?
#include "tables/stack_version.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>

#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

struct Version {
  int major = 0, minor = 0;
  double release = 0;  ///< year.month
};

/// Source: release notes of Megatron-LM and NeMo.
constexpr std::array kCore{Version{0, 3, 23.10},  Version{0, 4, 23.12},  Version{0, 5, 24.02},  Version{0, 6, 24.04},
                           Version{0, 7, 24.06},  Version{0, 8, 24.08},  Version{0, 9, 24.10},  Version{0, 10, 25.02},
                           Version{0, 11, 25.03}, Version{0, 12, 25.05}, Version{0, 13, 25.07}, Version{0, 14, 25.09},
                           Version{0, 15, 25.11}};
constexpr std::array kNemo{Version{1, 20, 23.08}, Version{1, 21, 23.10}, Version{1, 22, 24.01}, Version{1, 23, 24.03},
                           Version{2, 0, 24.10},  Version{2, 1, 24.12},  Version{2, 2, 25.02},  Version{2, 3, 25.04},
                           Version{2, 4, 25.07},  Version{2, 5, 25.09},  Version{2, 6, 25.11}};

constexpr int kMostMajor = 9;

struct Numbered {
  int major = 0, minor = 0;
  bool patched = false;  ///< a third number follows
};

/// "0.8" of " v0.8.0": two numbers of at most two digits, of which the first is no year of a container ("24.07").
std::optional<Numbered> version_at(std::string_view rest) {
  constexpr int kMostMinor = 99;
  rest.remove_prefix(std::min(rest.find_first_not_of(" _:=r"), rest.size()));
  if (rest.starts_with("v")) rest.remove_prefix(1);
  const auto take = [&](int most) -> std::optional<int> {
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (digits == 0 || digits > 2) return std::nullopt;
    std::size_t length = 0;
    const int number = static_cast<int>(leading_number(rest.substr(0, digits), length));
    rest.remove_prefix(digits);
    return number <= most ? std::optional(number) : std::nullopt;
  };
  const auto major = take(kMostMajor);
  if (!major || !rest.starts_with('.')) return std::nullopt;
  rest.remove_prefix(1);
  const auto minor = take(kMostMinor);
  if (!minor) return std::nullopt;
  return Numbered{*major, *minor, rest.size() > 1 && rest.front() == '.' && is_digit(rest[1])};
}

/// The month of the last version that is not after `wanted`.
template <std::size_t N>
std::optional<VersionRelease> month_of(const std::array<Version, N>& versions, const Numbered& wanted) {
  const auto is_after = [&](const Version& version) {
    return version.major > wanted.major || (version.major == wanted.major && version.minor > wanted.minor);
  };
  const auto next = std::ranges::find_if(versions, is_after);
  if (next == versions.begin()) return std::nullopt;
  const Version& last = *std::prev(next);
  const bool later = next == versions.end() && (last.major != wanted.major || last.minor != wanted.minor);
  return VersionRelease{last.release, later};
}

/// "NeMo 2.0" is what the interface has been called ever since; its first release was 2.0.0.
bool names_interface(const Numbered& version) { return version.major == 2 && version.minor == 0 && !version.patched; }

template <std::size_t N>
std::optional<VersionRelease> named(std::string_view words, std::initializer_list<std::string_view> names,
                                    const std::array<Version, N>& versions, int most_major = kMostMajor,
                                    bool (*is_none)(const Numbered&) = nullptr) {
  for (const std::string_view name : names)
    for (std::size_t at = words.find(name); at != std::string_view::npos; at = words.find(name, at + 1))
      if (const auto version = version_at(words.substr(at + name.size()));
          version && version->major <= most_major && (!is_none || !is_none(*version)))
        if (const auto month = month_of(versions, *version)) return month;
  return std::nullopt;
}

}  // namespace

std::optional<VersionRelease> version_release(std::string_view words) {
  if (const auto core = named(words, {"mcore", "megatron core", "megatroncore", "lm core", "core_"}, kCore)) return core;
  // Megatron-LM's own versions, before it was Core, began with 1.
  if (const auto core = named(words, {"megatron lm", "megatronlm"}, kCore, 0)) return core;
  return named(words, {"nemo"}, kNemo, kMostMajor, names_interface);
}

}  // namespace eigenbau::tables
