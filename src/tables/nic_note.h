// Which network does a note on a run describe?
#pragma once

#include <optional>
#include <string_view>

#include "catalog/gpu.h"
#include "perf/machine.h"

namespace eigenbau::tables {

struct NicNote {
  Bandwidth per_gpu{};
  perf::NicTransport transport = perf::NicTransport::infiniband;
  bool stated = false;           ///< the note says a rate, or names a type of machine
  bool guessed = false;          ///< and not whether of a GPU or of a node
  bool of_host = false;          ///< the note has rates, which are of ports of the host
  bool by_host = false;          ///< the note's rate is more than the GPU's link to its host carries, which is taken
  bool denied = false;           ///< the note denies InfiniBand and names no other network
  bool no_links = false;         ///< and that its GPUs have no links of their own: "no NVLink", "PCIe only"
  std::optional<int> node_gpus;  ///< GPUs of a node, where the note says so
};

/// NIC rate per GPU out of a note: "8x200Gb HDR", "4x HDR100", "1 NIC of 200 Gb/s per node" and "1x100GbE per node" are of a
/// node, "400Gb/s RDMA per GPU" is not; a single rate that says neither is a node's where it is above that of any NIC or what the
/// GPU's host link takes, below 200 Gb/s, and in clouds. Ethernet that neither a share nor a word such as "RoCE", "TCP",
/// "compute" or "no InfiniBand" puts to the GPUs, and of which a node has at most half of what one GPU usually has, is of the
/// host: "100GbE", "2x 10GbE" of a node with H100. The name of a generation or a product is an adapter of each GPU, as fast as
/// its generation takes: since Blackwell, which is sold with adapters of 800 Gb/s, its link to the host says how fast. What a
/// rented type of machine has where the note names one, what systems with this GPU are usually sold with where it says nothing.
/// `node_gpus`: GPUs of a node where they are known from elsewhere; 0: they are not.
NicNote read_nic_note(std::string_view note, const catalog::Gpu& gpu, int node_gpus = 0);

}  // namespace eigenbau::tables
