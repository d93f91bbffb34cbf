// What do the words of a published run say: which GPU, which release of a stack, which NICs?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/gpu.h"
#include "catalog/stack.h"
#include "perf/machine.h"

namespace eigenbau::fit {

std::string lower(std::string_view text);
bool contains(std::string_view text, std::string_view part);

/// The first number after `word` (past blanks, "=", "-"); nothing if another word comes first.
std::optional<double> number_after(std::string_view text, std::string_view word);

struct GpuChoice {
  std::size_t index = 0;
  bool exact = true;
};

/// The GPU with that name or alias, without regard to case and blanks; else the one whose name it contains or begins with.
std::optional<GpuChoice> find_gpu(const std::vector<catalog::Gpu>& gpus, std::string_view name);

struct StackChoice {
  std::size_t index = 0;
  bool known = true;  ///< false: another family stands in
};

/// The stack of the family `name` that a run used: one whose marks all occur in `words` before one without marks, then the
/// latest release that is not after the run's (a container or tag "25.09" in `words`, else the year).
StackChoice choose_stack(const std::vector<catalog::Stack>& stacks, std::string_view name, std::string_view words,
                         std::optional<double> year);

/// A release as year.month written as a number, 25.09, from "container 25.09", "v24.11.1", "ngc25.04".
std::optional<double> release_in(std::string_view words);

struct NicNote {
  Bandwidth per_gpu{};
  perf::NicTransport transport = perf::NicTransport::infiniband;
  bool stated = false;
};

/// NIC rate per GPU out of a note such as "8x200Gb HDR", "4x100Gb RoCE per node", "1600 Gbps node-node", "400Gb/s RDMA per
/// GPU"; what systems with this GPU are usually sold with if the note does not say.
NicNote read_nic_note(std::string_view note, const catalog::Gpu& gpu);

}  // namespace eigenbau::fit
