// Which part does a name mean? Parts are read when they are first asked for.
#include "catalog/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>

#include "base/parallel.h"
#include "catalog/embedded.h"
#include "catalog/part_file.h"
#include "catalog/records.h"

namespace eigenbau::catalog {
namespace {

std::string text_of(const Node& table, std::string_view key) {
  const Member* member = table.find(key);
  return member && member->value.kind == Node::Kind::string ? member->value.text : std::string();
}

std::vector<std::string> aliases_of(const Node& fields) {
  std::vector<std::string> out;
  if (const Member* member = fields.find("aliases"))
    for (const Node& item : member->value.items) out.push_back(item.text);
  return out;
}

/// In order of name; none if there is no such folder.
std::vector<std::filesystem::path> toml_files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  std::filesystem::directory_iterator at(folder, error);
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error))
    if (at->path().extension() == ".toml") files.push_back(at->path());
  std::sort(files.begin(), files.end());
  return files;
}

/// Everything wrong with a part, typed reading included.
Diagnostics problems_of(const PartFile& file, const PartKind& kind, std::string_view name) {
  Diagnostics problems = file.problems;
  if (problems.has_errors() && file.fields.members.empty()) return problems;
  ReadLog log;
  Reader reader(Draw::middle(), problems, log, fmt::format("{}/{}", kind.name, name));
  kind.check(file.fields, reader);
  problems.sort();
  return problems;
}

}  // namespace

std::string folded_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == ' ' || c == '_') out += '-';
    else out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

/// A part file, parsed when it is first asked for.
struct Catalog::Part {
  Part(std::string_view kind_of, std::string_view name_of, SourceText source)
      : kind(kind_of), name(name_of), text(std::move(source)) {}

  const PartFile& file() const {
    std::call_once(once, [this] { parsed = read_part_file(text, kind, name); });
    return parsed;
  }

  std::string kind, name;
  SourceText text;
  mutable std::once_flag once;
  mutable PartFile parsed;
};

/// Objects already read from parts without ranges: every sample reads the same. A copy of a catalog begins its own, since a
/// directory added later may bring another parent of the same stack.
class Settled {
 public:
  Settled() = default;
  Settled(const Settled&) {}
  Settled& operator=(const Settled&) = delete;

  template <class T>
  const T* find(const void* part) const {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(part);
    return found == objects_.end() ? nullptr : static_cast<const T*>(found->second.get());
  }
  template <class T>
  void keep(const void* part, const T& object) const {
    const std::lock_guard lock(mutex_);
    objects_.emplace(part, std::make_shared<const T>(object));
  }

 private:
  mutable std::mutex mutex_;
  mutable std::map<const void*, std::shared_ptr<const void>> objects_;
};

struct Catalog::State {
  using Parts = std::map<std::string, std::shared_ptr<const Part>, std::less<>>;  // by folded name
  std::map<std::string, Parts, std::less<>> kinds;
  Settled settled;

  void put(std::shared_ptr<const Part> part) { kinds[part->kind][folded_name(part->name)] = std::move(part); }

  const Parts& of(std::string_view kind) const {
    static const Parts kNone;
    const auto found = kinds.find(kind);
    return found == kinds.end() ? kNone : found->second;
  }
};

Catalog Catalog::built_in() {
  static const std::shared_ptr<const State> kState = [] {
    auto state = std::make_shared<State>();
    for (const EmbeddedPart& part : embedded_parts())
      state->put(std::make_shared<Part>(
          part.kind, part.name, SourceText{fmt::format("catalog/{}/{}.toml", part.kind, part.name), std::string(part.text)}));
    return state;
  }();
  Catalog catalog;
  catalog.state_ = kState;
  return catalog;
}

Result<void> Catalog::add_part(SourceText text) {
  const auto head = parse_toml(text);
  if (!head) return std::unexpected(head.error());
  const std::string kind_name = text_of(head->root, "kind"), name = text_of(head->root, "name");
  const PartKind* kind = find_kind(kind_name);
  if (!kind || name.empty())
    return fail(ExitCode::bad_input, {.code = "EB1202",
                                      .message = "a part needs a `kind` of the catalog and a `name`",
                                      .span = head->root.span,
                                      .hint = "see `eigenbau explain EB1206` for the kinds"});
  auto part = std::make_shared<Part>(kind_name, name, std::move(text));
  Diagnostics problems = problems_of(part->file(), *kind, name);
  if (problems.has_errors()) return fail(ExitCode::bad_input, std::move(problems));
  auto state = std::make_shared<State>(*state_);
  state->put(std::move(part));
  state_ = std::move(state);
  return {};
}

Result<void> Catalog::add_directory(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error))
    return fail(ExitCode::bad_usage, {.code = "EB1206", .message = fmt::format("{} is not a directory that can be read", path)});
  const bool has_folders = std::ranges::any_of(
      part_kinds(), [&](const PartKind& kind) { return fs::is_directory(fs::path(path) / kind.name, error); });
  if (!has_folders && !toml_files_in(path).empty())
    return fail(ExitCode::bad_usage, {.code = "EB1206",
                                      .message = fmt::format("{} has files, but no folder of a kind of parts", path),
                                      .hint = "parts stand in folders of their kind, as model/NAME.toml"});
  Diagnostics problems;
  auto state = std::make_shared<State>(*state_);
  for (const PartKind& kind : part_kinds()) {
    for (const fs::path& file : toml_files_in(fs::path(path) / kind.name)) {
      auto text = read_text(file.string());
      if (!text) return std::unexpected(std::move(text.error()));
      const std::string name = file.stem().string();
      auto part = std::make_shared<Part>(kind.name, name, std::move(*text));
      const Diagnostics found = problems_of(part->file(), kind, name);
      for (const Diagnostic& problem : found.all()) problems.add(problem);
      state->put(std::move(part));
    }
  }
  if (problems.has_errors()) return fail(ExitCode::bad_input, std::move(problems));
  state_ = std::move(state);
  return {};
}

Catalog Catalog::drawn(std::uint64_t seed, std::uint32_t sample) const { return drawn(Draw::sample(seed, sample)); }

Catalog Catalog::drawn(Draw draw) const {
  Catalog copy = *this;
  copy.draw_ = std::move(draw);
  return copy;
}

Result<const Catalog::Part*> Catalog::find(std::string_view kind, std::string_view name) const {
  const State::Parts& parts = state_->of(kind);
  const std::string wanted = folded_name(name);
  if (const auto exact = parts.find(wanted); exact != parts.end()) return exact->second.get();
  for (const auto& [key, part] : parts)
    for (const std::string& alias : aliases_of(part->file().fields))
      if (folded_name(alias) == wanted) return part.get();
  const auto near = nearest_name(name, names(kind));
  return fail(ExitCode::bad_input,
              {.code = "EB1201",
               .message = fmt::format("the catalog has no {} \"{}\"", kind, name),
               .hint = near ? fmt::format("did you mean \"{}\"?", *near) : fmt::format("see `eigenbau catalog list {}`", kind)});
}

template <class T>
Result<T> Catalog::read(std::string_view kind, std::string_view name) const {
  const auto part = find(kind, name);
  if (!part) return std::unexpected(part.error());
  if (const T* known = state_->settled.find<T>(*part)) return *known;
  const PartFile& file = (*part)->file();
  Diagnostics problems = file.problems;
  ReadLog log;
  Reader reader(draw_, problems, log, fmt::format("{}/{}", kind, (*part)->name));
  T object = read_as<T>(file.fields, reader);
  if (problems.has_errors()) return fail(ExitCode::bad_input, std::move(problems));
  if (log.uncertain.empty()) state_->settled.keep(*part, object);
  return object;
}

Result<Gpu> Catalog::gpu(std::string_view name) const { return read<Gpu>("gpu", name); }
Result<Server> Catalog::server(std::string_view name) const { return read<Server>("server", name); }
Result<Nic> Catalog::nic(std::string_view name) const { return read<Nic>("nic", name); }
Result<Switch> Catalog::network_switch(std::string_view name) const { return read<Switch>("switch", name); }
Result<Optic> Catalog::optic(std::string_view name) const { return read<Optic>("optic", name); }
Result<Cable> Catalog::cable(std::string_view name) const { return read<Cable>("cable", name); }
Result<Storage> Catalog::storage(std::string_view name) const { return read<Storage>("storage", name); }
Result<Plant> Catalog::plant(std::string_view name) const { return read<Plant>("plant", name); }
Result<Model> Catalog::model(std::string_view name) const { return read<Model>("model", name); }
Result<FailurePrior> Catalog::failure(std::string_view name) const { return read<FailurePrior>("failure", name); }
Result<PriceList> Catalog::price(std::string_view name) const { return read<PriceList>("price", name); }
Result<KernelPart> Catalog::kernels(std::string_view name) const { return read<KernelPart>("kernels", name); }
Result<CollectivePart> Catalog::collectives(std::string_view name) const { return read<CollectivePart>("collectives", name); }

Result<Stack> Catalog::stack(std::string_view name) const {
  const auto part = find("stack", name);
  if (!part) return std::unexpected(part.error());
  return stack_of(**part, 0);
}

/// The figures of the parent, which has them from its own, with what the part states laid over them.
Result<Stack> Catalog::stack_of(const Part& part, int children) const {
  constexpr int kMostChildren = 16;
  if (const Stack* known = state_->settled.find<Stack>(&part)) return *known;
  Stack stack;
  bool settled = true;
  if (const Member* parent = part.file().fields.find("parent"); parent && !parent->value.text.empty()) {
    const auto above = find("stack", parent->value.text);
    if (!above)
      return fail(ExitCode::bad_input,
                  {.code = "EB1305",
                   .message = fmt::format("there is no stack called \"{}\" to be a parent", parent->value.text),
                   .span = parent->value.span,
                   .hint = above.error().diagnostics.all().front().hint});
    if (children == kMostChildren)
      return fail(ExitCode::bad_input,
                  {.code = "EB1205", .message = fmt::format("the parents of stack \"{}\" do not end", part.name)});
    auto taken_over = stack_of(**above, children + 1);
    if (!taken_over) return taken_over;
    settled = state_->settled.find<Stack>(*above) != nullptr;
    stack.training = std::move(taken_over->training);
  }
  Diagnostics problems = part.file().problems;
  ReadLog log;
  Reader reader(draw_, problems, log, "stack/" + part.name);
  record<Stack>().read(&stack, part.file().fields, reader);
  if (problems.has_errors()) return fail(ExitCode::bad_input, std::move(problems));
  if (settled && log.uncertain.empty()) state_->settled.keep(&part, stack);
  return stack;
}

std::vector<Entry> Catalog::list(std::string_view kind) const {
  std::vector<const Part*> parts;
  for (const PartKind& known : part_kinds()) {
    if (!kind.empty() && kind != known.name) continue;
    for (const auto& [key, part] : state_->of(known.name)) parts.push_back(part.get());
  }
  std::vector<Entry> entries(parts.size());
  parallel_for(parts.size(), 0,
               [&](std::size_t i) { entries[i] = {parts[i]->kind, parts[i]->name, text_of(parts[i]->file().fields, "title")}; });
  return entries;
}

std::vector<std::string> Catalog::names(std::string_view kind) const {
  std::vector<std::string> out;
  for (const auto& [key, part] : state_->of(kind)) {
    out.push_back(part->name);
    for (std::string& alias : aliases_of(part->file().fields)) out.push_back(std::move(alias));
  }
  return out;
}

const PartFile* Catalog::file(std::string_view kind, std::string_view name) const {
  const auto part = find(kind, name);
  return part ? &(*part)->file() : nullptr;
}

Provenance Catalog::provenance(std::string_view kind, std::string_view name, std::string_view field) const {
  const PartFile* part = file(kind, name);
  if (!part) return {};
  for (std::string path(field);;) {  // "lease[0].per_gpu" is vouched for by whoever vouches for "lease[0]"
    if (const auto found = part->sources.find(path); found != part->sources.end()) return found->second;
    const std::size_t point = path.rfind('.');
    if (point == std::string::npos) break;
    path.resize(point);
  }
  const std::string parent = kind == "stack" ? text_of(part->fields, "parent") : "";
  return parent.empty() || folded_name(parent) == folded_name(name) ? Provenance{} : provenance(kind, parent, field);
}

std::vector<Uncertain> Catalog::uncertain(std::string_view kind, std::string_view name) const {
  const auto part = find(kind, name);
  const PartKind* known = find_kind(kind);
  if (!part || !known) return {};
  Diagnostics problems;
  ReadLog log;
  Reader reader(Draw::middle(), problems, log, fmt::format("{}/{}", kind, (*part)->name));
  known->check((*part)->file().fields, reader);
  for (Uncertain& figure : log.uncertain)
    if (figure.source.empty()) figure.source = provenance(kind, name, figure.path.substr(figure.path.find('.') + 1)).source;
  return log.uncertain;
}

Span Catalog::stated_at(std::string_view kind, std::string_view name, std::string_view field) const {
  const PartFile* part = file(kind, name);
  const Node* at = part ? &part->fields : nullptr;
  while (at && !field.empty()) {
    const std::size_t point = std::min(field.find('.'), field.size());
    const Member* member = at->find(field.substr(0, point));
    at = member ? &member->value : nullptr;
    field.remove_prefix(std::min(point + 1, field.size()));
  }
  return at ? at->span : Span{};
}

Result<std::string> Catalog::text(std::string_view kind, std::string_view name) const {
  const auto part = find(kind, name);
  if (!part) return std::unexpected(part.error());
  return (*part)->text.text;
}

}  // namespace eigenbau::catalog
