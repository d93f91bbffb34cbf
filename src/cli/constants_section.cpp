// Which constants of a software stack are behind a training step, and which of them were fitted?
#include "cli/constants_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "catalog/records.h"
#include "fit/training_constants.h"
#include "perf/error_band.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

/// What the fit does not move is known from documents and kernel tables; bands come from the errors that it left. A rate of a
/// generation of accelerators that no run was on keeps its prior; of what the fit may move a stack may state its own.
class Finding {
 public:
  Finding(const catalog::Catalog& catalog, std::string stack)
      : catalog_(catalog), stack_(std::move(stack)), fit_(source_of("error_dense")) {}

  std::string_view of(const std::string& name) const {
    const auto known = fit::training_constants();
    const auto constant = std::ranges::find(known, std::string_view(name), &fit::TrainingConstant::name);
    if (constant == known.end()) return "held";
    if (constant->common <= 0 && constant->release <= 0) return "errors of the fit";
    const auto point = name.rfind('.');
    if (point != std::string::npos && !perf::is_fitted_generation(name.substr(point + 1))) return "assumed";
    return source_of(name) == fit_ ? "fitted" : "stated by the stack";
  }

 private:
  std::string source_of(const std::string& name) const { return catalog_.provenance("stack", stack_, "training." + name).source; }

  const catalog::Catalog& catalog_;
  std::string stack_, fit_;
};

std::string in_words(const FieldInfo& field, const FieldValue& value) {
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "yes" : "no";
  if (const auto* word = std::get_if<std::string_view>(&value)) return std::string(*word);
  const double number = std::get<double>(value);
  return field.type.kind == FieldType::Kind::quantity ? print_quantity(number, field.type.dimension, 4) : print_number(number);
}

/// "gemm_bf16.hopper" is one figure of gemm_bf16, and means what that does.
void add_constants(report::Table& table, const RecordInfo& record, const void* object, const std::string& prefix,
                   const std::string& meaning, const Finding& found) {
  for (const auto& field : record.fields()) {
    const std::string name = prefix + field->key;
    const FieldValue value = field->value(object);
    if (const auto* inner = std::get_if<const void*>(&value)) {
      add_constants(table, field->type.nested(), *inner, name + ".", field->doc, found);
      continue;
    }
    table.rows.push_back(
        {.key = name,
         .cells = {name, in_words(*field, value), std::string(found.of(name)), meaning.empty() ? field->doc : meaning}});
  }
}

}  // namespace

report::Section constants_section(const catalog::Stack& stack, const catalog::Catalog& catalog) {
  report::Section section{.key = "constants", .title = "Constants of " + stack.name};
  report::Table table{
      .key = "constants",
      .title = "How they were found: docs/methods/training.md and `eigenbau catalog show stack " + stack.name + "`",
      .columns = {{.key = "name", .label = "constant"},
                  {.key = "value", .label = "value"},
                  {.key = "found", .label = "found"},
                  {.key = "meaning", .label = "meaning"}}};
  add_constants(table, record<catalog::TrainingConstants>(), &stack.training, "", "", Finding(catalog, stack.name));
  section.items.push_back(std::move(table));
  return section;
}

}  // namespace eigenbau::cli
