// Does a calibration find the constants behind measured collectives, and does a validation answer as it must?
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>
#include <sstream>

#include "builtin_parts.h"
#include "fit/calibrate_collectives.h"
#include "fit/collective_book.h"
#include "fit/validate_collectives.h"
#include "perf/interconnect.h"
#include "perf/kernel_laws.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

constexpr const char* kColumns =
    "id,source,locator,gpu,num_gpus,gpus_per_node,nics_per_node,nic_gbps,collective,bytes,algbw_gbs,busbw_gbs,notes\n";

Csv csv(const std::string& rows) { return *Csv::parse({"rows.csv", kColumns + rows}); }

/// To the four digits that the tables of perf/ state.
bool is_same(double a, double b) { return std::abs(a - b) <= 5.01e-4 * std::abs(b); }

/// The constants, in the order of the catalog, that perf/ has for exactly the kernels of `table`; empty if it has none.
std::vector<double> own_constants(const catalog::KernelPart& part, const catalog::KernelTable& table) {
  using enum perf::KernelFormat;
  static const std::map<std::string, perf::KernelFormat> kFormats{
      {"bf16", bf16}, {"fp8", fp8}, {"fp8_block", fp8_block}, {"mxfp8", mxfp8}, {"nvfp4", nvfp4}};
  // Decoding and latent attention are told apart by the format of their cache.
  const bool by_cache = table.operation == "attention_decode" || table.operation.starts_with("mla");
  const auto format = kFormats.find(by_cache ? table.cache_format : table.format);
  if (format == kFormats.end()) return {};
  const perf::KernelGpu gpu{part.gpu, part.generation, part.memory_bandwidth, 1};
  const auto us = [](Time t) { return t.in(kMicrosecond); };
  const auto exact = [](const auto& known, std::vector<double> constants) {
    return known.note.empty() ? constants : std::vector<double>{};
  };
  if (table.operation == "gemm") {
    const auto known = perf::gemm_law(gpu, format->second, part.peak_bf16, table.family);
    const auto& l = known.law;
    return exact(known, {us(l.launch), l.compute_share, l.memory_share, l.depth, l.blend, l.tile_reach, l.stream, l.wave_overlap,
                         l.quantized_bytes});
  }
  if (table.operation == "attention_prefill" && table.cache_format == table.format) {
    const auto known = perf::attention_law(gpu, format->second, part.peak_bf16, table.family);
    const auto& l = known.law;
    return exact(known, {us(l.launch), l.compute_share, l.head_exponent, us(l.block), l.packing, l.tail});
  }
  if (table.operation == "mla_prefill") {
    const auto known = perf::mla_prefill_law(gpu, format->second, part.peak_bf16, table.family);
    const auto& l = known.law;
    return exact(known, {us(l.launch), l.compute_share, us(l.block), l.tail, l.expansion});
  }
  if (table.operation != "attention_decode" && table.operation != "mla_decode") return {};
  const auto law = table.operation == "mla_decode" ? perf::mla_decode_law : perf::decode_law;
  const auto known = law(gpu, format->second, part.peak_bf16, table.family);
  const auto& l = known.law;
  return exact(known, {us(l.launch), us(l.per_doubling), l.compute_share, l.memory_share});
}

CollectivePrediction ask(const std::string& row) { return predict(collective_rows(csv(row)).at(0), nccl(), builtin_gpus()); }

}  // namespace

TEST_CASE("a calibration on rows of the law finds the transport's constants") {
  const perf::Interconnect links{perf::scale_up_law("hopper", 450 * kGigabytePerSecond),
                                 {.hop = 30 * kMicrosecond, .efficiency = .8, .ramp = 1.5}};
  std::string rows;
  for (const int nodes : {2, 4, 8})
    for (double bytes = 65536; bytes < 2e10; bytes *= 4) {
      const perf::CollectiveGroup group{.ranks = 8 * nodes, .ranks_per_domain = 8, .nic = 50 * kGigabytePerSecond};
      const Time t = collective_time(perf::Collective::all_gather, bytes * kByte, group, links);
      rows += fmt::format("r{}-{},nccl-tests,l,H100,{},8,8,400,all_gather,{},{:.8g},,RoCE\n", nodes, bytes, 8 * nodes, bytes,
                          bytes / t.base() / 1e9);
    }
  const auto once = calibrate_collectives({csv(rows)}, builtin_gpus(), "lab", "test", "today");
  REQUIRE(once.part.across.size() == 1);
  CHECK(once.part.across[0].transport == "roce");
  CHECK(once.part.across[0].hop.in(kMicrosecond) == doctest::Approx(30).epsilon(.1));
  CHECK(once.part.across[0].efficiency == doctest::Approx(.8).epsilon(.03));
  CHECK(once.part.across[0].median_error.fraction < .02);
  CHECK(once.part.across[0].median_error.fraction == once.fitted.at(0).median);  // as the scorecard prints it
  CHECK(once.text == calibrate_collectives({csv(rows)}, builtin_gpus(), "lab", "test", "today").text);
}

TEST_CASE("the order of rows and files does not matter to a calibration") {
  std::vector<std::string> rows;
  for (const int nodes : {1, 4})
    for (const int percent : {97, 100, 104})  // rates that no law meets all of
      for (double bytes = 65536; bytes < 2e10; bytes *= 4)
        rows.push_back(fmt::format("r{},nccl-tests,l,H100,{},8,8,400,{},{},{:.6g},,RoCE\n", rows.size(), 8 * nodes,
                                   nodes == 1 ? "alltoall" : "all_gather", bytes, percent * bytes / (bytes + 3e7)));
  const auto joined = [](const auto& some) { return fmt::format("{}", fmt::join(some, "")); };
  const std::vector<std::string> backward(rows.rbegin(), rows.rend());
  const std::size_t half = rows.size() / 2;
  const auto part_of = [](const std::vector<Csv>& tables) {
    return calibrate_collectives(tables, builtin_gpus(), "lab", "test", "today").text;
  };
  const std::string once = part_of({csv(joined(rows))});
  CHECK(once == part_of({csv(joined(backward))}));
  CHECK(once == part_of({csv(joined(std::span(rows).subspan(half))), csv(joined(std::span(rows).first(half)))}));
}

TEST_CASE("a calibration says of every row that it passes over why, and how many there are") {
  const auto calibration = calibrate_collectives({csv("a,nccl-tests,l,Unheard-of,8,8,,,all_reduce,1024,1,,\n"
                                                      "b,nccl-tests,l,H100,8,8,,,all_reduce,1024,-1,,\n"
                                                      "c,nccl-tests,l,H100,8,8,,,all_reduce,1024,-2,,\n"
                                                      "d,nccl-tests,l,L40S,8,8,,,all_reduce,1024,1,,\n")},
                                                 builtin_gpus(), "lab", "test", "today");
  std::string all;
  for (const auto& line : calibration.skipped) all += line + "\n";
  CHECK(all.find("1 row: the catalog does not know the GPU Unheard-of") != std::string::npos);
  CHECK(all.find("2 rows: no size (bytes), or none of time_us, algbw_gbs, busbw_gbs above zero") != std::string::npos);
  CHECK(all.find("1 row: inside a server over PCIe") != std::string::npos);
}

TEST_CASE("rows that the network adds up, and too few of a kind, are counted among those passed over") {
  std::string rows;
  for (int i = 0; i < 10; ++i)
    rows += fmt::format("s{},nccl-tests,l,H100,64,8,8,400,all_reduce,{},{},,InfiniBand; SHARP on\n", i, 1 << (18 + i), 10 + i);
  for (int i = 0; i < 3; ++i)
    rows += fmt::format("e{},nccl-tests,l,H100,64,8,8,400,all_reduce,{},{},,EFA\n", i, 1 << (18 + i), 10 + i);
  const auto calibration = calibrate_collectives({csv(rows)}, builtin_gpus(), "lab", "test", "today");
  CHECK(calibration.fitted.empty());
  const std::string all = fmt::format("{}", fmt::join(calibration.skipped, "\n"));
  CHECK(all.find("10 rows: the network adds up") != std::string::npos);
  CHECK(all.find("3 rows: over efa, of which six are the least") != std::string::npos);
}

TEST_CASE("a row whose id stands in an earlier one of its table is not fitted again; another table has its own ids") {
  const auto rows_of = [](int count) {
    std::string rows;
    for (int i = 0; i < count; ++i)
      rows += fmt::format("a{},nccl-tests,l,H100,8,8,,,all_gather,{},{},,\n", i % 8, 1 << (18 + i % 8), 10 + i);
    return csv(rows);
  };
  const auto calibrated = [](const std::vector<Csv>& tables) {
    return calibrate_collectives(tables, builtin_gpus(), "lab", "test", "today");
  };
  const auto twice = calibrated({rows_of(11)});
  CHECK(twice.text == calibrated({rows_of(8)}).text);
  CHECK(fmt::format("{}", fmt::join(twice.skipped, "\n")) == "3 rows: the id of an earlier row");
  const auto tables = calibrated({rows_of(8), rows_of(8)});
  CHECK(tables.skipped.empty());
  CHECK(tables.fitted.at(0).rows == 16);
}

TEST_CASE("of time, algorithm and bus bandwidth any one measures a collective") {
  for (const auto& [operation, factor] : {std::pair{"all_reduce", 1.75}, {"alltoall", .875}, {"broadcast", 1.0}}) {
    CAPTURE(operation);
    for (const auto& [column, value] : {std::pair{"time_us", 50.0}, {"algbw_gbs", 20.0}, {"busbw_gbs", 20.0 * factor}}) {
      CAPTURE(column);
      const std::string text =
          fmt::format("id,gpu,num_gpus,collective,bytes,{}\na,H100,8,{},1000000,{}\n", column, operation, value);
      const CollectiveRow row = collective_rows(*Csv::parse({"rows.csv", text})).at(0);
      REQUIRE(row.measured_time);
      REQUIRE(row.measured_bus);
      CHECK(row.measured_time->in(kMicrosecond) == doctest::Approx(50));
      CHECK(row.measured_bus->in(kGigabytePerSecond) == doctest::Approx(20 * factor));
    }
  }
  const auto exchange =
      *Csv::parse({"rows.csv", "id,gpu,num_gpus,collective,bytes,busbw_gbs\na,H100,8,ep_dispatch,1000000,20\n"});
  CHECK_FALSE(collective_rows(exchange).at(0).measured_time);  // its bandwidth counts copies
}

TEST_CASE("a calibration counts the rows that it takes as timed from a framework's loop") {
  std::string rows;
  for (int i = 0; i < 8; ++i) rows += fmt::format("a{},,l,H100,8,8,,,all_gather,{},{},,", i, 1 << (18 + i), 10 + i) + "\n";
  const auto silent = calibrate_collectives({csv(rows)}, builtin_gpus(), "lab", "test", "today").assumed;
  REQUIRE(silent.size() == 1);
  CHECK(silent[0].starts_with("8 rows: no benchmark is named"));
  CHECK(silent[0].find("22 us") != std::string::npos);
  for (std::size_t at; (at = rows.find(",,l,")) != std::string::npos;) rows.replace(at, 4, ",nccl-tests,l,");
  CHECK(calibrate_collectives({csv(rows)}, builtin_gpus(), "lab", "test", "today").assumed.empty());
}

TEST_CASE("a part that is in the catalog is taken by its own links, and no reason says that it is unknown") {
  const auto tpu = ask("a,nccl-tests,l,TPU v5p,8,,,,all_reduce,1073741824,,,");
  CHECK(tpu.status == RowStatus::ok);
  CHECK(tpu.reason.find("does not know") == std::string::npos);
  CHECK(*tpu.time != *ask("a,nccl-tests,l,H100,8,,,,all_reduce,1073741824,,,").time);
  const auto typo = ask("a,nccl-tests,l,H1000,8,,,,all_reduce,1073741824,,,");
  CHECK(typo.status == RowStatus::ok);
  CHECK(typo.reason.find("does not know the GPU H1000: links of an H100") != std::string::npos);
  const auto kernels = kernel_answers("id,gpu,op,dtype,m,n,k\na,TPU v5p,gemm,bf16,512,512,512\nb,H1000,gemm,bf16,512,512,512\n");
  CHECK(kernels[0].reason.find("no multiprocessors of tpu-v5p: as many as h100-sxm") != std::string::npos);
  CHECK(kernels[1].reason.find("does not know the GPU H1000: taken as h100-sxm") != std::string::npos);
}

TEST_CASE("a library without constants inside a domain is said to have none, and takes those of nccl") {
  catalog::CollectivePart lab{.name = "lab", .title = "", .aliases = {}, .scale_up = {}, .across = {}};
  std::string assumed;
  scale_up_of(lab, "hopper", 450 * kGigabytePerSecond, std::nullopt, assumed);
  CHECK(assumed == "lab has no constants inside a domain of hopper: those of nccl");
  assumed.clear();
  scale_up_of(lab, "tpu-v5p", 540 * kGigabytePerSecond, std::nullopt, assumed);
  CHECK(assumed == "shares of Hopper for tpu-v5p");
}

TEST_CASE("an operation or a transport that a library's part lacks takes what nccl takes, and that is said") {
  catalog::CollectivePart lab = nccl();
  lab.name = "lab";
  lab.across.clear();
  for (catalog::GenerationConstants& generation : lab.scale_up)
    std::erase_if(generation.law, [](const catalog::DomainConstants& law) { return law.operation != "all_gather"; });
  lab.scale_up.push_back({.generation = "cdna3", .ring_across = .8, .in_switch = 0, .law = {}});
  const auto told = [&](const std::string& cells) {
    const CollectiveRow row = collective_rows(csv("a,nccl-tests,l," + cells)).at(0);
    const auto own = predict(row, lab, builtin_gpus()), standard = predict(row, nccl(), builtin_gpus());
    CHECK(own.time == standard.time);
    return own.reason;
  };
  const auto has = [](const std::string& text, const char* words) { return text.find(words) != std::string::npos; };
  CHECK(has(told("H100,8,8,,,all_reduce,1048576,,,"),
            "lab has no constants of all_reduce inside a domain of hopper: those of nccl"));
  CHECK(has(told("H100,8,8,,,reduce,1048576,,,"), "lab has no constants of reduce_scatter"));
  CHECK_FALSE(has(told("H100,8,8,,,all_gather,1048576,,,"), "no constants"));
  CHECK_FALSE(has(told("H100,8,8,,,broadcast,1048576,,,"), "no constants"));
  CHECK(has(told("MI300X,8,8,,,all_gather,1048576,,,"), "shares of Hopper for all_gather of cdna3"));
  CHECK(has(told("H100,16,8,8,400,alltoall,1048576,,,EFA"), "lab has no constants over efa: those of nccl"));
  CHECK(has(told("H100,16,8,8,400,alltoall,1048576,,,TCPX"), "tcpx is not measured"));
}

TEST_CASE("what was measured does not change what is predicted") {
  const std::string head = "r,nccl-tests,l,H100,16,8,8,400,all_reduce,1073741824,";
  CHECK(csv_text(validate_collectives(csv(head + "180,337,RoCE\n"), nccl(), builtin_gpus()).rows) ==
        csv_text(validate_collectives(csv(head + ",,RoCE\n"), nccl(), builtin_gpus()).rows));
}

TEST_CASE("rows that cannot be answered are named, what is missing is assumed and said") {
  CHECK(ask("a,nccl-tests,l,H100,0,8,8,400,all_reduce,1048576,,,").status == RowStatus::invalid);
  CHECK(ask("a,nccl-tests,l,H100,16,8,8,400,all_reduce,-5,,,").status == RowStatus::invalid);
  CHECK(ask("a,nccl-tests,l,H100,nan,8,8,400,all_reduce,1048576,,,").status == RowStatus::invalid);
  CHECK(ask("a,nccl-tests,l,H100,16,8,8,inf,all_reduce,1,,,").status == RowStatus::invalid);
  CHECK(ask("a,nccl-tests,l,H100,16.5,8,8,400,all_reduce,1,,,").status == RowStatus::invalid);
  CHECK(ask("a,nccl-tests,l,H100,16,8,8,400,all_reduce,lots,,,").reason.find("'lots'") != std::string::npos);
  CHECK(ask("a,nccl-tests,l,H100,16,8,8,400,barrier,1048576,,,").status == RowStatus::unsupported);
  CHECK(ask("a,nccl-tests,l,H100,1,8,8,400,all_reduce,1048576,,,").status == RowStatus::infeasible);
  for (const char* row :
       {"a,nccl-tests,l,H100,16,8,8,400,all_reduce,1048576,,,", "a,nccl-tests,l,Unheard-of,16,8,8,400,all_reduce,1048576,,,RoCE",
        "a,nccl-tests,l,H100,16,8,,,all_reduce,1048576,,,RoCE", "a,nccl-tests,l,H100,16,8,8,400,all_reduce,,,,RoCE",
        "a,x,l,H800,64,8,8,400,ep_dispatch,,,,"}) {
    const auto prediction = ask(row);
    CHECK(prediction.status == RowStatus::ok);
    CHECK(prediction.bus.value_or(Bandwidth{}) > Bandwidth{});
    CHECK(!prediction.reason.empty());
  }
}

TEST_CASE("published figures: NVLink rings, NVLS, two nodes of EFA, expert dispatch") {
  const auto bus = [](const char* row) { return ask(row).bus->in(kGigabytePerSecond); };
  CHECK(bus("a,nccl-tests,l,H100,8,8,0,0,all_reduce,17179869184,,,") == doctest::Approx(480).epsilon(.05));
  CHECK(bus("a,nccl-tests,l,H200,8,8,0,0,all_gather,17179869184,,,") == doctest::Approx(361).epsilon(.1));
  CHECK(bus("a,nccl-tests,l,H200,8,8,0,0,all_reduce,8589934592,,,NCCL_NVLS_ENABLE=0") == doctest::Approx(365).epsilon(.05));
  CHECK(bus("a,nccl-tests,l,H100,16,8,32,100,all_reduce,8589934592,,,EFA") == doctest::Approx(479).epsilon(.1));
  CHECK(bus("a,nccl-tests,l,A100,16,8,8,200,all_reduce,8589934592,,,RoCE NCCL_ALGO=Ring") == doctest::Approx(190).epsilon(.1));
  CHECK(bus("a,x,l,H800,32,8,8,400,ep_dispatch,,,,") == doctest::Approx(58).epsilon(.15));
}

TEST_CASE("published runs come out within the accuracy asked: 9 % in the median from 64 MiB on, 25 % from 64 KiB on") {
  std::ifstream file(std::filesystem::path(EIGENBAU_SOURCE_DIR) / "validation/collectives.csv");
  std::stringstream text;
  text << file.rdbuf();
  const auto table = Csv::parse({"collectives.csv", text.str()});
  REQUIRE(table.has_value());
  int seen = 0;
  for (const Score& score : validate_collectives(*table, nccl(), builtin_gpus()).scores) {
    CHECK(score.answered == score.rows);
    if (score.group == "all, >= 64 MiB") CHECK(score.median < .09);
    else if (score.group == "all, 64 KiB to 64 MiB") CHECK(score.median < .25);
    else continue;
    CHECK(std::abs(score.bias) < .05);
    CHECK(score.rows > 50);
    ++seen;
  }
  CHECK(seen == 2);
}

TEST_CASE("the constants of links and transports that perf falls back on are those of the catalog, all of them") {
  const auto part = nccl();
  const Bandwidth link = 450 * kGigabytePerSecond;
  REQUIRE(part.scale_up.size() == 3);
  for (const auto& generation : part.scale_up) {
    CAPTURE(generation.generation);
    const perf::ScaleUp law = perf::scale_up_law(generation.generation, link);
    CHECK(is_same(law.ring_across / link, generation.ring_across));
    CHECK(is_same(law.in_switch / link, generation.in_switch));
    REQUIRE(generation.law.size() == 4);
    for (const auto& constants : generation.law) {
      CAPTURE(constants.operation);
      const perf::DomainLaw& own = law.law(*collective_of(constants.operation));
      CHECK(is_same(own.launch.base(), constants.launch.base()));
      CHECK(is_same(own.hop.base(), constants.hop.base()));
      CHECK(is_same(own.share, constants.share));
      CHECK(is_same(own.knee.base(), constants.knee.base()));
      CHECK(is_same(own.ramp, constants.ramp));
    }
  }
  const auto catalog = known_transports(part);
  const auto own = perf::known_transports();
  REQUIRE(own.size() == catalog.size());
  for (std::size_t i = 0; i < own.size(); ++i) {
    CAPTURE(own[i].name);
    CHECK(own[i].name == catalog[i].name);
    CHECK(is_same(own[i].law.hop.base(), catalog[i].law.hop.base()));
    CHECK(is_same(own[i].law.efficiency, catalog[i].law.efficiency));
    CHECK(is_same(own[i].law.ramp, catalog[i].law.ramp));
  }
}

TEST_CASE("a training step and a table of collectives take the same constants for a transport, measured or not") {
  using enum perf::NicTransport;
  const auto part = nccl();
  for (const Bandwidth nic : {50 * kGigabitPerSecond, 400 * kGigabitPerSecond})
    for (const auto& [transport, word] : {std::pair{infiniband, "infiniband"}, std::pair{roce, "roce"}, std::pair{efa, "efa"},
                                          std::pair{tcpxo, "tcpxo"}, std::pair{tcpx, "tcpx"}, std::pair{tcp, "tcp"}}) {
      CAPTURE(word);
      for (const char* gpu : {"A100", "H100"}) {
        const auto row = collective_rows(*Csv::parse(
            {"rows.csv", fmt::format("id,gpu,num_gpus,gpus_per_node,nics_per_node,nic_gbps,collective,bytes,transport\n"
                                     "r,{},16,8,8,{},all_reduce,1048576,{}\n",
                                     gpu, nic.in(kGigabitPerSecond), word)}));
        const perf::Transport table = collective_case(row.at(0), part, builtin_gpus()).links.across;
        const perf::Transport step = perf::transport_law(transport, nic);
        CHECK(is_same(step.hop.base(), table.hop.base()));
        CHECK(is_same(step.efficiency, table.efficiency));
        CHECK(is_same(step.ramp, table.ramp));
      }
    }
}

TEST_CASE("the constants of kernels that perf falls back on are those of the catalog, all of them") {
  int same = 0;
  for (const auto& entry : builtin().list("kernels")) {
    const auto part = *builtin().kernels(entry.name);
    for (const catalog::KernelTable& table : part.table) {
      const auto own = own_constants(part, table);
      if (own.empty()) continue;
      CAPTURE(fmt::format("{} {} {} {} {}", table.operation, part.gpu, table.format, table.cache_format, table.family));
      ++same;
      REQUIRE(own.size() == table.constants.size());
      for (std::size_t i = 0; i < own.size(); ++i)
        CHECK_MESSAGE(is_same(own[i], table.constants[i].value), table.constants[i].name);
    }
  }
  CHECK(same == 43);
}
