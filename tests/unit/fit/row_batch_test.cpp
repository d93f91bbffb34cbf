// Is the batch of a published run read from its cell and options, and is one that is not stated the usual one?
#include <doctest/doctest.h>

#include <string>

#include "catalog/model.h"
#include "sample_rows.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

TEST_CASE("a batch that is stated in parts is their product") {
  const Cells open{{"global_batch_seqs", ""}};
  for (const char* option : {"local batch 32", "local batch size 32", "GA=32", "gradient accumulation 32"}) {
    const auto p = dense(with(open, {{"options", option}}));
    CHECK(p.plan.global_batch == 128);
    CHECK(p.step.total == dense().step.total);
    CHECK(says(p, "global batch 128"));
  }
  CHECK(dense({{"micro_batch", ""}, {"options", "GA=8"}}).plan.micro_batch == 4);
}

TEST_CASE("a batch that is counted for a plan is run on that plan") {
  const Cells open{{"global_batch_seqs", ""}, {"cp", ""}, {"dp", ""}, {"micro_batch", "2"}, {"recompute", ""}};
  for (const char* option : {"GA=8", "local batch 16"}) {
    const auto p = dense(with(open, {{"options", option}}));
    CHECK(p.plan.global_batch == 64);
    CHECK(p.plan.dp * p.plan.cp == 4);
    CHECK(p.plan.global_batch == 16 * p.plan.dp);
  }
}

TEST_CASE("what is fully sharded has a data-parallel rank on every GPU that no stated degree takes") {
  const Cells sharded{{"model", "llama3-8b"},
                      {"tp", ""},
                      {"pp", ""},
                      {"vpp", ""},
                      {"cp", ""},
                      {"dp", ""},
                      {"sharding", "FSDP"},
                      {"recompute", "full"},
                      {"global_batch_seqs", ""}};
  const auto local = dense(with(sharded, {{"options", "local batch 2"}}));
  CHECK(local.plan.dp == 64);
  CHECK(local.plan.global_batch == 128);
  CHECK(dense(with(sharded, {{"options", "GA=1"}, {"micro_batch", "2"}})).plan.global_batch == 128);
  CHECK(dense(with(sharded, {{"options", "local batch 2"}, {"tp", "8"}})).plan.global_batch == 16);
}

TEST_CASE("a local batch beside the global one says how many ranks have it; where there are fewer, what they take at a time") {
  const Cells open{{"tp", ""}, {"pp", ""}, {"vpp", ""}, {"cp", ""}, {"dp", ""}, {"micro_batch", ""}, {"recompute", ""}};
  for (const int ranks : {2, 4, 8, 32}) {
    const auto p = dense(with(open, {{"options", "local batch " + std::to_string(128 / ranks)}}));
    CHECK(p.plan.dp == ranks);
    CHECK(p.plan.tp * p.plan.pp * p.plan.cp == 64 / ranks);
    CHECK(p.step.total == dense(with(open, {{"dp", std::to_string(ranks)}})).step.total);
  }
  const Cells replicas = with(kReplicas, {{"micro_batch", ""}});
  CHECK(dense(with(replicas, {{"global_batch_seqs", "256"}, {"options", "local batch 2"}})).plan.micro_batch == 2);
  for (const char* odd : {"local batch 3", "local batch 256"}) {
    const auto p = dense(with(open, {{"options", odd}}));
    CHECK(says(p, "passed over"));
    CHECK(p.doubt > dense(open).doubt);
    CHECK(p.plan.dp == dense(open).plan.dp);
  }
  // Software that splits no model has a rank on each GPU.
  const Cells ranks = with(open, {{"stack", "PyTorch FSDP"}, {"sharding", "FSDP"}});
  CHECK(says(dense(with(ranks, {{"options", "local batch 4"}})), "passed over"));
  CHECK(dense(with(ranks, {{"options", "local batch 2"}})).plan.dp == 64);
  CHECK(dense(with(replicas, {{"options", "per-GPU batch 1"}})).plan.micro_batch == 1);
}

TEST_CASE("a batch that is stated in parts is counted for as many ranks as leave a plan that fits") {
  const Cells sharded = with(with(kLargest, kOpenPlan),
                             {{"sharding", "FSDP"}, {"num_gpus", "512"}, {"seq_len", "65536"}, {"global_batch_seqs", ""}});
  const auto p = dense(with(sharded, {{"options", "local batch 8"}}));
  CHECK(p.status == RowStatus::ok);
  CHECK(p.step.memory.fits(perf::kMemoryTolerance));
  CHECK(p.plan.dp < 512);
  CHECK(p.plan.global_batch == 8 * p.plan.dp);
  const Cells more{{"dp", std::to_string(2 * p.plan.dp)}, {"global_batch_seqs", std::to_string(16 * p.plan.dp)}};
  CHECK(!dense(with(sharded, more)).step.memory.fits(perf::kMemoryTolerance));
}

TEST_CASE("a global batch in the options is that of the column") {
  for (const char* option : {"GBS 128", "global batch 128", "global batch size = 128", "global_batch_size=128; compile",
                             "GBS 1M tokens", "gbs=128 on 64 GPUs"}) {
    const auto p = dense({{"global_batch_seqs", ""}, {"options", option}});
    CHECK_MESSAGE(p.plan.global_batch == 128, option);
    CHECK(p.step.total == dense().step.total);
  }
  CHECK(dense({{"global_batch_seqs", ""}, {"options", "GBS 1,024, compile"}}).plan.global_batch == 1024);
  const auto both = dense({{"options", "GBS 256"}});
  CHECK(both.plan.global_batch == 128);
  CHECK(says(both, "global batch 256 of the options passed over: the column has 128"));
  for (const char* same : {"GBS 128", "GBS 1M tokens"}) CHECK_MESSAGE(!says(dense({{"options", same}}), "passed over"), same);
}

TEST_CASE("parts of a batch count as frameworks call them") {
  const Cells open{{"global_batch_seqs", ""}, {"micro_batch", ""}};
  for (const char* options :
       {"per_device_train_batch_size 4, gradient_accumulation_steps 8", "train_micro_batch_size_per_gpu=4, accumulation steps 8",
        "batch size per GPU 4, grad accumulation 8", "MBS 4; 8 accumulation steps", "micro_batch_size_per_gpu 4; GAS=8"}) {
    INFO(std::string(options));
    const auto p = dense(with(open, {{"options", options}}));
    CHECK(p.plan.micro_batch == 4);
    CHECK(p.plan.global_batch == 4 * 8 * p.plan.dp);
    CHECK(p.doubt == dense({{"micro_batch", "4"}}).doubt);
    CHECK(!says(p, "not modeled"));
  }
}

TEST_CASE("the whole batch is the same by any of its names, in sequences or in tokens") {
  for (const char* options : {"effective batch size 128", "total batch size 128", "batch size 1M tokens", "1M tokens per batch",
                              "total_batch_size=128", "batch size of 1M tokens"}) {
    const auto p = dense({{"global_batch_seqs", ""}, {"options", options}});
    CHECK_MESSAGE(p.plan.global_batch == 128, std::string(options));
    CHECK(p.step.total == dense().step.total);
    CHECK(p.doubt == dense().doubt);
  }
  for (const char* cell : {"1M tokens",
                           "1M",
                           "1 million tokens",
                           "1e6 tokens",
                           "1000000",
                           "1048576",
                           "1,048,576 tokens",
                           "1 Mtoken",
                           "1 MTokens",
                           "1024 ktokens",
                           "2^20 tokens",
                           "2**20 tokens",
                           "GBS 128",
                           "gbs128",
                           "GBS=128",
                           "batch size 128",
                           "global batch: 1M tokens",
                           "128 x 8192 tokens",
                           "128 \u00d7 8192",
                           "128*8k tokens",
                           "128 sequences of 8192 tokens"})
    CHECK_MESSAGE(dense({{"global_batch_seqs", cell}}).plan.global_batch == 128, std::string(cell));
  for (const char* cell : {"4M", "4 million tokens", "4e6 tokens", "4e6"})
    CHECK_MESSAGE(dense({{"global_batch_seqs", cell}}).plan.global_batch == 512, std::string(cell));
  // GPT-3 of Megatron-LM: 3.2 million tokens are 1,536 sequences of 2,048.
  CHECK(dense({{"global_batch_seqs", "3.2M tokens"}, {"seq_len", "2048"}}).plan.global_batch == 1536);
}

TEST_CASE("without a batch the usual one is taken, in micro-batches of the ranks, and the band opens by what batches differ by") {
  const Cells many{{"num_gpus", "256"}, {"dp", "16"}, {"global_batch_seqs", ""}};
  const auto whole = dense(many);
  CHECK(whole.status == RowStatus::ok);
  CHECK(whole.plan.global_batch * 8192 == 4 * 1024 * 1024);
  CHECK(says(whole, "global batch 512 taken"));
  const auto stated = dense(with(many, {{"global_batch_seqs", "512"}}));
  CHECK(whole.step.total == stated.step.total);
  CHECK(whole.doubt == doctest::Approx(stated.doubt + 7));
  CHECK(dense(with(many, {{"micro_batch", "3"}})).plan.global_batch % (3 * 16) == 0);
  // Of 64 GPUs none has more than 32,768 tokens of a step; each stage has a micro-batch.
  CHECK(dense({{"global_batch_seqs", ""}}).plan.global_batch * 8192 == 64 * 32768);
  const Cells long_sequences{{"global_batch_seqs", ""}, {"seq_len", "131072"}, {"vpp", ""}, {"pp", "16"}, {"dp", "1"}};
  CHECK(dense(long_sequences).plan.global_batch == 16);
  // Tokens a second are nearly the same whatever the batch.
  const Cells one_stage{{"pp", "1"}, {"vpp", ""}, {"tp", "8"}, {"dp", "8"}};
  const auto rate = [&](const char* batch) {
    return dense(with(one_stage, {{"global_batch_seqs", batch}})).step.tokens_per_gpu.base();
  };
  CHECK(rate("") == doctest::Approx(rate("64")).epsilon(0.05));
}

TEST_CASE("a batch in tokens is the round number of sequences that its ranks and micro-batches divide") {
  const Cells odd{{"num_gpus", "992"}, {"tp", "8"},         {"pp", "1"},
                  {"vpp", ""},         {"seq_len", "2048"}, {"global_batch_seqs", "2M tokens"}};
  CHECK(dense(with(odd, {{"dp", "124"}})).plan.global_batch == 992);
  CHECK(dense(with(odd, {{"dp", ""}})).plan.global_batch == 992);
  CHECK(dense(with(odd, {{"dp", ""}, {"pp", ""}, {"sharding", "FSDP"}})).plan.global_batch == 992);
  CHECK(dense({{"global_batch_seqs", "1M tokens"}, {"micro_batch", "3"}}).plan.global_batch % 12 == 0);
  // What no multiple is near is no round number of them.
  CHECK(dense(with(odd, {{"dp", "124"}, {"global_batch_seqs", "160 thousand tokens"}})).status == RowStatus::invalid);
}

TEST_CASE("where micro-batch or ranks are open too, the usual batch is taken in tokens, and every rank has a sequence") {
  const Cells open{{"global_batch_seqs", ""}, {"micro_batch", ""}};
  const auto large = dense(with(open, {{"num_gpus", "256"}, {"dp", "16"}}));
  CHECK(large.plan.global_batch * 8192 == 4 * 1024 * 1024);
  CHECK(dense(with(open, kReplicas)).plan.global_batch * 8192 == 1024 * 1024);
  for (const char* gpus : {"24", "1000", "4096"}) {
    const auto many = dense(with(with(open, kReplicas), {{"num_gpus", gpus}, {"dp", gpus}}));
    CHECK(many.status == RowStatus::ok);
    CHECK(many.plan.global_batch >= many.plan.dp);
    CHECK(many.plan.global_batch % many.plan.dp == 0);
  }
  CHECK(says(dense(with(open, {{"tp", ""}, {"dp", ""}, {"options", "local batch 4"}})), "local batch 4 passed over"));
  const Cells all{{"tp", ""}, {"pp", ""}, {"vpp", ""}, {"cp", ""}, {"dp", ""}, {"recompute", ""}};
  for (const char* gpus : {"24", "64", "1000"}) CHECK(dense(with(with(open, all), {{"num_gpus", gpus}})).status == RowStatus::ok);
}

TEST_CASE("software that splits no model has split it where there are fewer sequences than GPUs, with doubt") {
  const Cells open{{"tp", ""}, {"pp", ""},          {"vpp", ""},      {"cp", ""},
                   {"dp", ""}, {"micro_batch", ""}, {"sharding", ""}, {"global_batch_seqs", "32"}};
  for (const char* stack : {"PyTorch FSDP", "DeepSpeed", "Composer FSDP"}) {
    const auto few = dense(with(open, {{"stack", stack}}));
    CHECK_MESSAGE(few.status == RowStatus::ok, stack, few.reason);
    CHECK(few.plan.tp * few.plan.cp > 1);
    CHECK(few.plan.pp == 1);
    CHECK(says(few, "splits no model by itself"));
    const auto enough = dense(with(with(open, {{"stack", stack}}), {{"global_batch_seqs", "64"}}));
    CHECK(enough.plan.tp * enough.plan.cp == 1);
    CHECK(few.doubt > enough.doubt);
  }
}

TEST_CASE("software that splits no model has a rank on each GPU, however weights lie") {
  const Cells open{{"model", "llama3.2-1b"},
                   {"tp", ""},
                   {"pp", ""},
                   {"vpp", ""},
                   {"cp", ""},
                   {"dp", ""},
                   {"recompute", ""},
                   {"num_gpus", "8"},
                   {"micro_batch", ""},
                   {"global_batch_seqs", ""}};
  const Cells sized = with(open, {{"layers", "16"},
                                  {"hidden", "2048"},
                                  {"heads", "32"},
                                  {"ffn_hidden", "8192"},
                                  {"seq_len", "2048"},
                                  {"options", "per_device_train_batch_size 4, gradient_accumulation_steps 8"}});
  for (const char* sharding : {"ddp", "none", "zero2", "zero3"})
    for (const char* stack : {"transformers Trainer", "PyTorch FSDP", "DeepSpeed"}) {
      INFO(std::string(sharding));
      const auto p = dense(with(sized, {{"sharding", sharding}, {"stack", stack}}));
      CHECK(p.plan.dp == 8);
      CHECK(p.plan.global_batch == 4 * 8 * 8);
      CHECK(p.doubt < 1);
    }
}

TEST_CASE("a batch per device is all of its step where nothing accumulates") {
  const Cells sharded = with(
      kReplicas,
      {{"tp", ""}, {"pp", ""}, {"cp", ""}, {"dp", ""}, {"micro_batch", ""}, {"recompute", "full"}, {"global_batch_seqs", ""}});
  for (const auto& [stack, sharding] : {std::pair{"MaxText", "FSDP"}, {"transformers Trainer", "ddp"}, {"DeepSpeed", "zero3"}})
    for (const char* options : {"per_device_batch_size=2", "per-device batch 2", "batch size per GPU 2"}) {
      INFO(std::string(options));
      const auto p = dense(with(sharded, {{"stack", stack}, {"sharding", sharding}, {"options", options}}));
      CHECK(p.plan.global_batch == 2 * 64);
      CHECK(p.plan.micro_batch == 2);
      CHECK(p.doubt < 1);
    }
  // Beside a smaller micro-batch it is what a device has of a step.
  const Cells beside{{"stack", "MaxText"}, {"sharding", "FSDP"}, {"micro_batch", "1"}, {"options", "batch size per GPU 4"}};
  CHECK(dense(with(sharded, beside)).plan.global_batch == 4 * 64);
  // Of a pipeline a rank takes several a step, also where the micro-batch is stated.
  const auto stages = dense({{"global_batch_seqs", ""}, {"options", "per-GPU batch 2 (baseline 1)"}});
  CHECK(says(stages, "batch of 2 per device passed over"));
  CHECK(stages.plan.global_batch == dense({{"global_batch_seqs", ""}}).plan.global_batch);
  CHECK(stages.doubt > 1);
  CHECK(dense({{"micro_batch", ""}, {"global_batch_seqs", ""}, {"options", "per-GPU batch 2"}}).doubt > 1);
}

TEST_CASE("accumulation counts batches of a device, whatever the micro-batch, or leaves the batch open") {
  const Cells blank{{"global_batch_seqs", ""}, {"options", "per_device_train_batch_size 4, gradient_accumulation_steps 8"}};
  for (const char* micro : {"1", "2", "4", "8"}) {
    CHECK(dense(with(blank, {{"micro_batch", micro}})).plan.global_batch == 4 * 8 * 4);
    CHECK(dense(with(with(kReplicas, {{"recompute", "full"}}), with(blank, {{"micro_batch", micro}}))).plan.global_batch ==
          4 * 8 * 64);
  }
  const auto odd = dense(with(blank, {{"micro_batch", "3"}}));
  CHECK(says(odd, "batch of 4 per device passed over: the micro-batch is 3"));
  CHECK(odd.doubt > 1);
}

TEST_CASE("a batch per device of a mesh counts all its devices, also those that split the model") {
  const Cells mesh = with(kReplicas, {{"tp", ""},
                                      {"pp", ""},
                                      {"cp", ""},
                                      {"dp", ""},
                                      {"stack", "MaxText"},
                                      {"micro_batch", ""},
                                      {"recompute", "full"},
                                      {"sharding", ""},
                                      {"global_batch_seqs", ""}});
  for (const char* options :
       {"per_device_batch_size=2, ici_fsdp_parallelism=64",
        "per_device_batch_size=2 ici_fsdp_parallelism=16 ici_tensor_parallelism=4",
        "ici_fsdp_parallelism=8, dcn_fsdp_parallelism=4, ici_tensor_parallelism=2, per_device_batch_size: 2"}) {
    const auto p = dense(with(mesh, {{"options", options}}));
    CHECK_MESSAGE(p.plan.global_batch == 2 * 64, std::string(options), p.reason);
    CHECK(p.plan.micro_batch == 2 * p.plan.tp);
  }
  const auto half =
      dense(with(mesh, {{"options", "per_device_batch_size=0.5, ici_fsdp_parallelism=16, ici_tensor_parallelism=4"}}));
  CHECK(half.plan.global_batch == 32);
}

TEST_CASE("the usual batch does not grow with the ranks that sharding alone would have, where software splits models") {
  const Cells large = with(with(kLargest, kOpenPlan), {{"global_batch_seqs", ""}, {"num_gpus", "24576"}});
  for (const char* stack : {"MaxText", "torchtitan"}) {
    const auto p = dense(with(large, {{"stack", stack}}));
    CHECK(p.plan.global_batch * 8192.0 <= 8 * 1024 * 1024);
    CHECK(p.plan.tp * p.plan.pp * p.plan.cp > 1);
    const auto stated = dense(with(large, {{"stack", stack}, {"global_batch_seqs", std::to_string(p.plan.global_batch)}}));
    CHECK(p.step.total == stated.step.total);
  }
}

TEST_CASE("parts of a batch in tokens are the sequences that they are, and what these do not divide leaves the batch open") {
  const Cells open = with(kReplicas, {{"micro_batch", ""}, {"global_batch_seqs", ""}});
  const auto run = [&](const char* options) { return dense(with(open, {{"options", options}})); };
  for (const auto& [tokens, sequences] : {std::pair{"batch per GPU 16384 tokens", "batch per GPU 2"},
                                          {"per-device batch 8192 tokens", "per-device batch 1"},
                                          {"micro-batch 16384 tokens, GA 4", "micro-batch 2, GA 4"},
                                          {"local batch 16384 tokens", "local batch 2"},
                                          {"local batch size 32k tokens", "local batch size 4"}}) {
    CHECK_MESSAGE(run(tokens).plan.global_batch == run(sequences).plan.global_batch, std::string(tokens));
    CHECK(run(tokens).step.total == run(sequences).step.total);
    CHECK(run(tokens).doubt == run(sequences).doubt);
  }
  for (const char* odd : {"batch per GPU 4096 tokens", "local batch 10000 tokens"}) {
    CHECK_MESSAGE(run(odd).step.total == run("").step.total, std::string(odd));
    CHECK(run(odd).doubt > run("").doubt);
    CHECK(says(run(odd), "passed over"));
  }
  CHECK(dense({{"options", "EP 1 token drop"}}).plan.ep == dense().plan.ep);
}

TEST_CASE("a batch is the run's in whatever plain words, and as a column as in the options") {
  const Cells open{{"global_batch_seqs", ""}};
  const auto stated = dense({{"global_batch_seqs", "256"}});
  for (const char* words : {"global batch size is 256", "GBS was 256", "GBS256", "global bs 256", "train_batch_size=256",
                            "256 sequences per step", "2M tokens per step", "tokens per batch: 2097152", "0.25K global batch"}) {
    const auto p = dense(with(open, {{"options", words}}));
    CHECK_MESSAGE(p.plan.global_batch == 256, std::string(words));
    CHECK(p.step.total == stated.step.total);
    CHECK(p.doubt == stated.doubt);
  }
  const auto tokens = dense(with(open, {{"global_batch_tokens", "2M"}}));
  CHECK(tokens.step.total == stated.step.total);
  CHECK(dense(with(open, {{"gradient_accumulation", "64"}})).plan.global_batch == 256);
  for (const char* parts : {"64 microbatches", "num_microbatches=64", "GA=64"})
    CHECK_MESSAGE(dense(with(open, {{"options", parts}})).plan.global_batch == 256, std::string(parts));
  CHECK(says(dense(with(open, {{"notes", "global batch 1024"}})), "notes are not read"));
  CHECK(dense(with(open, {{"micro_batch", ""}, {"device_batch", "2"}, {"gradient_accumulation", "32"}})).plan.global_batch ==
        256);
  CHECK(says(dense({{"global_batch_tokens", "4M"}}), "global_batch_tokens \"4M\" passed over"));
  CHECK(!says(dense({{"global_batch_tokens", "1M"}}), "passed over"));
  CHECK(dense({{"global_batch_seqs", "0"}}).status == RowStatus::invalid);
}

TEST_CASE("a column that may be any batch refuses a row without another") {
  for (const char* column : {"batch_size", "batch", "Batch size (total?)"}) {
    const auto alone = dense({{"global_batch_seqs", ""}, {column, "256"}});
    CHECK_MESSAGE(alone.status == RowStatus::invalid, std::string(column));
    CHECK(says(alone, "may be a batch of all ranks"));
    CHECK(dense({{column, "256"}}).step.total == dense().step.total);
  }
  CHECK(dense({{"global_batch_seqs", ""}, {"eval_batch_size", "8"}}).status == RowStatus::ok);
}

TEST_CASE("accumulation beside the micro-batch and the global batch says how many ranks are data parallel, or is passed over") {
  const Cells open{{"dp", ""}, {"cp", ""}};
  const auto p = dense(with(open, {{"options", "gradient accumulation 64"}}));
  CHECK(p.plan.dp == 2);
  CHECK(p.plan.cp == 2);
  CHECK(p.step.total == dense(with(open, {{"dp", "2"}})).step.total);
  for (const char* odd : {"gradient accumulation 3", "gradient accumulation 16"}) {
    const auto said = dense({{"options", odd}});
    CHECK_MESSAGE(says(said, "accumulation"), std::string(odd));
    CHECK(said.step.total == dense().step.total);
    CHECK(said.doubt > dense().doubt);
  }
  CHECK(dense({{"options", "gradient accumulation 32"}}).doubt == dense().doubt);
}

TEST_CASE("a batch that is not the run's moves nothing, and is said with doubt") {
  for (const Cells& row : {Cells{{"global_batch_seqs", ""}, {"micro_batch", ""}}, Cells{{"global_batch_seqs", ""}}, Cells{}})
    for (const char* other : {"eval per-device batch 8", "critical batch size 2M tokens", "the reference uses GBS 512",
                              "validation local batch 4", "GBS 256 to 2048", "max batch size 4M tokens",
                              "eval_micro_batch_size=4", "faster than GBS 512", "the baseline ran with GBS 64", "GBS 2048 OOMs",
                              "not GBS 2048", "GBS 64 per replica", "GBS at most 2048", "next run: GBS 2048", "2x GBS 512"}) {
      const auto plain = dense(row), p = dense(with(row, {{"options", other}}));
      CHECK_MESSAGE(p.step.total == plain.step.total, std::string(other));
      CHECK(p.plan.global_batch == plain.plan.global_batch);
      CHECK(p.doubt > plain.doubt);
    }
  CHECK(dense({{"global_batch_seqs", ""}, {"options", "GBS 64 (the reference uses GBS 512)"}}).plan.global_batch == 64);
}
