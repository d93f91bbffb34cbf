// Are the words of measured tables understood however they are spelled, and is everything that a law covers answered?
#include "tables/row_words.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "builtin_parts.h"
#include "fit/calibrate_collectives.h"
#include "fit/validate_collectives.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

TEST_CASE("spelling does not change what a word means") {
  for (const char* word : {"all_reduce", "All-Reduce", "AllReduce", "ALL REDUCE", "all_reduce_perf"})
    CHECK(collective_word(word) == "all_reduce");
  for (const char* word : {"bf16", "BF16", "bfloat16", "float16", "half"}) CHECK(format_word(word) == "bf16");
  for (const char* word : {"fp8", "FP8_E4M3", "float8_e4m3fn"}) CHECK(format_word(word) == "fp8");
  for (const char* word : {"GEMM", "matmul", "Linear"}) CHECK(kernel_word(word) == "gemm");
  CHECK(kernel_word("AllReduce") == "all_reduce");
  CHECK(kernel_word("never heard") == "never_heard");
}

TEST_CASE("a GPU's name may say more than the catalog's, and two GPUs are not taken for one another") {
  const GpuLookup& lookup = builtin_gpus();
  for (const char* name : {"H100", "NVIDIA H100 80GB HBM3 (SXM, 700 W)", "DGX-H100"}) {
    const auto gpu = gpu_of_name(lookup, name);
    REQUIRE(gpu);
    CHECK(gpu->name == "h100-sxm");
  }
  CHECK(gpu_of_name(lookup, "NVIDIA H200 141GB, Hopper")->name == "h200");
  CHECK(gpu_of_name(lookup, "B200-class (SM100)")->name == "b200");
  CHECK(gpu_of_name(lookup, "8xA100-SXM4-40GB")->name == "a100-40");
  CHECK(gpu_of_name(lookup, "NVIDIA A100 80GB PCIe")->name == "a100-pcie");
  CHECK(!gpu_of_name(lookup, "Abacus 7"));
  CHECK(!gpu_of_name(lookup, ""));
}

TEST_CASE("a cell full of words is no reason to look for a GPU for long") {
  int asked = 0;
  const GpuLookup count = [&](std::string_view) -> std::optional<GpuFigures> {
    ++asked;
    return std::nullopt;
  };
  std::string text;
  for (int word = 0; word < 10000; ++word) text += fmt::format("x{} ", word);
  CHECK(!gpu_of_name(count, text));
  CHECK(asked < 200);
}

TEST_CASE("the same kernel in other words takes the same time") {
  const auto rows = kernel_answers(
      "id,gpu,op,dtype,m,n,k,batch,seqlen,head_dim,heads,notes\n"
      "a,H100,gemm,bfloat16,512,4096,4096,,,,,trtllm 1.0\n"
      "b,NVIDIA H100 80GB HBM3,MatMul,BF16,512,4096,4096,,,,,TensorRT-LLM 99\n"
      "c,H100,attention_prefill,bf16,,,,4,4096,128,32,kv_heads=8;trtllm\n"
      "d,H100,Context Attention,float16,,,,4,4096,128,32,kv_heads=8;trtllm 2\n");
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].time_us == rows[1].time_us);
  CHECK(rows[2].time_us == rows[3].time_us);
}

TEST_CASE("what a row leaves out is taken as usual and said; a backward pass costs more than its forward pass") {
  const auto rows = kernel_answers(
      "id,gpu,op,seqlen,head_dim,heads,batch,direction\n"
      "whole,H100,attention_prefill,8192,128,32,1,fwd\n"
      "bare,H100,attention_prefill,8192,,,,\n"
      "back,H100,attention_prefill,8192,128,32,1,bwd\n"
      "both,H100,attention_prefill,8192,128,32,1,fwd+bwd\n");
  REQUIRE(rows.size() == 4);
  CHECK(rows[1].time_us == rows[0].time_us);
  CHECK(rows[1].reason.find("taken: ") != std::string::npos);
  CHECK(*rows[2].time_us > 2 * *rows[0].time_us);
  CHECK(*rows[3].time_us == doctest::Approx(*rows[0].time_us + *rows[2].time_us));
}

TEST_CASE("every default that moves the answer is said") {
  const auto rows = kernel_answers(
      "id,gpu,op,dtype,m,n,k,seqlen,causal,notes\n"
      "a,H100,attention_prefill,,,,,4096,,\n"
      "b,H100,moe_ffn,,64,2048,4096,,,\n"
      "c,H100,gemm,,64,2048,4096,,,\n"
      "d,H100,ep_dispatch,,64,256,7168,,,nodes=4\n");
  const auto says = [&](std::size_t i, const char* words) { CHECK(rows[i].reason.find(words) != std::string::npos); };
  for (const char* words : {"key-value heads", "causal", "keys and values", "number format", "answered by"}) says(0, words);
  for (const char* words : {"tp 1", "ep 1", "balanced routing", "experts 128", "number format", "answered by"}) says(1, words);
  for (const char* words : {"number format", "answered by"}) says(2, words);
  for (const char* words : {"32 ranks", "NIC"}) says(3, words);
}

TEST_CASE("more nodes never exchange tokens faster") {
  std::string text = "id,gpu,op,dtype,m,n,k,notes\n";
  for (const int nodes : {1, 2, 4, 8}) text += fmt::format("r,H100,ep_dispatch,fp8,4096,256,7168,nodes={}\n", nodes);
  const auto rows = kernel_answers(text);
  for (std::size_t i = 1; i < rows.size(); ++i) CHECK(*rows[i].time_us >= *rows[i - 1].time_us);
}

TEST_CASE("a count in the notes that no machine has says nothing") {
  const std::string head = "id,gpu,op,dtype,m,n,k,notes\n";
  const auto plain = kernel_answers(head + "r,H100,ep_dispatch,fp8,4096,256,7168,\n");
  for (const char* note : {"nodes=1e300", "nodes=99999999999999999999", "ep=inf", "ep=nan", "moe_ep_size=123456789"})
    CHECK(kernel_answers(head + "r,H100,ep_dispatch,fp8,4096,256,7168," + note + "\n")[0].time_us == plain[0].time_us);
}

TEST_CASE("tokens in all and width in the notes tell sequences and heads") {
  const auto rows = kernel_answers(
      "id,gpu,op,seqlen,head_dim,heads,batch,notes\n"
      "told,H100,attention_prefill,2048,128,16,8,\n"
      "noted,H100,attention_prefill,2048,128,,,\"total tokens 16k, hidden 2048\"\n");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].time_us == rows[1].time_us);
}

TEST_CASE("a transport that was not measured lies between what is known without measuring and those of its class") {
  const auto usual = [](const catalog::CollectivePart& part, const char* name) {
    return perf::usual_transport(known_transports(part), name);
  };
  catalog::CollectivePart part;
  const auto bare = usual(part, "tcpxo");
  CHECK(bare.hop > usual(part, "roce").hop);  // a cloud's software costs latency
  part.across.push_back({.transport = "efa", .hop = 100 * kMicrosecond, .efficiency = .9, .ramp = 4});
  const auto informed = usual(part, "tcpxo");
  CHECK(informed.hop > bare.hop);
  CHECK(informed.hop < 100 * kMicrosecond);
  CHECK(usual(part, "roce").hop.base() == doctest::Approx(perf::usual_transport({}, "roce").hop.base()));
  std::string assumed;
  CHECK(transport_of(part, "efa", assumed).hop == 100 * kMicrosecond);
  CHECK(assumed.empty());
  transport_of(part, "tcpx", assumed);
  CHECK(assumed.find("not measured") != std::string::npos);
}

TEST_CASE("a column tells the transport, then the notes, then the machine type, which is said; a source's name tells nothing") {
  const auto row = [](const std::string& source, const std::string& transport, const std::string& notes) {
    return collective_rows(
               *Csv::parse({"rows.csv", "id,source,gpu,num_gpus,gpus_per_node,collective,bytes,transport,notes\nr," + source +
                                            ",H100,32,8,all_reduce,1048576," + transport + "," + notes + "\n"}))
        .at(0);
  };
  CHECK(row("someone", "", "2x p5").transport == "efa");
  CHECK(row("someone", "", "2x p5").transport_assumed);
  CHECK(row("someone", "", "2x p5 RoCE").transport == "roce");
  CHECK(!row("someone", "", "2x p5 RoCE").transport_assumed);
  CHECK(row("someone", "InfiniBand", "2x p5 RoCE").transport == "infiniband");
  CHECK(row("aws", "", "").transport.empty());
  CHECK(row("azure", "", "bmp5").transport.empty());
}

TEST_CASE(
    "a call from a framework's loop takes longer than one from the library's benchmark; where none is named, a loop is meant") {
  const auto rows = collective_rows(*Csv::parse({"rows.csv",
                                                 "id,gpu,num_gpus,gpus_per_node,collective,bytes,loop,notes\n"
                                                 "a,H100,8,8,all_reduce,65536,library,\n"
                                                 "b,H100,8,8,all_reduce,65536,framework,nccl-tests\n"
                                                 "c,H100,8,8,all_reduce,65536,,nccl-tests\n"
                                                 "d,H100,8,8,all_reduce,65536,,\n"}));
  const auto part = nccl();
  const GpuLookup& lookup = builtin_gpus();
  std::vector<double> us;
  for (const auto& row : rows) us.push_back(predict(row, part, lookup).time->in(kMicrosecond));
  CHECK(us[0] < us[1]);
  CHECK(us[2] == us[0]);
  CHECK(us[3] == us[1]);
  CHECK(predict(rows[3], part, lookup).reason.find("no benchmark is named") != std::string::npos);
}

TEST_CASE("GPUs that are joined by a mesh have no switch that adds up: their bus bandwidth stays below their links'") {
  const auto rows = collective_rows(*Csv::parse({"rows.csv",
                                                 "id,gpu,num_gpus,gpus_per_node,collective,bytes,source\n"
                                                 "mesh,MI300X,8,8,all_reduce,17179869184,rccl-tests\n"
                                                 "switch,H100,8,8,all_reduce,17179869184,nccl-tests\n"}));
  const auto part = nccl();
  const GpuLookup& lookup = builtin_gpus();
  REQUIRE(rows.size() == 2);
  CHECK(*predict(rows[0], part, lookup).bus < lookup("MI300X")->link);
  CHECK(*predict(rows[1], part, lookup).bus > lookup("H100")->link);
}
