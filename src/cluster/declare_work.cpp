// What may a file say of jobs, leases and money, and which tables make up the file?
#include "catalog/words.h"
#include "cluster/file.h"
#include "cluster/limits.h"

template <>
struct eigenbau::Words<eigenbau::cluster::JobKind> {
  using K = cluster::JobKind;
  static constexpr std::pair<std::string_view, K> words[] = {{"training", K::training}, {"serving", K::serving}};
};

namespace eigenbau {
using namespace cluster;

template <>
const Record<ModelShape>& record<ModelShape>() {
  static const Record<ModelShape> kRecord = [] {
    Record<ModelShape> r("job.shape", "Figures of the model that differ from the catalog's.");
    auto count = [&](const char* key, std::optional<int> ModelShape::* member, const char* doc) -> FieldInfo& {
      return r.field(key, member, doc).at_least(1).at_most(1e8).fallback("the model's");
    };
    count("layers", &ModelShape::layers, "Transformer layers.").example("32");
    count("hidden", &ModelShape::hidden, "Width of the residual stream.");
    count("heads", &ModelShape::heads, "Attention heads.");
    count("kv_heads", &ModelShape::kv_heads, "Heads of keys and values.");
    count("head_dim", &ModelShape::head_dim, "Width of one head.");
    count("ffn_hidden", &ModelShape::ffn_hidden, "Width of the dense MLP.");
    count("vocabulary", &ModelShape::vocabulary, "Entries of the vocabulary.");
    count("experts", &ModelShape::experts, "Experts of a layer.");
    count("experts_per_token", &ModelShape::experts_per_token, "Experts that one token visits.");
    count("expert_hidden", &ModelShape::expert_hidden, "Width of one expert.");
    count("shared_experts", &ModelShape::shared_experts, "Experts that every token visits.");
    return r;
  }();
  return kRecord;
}

template <>
const Record<PlanOverride>& record<PlanOverride>() {
  static const Record<PlanOverride> kRecord = [] {
    Record<PlanOverride> r("job.plan", "Parallel degrees that are given; the others are searched.");
    auto degree = [&](const char* key, std::optional<int> PlanOverride::* member, const char* doc) -> FieldInfo& {
      return r.field(key, member, doc).at_least(1).at_most(kMostGpus).fallback("searched");
    };
    degree("tp", &PlanOverride::tp, "Tensor parallel.").example("8");
    degree("pp", &PlanOverride::pp, "Pipeline parallel.").example("1");
    degree("vp", &PlanOverride::vp, "Virtual stages of one pipeline rank.");
    degree("dp", &PlanOverride::dp, "Data parallel.");
    degree("cp", &PlanOverride::cp, "Context parallel.");
    r.field(
         "cp_comm_type", &PlanOverride::cp_comm_type,
         "How keys and values get around under context parallelism, as Megatron-Core names it: a ring, an exchange of heads, or "
         "all of them gathered first.")
        .example("\"a2a\"")
        .fallback("as the stack does");
    degree("ep", &PlanOverride::ep, "Expert parallel.");
    degree("etp", &PlanOverride::etp, "Tensor parallel in an expert.");
    degree("mbs", &PlanOverride::mbs, "Sequences of one micro-batch.");
    r.field("zero", &PlanOverride::zero, "ZeRO stage.").at_least(0).at_most(3).fallback("as the stack does");
    r.field("shard_group", &PlanOverride::shard_group,
            "Data-parallel ranks that share one sharded copy; between such groups it is replicated.")
        .at_least(1)
        .at_most(kMostGpus)
        .fallback("all ranks");
    r.field("expert_overlap", &PlanOverride::expert_overlap,
            "Traffic of experts runs beside the compute of another micro-batch, outside DualPipe too.")
        .fallback("searched, where the stack can");
    r.field("recompute", &PlanOverride::recompute, "Which activations are computed again in the backward pass.")
        .fallback("searched");
    r.field("recompute_num_layers", &PlanOverride::recompute_num_layers,
            "Layers of each model chunk that are computed again whole, while the others keep everything.")
        .at_least(1)
        .at_most(1e4)
        .fallback("all, under full recompute");
    r.field("recompute_modules", &PlanOverride::recompute_modules,
            "Parts of every layer that are computed again, as Megatron-Core names them.")
        .example("[\"moe_act\", \"layernorm\"]")
        .fallback("as the stack does, under selective recompute");
    return r;
  }();
  return kRecord;
}

template <>
const Record<JobStart>& record<JobStart>() {
  static const Record<JobStart> kRecord = [] {
    Record<JobStart> r("job.start", "When the job may begin; where both keys are stated, both must hold.");
    r.field("gpus_online", &JobStart::gpus_online, "Accelerators that must be online.")
        .at_least(1)
        .at_most(kMostGpus)
        .example("64");
    r.field("on", &JobStart::on, "First day.").example("2025-03-01");
    return r;
  }();
  return kRecord;
}

namespace {

/// A bare number counts sequences, a quantity is an amount of tokens.
void read_global_batch(FieldInfo& field) {
  field.read = [by_tokens = field.read](void* object, const Node& value, const FieldInfo& declared, Reader& reader) {
    if (value.kind != Node::Kind::integer) return by_tokens(object, value, declared, reader);
    FieldInfo counted = declared;
    counted.at_least(1).at_most(1e9);
    if (const auto sequences = reader.count(value, counted, 1e9))
      static_cast<JobTable*>(object)->global_batch_sequences = static_cast<int>(*sequences);
  };
}

void declare_training(Record<JobTable>& r) {
  r.field("tokens", &JobTable::tokens, "Training: tokens to train on; or `compute`.")
      .geometric()
      .above(0)
      .at_most(kMostTokens)
      .example("\"1 Ttoken\"");
  r.field("compute", &JobTable::compute, "Training: model FLOP of the whole run; or `tokens`.")
      .geometric()
      .above(0)
      .at_most(kMostFlop)
      .example("\"2e26 FLOP\"");
  read_global_batch(
      r.field("global_batch", &JobTable::global_batch_tokens, "Training: a count of sequences, or an amount of tokens.")
          .or_count()
          .above(0)
          .at_most(kMostTokens)
          .example("\"4 Mtoken\"")
          .fallback("chosen for the model"));
  r.field("sequence_length", &JobTable::sequence_length, "Training: tokens of one sequence.")
      .at_least(1)
      .at_most(kMostTokensOfARequest)
      .example("8192")
      .fallback("as the model was trained");
  r.field("mfu", &JobTable::mfu, "Training: model FLOP utilization; overrides the prediction.")
      .above(0)
      .at_most(1)
      .example("\"40 %\"")
      .fallback("predicted");
  r.field("plan", &JobTable::plan, "Training: parallel degrees that are given.").fallback("searched");
  r.field("grow", &JobTable::grow, "Training: takes what comes online later.").fallback("false");
  r.field("deadline", &JobTable::deadline, "Training: the day by which it must be done.").example("2025-12-31");
  r.field("checkpoint_interval", &JobTable::checkpoint_interval, "Training: time between checkpoints.")
      .above(0)
      .at_most(kYear)
      .example("\"30 min\"")
      .fallback("the best one");
}

void declare_serving(Record<JobTable>& r) {
  r.field("input_tokens", &JobTable::input_tokens, "Serving: tokens of one request.")
      .at_least(1)
      .at_most(kMostTokensOfARequest)
      .example("1000");
  r.field("output_tokens", &JobTable::output_tokens, "Serving: tokens of one answer.")
      .at_least(1)
      .at_most(kMostTokensOfARequest)
      .example("300");
  r.field("gpus_per_replica", &JobTable::gpus_per_replica, "Serving: accelerators that hold one copy of the model.")
      .at_least(1)
      .at_most(kMostGpus)
      .example("8")
      .fallback("as few as hold it and meet the target");
  r.field("concurrency", &JobTable::concurrency, "Serving: requests in one replica at a time.")
      .at_least(1)
      .at_most(1e7)
      .example("64")
      .fallback("as many as the targets allow");
  r.field("time_to_first_token", &JobTable::time_to_first_token, "Serving: target.").above(0).at_most(kDay).example("\"1 s\"");
  r.field("time_per_output_token", &JobTable::time_per_output_token, "Serving: target.")
      .above(0)
      .at_most(kHour)
      .example("\"50 ms\"");
  r.field("demand", &JobTable::demand, "Serving: output that is asked for.")
      .above(0)
      .at_most(kMostTokens / kSecond)
      .example("\"100 ktoken/s\"")
      .fallback("all that the machine gives");
  r.field("price", &JobTable::price, "Serving: what the output is sold for.")
      .at_least(0)
      .at_most(kUsd / kTokenUnit)
      .example("\"10 USD/Mtoken\"");
}

}  // namespace

template <>
const Record<JobTable>& record<JobTable>() {
  static const Record<JobTable> kRecord = [] {
    Record<JobTable> r("job", "What the machine is for: a training run, or serving a model.");
    r.field("name", &JobTable::name, "How the command line and reports call it.").required().example("\"first run\"");
    r.field("kind", &JobTable::kind, "Which of the keys below apply.").fallback("training");
    r.field("model", &JobTable::model, "Catalog model.").required().example("\"llama3-8b\"");
    r.field("shape", &JobTable::shape, "Figures of the model that differ from the catalog's.");
    r.field("precision", &JobTable::precision, "Number format of the matrix products.").example("\"bf16\"").fallback("bf16");
    r.field("stack", &JobTable::stack, "Catalog software stack.")
        .example("\"megatron-core-2024\"")
        .fallback("the one for the accelerator");
    r.field("gpus", &JobTable::gpus, "Accelerators that it may use.")
        .at_least(1)
        .at_most(kMostGpus)
        .example("64")
        .fallback("all that are online");
    r.field("start", &JobTable::start, "When it may begin.").fallback("when everything stands");
    declare_training(r);
    declare_serving(r);
    r.field("source", &JobTable::source, "Who says so.");
    return r;
  }();
  return kRecord;
}

template <>
const Record<Lease>& record<Lease>() {
  static const Record<Lease> kRecord = [] {
    Record<Lease> r("lease", "An alternative to building. Either `price`, or `total` with `term`.");
    r.field("name", &Lease::name, "How claims and reports call it.").required().example("\"neocloud\"");
    r.field("gpu", &Lease::gpu, "Catalog accelerator.").required().example("\"h100-sxm\"");
    r.field("count", &Lease::count, "Accelerators.").required().at_least(1).at_most(kMostGpus).example("64");
    r.field("price", &Lease::price, "Of one accelerator.").at_least(0).at_most(1e4 * kUsd / kHour).example("\"2.99 USD/GPU-h\"");
    r.field("total", &Lease::total, "Of all of them over the whole term.").at_least(0).at_most(kMostMoney).example("\"5 MUSD\"");
    r.field("term", &Lease::term, "How long the contract runs.").above(0).at_most(100 * kYear).example("\"3 years\"");
    r.field("from", &Lease::from, "First day.").example("2025-02-01").fallback("the start of the build");
    r.field("take_or_pay", &Lease::take_or_pay, "Share that is paid even if unused.")
        .at_least(0)
        .at_most(1)
        .example("\"100 %\"")
        .fallback("100 %");
    r.field("source", &Lease::source, "Who says so.");
    return r;
  }();
  return kRecord;
}

template <>
const Record<Finance>& record<Finance>() {
  static const Record<Finance> kRecord = [] {
    Record<Finance> r("finance", "What money costs and how long things last.");
    auto share = [&](const char* key, std::optional<Share> Finance::* member, const char* doc, const char* example) {
      r.field(key, member, doc).at_least(0).at_most(1).example(example).fallback("the catalog's");
    };
    auto life = [&](const char* key, std::optional<Time> Finance::* member, const char* doc, const char* example) {
      r.field(key, member, doc).at_least(kYear / 12).at_most(100 * kYear).example(example).fallback("the catalog's");
    };
    share("discount_rate", &Finance::discount_rate, "Cost of capital, a year.", "\"6 %\"");
    life("it_life", &Finance::it_life, "Of servers, network and storage.", "\"5 years\"");
    life("shell_life", &Finance::shell_life, "Of the building.", "\"14 years\"");
    life("plant_life", &Finance::plant_life, "Of transformers, generators and cooling.", "\"20 years\"");
    share("residual_value", &Finance::residual_value, "What the IT is worth at the end of its life.", "\"0 %\"");
    share("maintenance", &Finance::maintenance, "Of capital, a year.", "\"3 %\"");
    r.field("shell", &Finance::shell, "Building, electrical and mechanical plant, per IT power.")
        .at_least(0)
        .at_most(kGigaUsd / kMegawatt)
        .example("\"10 MUSD/MW\"")
        .fallback("the catalog's");
    r.field("staff", &Finance::staff, "People on site.").at_least(0).at_most(1e6).example("4").fallback("derived");
    r.field("staff_cost", &Finance::staff_cost, "Of one person, a year.")
        .at_least(0)
        .at_most(10 * kMegaUsd)
        .example("\"120 kUSD\"")
        .fallback("the catalog's");
    r.field("price_date", &Finance::price_date, "Prices are taken as of this day.")
        .example("2025-01-01")
        .fallback("the start of the build");
    r.field("source", &Finance::source, "Who says so.");
    return r;
  }();
  return kRecord;
}

template <>
const Record<ClusterFile>& record<ClusterFile>() {
  static const Record<ClusterFile> kRecord = [] {
    Record<ClusterFile> r("cluster file",
                          "What is built, what feeds it, when it arrives, what it is for, and what the alternative is.");
    r.field("format", &ClusterFile::format, "Format and version of this file.").required().example("\"eigenbau.cluster/1\"");
    r.field("name", &ClusterFile::name, "Heads the report.").required().example("\"our first cluster\"");
    r.field("source", &ClusterFile::source, "Where the facts of this file come from.");
    r.field("site", &ClusterFile::site, "Where the machine stands.");
    r.field("hall", &ClusterFile::hall, "What a rack position may hold.");
    r.field("power", &ClusterFile::power, "How power reaches the servers.");
    r.field("supply", &ClusterFile::supply, "What feeds the site.").fallback("no limit is known");
    r.field("battery", &ClusterFile::battery, "What carries load for a while.");
    r.field("servers", &ClusterFile::servers, "What is bought.").required();
    r.field("fabric", &ClusterFile::fabric, "The back-end network.");
    r.field("storage_network", &ClusterFile::storage_network, "How the servers reach storage.");
    r.field("management", &ClusterFile::management, "The network of management ports.");
    r.field("storage", &ClusterFile::storage, "Where data and checkpoints live.");
    r.field("build", &ClusterFile::build, "How the machine comes up.");
    r.field("failures", &ClusterFile::failures, "What interrupts a job.");
    r.field("job", &ClusterFile::job, "What it is for.");
    r.field("lease", &ClusterFile::lease, "The alternatives to building.");
    r.field("finance", &ClusterFile::finance, "What money costs and how long things last.");
    r.field("claim", &ClusterFile::claim, "Sentences to be checked against the model.");
    return r;
  }();
  return kRecord;
}

}  // namespace eigenbau
