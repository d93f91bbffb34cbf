// What is every rack, device and port called, on labels and in files?
#include "artifacts/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace eigenbau::artifacts {
namespace {

constexpr std::array<std::string_view, design::kNetworks> kPrefixes{"be", "fe", "st", "mgmt"};

int digits_of(long count) {
  int digits = 1;
  for (; count >= 10; count /= 10) ++digits;
  return digits;
}

void append_number(std::string& out, int number, int width) {
  std::array<char, 16> text{};
  const char* end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  const auto length = static_cast<int>(end - text.data());
  out.append(static_cast<std::size_t>(std::max(0, width - length)), '0');
  out.append(text.data(), static_cast<std::size_t>(length));
}

std::string_view word_of(design::DeviceKind kind) {
  switch (kind) {
    case design::DeviceKind::leaf:
      return "leaf";
    case design::DeviceKind::spine:
      return "spine";
    case design::DeviceKind::core:
      return "core";
    default:
      return "";
  }
}

}  // namespace

Names::Names(const design::Design& design, const design::Floor& floor) : design_(design) {
  const design::HallPlan& plan = floor.plan();
  const int row_width = std::max(2, digits_of(plan.rows_per_hall)), column_width = std::max(2, digits_of(plan.racks_per_row));
  for (const design::RackPosition& at : floor.racks()) {
    std::string name = "h";
    append_number(name, at.hall + 1, 1);
    name += "-r";
    append_number(name, at.row + 1, row_width);
    name += '-';
    append_number(name, at.column + 1, column_width);
    racks_.push_back(std::move(name));
  }
  server_width_ = digits_of(design.servers);
  storage_width_ = digits_of(design.storage.units);
  for (int n = 0; n < design::kNetworks; ++n)
    if (const design::Fabric* fabric = design.network(n))
      switch_width_ = std::max(switch_width_, digits_of(fabric->wiring.switches.total()));
}

void Names::append_cable(std::string& out, long number) {
  constexpr int kWidth = 7;
  out += 'C';
  append_number(out, static_cast<int>(number), kWidth);
}

std::string Names::hall(int hall) { return fmt::format("Hall {}", hall + 1); }

void Names::append_device(std::string& out, const design::Device& device) const {
  switch (device.kind) {
    case design::DeviceKind::server:
      out += "gpu-";
      return append_number(out, device.number + 1, server_width_);
    case design::DeviceKind::storage:
      out += "storage-";
      return append_number(out, device.number + 1, storage_width_);
    case design::DeviceKind::rack_pdu:
      out += "pdu-";
      out += rack(device.number / design::kPdusPerRack);
      out += device.number % design::kPdusPerRack == 0 ? "-a" : "-b";
      return;
    case design::DeviceKind::rack_cdu:
      out += "cdu-";
      out += rack(device.number);
      return;
    default:
      out += kPrefixes[static_cast<std::size_t>(device.network)];
      out += '-';
      out += word_of(device.kind);
      out += '-';
      append_number(out, device.number + 1, switch_width_);
  }
}

std::string Names::device(const design::Device& device) const {
  std::string name;
  append_device(name, device);
  return name;
}

void Names::append_port(std::string& out, int network, const design::CableEnd& end) const {
  const design::Fabric& fabric = *design_.network(network);
  const bool of_switch = end.device.kind == design::DeviceKind::leaf || end.device.kind == design::DeviceKind::spine ||
                         end.device.kind == design::DeviceKind::core;
  if (of_switch && end.device.network == network) {
    const int in_cage = fabric.cage_links();
    append_number(out, end.port / in_cage + 1, 1);
    if (in_cage == 1) return;
    out += '/';
    return append_number(out, end.port % in_cage + 1, 1);
  }
  if (network == design::kManagement) {
    const bool plant = end.device.kind == design::DeviceKind::rack_pdu || end.device.kind == design::DeviceKind::rack_cdu;
    out += of_switch ? "mgmt" : plant ? "net" : "bmc";
    return;
  }
  const int planes = std::max(1, fabric.demand.planes);
  out += network == design::kBackEnd ? "nic" : network == design::kFrontEnd ? "fe" : "st";
  append_number(out, end.port / planes, 1);
  if (planes == 1) return;
  out += 'p';
  append_number(out, end.port % planes, 1);
}

}  // namespace eigenbau::artifacts
