// How is a calibration written down as a part of the catalog?
#include "fit/kernel_text.h"

#include <fmt/format.h>

#include "fit/collective_text.h"

namespace eigenbau::fit {
namespace {

std::string percent(Share share) { return fmt::format("\"{:.1f} %\"", 100 * share.fraction); }

/// How a block begins: who says what follows.
std::string block_head(const Provenance& who) {
  return fmt::format("\n[[from]]\nsource     = {}\ndate       = {}\nconfidence = {}\n", quoted(who.source), quoted(who.date),
                     quoted(who.confidence));
}

std::string layer_text(const catalog::KernelLayer& layer) {
  std::string text = "[[from.table.layer]]\nscales = [";
  for (std::size_t i = 0; i < layer.scales.size(); ++i) text += fmt::format("{}{:.5g}", i ? ", " : "", layer.scales[i]);
  text += "]\npoints = [\n";
  std::string line = " ";
  for (const auto& point : layer.points) {
    const std::string entry = fmt::format(" {},", quoted(point));
    if (line.size() + entry.size() > 128) {
      text += line + "\n";
      line = " ";
    }
    line += entry;
  }
  if (line.size() > 1) text += line + "\n";
  return text + "]\n";
}

std::string table_text(const catalog::KernelTable& table) {
  std::string text = "\n[[from.table]]\n";
  const auto word = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) text += fmt::format("{} = {}\n", key, quoted(value));
  };
  word("operation", table.operation);
  word("format", table.format);
  word("cache_format", table.cache_format);
  word("family", table.family);
  word("variant", table.variant);
  text += fmt::format("rows = {}\n", table.rows);
  text +=
      fmt::format("law_median_error = {}\nlaw_mean_error = {}\n", percent(table.law_median_error), percent(table.law_mean_error));
  text += fmt::format("median_error = {}\nmean_error = {}\n", percent(table.median_error), percent(table.mean_error));
  text += fmt::format("held_out_median_error = {}\nheld_out_mean_error = {}\n", percent(table.held_out_median_error),
                      percent(table.held_out_mean_error));
  text += "constants = [\n";
  for (const auto& constant : table.constants)
    text += fmt::format("  {{ name = {}, value = {:.5g} }},\n", quoted(constant.name), constant.value);
  text += fmt::format("]\nmean = {:.5g}\nlow = {:.5g}\nhigh = {:.5g}\n", table.mean, table.low, table.high);
  for (const auto& layer : table.layer) text += layer_text(layer);
  return text;
}

}  // namespace

std::string kernel_part_text(const catalog::KernelPart& part, const Provenance& who, const std::vector<SourcedTables>& others) {
  std::string text = fmt::format(
      "# Written by `eigenbau calibrate kernels`. A time is the law of the operation with these constants times "
      "exp(correction);\n"
      "# `points` hold sizes and the weight of the correction there. Errors are |predicted/measured - 1|; held out: shapes that\n"
      "# a fit has not seen.\n"
      "format  = \"eigenbau.part/1\"\nkind    = \"kernels\"\nname    = {}\ntitle   = {}\naliases = []\n{}",
      quoted(part.name), quoted(part.title), block_head(who));
  text += fmt::format("gpu = {}\ngeneration = {}\n", quoted(part.gpu), quoted(part.generation));
  const auto rate = [&](std::string_view key, FlopRate value) {
    if (value > FlopRate{}) text += fmt::format("{} = \"{:.6g} TFLOP/s\"\n", key, value.in(kTeraflopPerSecond));
  };
  rate("peak_bf16", part.peak_bf16);
  rate("peak_fp8", part.peak_fp8);
  rate("peak_nvfp4", part.peak_nvfp4);
  text += fmt::format("memory_bandwidth = \"{:.6g} GB/s\"\n", part.memory_bandwidth.in(kGigabytePerSecond));
  text += fmt::format("scale_up_bandwidth = \"{:.6g} GB/s\"\n", part.scale_up_bandwidth.in(kGigabytePerSecond));
  text += fmt::format("multiprocessors = {}\n", part.multiprocessors);
  for (const auto& table : part.table) text += table_text(table);
  for (const SourcedTables& other : others) {
    text += block_head(other.who);
    for (const auto& table : other.tables) text += table_text(table);
  }
  return text;
}

}  // namespace eigenbau::fit
