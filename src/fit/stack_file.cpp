// What does the catalog file of a stack with fitted constants say?
#include "fit/stack_file.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "catalog/part_file.h"
#include "fit/collective_text.h"
#include "fit/training_constants.h"

namespace eigenbau::fit {

namespace {

bool says_the_same(double fitted, double inherited) { return std::abs(fitted - inherited) <= 1e-3 * std::abs(fitted); }

const catalog::Stack* parent_of(const catalog::Stack& stack, const std::vector<catalog::Stack>& all) {
  for (const catalog::Stack& other : all)
    if (other.name == stack.parent) return &other;
  return nullptr;
}

/// Fitted constants as a reader of the files finds them: what a file leaves out is its parent's, as that one is read.
catalog::TrainingConstants as_read(const catalog::Stack& stack, const std::vector<catalog::Stack>& all) {
  catalog::TrainingConstants read = stack.training;
  const catalog::Stack* parent = parent_of(stack, all);
  if (!parent) return read;
  const catalog::TrainingConstants inherited = as_read(*parent, all);
  for (const TrainingConstant& c : training_constants())
    if (says_the_same(c.get(read), c.get(inherited))) c.set(read, c.get(inherited));
  return read;
}

}  // namespace

std::string constants_toml(const catalog::TrainingConstants& fitted, const catalog::TrainingConstants* inherited,
                           const std::function<bool(std::string_view)>& stated) {
  std::string flat, nested, group;
  for (const TrainingConstant& c : training_constants()) {
    const double value = c.get(fitted);
    if ((inherited && says_the_same(value, c.get(*inherited))) || (stated && stated(c.name))) continue;
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

/// The file without the block of its last fit, wherever that stands.
std::string without_fit(std::string text) {
  const std::size_t note = text.find(catalog::kFitNote), block = text.rfind("\n[[", note), next = text.find("\n[[", note);
  if (note != std::string::npos && block != std::string::npos) text.erase(block, next == std::string::npos ? next : next - block);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string run_toml(const catalog::FittedRun& run) {
  return fmt::format(
      "{{ model = {}, gpu = {}, precision = \"{}\",{} gpus = {}, tp = {}, micro_batch = {}, hidden = {}, sequence = {}, "
      "gradients = {:.3f}, memory = {:.3f}, error = {:.4f} }}",
      quoted(run.model), quoted(run.gpu), catalog::name_of(run.precision), run.experts ? " experts = true," : "", run.gpus,
      run.tp, run.micro_batch, run.hidden, run.sequence, run.gradients, run.memory, run.error);
}

}  // namespace

std::string stack_file(const std::string& file, const catalog::Stack& stack, const std::vector<catalog::Stack>& all,
                       const std::string& source, const std::string& date) {
  std::string text = without_fit(file);
  std::optional<catalog::TrainingConstants> inherited;
  if (const catalog::Stack* parent = parent_of(stack, all)) inherited = as_read(*parent, all);
  const auto others = catalog::read_part_file(SourceText{stack.name, text}, "stack", "").sources;
  const auto stated = [&](std::string_view constant) { return others.contains(fmt::format("training.{}", constant)); };
  const std::string constants = constants_toml(stack.training, inherited ? &*inherited : nullptr, stated);
  if (constants == "[from.training]\n" && stack.runs.empty()) return text + "\n";
  std::string runs;
  for (const catalog::FittedRun& run : stack.runs) runs += "  " + run_toml(run) + ",\n";
  if (!runs.empty()) runs = "runs = [\n" + runs + "]\n";
  return text + fmt::format("\n\n[[from]]\nsource     = {}\ndate       = {}\nconfidence = \"medium\"\nnote       = {}\n{}{}",
                            quoted(source), quoted(date), quoted(catalog::kFitNote), runs, constants);
}

}  // namespace eigenbau::fit
