// What is every rack, device and port called, on labels and in files?
#pragma once

#include <string>
#include <vector>

#include "design/cables.h"

namespace eigenbau::artifacts {

/// Names of one design. They are made from numbers alone, so that the same design has the same names; widths are those of
/// its highest numbers, so that they sort.
class Names {
 public:
  Names(const design::Design& design, const design::Floor& floor);

  /// "h2-r07-03": hall, row, place in the row.
  const std::string& rack(int rack) const { return racks_[static_cast<std::size_t>(rack)]; }
  static std::string hall(int hall);
  /// "gpu-00042", "be-leaf-0007", "storage-003", "mgmt-leaf-012", "pdu-h2-r07-03-a", "cdu-h2-r07-03"
  void append_device(std::string& out, const design::Device& device) const;
  std::string device(const design::Device& device) const;
  /// "nic3", "nic3p1", "fe0", "st1", "bmc" of servers; "12/1" (cage, link in it), "mgmt" of switches.
  void append_port(std::string& out, int network, const design::CableEnd& end) const;
  /// "C0000042": the number of a cable's row.
  static void append_cable(std::string& out, long number);

 private:
  const design::Design& design_;
  std::vector<std::string> racks_;
  int server_width_ = 1, storage_width_ = 1, switch_width_ = 1;
};

}  // namespace eigenbau::artifacts
