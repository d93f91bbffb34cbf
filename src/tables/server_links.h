// Over which links do the ranks of one server talk to one another?
#pragma once

#include <string>

#include "tables/kernel_format.h"

namespace eigenbau::tables {

constexpr int kTray = 4;            ///< GPUs of one server of a rack whose links join it all
constexpr int kLargestServer = 16;  ///< GPUs; a table that states more means a rack

/// How many GPUs share a server, or a rack whose links join it all, and what each can send to the others.
struct ServerLinks {
  int gpus = 0;
  Bandwidth link{};  ///< of one GPU, one way
  perf::LinkLayout layout{};
  bool scale_up = true;   ///< false: over PCIe and the CPU
  std::string assumed{};  ///< for a reason; empty if nothing was
};

/// `ranks` take part, `server` of the GPUs are in one server (0: not said). Links of a GPU that join racks (NVL72) join the
/// servers of one rack. Ranks that the GPU's own links do not join talk over PCIe and the CPU, at the slower of the GPU's host
/// link and what CPUs pass on to one another. `joined`: links join the whole server, and no more, whatever is usual for the GPU.
ServerLinks server_links(const GpuFigures& gpu, int ranks, int server, bool joined);

/// GPUs of one server, whose NICs they share, where a table does not say it: four in a tray of a rack, else those that links
/// join, `domain`, or eight where these are none or pairs joined by bridges.
int usual_server(int domain);

}  // namespace eigenbau::tables
