// Do the words and cells of kernel rows beside plain sizes change the time as they should?
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "builtin_parts.h"

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
