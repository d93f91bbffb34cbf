// What do the words of a collective row say of its algorithms, transport, NICs and domain?
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "fit/validate_collectives.h"
#include "tables/collective_row.h"
#include "tables/gpu_figures.h"
#include "tables/machine_type.h"
#include "tables/server_links.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

const catalog::Catalog& builtin() {
  static const catalog::Catalog kCatalog = catalog::Catalog::built_in();
  return kCatalog;
}

CollectiveRow read(const std::string& cells) {
  const std::string head =
      "id,source,gpu,num_gpus,gpus_per_node,nics_per_node,nic_gbps,collective,bytes,in_place,transport,notes\nr,";
  return collective_rows(*Csv::parse({"rows.csv", head + cells + "\n"})).at(0);
}

CollectivePrediction ask(const std::string& cells) {
  return predict(read(cells), *builtin().collectives("nccl"), gpu_lookup(builtin()));
}

bool says(const CollectivePrediction& prediction, std::string_view words) {
  return prediction.reason.find(words) != std::string::npos;
}

double bus(const std::string& cells) { return ask(cells).bus->in(kGigabytePerSecond); }

}  // namespace

TEST_CASE("however it is written that an all-reduce took rings, it takes what rings take") {
  const auto with = [](const std::string& notes) { return bus("nccl-tests,H100,8,8,,,all_reduce,16GiB,,,\"" + notes + "\""); };
  const double ring = with("NCCL_ALGO=Ring"), usual = with("");
  CHECK(ring < usual);
  for (const char* notes : {"NVLS disabled", "no NVLS", "NVLS off", "single node ring", "default algo (Ring)",
                            "NCCL_NVLS_ENABLE = 0", "NVLink SHARP disabled", "-x NCCL_ALGO=Ring", "NCCL_ALGO=RING, 2 nodes",
                            "NCCL_ALGO=^NVLS,NVLSTree", "NCCL_ALGO=Ring,Tree"}) {
    INFO(std::string(notes));
    CHECK(with(notes) == doctest::Approx(ring));
  }
  for (const char* notes : {"NVLS", "single node; NVLS from 2MiB, ring LL below", "default algo (NVLS)", "NCCL_ALGO=NVLSTree",
                            "default algo (NVLS), fat tree", "NCCL_ALGO=PAT"}) {
    INFO(std::string(notes));
    CHECK(with(notes) == doctest::Approx(usual));
  }
}

TEST_CASE("an algorithm that is forced never beats the free choice, and what no law follows is said") {
  for (const int gpus : {4, 8, 16, 64})
    for (const char* bytes : {"4KiB", "1MiB", "64MiB", "4GiB"}) {
      const auto time = [&](const std::string& notes) {
        return *ask(fmt::format("nccl-tests,H100,{},8,8,400,all_reduce,{},,,\"RoCE {}\"", gpus, bytes, notes)).time;
      };
      for (const char* algorithm : {"Ring", "Tree", "NVLS", "NVLSTree", "Ring,Tree"}) {
        INFO(gpus, " ", std::string(bytes), " ", std::string(algorithm));
        CHECK(time(std::string("NCCL_ALGO=") + algorithm) >= time(""));
      }
    }
  CHECK(says(ask("nccl-tests,H100,8,8,,,all_reduce,1GiB,,,NCCL_PROTO=LL128"), "NCCL_PROTO=LL128 is not followed"));
  CHECK(says(ask("nccl-tests,H100,8,8,,,all_reduce,1GiB,,,NCCL_ALGO=PAT"), "NCCL_ALGO=PAT is not followed"));
  CHECK(read("nccl-tests,H100,64,8,8,400,all_reduce,1GiB,,,NCCL_ALGO=CollnetDirect").algorithms.in_network);
}

TEST_CASE("links that join racks join their trays, however many GPUs a table counts in a node; words can say otherwise") {
  const auto gb200 = [](const std::string& cells, const std::string& notes) {
    return ask("nccl-tests,GB200," + cells + ",4,400,all_reduce,8GiB,,,\"" + notes + "\"");
  };
  const auto rack = gb200("72,72", "");
  CHECK(*gb200("72,4", "").bus == *rack.bus);
  CHECK(*gb200("72,4", "NVL72 one domain").bus == *rack.bus);
  CHECK(gb200("72,4", "").one_domain);
  CHECK(says(gb200("72,4", ""), "links join 72 GPUs, servers of 4"));
  CHECK(*gb200("144,4", "").bus == *gb200("144,72", "").bus);
  CHECK(*gb200("144,4", "").bus < *rack.bus);
  for (const char* trays : {"NVLink within the tray only", "NCCL_MNNVL_ENABLE=0", "MNNVL disabled", "NVL4"}) {
    INFO(std::string(trays));
    CHECK(*gb200("72,4", trays).bus < .5 * *rack.bus);
    CHECK(gb200("72,72", trays).bus->base() == doctest::Approx(gb200("72,4", trays).bus->base()));
  }
  CHECK(*gb200("72,4", "NVL36").bus < *rack.bus);
  CHECK(*gb200("72,4", "NVL36x2").bus == *rack.bus);
  CHECK(*gb200("4,4", "").bus == *gb200("4,72", "").bus);
  CHECK(!ask("nccl-tests,A100,8,4,4,200,all_reduce,8GiB,,,RoCE").one_domain);  // servers of four of another GPU stay apart
}

TEST_CASE("a machine joins the accelerators that it has, and gives no NICs to others") {
  CHECK(ask("nccl-tests,A100,16,,,,all_reduce,8GiB,,,a2-megagpu-16g").one_domain);
  CHECK(bus("nccl-tests,A100,16,,,,all_reduce,8GiB,,,a2-megagpu-16g") > .9 * bus("nccl-tests,A100,8,8,,,all_reduce,8GiB,,,"));
  CHECK(bus("nccl-tests,H100,8,,,,all_reduce,8GiB,,,p5.4xlarge") <
        .1 * bus("nccl-tests,H100,8,,,,all_reduce,8GiB,,,p5.48xlarge"));
  CHECK(bus("nccl-tests,H100,2x4,,,,all_reduce,8GiB,,,") == bus("nccl-tests,H100,8,4,,,all_reduce,8GiB,,,"));
  CHECK(bus("nccl-tests,H100,8 nodes x 4,,,,all_reduce,8GiB,,,") == bus("nccl-tests,H100,32,4,,,all_reduce,8GiB,,,"));
  CHECK(read("nccl-tests,H100,2x4,,,,all_reduce,8GiB,,,").passed_over.find("taken as 2 nodes of 4 GPUs") != std::string::npos);
  for (const char* cell : {"H100 (p4d.24xlarge)", "H100 (a3-ultragpu-8g)"}) {
    const std::string row = fmt::format("nccl-tests,{},64,8,,,all_reduce,8GiB,,,", cell);
    CHECK(bus(row) == bus("nccl-tests,H100,64,8,,,all_reduce,8GiB,,,"));
    CHECK(says(ask(row), "has other accelerators"));
  }
}

TEST_CASE("blank NIC cells of a known machine type are those of its data sheet, which is said") {
  struct {
    const char* gpu;
    const char* words;
    const char* transport;
    double gbps;
  } const kKnown[]{
      {"A100", "p4d.24xlarge", "efa", 50},     {"A100", "2x p4de", "efa", 50},       {"H100", "P5", "efa", 400},
      {"H200", "p5en.48xlarge", "efa", 400},   {"B300", "p6-b300", "efa", 800},      {"H100", "A3 High", "tcpx", 100},
      {"H100", "a3-megagpu-8g", "tcpxo", 200}, {"H200", "A3 Ultra", "roce", 400},    {"A100", "NDv4", "infiniband", 200},
      {"H100", "NDv5", "infiniband", 400},     {"A100", "BM.GPU.B4.8", "roce", 200}, {"A100", "BM.GPU.A100-v2.8", "roce", 200},
      {"H100", "BM.GPU.H100.8", "roce", 400}};
  for (const auto& known : kKnown) {
    INFO(std::string(known.words));
    const auto row = read(fmt::format("nccl-tests,{},16,8,,,all_reduce,1GiB,,,{}", known.gpu, known.words));
    CHECK(row.transport == known.transport);
    REQUIRE(row.gpu_nic);
    CHECK(row.gpu_nic->in(kGigabitPerSecond) == doctest::Approx(known.gbps));
  }
  CHECK(says(ask("nccl-tests,A100,16,8,,,all_reduce,1GiB,,,p4d"), "p4d: 4 NICs of 100 Gb/s for 8 GPUs"));
  CHECK(bus("nccl-tests,A100,16,8,,,all_reduce,2GiB,,,p4d") ==
        doctest::Approx(bus("nccl-tests,A100,16,8,4,100,all_reduce,2GiB,,,EFA")));
  CHECK(bus("nccl-tests,A100,16,8,,400,all_reduce,2GiB,,,p4d") ==
        doctest::Approx(bus("nccl-tests,A100,16,8,4,100,all_reduce,2GiB,,,EFA")));
  CHECK(read("nccl-tests,H100,16,8,2,400,all_reduce,1GiB,,,p5").gpu_nic->in(kGigabitPerSecond) == doctest::Approx(100));
  CHECK(read("x,H200 (p4d),16,8,,,all_reduce,1GiB,,,A3 Ultra").machine.find("a3-ultra") == 0);  // notes say more than a name
  CHECK(machine_type("p50 of the latency") == nullptr);
  for (const char* none : {"p5.12xlarge", "a3-highgpu-2g", "a2-megagpu-8g", "not p5"})
    CHECK_MESSAGE(machine_type(none) == nullptr, std::string(none));
  CHECK(machine_type("bmp5") == nullptr);
}

TEST_CASE("a transport is read from words of its own, and not from those that deny it") {
  const auto transport = [](const std::string& notes) {
    return read("x,H100,16,8,8,400,all_reduce,1GiB,,,\"" + notes + "\"").transport;
  };
  CHECK(transport("default algorithm, two processes").empty());
  CHECK(transport("RoCEv2") == "roce");
  CHECK(transport("NDR400 InfiniBand") == "infiniband");
  CHECK(transport("GPUDirect-TCPXO") == "tcpxo");
  CHECK(transport("GPUDirect-TCPX") == "tcpx");
  for (const char* sockets :
       {"TCP sockets, no RDMA", "no EFA (TCP)", "NCCL_IB_DISABLE=1", "without RDMA", "no EFA", "NCCL_NET=Socket"}) {
    INFO(std::string(sockets));
    CHECK(transport(sockets) == "tcp");
  }
  CHECK(transport("RoCE, no InfiniBand") == "roce");
}

TEST_CASE("plain sockets are slower than every transport that is measured, TCPX lies between them and TCPXO") {
  const auto part = *builtin().collectives("nccl");
  const auto usual = [&](const char* name) { return perf::usual_transport(known_transports(part), name); };
  const auto sockets = usual("tcp"), payload = usual("tcpx"), own = usual("tcpxo");
  for (const auto& known : part.across) {
    CHECK(sockets.hop >= known.hop);
    CHECK(sockets.efficiency < known.efficiency);
  }
  CHECK(sockets.efficiency < payload.efficiency);
  CHECK(payload.efficiency < own.efficiency);
  for (const char* bytes : {"64KiB", "2MiB", "64MiB", "2GiB"})
    for (const char* machine : {"A100,16,8,4,100", "H100,64,8,8,200"}) {
      INFO(std::string(bytes), " ", std::string(machine));
      const auto time = [&](const char* transport) {
        return *ask(fmt::format("nccl-tests,{},all_reduce,{},,{},", machine, bytes, transport)).time;
      };
      for (const char* faster : {"roce", "efa", "tcpxo", "tcpx"}) CHECK(time("tcp") > time(faster));
    }
  CHECK(says(ask("nccl-tests,H100,16,8,4,200,all_reduce,1GiB,,TCPX,"), "tcpx is not measured"));
}

TEST_CASE("more servers never make a call faster, whatever timed it, and a call in place is the library's") {
  for (const char* loop : {"nccl-tests", "someone"})
    for (const char* operation :
         {"all_reduce", "all_gather", "reduce_scatter", "alltoall", "sendrecv", "broadcast", "reduce", "gather", "scatter"})
      for (const char* bytes : {"8", "4KiB", "1MiB", "64MiB", "1GiB"}) {
        Time before{};
        for (const int gpus : {8, 16, 32, 64, 128}) {
          INFO(std::string(loop), " ", std::string(operation), " ", std::string(bytes), " ", gpus);
          const Time time = *ask(fmt::format("{},H100,{},8,8,400,{},{},,RoCE,", loop, gpus, operation, bytes)).time;
          CHECK(time >= before);
          before = time;
        }
      }
  CHECK(read("x,H100,8,8,,,all_gather,1GiB,1,,").timed_by == TimedBy::library);
  CHECK(read("x,H100,8,8,,,all_reduce,1GiB,1,,").timed_by == TimedBy::unknown);  // a framework's all-reduce is in place
  CHECK(read("x,H100,8,8,,,all_gather,1GiB,0,,").timed_by == TimedBy::unknown);
}

TEST_CASE("a GPU that the catalog does not know is taken for another, which is said") {
  CHECK(says(ask("nccl-tests,Abacus 7,8,8,,,all_reduce,1GiB,,,"), "does not know the GPU Abacus 7"));
  CHECK(says(ask("nccl-tests,,8,8,,,all_reduce,1GiB,,,"), "no GPU is named"));
}

TEST_CASE("ranks may be a product, a NIC's rate may have a unit, and an exchange of other sizes is one") {
  const auto plain = ask("x,H100,64,8,8,400,alltoall,1MiB,,,");
  REQUIRE(plain.time);
  for (const char* row : {"x,H100,8x8,8,8,400,alltoall,1MiB,,,", "x,H100,64,8,8,400G,alltoall,1MiB,,,",
                          "x,H100,64,8,8,400 Gb/s,alltoall,1MiB,,,", "x,H100,64,8,8,400Gbps,alltoallv,1MiB,,,"})
    CHECK_MESSAGE(ask(row).time == plain.time, row);
  CHECK(ask("x,H100,64,8,8,400 GB/s,alltoall,1MiB,,,").status == RowStatus::invalid);
}

TEST_CASE("measured columns that contradict each other are said with the one that is scored, and roundings are none") {
  const auto said = [](const std::string& cells) {
    return collective_rows(
               *Csv::parse(
                   {"rows.csv",
                    "id,gpu,num_gpus,gpus_per_node,collective,bytes,time_us,algbw_gbs,busbw_gbs\nr,H100,8,8," + cells + "\n"}))
        .at(0)
        .passed_over;
  };
  CHECK(said("all_gather,1GiB,3000,357.9,313.2").empty());
  CHECK(said("all_gather,1GiB,3000,,").empty());
  CHECK(said("all_gather,1KiB,9.5,0.11,0.09").empty());  // as nccl-tests rounds them
  CHECK(said("all_gather,1GiB,3000,357.9,300").empty());
  CHECK(said("all_gather,1GiB,3000,357.9,290").starts_with("busbw_gbs contradicts time_us by 8 %: scored by time_us"));
  CHECK(said("all_gather,1GiB,30,357.9,").starts_with("algbw_gbs contradicts time_us"));
  CHECK(said("ep_dispatch,1GiB,30,357.9,20").empty());  // whose bandwidth counts copies
}

TEST_CASE("a row whose columns contradict its time is judged by the time") {
  const auto bus = [](const std::string& measured) {
    return collective_rows(*Csv::parse({"rows.csv",
                                        "gpu,num_gpus,collective,bytes,time_us,algbw_gbs,busbw_gbs\nH100,8,all_reduce,"
                                        "1GiB," +
                                            measured + "\n"}))
        .at(0)
        .measured_bus.value_or(Bandwidth{})
        .in(kGigabytePerSecond);
  };
  const double timed = bus("4000,,");
  CHECK(timed == doctest::Approx(1.75 * 1.073741824 / 4e-3));
  for (const char* others : {"4000,100,900", "4000,,900", "4000,100,"}) CHECK(bus(others) == timed);
  CHECK(bus(",100,300") == 300);
}

TEST_CASE("servers and the GPUs of each count the GPUs, and counts that do not go together are refused") {
  const auto counted = [](const std::string& cells) {
    return collective_rows(*Csv::parse({"rows.csv", "gpu,num_gpus,nodes,gpus_per_node,collective,bytes\nH100," + cells +
                                                        ",all_reduce,1GiB\n"}))
        .at(0);
  };
  for (const char* cells : {",4,8", "32,4,8", "32,4,", "32,,8"}) {
    CHECK_MESSAGE(counted(cells).ranks == 32, std::string(cells));
    CHECK(counted(cells).ranks_per_domain == 8);
    CHECK(counted(cells).unreadable.empty());
  }
  CHECK(counted("4,1,8").unreadable.empty());
  for (const char* cells : {",0,8", "32,0,8", "32,-1,8", "32,2,8", "8,2,8", "32,1.5,8"})
    CHECK_MESSAGE(counted(cells).unreadable.find("nodes") != std::string::npos, std::string(cells));
  CHECK(invalid(counted(",4,")).starts_with("num_gpus is missing"));
}

TEST_CASE("a transport is understood however it is called") {
  for (const char* words : {"ib", "infiniband", "ndr infiniband", "hdr"}) CHECK(transport_word(words) == "infiniband");
  for (const char* words : {"roce", "rocev2", "ethernet"}) CHECK(transport_word(words) == "roce");
  CHECK(transport_word("pigeon").empty());
}
