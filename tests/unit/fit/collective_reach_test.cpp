// Do ranks talk over the links that they have: scale-up links, one link of a mesh, PCIe, the usual NIC?
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>

#include "builtin_parts.h"
#include "fit/validate_collectives.h"
#include "perf/machine.h"
#include "tables/cell_words.h"
#include "tables/row_number.h"
#include "tables/row_words.h"
#include "tables/server_links.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

CollectivePrediction ask(const std::string& cells) {
  const std::string head =
      "id,source,gpu,num_gpus,gpus_per_node,nics_per_node,nic_gbps,collective,bytes,transport,notes\nr,nccl-tests,";
  return predict(collective_rows(*Csv::parse({"rows.csv", head + cells + "\n"})).at(0), nccl(), builtin_gpus());
}

bool says(const CollectivePrediction& prediction, std::string_view words) {
  return prediction.reason.find(words) != std::string::npos;
}

constexpr const char* kOperations[]{"all_reduce", "all_gather", "reduce_scatter", "alltoall", "sendrecv"};

}  // namespace

TEST_CASE("ranks that a GPU's own links do not join never beat PCIe, and this is said") {
  for (const auto& entry : builtin().list("gpu")) {
    const auto gpu = *builtin().gpu(entry.name);
    if (gpu.scale_up_domain >= 8 || gpu.multiprocessors <= 0) continue;
    for (const char* operation : kOperations) {
      INFO(gpu.name, " ", operation);
      const auto prediction = ask(fmt::format("{},8,8,,,{},4GiB,,", gpu.name, operation));
      REQUIRE(prediction.bus);
      CHECK(*prediction.bus < gpu.host_bandwidth.value_or(64 * kGigabytePerSecond));
      CHECK(says(prediction, "over PCIe"));
    }
  }
}

TEST_CASE("the NICs of a tray are those of its four GPUs, whether or not the rack is counted") {
  const auto counted = ask("GB200,144,72,4,400,all_reduce,4GiB,,per 4-GPU tray"),
             open = ask("GB200,144,,4,400,all_reduce,4GiB,,per 4-GPU tray");
  const auto of_each = ask("GB200,144,72,,400,all_reduce,4GiB,,");
  CHECK(counted.time == open.time);
  CHECK(counted.time == of_each.time);
}

TEST_CASE("a call that would not end in a year has no answer, and the reason says so") {
  const auto prediction = ask("H100,16,8,8,1e-12,all_reduce,900TB,,");
  CHECK(prediction.status == RowStatus::unsupported);
  CHECK(!prediction.time);
  CHECK(says(prediction, "no call takes as long"));
}

TEST_CASE("every law takes the same link to the host") {
  for (const auto& entry : builtin().list("gpu")) {
    const auto gpu = *builtin().gpu(entry.name);
    CHECK(figures_of(gpu).host == perf::machine_of(gpu, 8).host_link());
    CHECK(perf::host_link(gpu) == gpu.host_bandwidth.value_or(perf::host_link({})));
  }
}

TEST_CASE("ranks of one domain use its links; in a full mesh each rank more adds a link, and all of them use all") {
  const GpuFigures mesh = figures_of(*builtin().gpu("mi300x")), switched = figures_of(*builtin().gpu("h100-sxm"));
  for (int ranks = 2; ranks <= 8; ++ranks) {
    CHECK(server_links(mesh, ranks, 8, false).layout.ring_share(ranks) == doctest::Approx((ranks - 1) / 7.0));
    CHECK(server_links(switched, ranks, 8, false).layout.ring_share(ranks) == 1);
  }
  for (const char* row : {"MI300X,2,8,,,sendrecv,4GiB,,", "MI300X,8,8,,,sendrecv,4GiB,,"}) CHECK(*ask(row).bus <= mesh.link / 7);
  const GpuFigures bridged = figures_of(*builtin().gpu("h100-pcie"));
  CHECK(server_links(bridged, 2, 8, false).link == bridged.link);
  CHECK(!server_links(bridged, 4, 8, false).scale_up);
  CHECK(server_links(bridged, 4, 8, true).scale_up);
}

TEST_CASE("a blank server and a blank NIC are those usual for the GPU") {
  CHECK(says(ask("GH200,16,,,,all_reduce,4GiB,,"), "4 GPUs in a domain"));
  CHECK(says(ask("L40S,16,,,,all_reduce,4GiB,,"), "8 GPUs in a server"));
  CHECK(says(ask("GB200,72,,,,all_reduce,4GiB,,"), "72 GPUs in a domain"));
  CHECK(says(ask("H100,16,8,,,all_reduce,4GiB,,"), "one 400 Gb/s NIC"));
  CHECK(says(ask("A100,16,8,,,all_reduce,4GiB,,"), "one 200 Gb/s NIC"));
  CHECK(says(ask("B300,16,8,,,all_reduce,4GiB,,"), "one 800 Gb/s NIC"));
}

TEST_CASE("TCP is not RDMA, and SHARP that is off adds nothing up") {
  const auto time = [](const char* transport, const char* notes) {
    return *ask(fmt::format("H100,64,8,8,400,all_reduce,1GiB,{},{}", transport, notes)).time;
  };
  CHECK(time("tcp", "") >= time("roce", ""));
  for (const char* off : {"no SHARP", "without SHARP", "SHARP off", "SHARP: disabled", "NCCL_COLLNET_ENABLE=0"}) {
    INFO(off);
    CHECK(time("infiniband", off) == time("infiniband", ""));
  }
  CHECK(time("infiniband", "NDR + SHARP") != time("infiniband", ""));
}

TEST_CASE("an exchange of experts takes the tokens, or the bytes, that the row gives") {
  const auto time = [](const char* bytes, const char* notes) {
    return *ask(fmt::format("H100,32,8,,,ep_dispatch,{},roce,{}", bytes, notes)).time;
  };
  CHECK(time("", "tokens=8192") > time("", "tokens=4096"));
  CHECK(time("", "tokens=4096") == time("", ""));
  CHECK(time("29360128", "") == time("", ""));  // 4,096 tokens of 7,168 bytes
  CHECK(time("", "hidden=2048") < time("", ""));
  CHECK(time("", "topk=2") < time("", ""));
}

TEST_CASE("no message has less than a byte") {
  const auto status = [](const std::string& bytes) { return ask("H100,8,8,,,all_gather," + bytes + ",,").status; };
  CHECK(status("1") == RowStatus::ok);
  for (const char* bytes : {"0.5", "0", "-8"}) CHECK_MESSAGE(status(bytes) == RowStatus::invalid, std::string(bytes));
}

TEST_CASE("sizes are read however they are written, and what is no number is named") {
  CHECK(byte_count("1GiB") == 1073741824);
  CHECK(byte_count("1 KiB") == 1024);
  CHECK(byte_count("256M") == 256 * 1048576.);
  CHECK(byte_count("1,048,576") == 1048576);
  CHECK(byte_count("1.5GB") == 1.5e9);
  CHECK(byte_count("8192 ") == 8192);
  for (const char* text :
       {"1024 KB", "1024kB", "1024 kb", "1.024 MB", "1.024 mb", "1024000 bytes", "1,024,000 B", "1000K", "1000 KiB"})
    CHECK_MESSAGE(byte_count(text) == 1024000, std::string(text));
  for (const char* text : {"1 gb", "1 GB", "1Gb", "1000 mb"}) CHECK_MESSAGE(byte_count(text) == 1e9, std::string(text));
  for (const char* text : {"", "lots", "nan", "inf", "1e400", "4 s", "M", "1 Mbit", "9e14 TB"}) CHECK(!byte_count(text));
  RowNumbers cells;
  CHECK(cells.whole("num_gpus", "16") == 16);
  CHECK(cells.unreadable().empty());
  cells.whole("num_gpus", "2.5");
  CHECK(cells.unreadable().find("num_gpus '2.5'") != std::string::npos);
}

TEST_CASE("a collective of a kernel table that leaves its domain takes what the law of collectives says, across NICs") {
  const auto rows = kernel_answers(
      "id,gpu,op,dtype,m,n,notes\n"
      "inside,B200,all_reduce,half,1GiB,8,NCCL\n"
      "beyond,B200,all_reduce,half,1GiB,64,NCCL\n"
      "bus,L40S,all_reduce,half,1GiB,8,NCCL\n");
  CHECK(rows[0].reason.empty());
  CHECK(*rows[1].time_us > 1.5 * *rows[0].time_us);
  CHECK(*rows[1].time_us == doctest::Approx(ask("B200,64,8,8,400,all_reduce,1GiB,roce,").time->in(kMicrosecond)));
  CHECK(rows[1].reason.find("NIC") != std::string::npos);
  CHECK(rows[2].reason.find("PCIe") != std::string::npos);
}

TEST_CASE("a GPU without a table of kernels is answered by its own data sheet and the shares of another, which is said") {
  CHECK(gpu_of_name(builtin_gpus(), "NVIDIA H100 NVL")->name == "h100-nvl");
  CHECK(gpu_of_name(builtin_gpus(), "NVIDIA L4 24GB")->name == "l4");
  const auto rows = kernel_answers(
      "id,gpu,op,dtype,m,n,k,notes\n"
      "a,T4,gemm,fp16,8192,8192,8192,\nb,V100,gemm,fp16,8192,8192,8192,\n"
      "c,L4,gemm,fp16,8192,8192,8192,\nd,A800,gemm,fp16,8192,8192,8192,\n");
  const std::vector<double> peak{65, 125, 121, 312};  // TFLOP/s
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(*rows[i].time_us > 2 * std::pow(8192, 3) / (peak[i] * 1e6));
    CHECK(rows[i].reason.find("shares of gemm") != std::string::npos);
  }
}
