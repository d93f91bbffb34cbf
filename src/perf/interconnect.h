// Which constants describe the collectives of a GPU generation and of a transport?
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "perf/collective.h"
#include "perf/machine.h"

namespace eigenbau::perf {

/// Whether a generation has shares of its own.
bool has_scale_up_law(std::string_view generation);

/// Constants of the links of a GPU: `generation` ampere, hopper, blackwell (else hopper's shares without its adding switch),
/// `link` all links of one GPU one way.
ScaleUp scale_up_law(std::string_view generation, Bandwidth link);

/// A transport that was measured, by its name in tables: roce, efa, efa_100g, tcpxo.
struct KnownTransport {
  std::string_view name;
  Transport law;
};

/// Those of catalog/collectives/nccl.toml: for machines that name no other library.
std::span<const KnownTransport> known_transports();

/// Under which name tables measure a transport whose NICs give an accelerator `nic`: InfiniBand under RoCE's, since no long
/// series over InfiniBand is published; EFA below 200 Gb/s under that of the adapters of 100 Gb/s (p3dn, p4d), which are half as
/// quick as all later ones.
std::string_view measured_as(std::string_view transport, Bandwidth nic);

/// What to take for a transport that is not measured, by its class.
///   RDMA; a cloud's own (EFA, TCPXO): the geometric mean of the measured ones of the class and of one more, which stands for
///     what is known without measuring: a step of 14 us, which NCCL itself reckons with (src/graph/tuning.cc), three times that
///     where a cloud's software carries the messages; 95 % of the wire; a ramp of 1.
///   sockets (tcp): half of the wire, since the kernel copies each byte between sockets and the memory of the host, through which
///     it goes to the GPU and back (published: 32 to 50 % of 100 Gb/s, 50 to 60 % of 32 Gb/s; NVIDIA/nccl issues 450 and 209); a
///     step as slow as the slowest of the measured ones, which all bypass the kernel; a ramp of 1.
///   tcpx: the kernel's TCP, whose payload goes straight to the GPU: halfway between sockets and a cloud's own.
Transport usual_transport(std::span<const KnownTransport> known, std::string_view name);

/// Constants of a transport by its name in tables: latency, efficiency and ramp differ two- to fourfold among them. As measured,
/// else as usual.
Transport transport_law(std::span<const KnownTransport> known, std::string_view name);

/// The same of the library of `known_transports`; RoCE's where nothing is said.
Transport transport_law(NicTransport transport, Bandwidth nic);

/// A collective library that somebody measured.
struct CollectiveLibrary {
  ScaleUp inside;                           ///< on the links of the machine that runs it
  std::map<std::string, Transport> across;  ///< of every transport, as `measured_as` names them
};

/// By which name `Machine` and tables call a transport.
std::string_view name_of(NicTransport transport);

/// Both for the links and NICs of a machine, by its library.
Interconnect interconnect_of(const Machine& machine);

}  // namespace eigenbau::perf
