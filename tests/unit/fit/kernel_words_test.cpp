// Do the words and cells of kernel rows beside plain sizes change the time as they should?
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <utility>

#include "builtin_parts.h"
#include "tables/row_words.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

KernelPrediction attention(const std::string& notes, const std::string& causal = "1") {
  return kernel_answers("id,gpu,op,dtype,batch,seqlen,head_dim,heads,causal,notes\nr,H100,attention_prefill,bf16,1,8192,128,32," +
                        causal + ",\"" + notes + "\"\n")[0];
}

KernelPrediction product(const std::string& batch, const std::string& sizes = "2048,4096,4096") {
  return kernel_answers("id,gpu,op,dtype,batch,m,n,k\nr,H100,gemm,bf16," + batch + "," + sizes + "\n")[0];
}

bool says(const KernelPrediction& prediction, std::string_view words) {
  return prediction.reason.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a window of attention takes less time the narrower it is, and one as long as the sequence changes nothing") {
  for (const char* causal : {"0", "1"}) {
    const double whole = *attention("kv_heads=8", causal).time_us;
    double before = whole;
    for (const int window : {8192, 4096, 1024, 128}) {
      const double time = *attention(fmt::format("kv_heads=8;window={}", window), causal).time_us;
      CHECK(time <= before);
      before = time;
    }
    CHECK(before < whole / 5);
    CHECK(*attention("kv_heads=8;window=8192", causal).time_us == whole);
  }
}

TEST_CASE("large products of a batch take as long as one after the other, small ones share a launch; it is said") {
  const double one = *product("1").time_us;
  CHECK(*product("").time_us == one);
  CHECK(*product("8").time_us == doctest::Approx(8 * one).epsilon(0.15));
  CHECK(says(product("8"), "8 products"));
  const double small = *product("1", "64,64,64").time_us;
  CHECK(*product("16", "64,64,64").time_us < 3 * small);
  CHECK(*product("16", "64,64,64").time_us >= small);
}

TEST_CASE("an exchange of tokens over NICs takes as long as its nodes' NICs do, however its ranks are counted") {
  const auto exchange = [](const std::string& n, const std::string& notes, const std::string& op = "ep_dispatch_normal") {
    return kernel_answers("id,gpu,op,dtype,m,n,k,notes\nr,H100," + op + ",fp8,4096," + n + ",7168,\"" + notes + "\"\n")[0];
  };
  const double server = *exchange("256", "topk=8").time_us;
  const double nodes = *exchange("256", "topk=8;nodes=2").time_us;
  CHECK(nodes > server);
  CHECK(*exchange("16", "topk=8;n=EP ranks;bottleneck bw over RDMA").time_us == nodes);
  CHECK(*exchange("16", "topk=8;EP8x2 RDMA").time_us == nodes);
  CHECK(*exchange("8", "topk=8;n=EP ranks").time_us <= server * 1.1);
  CHECK(exchange("256", "topk=8;over RDMA").status == RowStatus::unsupported);
  CHECK(says(exchange("256", "topk=8;over RDMA"), "does not count"));
  CHECK(exchange("16", "topk=8;n=EP ranks;RDMA", "ep_dispatch_lowlat").status == RowStatus::unsupported);
}

TEST_CASE("operations mean the same in camel case and under the names of libraries") {
  for (const auto& [word, known] : {std::pair{"FlashAttention-3", "attention_prefill"},
                                    {"FusedMoE", "moe_ffn"},
                                    {"bmm", "gemm"},
                                    {"addmm", "gemm"},
                                    {"PagedAttention", "attention_decode"},
                                    {"AllReduce", "all_reduce"},
                                    {"GroupedGemm", "grouped_gemm"},
                                    {"EP dispatch", "ep_dispatch_normal"}})
    CHECK_MESSAGE(kernel_word(word) == known, std::string(word));
}

TEST_CASE("figures of attention and experts are read under any usual key, from notes or from a column") {
  const double known = *attention("kv_heads=8").time_us;
  for (const char* key : {"num_kv_heads", "nkv", "n_kv_heads"}) CHECK(*attention(fmt::format("{}=8", key)).time_us == known);
  const auto column = kernel_answers(
      "id,gpu,op,dtype,batch,seqlen,head_dim,heads,causal,kv_heads\nr,H100,attention_prefill,bf16,1,8192,128,32,1,8\n");
  CHECK(*column[0].time_us == known);
  const auto experts = [](const std::string& notes) {
    return *kernel_answers("id,gpu,op,dtype,m,n,k,notes\nr,H100,moe_ffn,bf16,512,1024,2048,\"" + notes + "\"\n")[0].time_us;
  };
  CHECK(experts("num_experts=64;top_k=4") == experts("experts=64;topk=4"));
}

TEST_CASE("no keys and values, and half a token, are no sizes") {
  CHECK(attention("kv_heads=0").status == RowStatus::invalid);
  const auto half = kernel_answers("id,gpu,op,batch,seqlen,head_dim,heads\nr,H100,attention_prefill,1,4096.5,128,32\n");
  CHECK(half[0].status == RowStatus::invalid);
}

TEST_CASE("a GPU without bf16 is said to compute in fp16, and one asked for fp16 is not") {
  const auto asked = [](const std::string& gpu, const std::string& format) {
    return kernel_answers("id,gpu,op,dtype,m,n,k\nr," + gpu + ",gemm," + format + ",512,512,512\n")[0];
  };
  CHECK(says(asked("V100", "bf16"), "has no bf16: taken as fp16"));
  CHECK_FALSE(says(asked("V100", "fp16"), "has no bf16"));
  CHECK_FALSE(says(asked("H100", "bf16"), "has no bf16"));
  CHECK(asked("V100", "bf16").time_us == asked("V100", "fp16").time_us);
}

TEST_CASE("a rate scores a row as its time does where the FLOP are beyond doubt, in a group of its own") {
  const auto scores = [](const std::string& cells) {
    return validate_kernels(
               *Csv::parse(
                   {"rows.csv", "id,source,gpu,op,dtype,m,n,k,batch,seqlen,head_dim,heads,causal,time_us,tflops\nr," + cells}),
               builtin_kernels(), builtin_gpus(), nccl())
        .by_operation;
  };
  const auto timed = scores("x,H100,gemm,bf16,4096,4096,4096,,,,,,200,\n");
  const auto rated = scores("x,H100,gemm,bf16,4096,4096,4096,,,,,,,687.194767360\n");  // 2·4096³ in 200 us
  REQUIRE(rated.size() == 1);
  CHECK(rated[0].group == "gemm, by tflops");
  CHECK(rated[0].bias == doctest::Approx(timed[0].bias));
  CHECK(scores("x,H100,attention_prefill,bf16,,,,4,4096,128,32,0,,500\n").size() == 1);
  CHECK(scores("x,H100,attention_prefill,bf16,,,,4,4096,128,32,1,,500\n").empty());  // causal FLOP are counted in two ways
  CHECK(scores("flash-attention,H100,attention_prefill,bf16,,,,4,4096,128,32,1,,500\n").size() == 1);
  CHECK(scores("x,H100,attention_prefill,bf16,,,,,4096,128,,0,,500\n").empty());
}

TEST_CASE("a size of zero or below is refused by the name of its column where the operation has that size") {
  const auto refused = [](const std::string& op, const std::string& column, const std::string& value) {
    std::string heads, cells;
    for (const auto& [name, usual] : {std::pair{"m", "1024"},
                                      {"n", "8"},
                                      {"k", "1024"},
                                      {"batch", "4"},
                                      {"seqlen", "1024"},
                                      {"heads", "32"},
                                      {"head_dim", "128"}}) {
      heads += std::string(",") + name;
      cells += "," + (column == name ? value : std::string(usual));
    }
    const auto row = kernel_answers("id,gpu,op,dtype" + heads + "\nr,H100," + op + ",bf16" + cells + "\n")[0];
    return row.status == RowStatus::invalid && says(row, column + " '" + value + "'");
  };
  for (const char* value : {"0", "-2"}) {
    for (const char* column : {"m", "n", "k", "batch"}) CHECK_MESSAGE(refused("gemm", column, value), std::string(column));
    for (const char* column : {"batch", "seqlen", "heads", "head_dim"})
      CHECK_MESSAGE(refused("attention_prefill", column, value), std::string(column));
    CHECK(refused("all_reduce", "n", value));
    // Mixed tables fill the columns of other operations.
    for (const char* column : {"m", "n", "k"}) CHECK_FALSE(refused("attention_prefill", column, value));
    for (const char* column : {"seqlen", "heads", "head_dim"}) CHECK_FALSE(refused("gemm", column, value));
  }
  for (const char* note : {"nodes=0", "ep=0", "tp=-2", "topk=-1"}) {
    const auto row =
        kernel_answers(fmt::format("id,gpu,op,dtype,m,n,k,notes\nr,H100,moe_ffn,bf16,512,1024,2048,experts=64;{}\n", note))[0];
    CHECK_MESSAGE(row.status == RowStatus::invalid, std::string(note));
  }
}

TEST_CASE("a rate that contradicts the time is said, and the time is scored") {
  const auto answered = [](const std::string& measured) {
    return validate_kernels(
        *Csv::parse({"rows.csv", "id,gpu,op,dtype,m,n,k,time_us,tflops\nr,H100,gemm,bf16,4096,4096,4096," + measured + "\n"}),
        builtin_kernels(), builtin_gpus(), nccl());
  };
  const auto timed = answered("200,");  // 687 TFLOP/s
  for (const char* alike : {"200,687", "200,650", "200,720"}) CHECK(answered(alike).rows[0].reason == timed.rows[0].reason);
  for (const char* other : {"200,600", "200,800", "200,0.687"}) {
    CHECK_MESSAGE(says(answered(other).rows[0], "tflops contradicts time_us by"), std::string(other));
    CHECK(answered(other).by_operation[0].bias == timed.by_operation[0].bias);
  }
}

TEST_CASE("counts that are parts of one or more than there are refuse a row") {
  const auto status = [](const std::string& op, const std::string& notes) {
    return kernel_answers("id,gpu,op,dtype,m,n,k,batch,seqlen,head_dim,heads,notes\nr,H100," + op +
                          ",bf16,4096,2048,7168,1,4096,128,32,\"" + notes + "\"\n")[0]
        .status;
  };
  CHECK(status("ep_dispatch", "topk=8;nodes=2") == RowStatus::ok);
  CHECK(status("ep_dispatch", "topk=8;nodes=1.5") == RowStatus::invalid);
  CHECK(status("ep_dispatch", "topk=300;experts=256") == RowStatus::invalid);
  CHECK(status("attention_prefill", "kv_heads=8") == RowStatus::ok);
  CHECK(status("attention_prefill", "kv_heads=7") == RowStatus::invalid);
}

TEST_CASE("what notes say that m counts is counted, and a count without its sign is said to be passed over") {
  const auto ask = [](const std::string& op, const std::string& m, const std::string& cells) {
    return kernel_answers("id,gpu,op,dtype,m,n,k,batch,notes\nr,H100," + op + ",bf16," + m + "," + cells + "\n")[0];
  };
  CHECK(ask("all_reduce", "1048576", "8,,,m=elements").time_us == ask("all_reduce", "2097152", "8,,,").time_us);
  CHECK(ask("grouped_gemm", "4096", "2048,7168,4,m is the total over the groups").time_us ==
        ask("grouped_gemm", "1024", "2048,7168,4,").time_us);
  CHECK(says(ask("ep_dispatch", "4096", "16,7168,,topk=8;nodes 2"), "\"nodes 2\" passed over"));
  CHECK(!says(ask("ep_dispatch", "4096", "16,7168,,topk 8"), "passed over"));
}

TEST_CASE("a rate that no way of counting FLOP brings to the time is said where several are possible") {
  const auto reason = [](const std::string& rate) {
    return kernel_answers(
               "id,gpu,op,dtype,batch,seqlen,head_dim,heads,causal,time_us,tflops\nr,H100,attention_prefill,bf16,1,8192,"
               "128,32,1,2000," +
               rate + "\n")[0]
        .reason;
  };
  for (const char* possible : {"275", "550"}) CHECK(reason(possible).find("tflops") == std::string::npos);
  CHECK(reason("1733").find("above the peak") != std::string::npos);
  CHECK(kernel_answers("gpu,op,m,n,time_us,gbps\nH100,all_reduce,8589934592,8,40000,215\n")[0].reason.find("gbps") ==
        std::string::npos);
  CHECK(kernel_answers("gpu,op,m,n,time_us,gbps\nH100,all_reduce,8589934592,8,40000,376\n")[0].reason.find("gbps") ==
        std::string::npos);
  CHECK(kernel_answers("gpu,op,m,n,time_us,gbps\nH100,all_reduce,8589934592,8,100,400\n")[0].reason.find("gbps") !=
        std::string::npos);
  for (const char* wrong : {"200", "700"}) CHECK(reason(wrong).find("tflops") != std::string::npos);
}
