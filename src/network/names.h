// What are the devices and links of a fabric called?
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "network/forest.h"
#include "network/routes.h"

namespace eigenbau::network {

/// "be-leaf-0012", "gpu-00640": as in the cable list, numbers count from 1 through all fat trees, servers in the order of the
/// cluster file.
std::string name_of(const Forest& forest, Node node, int number);
int device_count(const Forest& forest, Node node);
/// "gpu-012:3": an adapter.
std::string name_of(const Forest& forest, Endpoint adapter);

/// A directed link, or bundle of links, of one tree: "be-leaf-0012 to be-spine-0003, port 40/1", "pod 4, all links up to the
/// cores".
std::string name_of(const Forest& forest, int tree, const Router& router, std::int32_t link);

/// Why a name means nothing here, and what is near it.
struct BadName {
  std::string message;
  std::string hint;
};

struct Device {
  Node node = Node::server;
  int number = 0;
};
/// Leading zeros and "be-" may be left out, "server-640" is "gpu-640".
std::expected<Device, BadName> device_named(const Forest& forest, std::string_view name);

/// "gpu-12:3" is adapter nic3 of server 12. Without one: its first, nic0. An endpoint of the forest: server · adapters + adapter.
std::expected<Endpoint, BadName> endpoint_named(const Forest& forest, std::string_view name);

/// Adds what is named to the failures of its trees, which are as many as the forest's: "leaf-12" a switch or server, on all of
/// its trees, "leaf-12:spine-3" all links between two, "leaf-12/40/1" the link on a port.
std::expected<void, BadName> add_failure(const Forest& forest, std::string_view name, std::vector<Failures>& failures);

}  // namespace eigenbau::network
