// How are the constants of a collective library written down as a part of the catalog?
#include "fit/collective_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace eigenbau::fit {
namespace {

std::string errors_text(int rows, Share median, Share mean) {
  return fmt::format("rows = {}\nmedian_error = \"{:.1f} %\"\nmean_error = \"{:.1f} %\"\n", rows, 100 * median.fraction,
                     100 * mean.fraction);
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (std::size_t at = 0, length = 0; at < text.size(); at += std::max<std::size_t>(length, 1)) {
    length = utf8_length(text, at);
    const char c = text[at];
    if (c == '"' || c == '\\') result += '\\';
    if (static_cast<unsigned char>(c) >= 0x20 && c != '\x7f') result += text.substr(at, length);
  }
  return result + "\"";
}

std::string collective_part_text(const catalog::CollectivePart& part, std::string_view source, std::string_view date,
                                 const FitTrust& trust) {
  std::string text =
      "# Written by `eigenbau calibrate collectives`. Errors are |predicted/measured - 1| of the time. `ring_across` is not "
      "fitted.\n";
  for (const std::string& doubt : trust.doubts) text += fmt::format("# Doubtful: {}.\n", doubt);
  text += fmt::format(
      "format  = \"eigenbau.part/1\"\nkind    = \"collectives\"\nname    = {}\ntitle   = {}\naliases = []\n\n[[from]]\n"
      "source     = {}\ndate       = {}\nconfidence = {}\n",
      quoted(part.name), quoted(part.title), quoted(source), quoted(date), quoted(trust.confidence));
  for (const auto& g : part.scale_up) {
    text += fmt::format("\n[[from.scale_up]]\ngeneration = {}\nring_across = {:.4g}\nin_switch = {:.4g}\n", quoted(g.generation),
                        g.ring_across, g.in_switch);
    for (const auto& law : g.law)
      text += fmt::format(
                  "[[from.scale_up.law]]\noperation = {}\nlaunch = \"{:.4g} us\"\nhop = \"{:.4g} us\"\nshare = {:.4g}\n"
                  "knee = \"{:.4g} MB\"\nramp = {:.4g}\n",
                  quoted(law.operation), law.launch.in(kMicrosecond), law.hop.in(kMicrosecond), law.share, law.knee.base() / 1e6,
                  law.ramp) +
              errors_text(law.rows, law.median_error, law.mean_error);
  }
  for (const auto& t : part.across)
    text += fmt::format("\n[[from.across]]\ntransport = {}\nhop = \"{:.4g} us\"\nefficiency = {:.4g}\nramp = {:.4g}\n",
                        quoted(t.transport), t.hop.in(kMicrosecond), t.efficiency, t.ramp) +
            errors_text(t.rows, t.median_error, t.mean_error);
  return text;
}

}  // namespace eigenbau::fit
