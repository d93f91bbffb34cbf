// Laws of serving: Little's law, monotone in batch and bandwidth, published cache sizes, what does not fit is said.
#include "perf/serving.h"

#include <doctest/doctest.h>

#include "perf/layer.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using perf::serve;

namespace {

catalog::Model llama_70b() {
  catalog::Model model;
  model.layers = 80;
  model.hidden = 8192;
  model.heads = 64;
  model.kv_heads = 8;
  model.ffn_hidden = 28672;
  model.vocabulary = 128256;
  return model;
}

perf::Machine h200(int gpus) {
  perf::Machine machine;
  machine.gpu.name = "h200";
  machine.gpu.generation = "hopper";
  machine.gpu.peak = {.bf16 = 989_TFLOPps, .fp8 = 1979_TFLOPps};
  machine.gpu.memory = 141_GB;
  machine.gpu.memory_bandwidth = 4800_GBps;
  machine.gpu.multiprocessors = 132;
  machine.gpu.scale_up_bandwidth = 450_GBps;
  machine.gpu.tdp = 700_W;
  machine.gpus = gpus;
  machine.nic_per_gpu = 400_Gbps;
  return machine;
}

perf::ServingRequest asked(int concurrency) {
  return {.input_tokens = 1024, .output_tokens = 1024, .gpus_per_replica = 8, .concurrency = concurrency};
}

}  // namespace

TEST_CASE("requests in flight are rate times stay") {
  for (const int concurrency : {1, 16, 128}) {
    const auto e = serve(llama_70b(), h200(8), asked(concurrency));
    REQUIRE(e.has_value());
    const Time stay = e->time_per_output_token * 1024;  // the prefill of others is inside, its own is the +1
    CHECK(e->output_rate.base() / 1024 * stay.in(kSecond) == doctest::Approx(concurrency).epsilon(0.01));
  }
}

TEST_CASE("a larger batch yields more tokens, each of them later") {
  TokenRate last{};
  Time wait{};
  for (int b = 1; b <= 256; b *= 2) {
    const auto e = serve(llama_70b(), h200(8), asked(b));
    REQUIRE(e.has_value());
    CHECK(e->output_rate > last);
    CHECK(e->time_per_output_token > wait);
    last = e->output_rate;
    wait = e->time_per_output_token;
  }
}

TEST_CASE("decoding one request is bound by memory: never faster than reading its weights") {
  const auto e = serve(llama_70b(), h200(8), asked(1));
  REQUIRE(e.has_value());
  CHECK(e->decode_step > e->weights_per_gpu / h200(8).gpu.memory_bandwidth);
  perf::Machine twice = h200(8);
  twice.gpu.memory_bandwidth = 2 * twice.gpu.memory_bandwidth;
  CHECK(serve(llama_70b(), twice, asked(1))->decode_step < e->decode_step);
}

TEST_CASE("a target on the time per token is met, and only as much batch is given up as it needs") {
  perf::ServingRequest request = asked(512);
  request.time_per_output_token = 20_ms;
  const auto e = serve(llama_70b(), h200(8), request);
  REQUIRE(e.has_value());
  CHECK(e->time_per_output_token <= 20_ms);
  CHECK(e->limit == perf::ServingLimit::latency_target);
  CHECK(serve(llama_70b(), h200(8), asked(e->concurrency + 1))->time_per_output_token > 20_ms);
}

TEST_CASE("where no pace meets the target, the fastest answers are given; where some do, one of them is") {
  perf::ServingRequest request = asked(512);
  const auto paces = perf::serving_paces(llama_70b(), h200(8), request);
  request.time_per_output_token = 1_us;
  const auto missed = serve(llama_70b(), h200(8), request);
  REQUIRE(missed.has_value());
  CHECK(perf::misses_target(*missed, request.time_per_output_token));
  CHECK(missed->concurrency == 1);
  CHECK(missed->time_per_output_token <= paces.front().time_per_output_token);
  request.time_per_output_token = missed->time_per_output_token;
  CHECK_FALSE(perf::misses_target(*serve(llama_70b(), h200(8), request), request.time_per_output_token));
  CHECK_FALSE(perf::misses_target(*missed, std::nullopt));
}

TEST_CASE("a replica of no stated size takes the fewest GPUs that meet the target; where none do, those that answer fastest") {
  perf::ServingRequest free = asked(64);
  free.gpus_per_replica.reset();
  const auto of_size = [&](int gpus, Time target) {
    perf::ServingRequest stated = free;
    stated.gpus_per_replica = gpus;
    stated.time_per_output_token = target;
    return *serve(llama_70b(), h200(8), stated);
  };
  REQUIRE(of_size(8, 1_us).time_per_output_token < of_size(1, 1_us).time_per_output_token);
  for (const int gpus : {1, 2, 4, 8}) {
    const Time target = of_size(gpus, 1_us).time_per_output_token;
    free.time_per_output_token = target;
    const auto e = serve(llama_70b(), h200(8), free);
    REQUIRE(e.has_value());
    CHECK(e->time_per_output_token <= target);
    CHECK(e->layout.gpus == gpus);
    perf::ServingRequest alone = free;
    alone.gpus_per_replica = 1;
    const auto other = perf::faster_size(llama_70b(), h200(8), alone);
    CHECK(other.has_value() == (gpus > 1));
    if (other) CHECK(other->layout.gpus == gpus);
  }
  free.time_per_output_token = 1_us;
  CHECK(serve(llama_70b(), h200(8), free)->layout.gpus == 8);
  CHECK_FALSE(perf::faster_size(llama_70b(), h200(8), free).has_value());
}

TEST_CASE("without a target: half of the most, and no faster pace yields as much") {
  perf::ServingRequest free = asked(1);
  free.concurrency.reset();
  const auto e = serve(llama_70b(), h200(8), free);
  REQUIRE(e.has_value());
  const TokenRate most = serve(llama_70b(), h200(8), asked(1'000'000))->output_rate;
  CHECK(e->limit == perf::ServingLimit::half_of_most);
  CHECK(e->output_rate >= 0.5 * most);
  CHECK(serve(llama_70b(), h200(8), asked(e->concurrency - 1))->output_rate < 0.5 * most);
}

TEST_CASE("no pace beats another in both time and yield, and the last one is the most") {
  const auto paces = perf::serving_paces(llama_70b(), h200(8), asked(4));
  REQUIRE(paces.size() > 3);
  for (std::size_t i = 1; i < paces.size(); ++i) {
    CHECK(paces[i].output_rate > paces[i - 1].output_rate);
    CHECK(paces[i].time_per_output_token > paces[i - 1].time_per_output_token);
  }
  CHECK(paces.back().output_rate == serve(llama_70b(), h200(8), asked(1'000'000))->output_rate);
}

TEST_CASE("cache of one token, as published: Llama 70B in fp8 160 KiB, DeepSeek-V3 in bf16 about 70 kB") {
  CHECK(serve(llama_70b(), h200(8), asked(1))->cache_per_token.base() == doctest::Approx(160 * 1024));
  catalog::Model v3 = llama_70b();
  v3.layers = 61;
  v3.hidden = 7168;
  v3.heads = v3.kv_heads = 128;
  v3.attention = catalog::AttentionKind::mla;
  v3.latent = catalog::LatentAttention{.q_lora = 1536, .kv_lora = 512, .qk_nope = 128, .qk_rope = 64, .v_head = 128};
  perf::ServingRequest request = asked(1);
  request.precision = catalog::Precision::bf16;
  CHECK(serve(v3, h200(8), request)->cache_per_token.base() == doctest::Approx(70e3).epsilon(0.02));
}

TEST_CASE("a replica waits for its busiest rank of experts, whose excess is that of a training step") {
  catalog::Model model = llama_70b();
  model.layers = 16;  // nothing but experts to speak of: 64 of them, one a token
  model.heads = model.kv_heads = 1;
  model.head_dim = 128;
  model.vocabulary = 1000;
  model.experts = catalog::Experts{.count = 64, .top_k = 1, .hidden = 7168};
  const auto prefill = [&](int gpus) {  // one prompt a rank
    perf::Machine machine = h200(gpus);
    machine.scale_up_domain = gpus;
    machine.gpu.scale_up_bandwidth = 1e6 * 1_GBps;
    const auto e =
        serve(model, machine, {.input_tokens = 8192, .output_tokens = 1, .gpus_per_replica = gpus, .concurrency = gpus});
    REQUIRE(e.has_value());
    return e->prefill;
  };
  const auto busiest = [&](int ranks) { return perf::expert_imbalance(perf::model_shape(model), {.ep = ranks}, {}); };
  CHECK(prefill(64) / prefill(8) == doctest::Approx(busiest(64) / busiest(8)).epsilon(0.04));
  CHECK(prefill(128) / prefill(64) < 1.05);  // two ranks share an expert, whose excess is what it was
}

TEST_CASE("measured: Llama 3.1 70B in fp8 on 8 H200, 64 requests, 12.7 to 13.5 ms per token") {
  const auto e = serve(llama_70b(), h200(8), asked(64));
  REQUIRE(e.has_value());
  CHECK(e->time_per_output_token.in(kMillisecond) == doctest::Approx(13.1).epsilon(0.20));
}

TEST_CASE("what does not fit is said with the numbers") {
  perf::ServingRequest request = asked(1);
  request.precision = catalog::Precision::bf16;
  request.gpus_per_replica = 1;
  perf::ServingMisfit misfit;
  CHECK_FALSE(serve(llama_70b(), h200(1), request, &misfit).has_value());
  CHECK(misfit.weights_per_gpu > misfit.available_per_gpu);
  request.gpus_per_replica.reset();
  const auto fewest = serve(llama_70b(), h200(64), request);
  REQUIRE(fewest.has_value());
  CHECK(fewest->layout.gpus == 2);
}
