// What are the devices and links of a fabric called?
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "network/routes.h"

namespace eigenbau::network {

/// "leaf-12"; numbers count from 0 through the whole fat tree, servers in the order of the cluster file.
std::string name_of(Node node, int number);
int device_count(const Clos& clos, Node node);

/// A directed link, or bundle of links: "leaf-12 to spine-3, port 70", "pod-4, all links up to the cores".
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
std::expected<Device, BadName> device_named(const Clos& clos, std::string_view name);

/// "server-12:3" is link 3 of server 12. Without a link: its first.
std::expected<Endpoint, BadName> endpoint_named(const Clos& clos, std::string_view name);

/// Adds what is named: "leaf-12" a switch or server, "leaf-12:spine-3" all links between two, "leaf-12/70" the link on a port.
std::expected<void, BadName> add_failure(const Clos& clos, std::string_view name, Failures& failures);

}  // namespace eigenbau::network
