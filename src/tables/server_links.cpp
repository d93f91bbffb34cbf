// Over which links do the ranks of one server talk to one another?
#include "tables/server_links.h"
#include "tables/run_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace eigenbau::tables {
namespace {

constexpr int kUsualServer = 8;                          // GPUs
constexpr int kBridged = 2;                              // GPUs
const Bandwidth kBetweenCpus = 64 * kGigabytePerSecond;  // one way: three or four UPI or xGMI links

bool joins_racks(const GpuFigures& gpu) { return gpu.link > Bandwidth{} && gpu.layout.mesh == 0 && gpu.domain > kLargestServer; }

}  // namespace

ServerLinks server_links(const GpuFigures& gpu, int ranks, int server, bool joined) {
  ServerLinks links{.gpus = server, .link = gpu.link};
  if (server <= 0) {
    links.gpus = gpu.domain > kBridged ? gpu.domain : kUsualServer;
    add_note(links.assumed, fmt::format("{} GPUs in a {}", links.gpus, gpu.domain >= links.gpus ? "domain" : "server"));
  } else if (!joined && joins_racks(gpu) && server < std::min(ranks, gpu.domain)) {
    links.gpus = gpu.domain;
    add_note(links.assumed, fmt::format("links join {} GPUs, servers of {}", gpu.domain, server));
  }
  const int local = std::min(ranks, links.gpus);
  const int domain = joined || gpu.domain <= 0 ? links.gpus : gpu.domain;
  if (gpu.link > Bandwidth{} && local <= domain) {
    links.layout = gpu.layout;
    if (links.layout.mesh > 0) links.layout.mesh = domain;
    return links;
  }
  links.scale_up = false;
  links.link = std::min(gpu.host, kBetweenCpus);
  if (local < 2) return links;
  const std::string over = fmt::format("over PCIe and the CPU at {:.3g} GB/s", links.link.in(kGigabytePerSecond));
  add_note(links.assumed, gpu.link > Bandwidth{} && domain > 1
                              ? fmt::format("links join {} GPUs, {} talk {}", domain, local, over)
                              : fmt::format("no links between GPUs: {}", over));
  return links;
}

int usual_server(int domain) {
  if (domain > kLargestServer) return kTray;
  return domain > kBridged ? domain : kUsualServer;
}

}  // namespace eigenbau::tables
