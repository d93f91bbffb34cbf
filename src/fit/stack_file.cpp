// What does the catalog file of a stack with fitted constants say?
#include "fit/stack_file.h"

#include <fmt/format.h>

#include <cmath>

#include "fit/training_constants.h"

namespace eigenbau::fit {

std::string constants_toml(const catalog::Stack& stack, const catalog::Stack* parent) {
  std::string flat, nested, group;
  for (const TrainingConstant& c : training_constants()) {
    const double value = c.get(stack.training);
    if (parent && std::abs(value - c.get(parent->training)) <= 0.01 * value) continue;
    const std::string name(c.name);
    const std::size_t dot = name.find('.');
    const std::string number = fmt::format("{:.4g}", value / c.in_base);
    const std::string text = c.unit.empty() ? number : fmt::format("\"{} {}\"", number, c.unit);
    if (dot == std::string::npos) {
      flat += fmt::format("{} = {}\n", name, text);
      continue;
    }
    if (name.substr(0, dot) != group) {
      group = name.substr(0, dot);
      nested += fmt::format("[from.training.{}]\n", group);
    }
    nested += fmt::format("{} = {}\n", name.substr(dot + 1), text);
  }
  return "[from.training]\n" + flat + nested;
}

namespace {

std::string run_toml(const catalog::FittedRun& run) {
  return fmt::format(
      "{{ model = \"{}\", gpu = \"{}\", precision = \"{}\",{} gpus = {}, tp = {}, micro_batch = {}, hidden = {}, sequence = {}, "
      "gradients = {:.3f}, memory = {:.3f}, error = {:.4f} }}",
      run.model, run.gpu, catalog::name_of(run.precision), run.experts ? " experts = true," : "", run.gpus, run.tp,
      run.micro_batch, run.hidden, run.sequence, run.gradients, run.memory, run.error);
}

}  // namespace

std::string stack_file(const std::string& file, const catalog::Stack& stack, const std::vector<catalog::Stack>& all,
                       const std::string& source, const std::string& date) {
  // The block of a fit is the last of the file and is known by this note.
  static constexpr std::string_view kNote = "note       = \"fitted constants, replaced by each fit\"";
  std::string text = file;
  if (const std::size_t note = text.find(kNote); note != std::string::npos) text.resize(text.rfind("[[from]]", note));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const catalog::Stack* parent = nullptr;
  for (const catalog::Stack& other : all)
    if (other.name == stack.parent) parent = &other;
  const std::string constants = constants_toml(stack, parent);
  if (constants == "[from.training]\n" && stack.runs.empty()) return text + "\n";
  std::string runs;
  for (const catalog::FittedRun& run : stack.runs) runs += "  " + run_toml(run) + ",\n";
  if (!runs.empty()) runs = "runs = [\n" + runs + "]\n";
  return text + fmt::format("\n\n[[from]]\nsource     = \"{}\"\ndate       = \"{}\"\nconfidence = \"medium\"\n{}\n{}{}", source,
                            date, kNote, runs, constants);
}

}  // namespace eigenbau::fit
