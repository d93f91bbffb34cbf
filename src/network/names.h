// What are the devices and links of a fabric called?
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "network/routes.h"

namespace eigenbau::network {

/// "be-leaf-0012", "gpu-00640": as in the cable list, numbers count from 1 through the whole fat tree, servers in the order of
/// the cluster file.
std::string name_of(const Clos& clos, Node node, int number);
int device_count(const Clos& clos, Node node);

/// A directed link, or bundle of links: "be-leaf-0012 to be-spine-0003, port 40/1", "pod 4, all links up to the cores".
std::string name_of(const Router& router, std::int32_t link);

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
std::expected<Device, BadName> device_named(const Clos& clos, std::string_view name);

/// "gpu-12:3" is link nic3 of server 12. Without a link: its first, nic0.
std::expected<Endpoint, BadName> endpoint_named(const Clos& clos, std::string_view name);

/// Adds what is named: "leaf-12" a switch or server, "leaf-12:spine-3" all links between two, "leaf-12/40/1" the link on a port.
std::expected<void, BadName> add_failure(const Clos& clos, std::string_view name, Failures& failures);

}  // namespace eigenbau::network
