// What did the plan of one run reach under other releases of its stack?
#include "tables/release_series.h"

#include <algorithm>
#include <cmath>

#include "tables/run_text.h"

namespace eigenbau::tables {

std::vector<ReleaseFigure> release_series(std::string_view notes) {
  static constexpr std::string_view kHead = "releases tok/s/GPU:";
  std::vector<ReleaseFigure> series;
  const std::size_t head = notes.find(kHead);
  if (head == std::string_view::npos) return series;
  std::string_view rest = notes.substr(head + kHead.size());
  rest = rest.substr(0, rest.find(';'));
  while (!rest.empty()) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    const auto release = release_in(word.substr(0, equals));
    const auto figure = number_after(word, "=");
    if (!release || !figure || *figure <= 0) continue;
    const auto same = std::find_if(series.begin(), series.end(),
                                   [&](const ReleaseFigure& f) { return std::abs(f.release - *release) < 0.005; });
    if (same != series.end()) same->tokens_per_gpu = *figure;
    else series.push_back({*release, *figure});
  }
  return series;
}

}  // namespace eigenbau::tables
