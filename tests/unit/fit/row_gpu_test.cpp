// Which accelerator does a row of a table of training runs name, however it is spelled?
#include <doctest/doctest.h>

#include "sample_rows.h"
#include "tables/gpu_name.h"
#include "tables/run_text.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

TEST_CASE("a GPU is found by whatever else its name says; one of a generation that no run was fitted on has a wider band") {
  const auto same = [](const char* known, std::initializer_list<const char*> names) {
    for (const char* name : names) {
      const auto p = dense({{"gpu", name}}), by_name = dense({{"gpu", known}});
      CHECK_MESSAGE(p.step.total == by_name.step.total, name);
      CHECK(p.error == by_name.error);
    }
  };
  same("h100-sxm", {"H100", "NVIDIA H100 80GB HBM3", "DGX H100", "8xH100", "H100x8", "8 x H100 SXM5"});
  same("a100-80", {"NVIDIA A100-SXM4-80GB", "A100 80GB", "HGX A100 80 GB"});
  same("a100-pcie", {"NVIDIA A100 80GB PCIe"});
  same("mi300x", {"AMD MI300X", "AMD Instinct MI300X"});
  for (const char* name : {"A800", "V100", "MI250X", "Gaudi 3", "L40", "H100 NVL", "TPU v5p", "RTX 6000 Ada"}) {
    const auto p = dense({{"gpu", name}});
    CHECK_MESSAGE(p.status == RowStatus::ok, name);
    const bool fitted = std::string_view(name) == "A800" || std::string_view(name) == "H100 NVL";
    if (!fitted) CHECK_MESSAGE(p.error > 1.2 * dense().error, name);
  }
  for (const char* name : {"H100 unheard-of", ""}) {
    const auto p = dense({{"gpu", name}});
    CHECK(says(p, "taken as"));
    CHECK(p.doubt > dense().doubt);
  }
  for (const char* name : {"TPU", "Abacus 7"}) CHECK(dense({{"gpu", name}}).status == RowStatus::unsupported);
  CHECK(dense({{"gpu", "V100"}}).step.total > 1.5 * dense({{"gpu", "A100"}}).step.total);
}

TEST_CASE("a short name means the usual variant, a memory that no variant has is said, and a domain may be in the name") {
  for (const auto& [name, known] :
       {std::pair{"MI300", "mi300x"}, {"AMD MI355", "mi355x"}, {"A100-64", "a100-80"}, {"H100-64", "h100-sxm"}}) {
    const auto p = dense({{"gpu", name}});
    CHECK_MESSAGE(p.step.total == dense({{"gpu", known}}).step.total, name);
    CHECK_MESSAGE(says(p, std::string("taken as ") + known), name);
    CHECK(p.doubt > dense().doubt);
  }
  for (const auto& [name, known] : {std::pair{"A100 40G", "a100-40"},
                                    {"A100-40G", "a100-40"},
                                    {"A100 (40 G)", "a100-40"},
                                    {"A100-80G", "a100-80"},
                                    {"H200 141G", "h200"}})
    CHECK_MESSAGE(dense({{"gpu", name}}).reason == dense({{"gpu", known}}).reason, name);
  for (const char* name : {"A100 64G", "A100s 64GB"})
    CHECK_MESSAGE(says(dense({{"gpu", name}}), "taken as a100-80 with 64 GB"), name);
  for (const char* name : {"H100-80", "H100 (8 GPUs)", "64 H100", "H100 x 64"})
    CHECK_MESSAGE(!says(dense({{"gpu", name}}), "GPU "), name);
  const auto domain = [](const char* name) {
    return read_training_row(table_of(with(kDense, {{"gpu", name}})), 0, builtin_training()).machine.scale_up_domain;
  };
  CHECK(domain("GB200 NVL72") == 72);
  CHECK(domain("GB200 NVL36") == 36);
  CHECK(domain("GB200-NVL4") == 4);
  CHECK(domain("GH200 NVL32") == 32);
  CHECK(!says(dense({{"gpu", "GB200 NVL36"}}), "not understood"));
}

TEST_CASE(
    "a GPU has the memory that its name states: a variant's where one is sold with about that, else the same GPU's with it") {
  const auto gpu = [](const char* name) { return find_gpu(builtin_training().gpus, name); };
  for (const auto& [name, known] : {std::pair{"H100 96GB", "h100-96gb-500w"},
                                    {"H100 94 GB", "h100-nvl"},
                                    {"A100 40GB", "a100-40"},
                                    {"H100 96GB HBM3", "h100-sxm"},  // none is sold with that
                                    {"H20 141GB HBM3e", "h20"},
                                    {"H100 PCIe 96GB", "h100-pcie"}})
    CHECK_MESSAGE(gpu(name)->gpu.name == known, std::string(name));
  for (const char* name : {"H100 96GB", "H20 141GB", "H100 96GB HBM3"}) {
    CHECK(gpu(name)->doubt > 0);
    CHECK(contains(gpu(name)->said, " GB"));
  }
  CHECK(gpu("H20 141GB")->gpu.memory == 141 * kGigabyte);
  CHECK(gpu("H20 141GB")->gpu.memory_bandwidth == gpu("H20")->gpu.memory_bandwidth);
  CHECK(gpu("H100 80 GB")->said.empty());
  // The names of servers add up the memory of their accelerators, that of a superchip counts its host's.
  CHECK(gpu("DGX A100 640GB")->said.empty());
  CHECK(gpu("DGX A100 320GB")->gpu.name == "a100-40");
  CHECK(gpu("GH200 480GB")->gpu.memory == gpu("GH200")->gpu.memory);
  CHECK(contains(gpu("GH200 480GB")->said, "not understood"));
}

TEST_CASE("several of a GPU are that GPU, unless the s is of its name") {
  for (const auto& [several, one] : {std::pair{"H100s", "H100"},
                                     {"8 H100s", "H100"},
                                     {"A100s", "A100"},
                                     {"A100 80GBs", "A100-80"},
                                     {"MI300Xs", "MI300X"},
                                     {"TPU v5ps", "TPU v5p"},
                                     {"L40s", "L40S"}}) {
    const auto p = dense({{"gpu", several}}), q = dense({{"gpu", one}});
    CHECK_MESSAGE(p.step.total == q.step.total, several);
    CHECK_MESSAGE(p.reason == q.reason, several);
  }
}

TEST_CASE("what stands in for a GPU that the catalog does not have has that one's memory") {
  for (const auto& [name, known, gigabytes] : {std::tuple{"Ascend 910B", "a100-80", 64.0},
                                               {"Ascend 910B3", "a100-80", 64.0},
                                               {"Ascend NPU", "a100-80", 64.0},
                                               {"Ascend 910C", "h100-sxm", 128.0},
                                               {"Ascend 910", "a100-40", 32.0},
                                               {"AMD MI308X", "h20", 192.0}}) {
    const auto found = find_gpu(builtin_training().gpus, name);
    REQUIRE_MESSAGE(found, std::string(name));
    CHECK_MESSAGE(found->gpu.name == known, std::string(name));
    CHECK(found->gpu.memory == gigabytes * kGigabyte);
    CHECK(found->doubt >= 0.5);
  }
}

TEST_CASE("watts in a GPU's name hold it there, its own rating does not; a generation is its usual GPU, with doubt") {
  const auto plain = dense();
  const auto rated = dense({{"gpu", "H100(80GB HBM3,700W)"}});
  CHECK(rated.step.total == plain.step.total);
  CHECK(rated.error == plain.error);
  for (const char* name : {"H100(80GB HBM3,500W)", "H100 500 W"}) {
    const auto held = dense({{"gpu", name}});
    CHECK_MESSAGE(held.step.total == dense({{"options", "power cap 500 W"}}).step.total, name);
    CHECK(held.doubt == plain.doubt);
    CHECK(held.step.total > plain.step.total);
  }
  CHECK(says(dense({{"gpu", "H100 900W"}}), "not understood"));
  const auto sixteen = dense({{"gpu", "H100 (96GB HBM3)"}});
  CHECK(sixteen.step.total == plain.step.total);
  CHECK(sixteen.doubt > plain.doubt);
  CHECK(dense({{"gpu", "H100 (96GB HBM2e)"}}).step.total == dense({{"gpu", "h100-96gb-500w"}}).step.total);
  for (const auto& [generation, gpu] : {std::pair{"Hopper", "h100-sxm"}, {"NVIDIA Blackwell", "b200"}}) {
    CHECK(dense({{"gpu", generation}}).step.total == dense({{"gpu", gpu}}).step.total);
    CHECK(dense({{"gpu", generation}}).doubt > dense({{"gpu", gpu}}).doubt);
  }
  CHECK(dense({{"gpu", "Hopper H100"}}).status == RowStatus::ok);
  for (const char* other : {"Ascend 910B", "TPU v3", "MI100", "Max 1550", "RTX PRO 6000"}) {
    const auto p = dense({{"gpu", other}});
    CHECK_MESSAGE(says(p, "the nearest that is known"), other);
    CHECK(p.doubt >= plain.doubt + 0.5);
  }
}

TEST_CASE("two words may stand for another name, and a rented type of machine for its accelerators and network") {
  const auto found = [](const char* name) {
    const auto choice = find_gpu(builtin_training().gpus, name);
    return choice ? choice->gpu.name : std::string("none");
  };
  CHECK(found("Blackwell Ultra") == "b300");
  CHECK(found("NVIDIA Blackwell Ultra GB300") == "gb300");
  CHECK(found("Blackwell") == "b200");
  CHECK(found("A6000 Ada") == "rtx-6000-ada");
  CHECK(found("A6000") == "rtx-a6000");
  CHECK(found("Grace Hopper") == "gh200");
  CHECK(found("p5.48xlarge") == "h100-sxm");
  CHECK(found("p4d.24xlarge") == "a100-40");
  CHECK(found("a3-ultragpu-8g") == "h200");
  CHECK(found("p50") == "none");
  const auto rented = dense({{"gpu", "p5en.48xlarge"}, {"num_gpus", "256"}, {"dp", "16"}, {"interconnect_note", ""}});
  const auto said = dense({{"gpu", "H200"}, {"num_gpus", "256"}, {"dp", "16"}, {"interconnect_note", "p5en"}});
  CHECK(rented.step.total == said.step.total);
  CHECK(rented.doubt == said.doubt);
  CHECK(says(rented, "GPU p5en.48xlarge taken as h200"));
}

TEST_CASE("a rented type of machine beside the accelerators that it has says nothing new of them") {
  const auto found = [](const char* name) { return *find_gpu(builtin_training().gpus, name); };
  for (const auto& [name, known] : {std::pair{"H100 (p5.48xlarge)", "h100-sxm"},
                                    {"ND96isr_H100_v5", "h100-sxm"},
                                    {"Standard_ND96isr_H100_v5", "h100-sxm"},
                                    {"H100 (ND H100 v5)", "h100-sxm"},
                                    {"a3-megagpu-8g (H100)", "h100-sxm"},
                                    {"H100, A3 Mega", "h100-sxm"},
                                    {"H100 x8 (DGX)", "h100-sxm"},
                                    {"A100 (p4d.24xlarge)", "a100-40"},
                                    {"A100 (p4de.24xlarge)", "a100-80"},
                                    {"8x H200 (p5en)", "h200"},
                                    {"MI300X (BM.GPU.MI300X.8)", "mi300x"}}) {
    CHECK_MESSAGE(found(name).gpu.name == known, std::string(name));
    CHECK_MESSAGE(found(name).said.empty(), found(name).said);
    CHECK(found(name).doubt == 0);
    CHECK(found(name).gpu.memory == found(known).gpu.memory);
  }
  for (const char* other : {"A100 (p5.48xlarge)", "H100 PCIe (p5.48xlarge)", "H100 (p9.48xlarge)"}) {
    CHECK_MESSAGE(contains(found(other).said, "not understood"), std::string(other));
    CHECK(found(other).doubt > 0);
  }
  const Cells wide{{"num_gpus", "256"}, {"dp", "16"}, {"interconnect_note", ""}};
  const auto beside = dense(with(wide, {{"gpu", "H100 (p5.48xlarge)"}}));
  CHECK(beside.step.total == dense(with(wide, {{"gpu", "H100"}, {"interconnect_note", "p5"}})).step.total);
}
