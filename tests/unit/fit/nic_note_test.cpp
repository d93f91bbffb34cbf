// Laws of notes on networks: a rate is the same however it is written, and counts of adapters and GPUs share it.
#include "tables/nic_note.h"

#include <doctest/doctest.h>

#include "sample_rows.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

catalog::Gpu gpu_named(std::string_view name) {
  for (const NamedGpu& known : builtin_training().gpus)
    if (known.gpu.name == name) return known.gpu;
  return {};
}

double rate(std::string_view note, std::string_view gpu = "h100-sxm") {
  return read_nic_note(note, gpu_named(gpu)).per_gpu.in(kGigabitPerSecond);
}

}  // namespace

TEST_CASE("a network of storage or management is none of the GPUs', and Ethernet that joins nodes is") {
  for (const char* host :
       {"storage network 200GbE", "storage: 2x200GbE", "2x 200 Gb/s storage NICs", "in-band management 100 Gb/s",
        "front-end network 200 Gb/s", "100GbE", "8x400G; storage network 200GbE"})
    CHECK_MESSAGE(rate(host) == doctest::Approx(400), host);
  for (const char* joins : {"nodes connected by 100 Gb Ethernet", "100GbE only", "GPUs on 100GbE", "internode 100GbE"})
    CHECK_MESSAGE(rate(joins) < 200, joins);
}

TEST_CASE("a node whose GPUs are not counted has as many as a server of theirs") {
  for (const auto& [gpu, server] :
       {std::pair{"h100-sxm", 8}, {"gb200", 4}, {"gh200", 4}, {"mi250x", 4}, {"h100-pcie", 8}, {"l40s", 8}})
    CHECK_MESSAGE(rate("800 Gb/s per node", gpu) == doctest::Approx(800.0 / server), gpu);
}

TEST_CASE("one network has one rate, whatever unit and words say it") {
  struct Case {
    double gigabits;
    std::initializer_list<const char*> notes;
  };
  for (const Case& c :
       {Case{400,
             {"8x400G", "8 x 400 Gb/s", "8*400Gb", "8@400Gb/s", "400G x 8", "400Gbx8", "8 \u00d7 400 Gb/s", "3.2 Tb/s per node",
              "3200 Gbps", "400 GB/s per node", "50 GB/s per GPU", "8x NDR", "8x NDR400", "8 x ConnectX-7"}},
        Case{200,
             {"8x200Gb HDR", "8x NDR200", "NDR200", "1.6 Tb/s per node", "1.6Tbps RoCE", "25 GB/s NIC", "Slingshot 11",
              "8 IB HDR per node"}},
        Case{100,
             {"4x HDR", "4 NICs of 200 Gb/s per node", "four 200Gb/s HDR per node", "4x Slingshot-11 200Gb/s",
              "800 Gb/s per node", "100 GB/s per node", "one 200G NIC per 2 GPUs", "200 Gbit/s x4"}}})
    for (const char* note : c.notes) {
      CHECK_MESSAGE(rate(note) == doctest::Approx(c.gigabits), note);
      CHECK(read_nic_note(note, gpu_named("h100-sxm")).stated);
    }
}

TEST_CASE("a rented type of machine has its network, and digits in names are no rates") {
  CHECK(rate("GCP a3-megagpu-8g") == doctest::Approx(200));
  CHECK(rate("a3-highgpu-8g") == doctest::Approx(100));
  CHECK(rate("p5.48xlarge") == doctest::Approx(400));
  CHECK(rate("p4d.24xlarge", "a100-40") == doctest::Approx(50));
  CHECK(read_nic_note("a3-megagpu-8g", gpu_named("h100-sxm")).transport == perf::NicTransport::tcpxo);
  CHECK(read_nic_note("a3-highgpu-8g", gpu_named("h100-sxm")).transport == perf::NicTransport::tcpx);
  CHECK(read_nic_note("a2-ultragpu-8g", gpu_named("a100-80")).transport == perf::NicTransport::tcp);
  CHECK(read_nic_note("p5.48xlarge", gpu_named("h100-sxm")).transport == perf::NicTransport::efa);
  for (const char* links :
       {"NVLink 900 GB/s", "HBM3 at 3350 GB/s", "Data bandwidth for GPU-PCIe: 504 GB/s", "8xH100 80GB", "NVSwitch, 2.4TB/s"})
    CHECK_FALSE(read_nic_note(links, gpu_named("h100-sxm")).stated);
  CHECK(rate("4x ConnectX-8 IB XDR 800 Gb/s", "gb300") == doctest::Approx(800));
}

TEST_CASE("no GPU has more of the network than its host link takes") {
  CHECK(rate("800Gbps", "a100-80") == doctest::Approx(100));
  CHECK(rate("800Gbps", "gb300") == doctest::Approx(800));
}

TEST_CASE("a number is one however it is grouped, and a count of adapters needs no unit behind it where a network is named") {
  for (const auto& [grouped, plain] : {std::pair{"1,600 Gbps per node", "1600 Gbps per node"},
                                       {"EFA, 3,200 Gbps", "EFA, 3200 Gbps"},
                                       {"4x100 RoCE", "4x100G RoCE"},
                                       {"RoCE 4x100 per node", "RoCE 4x100G per node"},
                                       {"Omni-Path 4x100", "Omni-Path 4x100 Gb/s"},
                                       {"8x200 HDR", "8x200 Gb/s HDR"}}) {
    CHECK_MESSAGE(rate(grouped) == rate(plain), grouped);
    CHECK(read_nic_note(grouped, gpu_named("h100-sxm")).stated);
  }
  CHECK(rate("400,100 Gb/s, 8x400G") == doctest::Approx(400));
  CHECK_FALSE(read_nic_note("torus of 16x16", gpu_named("h100-sxm")).stated);
}

TEST_CASE("a type of machine says no less with its network beside it") {
  CHECK(rate("p5.48xlarge, EFA 3200 Gbps") == doctest::Approx(rate("p5.48xlarge")));
  CHECK(rate("g9.48xlarge, 4x100G") == doctest::Approx(50));
}

TEST_CASE("what does not block is no network that is denied, and a machine joins the GPUs that it has") {
  for (const char* note : {"non-blocking 400G InfiniBand", "fully non-blocking 400G IB", "non-blocking NDR IB"}) {
    const NicNote read = read_nic_note(note, gpu_named("h100-sxm"));
    CHECK_MESSAGE(read.per_gpu.in(kGigabitPerSecond) == doctest::Approx(400), note);
    CHECK(!read.denied);
    CHECK(read.transport == perf::NicTransport::infiniband);
  }
  CHECK(read_nic_note("a2-megagpu-16g", gpu_named("a100-40")).node_gpus == 16);
  CHECK(read_nic_note("p5.4xlarge", gpu_named("h100-sxm")).node_gpus == 1);
  CHECK(!read_nic_note("p5.48xlarge", gpu_named("h100-sxm")).node_gpus);
  CHECK(read_nic_note("800 Gb/s per node", gpu_named("h100-sxm"), 4).per_gpu.in(kGigabitPerSecond) == doctest::Approx(200));
}

TEST_CASE("a network that is denied is not the one in use") {
  for (const auto& [denied, alone] : {std::pair{"InfiniBand disabled, 100 GbE TCP", "100 GbE TCP"},
                                      {"no InfiniBand, 25GbE", "25GbE per node"},
                                      {"without IB, 8x100GbE", "8x100GbE"},
                                      {"no HDR, 100GbE", "100GbE"}}) {
    const NicNote of_denied = read_nic_note(denied, gpu_named("h100-sxm")),
                  of_alone = read_nic_note(alone, gpu_named("h100-sxm"));
    CHECK_MESSAGE(of_denied.per_gpu == of_alone.per_gpu, denied);
    CHECK(of_denied.transport == of_alone.transport);
  }
  for (const char* sockets : {"100 GbE TCP", "100 GbE, no RDMA", "100 GbE without RDMA"})
    CHECK_MESSAGE(read_nic_note(sockets, gpu_named("h100-sxm")).transport == perf::NicTransport::tcp, sockets);
}

TEST_CASE("a generation's name is an adapter of each GPU, no faster than the GPU's own generation takes") {
  CHECK(rate("8x XDR", "b200") == rate("XDR InfiniBand", "b200"));
  CHECK(rate("XDR", "h100-sxm") == doctest::Approx(400));
  CHECK(rate("NDR", "a100-80") == doctest::Approx(200));
  CHECK(rate("HDR100", "a100-80") == doctest::Approx(100));
  CHECK(rate("one HDR per node", "a100-80") == doctest::Approx(25));
}

TEST_CASE("the fastest adapters are each GPU's in generations that are sold with them, up to the GPU's link to its host") {
  for (const char* note :
       {"XDR InfiniBand", "InfiniBand XDR 800", "800G", "RoCE 800G", "ConnectX-8", "Quantum-X800", "800 Gb/s per GPU"}) {
    INFO(std::string(note));
    for (const char* gpu : {"gb300", "b300", "gb200"}) {
      CHECK(rate(note, gpu) == doctest::Approx(800));
      CHECK(!read_nic_note(note, gpu_named(gpu)).by_host);
    }
    CHECK(rate(note, "b200") == doctest::Approx(512));  // 16 lanes of PCIe 5.0
    CHECK(read_nic_note(note, gpu_named("b200")).by_host);
  }
  CHECK(rate("800G", "h100-sxm") == doctest::Approx(100));  // of a node with eight
  // Those of storage and switches alone are none of the GPUs'.
  for (const char* other : {"CX-8 for storage", "XDR switches", "Quantum-X800 InfiniBand switches"}) {
    INFO(std::string(other));
    CHECK(rate(other, "gb200") == rate("", "gb200"));
    CHECK(!read_nic_note(other, gpu_named("gb200")).stated);
  }
}

TEST_CASE("where InfiniBand is denied and nothing else is named, it is RoCE, and said") {
  for (const char* note : {"no InfiniBand", "without IB"}) {
    CHECK(read_nic_note(note, gpu_named("h100-sxm")).transport == perf::NicTransport::roce);
    CHECK(read_nic_note(note, gpu_named("h100-sxm")).denied);
    CHECK(says(dense({{"interconnect_note", note}}), "RoCE taken"));
    CHECK(dense({{"interconnect_note", note}}).doubt > dense().doubt);
  }
  CHECK(!read_nic_note("no InfiniBand, RoCE 400G", gpu_named("h100-sxm")).denied);
}

TEST_CASE("adapters of a GPU add up; those for storage and those of switches are not the GPUs'") {
  CHECK(rate("2x200Gb/s per GPU") == doctest::Approx(400));
  CHECK(rate("8x400G, 400G per GPU") == doctest::Approx(400));
  CHECK(rate("10 x ConnectX-7 (8 compute, 2 storage)") == doctest::Approx(400));
  CHECK_FALSE(read_nic_note("32x400G per switch", gpu_named("h100-sxm")).stated);
  CHECK(rate("8x200G per node, 32x400G per switch") == doctest::Approx(200));
}

TEST_CASE("a node's share is that of all of its adapters, one or several") {
  for (const auto& [note, gigabits] : {std::pair{"1 NIC of 200 Gb/s per node", 25.0},
                                       {"one 200 Gb/s NIC per node", 25.0},
                                       {"1 HDR port, 200 Gb/s per node", 25.0},
                                       {"2 NICs of 200 Gb/s per node", 50.0},
                                       {"2 IB cards with 200 Gb/s per node", 50.0},
                                       {"3 adapters at 200 Gb/s per node", 75.0},
                                       {"4 GPUs per node, 1 NIC of 200 Gb/s per node", 50.0}})
    CHECK_MESSAGE(rate(note, "a100-80") == doctest::Approx(gigabits), note);
  CHECK(read_nic_note("no NVLink, PCIe", gpu_named("a100-80")).no_links);
  CHECK_FALSE(read_nic_note("NVLink, PCIe", gpu_named("a100-80")).no_links);
}

TEST_CASE("GPUs of a node share its adapters and its links") {
  CHECK(rate("4 GPUs per node, 4x HDR200", "a100-80") == doctest::Approx(200));
  CHECK(rate("8 GPUs/node, 800 Gb/s per node", "a100-80") == doctest::Approx(100));
  const Cells wide{{"gpu", "A100"}, {"tp", "8"}, {"dp", "2"}, {"vpp", ""}};
  const auto whole = dense(with(wide, {{"interconnect_note", "4x HDR200"}})),
             halved = dense(with(wide, {{"interconnect_note", "4 GPUs per node, 2x HDR200"}}));
  CHECK(halved.step.tensor_parallel > 2 * whole.step.tensor_parallel);
  CHECK(says(halved, "tp leaves the scale-up domain"));
}

TEST_CASE("counts of adapters multiply, and GPUs share one as any clause says") {
  struct Case {
    double gigabits;
    std::initializer_list<const char*> notes;
  };
  for (const Case& c :
       {Case{400, {"8x 2x200 Gb/s RoCE", "8 x 2 x 200G", "8x NICs, 2x200 Gb/s per GPU", "one NIC per GPU (400 Gb/s)"}},
        Case{200,
             {"2 GPUs share one 400 Gb/s NIC", "two GPUs share one NIC (400 Gb/s)", "1 NIC per 2 GPUs, 400Gb/s",
              "400 Gb/s NIC shared by 2 GPUs", "2 GPUs per NIC, 400G", "one 400G NIC per 2 GPUs", "two NICs per GPU, 100 Gb/s",
              "4 GPUs share 2 NICs, 400 Gb/s"}},
        Case{100, {"one NIC per GPU (100 Gb/s)", "InfiniBand EDR 100Gb/s", "EDR 100 Gb/s", "EDR"}}})
    for (const char* note : c.notes) CHECK_MESSAGE(rate(note) == doctest::Approx(c.gigabits), note);
  CHECK(rate("two 8x H100 nodes, 400G") == rate("8x H100 nodes, 400G"));
  for (const char* edr : {"100G IB", "100 Gb/s InfiniBand", "EDR IB", "HDR100 InfiniBand", "InfiniBand HDR 100 Gb/s"})
    CHECK_MESSAGE(rate(edr) == doctest::Approx(100), edr);
  for (const char* port : {"CX6 200", "8x CX7 200", "ConnectX-6", "HDR"}) CHECK_MESSAGE(rate(port) == doctest::Approx(200), port);
}

TEST_CASE("Ethernet of a fraction of a GPU's usual adapter is the host's, unless words put it to the GPUs") {
  for (const char* note : {"100GbE", "10GbE", "1GbE", "2x 10GbE", "10/25GbE + RoCE", "Intel E810 100GbE",
                           "Intel Ethernet Controller 10G X550T", "Mellanox 100GbE; GPUDirect RDMA", "storage: 100GbE"}) {
    const NicNote host = read_nic_note(note, gpu_named("b200"));
    CHECK_MESSAGE(host.of_host, note);
    CHECK_FALSE(host.stated);
    CHECK(rate(note, "b200") == doctest::Approx(400));
    const auto with_port = dense({{"interconnect_note", note}}), without = dense();
    CHECK(with_port.step.total == without.step.total);
    CHECK(with_port.doubt > without.doubt);
    CHECK(says(with_port, "ports of the host"));
  }
  for (const auto& [note, gigabits] : {std::pair{"100GbE per node", 12.5},
                                       {"100GbE RoCE", 12.5},
                                       {"100 GbE TCP", 12.5},
                                       {"compute: 100GbE", 12.5},
                                       {"no InfiniBand, 100GbE", 12.5},
                                       {"100GbE between nodes", 12.5},
                                       {"8x 100GbE", 100.0},
                                       {"400GbE", 400.0},
                                       {"100 Gb/s", 12.5}}) {
    CHECK_MESSAGE(rate(note, "b200") == doctest::Approx(gigabits), note);
    CHECK_FALSE(read_nic_note(note, gpu_named("b200")).of_host);
  }
  CHECK_FALSE(read_nic_note("100GbE InfiniBand", gpu_named("b200")).of_host);
  CHECK(dense({{"interconnect_note", "100GbE"}, {"num_gpus", "8"}, {"pp", "1"}, {"vpp", ""}, {"dp", "2"}}).doubt == 0);
}
