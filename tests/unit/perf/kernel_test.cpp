// What must any law of kernel time obey?
#include "perf/kernel.h"

#include <doctest/doctest.h>

#include "perf/kernel_laws.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::perf;

namespace {
const KernelGpu kH100{"h100-sxm", "hopper", 3350_GBps, 132};
const KernelGpu kA100{"a100-80", "ampere", 2039_GBps, 108};
GemmLaw h100() { return gemm_law(kH100, KernelFormat::bf16, 989_TFLOPps).law; }
FlopRate rate(double m, double n, double k, Time t) { return 2 * m * n * k * kFlopUnit / t; }
}  // namespace

TEST_CASE("a large product tends to the ceiling of the law and never beats the peak") {
  const GemmLaw law = h100();
  const FlopRate large = rate(16384, 16384, 16384, gemm_time(law, 16384, 16384, 16384));
  CHECK(large < law.compute_share * law.peak);
  CHECK(large > 0.8 * law.compute_share * law.peak);
}

TEST_CASE("an empty product takes the launch") {
  const GemmLaw law = h100();
  CHECK(gemm_time(law, 1, 8, 8) < 2 * law.launch);
  CHECK(gemm_time(law, 1, 8, 8) >= law.launch);
}

TEST_CASE("a larger product never takes less") {
  for (const GemmLaw& law : {h100(), gemm_law(kA100, KernelFormat::bf16, 312_TFLOPps).law,
                             gemm_law(kH100, KernelFormat::fp8, 1979_TFLOPps, "trtllm").law}) {
    for (double a = 1; a <= 16384; a *= 1.37)
      for (double b : {64., 768., 4096., 12288.}) {
        CHECK(gemm_time(law, a * 1.37, b, b) >= gemm_time(law, a, b, b));
        CHECK(gemm_time(law, b, a * 1.37, b) >= gemm_time(law, b, a, b));
        CHECK(gemm_time(law, b, b, a * 1.37) >= gemm_time(law, b, b, a));
      }
  }
}

TEST_CASE("a product of few rows streams the weights: twice the memory rate, half the time beyond the launch") {
  GemmLaw law = h100();
  const Time once = gemm_time(law, 4, 16384, 16384) - law.launch;
  law.memory *= 2;
  const Time twice = gemm_time(law, 4, 16384, 16384) - law.launch;
  CHECK(once / twice == doctest::Approx(2).epsilon(0.02));
}

TEST_CASE("H100, 8192 x 8192: memory-bound up to some 300 rows (published: 49 us for 1 to 64 rows, 673 us for 4,096)") {
  const GemmLaw law = h100();
  const Time one = gemm_time(law, 1, 8192, 8192);
  CHECK(one.in(1_us) == doctest::Approx(49).epsilon(0.15));
  CHECK(gemm_time(law, 64, 8192, 8192) / one < 1.1);
  CHECK(gemm_time(law, 256, 8192, 8192) / one < 1.35);
  CHECK(gemm_time(law, 512, 8192, 8192) / one > 1.5);
  CHECK(gemm_time(law, 4096, 8192, 8192).in(1_us) == doctest::Approx(673).epsilon(0.15));
}

TEST_CASE("one group is a dense product, and splitting rows over groups never helps") {
  const GroupedGemmLaw law = grouped_gemm_law(kH100, KernelFormat::bf16, 989_TFLOPps).law;
  CHECK(grouped_gemm_time(law, 1, 4096, 4096, 4096).base() ==
        doctest::Approx((gemm_time(law.gemm, 4096, 4096, 4096) + law.per_group).base()));
  CHECK(grouped_gemm_time(law, 8, 4096, 4096, 4096) > grouped_gemm_time(law, 1, 4096, 4096, 4096));
  CHECK(grouped_gemm_time(law, 64, 4096, 4096, 4096) > grouped_gemm_time(law, 8, 4096, 4096, 4096));
}

TEST_CASE(
    "groups of unlike sizes: more rows never take less, long groups forget the spread, a mean of one row leaves half idle") {
  GroupedGemmLaw even = grouped_gemm_law(kH100, KernelFormat::bf16, 989_TFLOPps).law, uneven = even;
  uneven.spread = .3;
  Time last{};
  for (double rows = 32; rows < 1e6; rows *= 1.7) {
    const Time now = grouped_gemm_time(uneven, 64, rows, 4096, 4096);
    CHECK(now >= last * (1 - 1e-12));
    last = now;
  }
  const double ratio = grouped_gemm_time(uneven, 8, 8 * 65536, 4096, 4096) / grouped_gemm_time(even, 8, 8 * 65536, 4096, 4096);
  CHECK(ratio == doctest::Approx(1).epsilon(.01));
  // one row a group on average: half of the weights are read, and reading weights is all there is to do
  const double idle = (grouped_gemm_time(uneven, 256, 256, 4096, 4096) - grouped_gemm_time(uneven, 1, 1, 1, 1)) /
                      (grouped_gemm_time(even, 256, 256, 4096, 4096) - grouped_gemm_time(even, 1, 1, 1, 1));
  CHECK(idle == doctest::Approx(.5).epsilon(.1));
}

TEST_CASE("causal attention does half the work of full attention at long sequences") {
  const AttentionLaw law = attention_law(kH100, KernelFormat::bf16, 989_TFLOPps).law;
  AttentionShape shape{.batch = 8, .queries = 32768, .keys = 32768, .heads = 32, .kv_heads = 8};
  const Time causal = attention_forward_time(law, shape);
  shape.causal = false;
  CHECK(attention_forward_time(law, shape) / causal == doctest::Approx(2).epsilon(0.03));
}

TEST_CASE("attention over a sliding window grows with the sequence, not with its square") {
  const AttentionLaw law = attention_law(kH100, KernelFormat::bf16, 989_TFLOPps).law;
  AttentionShape shape{.batch = 4, .queries = 16384, .keys = 16384, .heads = 64, .kv_heads = 8, .window = 1024};
  const Time once = attention_forward_time(law, shape);
  shape.queries = shape.keys = 32768;
  CHECK(attention_forward_time(law, shape) / once == doctest::Approx(2).epsilon(0.05));
}

TEST_CASE(
    "a wider window never costs less, none costs more than full attention, and one as long as the sequence costs the same") {
  const AttentionLaw law = attention_law(kH100, KernelFormat::bf16, 989_TFLOPps).law;
  for (const bool causal : {true, false})
    for (const double queries : {16384., 1024., 100.}) {  // the whole sequence, or what follows cached keys
      AttentionShape shape{.batch = 4, .queries = queries, .keys = 16384, .heads = 64, .kv_heads = 8, .causal = causal};
      const Time full = attention_forward_time(law, shape);
      Time before{};
      for (shape.window = 128; shape.window < 2 * shape.keys; shape.window *= 1.01) {
        CAPTURE(shape.window);
        const Time windowed = attention_forward_time(law, shape);
        CHECK(windowed <= full);
        CHECK(windowed >= before);
        before = windowed;
      }
      for (const double window : {shape.keys - 1, shape.keys, shape.keys + 1}) {
        shape.window = window;
        CHECK(attention_forward_time(law, shape) / full == doctest::Approx(1).epsilon(1e-4));
      }
    }
}

TEST_CASE("attention over larger heads does more work a second, by less each time they double, and never more than the peak") {
  AttentionLaw law = attention_law(kH100, KernelFormat::bf16, 989_TFLOPps).law;
  const auto rate_at = [&](double size) {
    const AttentionShape shape{
        .batch = 8, .queries = 32768, .keys = 32768, .heads = 32, .kv_heads = 32, .key_size = size, .value_size = size};
    return 2 * 8 * 32 * 2 * size * (32768.0 * 32768 / 2) * kFlopUnit / attention_forward_time(law, shape);
  };
  for (const double exponent : {0.1, 0.4, 0.9, 1.2}) {
    law.compute_share = 0.3;
    law.head_exponent = exponent;
    double gain = rate_at(128) / rate_at(64);
    for (double size = 128; size <= 1024; size *= 2) {
      const double next = rate_at(2 * size) / rate_at(size);
      CHECK(next >= 1);
      CHECK(next <= 1.001 * gain);
      gain = next;
    }
    law.compute_share = 1;
    CHECK(rate_at(8192) <= law.peak);
  }
}

TEST_CASE("causal attention through half of the sequence does three quarters of the work") {
  const AttentionLaw law = attention_law(kH100, KernelFormat::bf16, 989_TFLOPps).law;
  AttentionShape shape{.batch = 8, .queries = 65536, .keys = 65536, .heads = 32, .kv_heads = 8};
  const Time full = attention_forward_time(law, shape);
  shape.window = shape.keys / 2;
  CHECK(attention_forward_time(law, shape) / full == doctest::Approx(0.75).epsilon(0.01));
}

TEST_CASE("decode reads the cache once: twice the cache, twice the time beyond the launch") {
  const DecodeLaw law = decode_law(kH100, KernelFormat::bf16, 989_TFLOPps).law;
  AttentionShape shape{.batch = 64, .queries = 1, .keys = 32768, .heads = 32, .kv_heads = 8};
  const Time once = attention_decode_time(law, shape) - law.launch;
  shape.batch = 128;
  CHECK((attention_decode_time(law, shape) - law.launch) / once == doctest::Approx(2).epsilon(0.01));
}

TEST_CASE("a missing table is answered by the nearest one, which is said") {
  CHECK(gemm_law(kH100, KernelFormat::bf16, 989_TFLOPps, "trtllm").note.empty());
  CHECK(!gemm_law({"h800", "hopper", 3350_GBps, 132}, KernelFormat::bf16, 989_TFLOPps, "trtllm").note.empty());
}
