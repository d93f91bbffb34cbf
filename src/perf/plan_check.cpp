// Which rules does a parallel plan break, and what are the nearest valid values?
#include "perf/plan_check.h"

#include <algorithm>

#include "perf/nearest_values.h"
#include "perf/pipeline.h"

namespace eigenbau::perf {
namespace {

bool can_interleave(int layers, long pp, long vp) { return vp > 1 && pp * vp <= layers && lays_out_evenly(layers, pp * vp); }

/// A plan being checked against the rules, one after the other.
class PlanCheck {
 public:
  PlanCheck(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan)
      : model_(model), machine_(machine), plan_(plan) {}

  std::vector<PlanViolation> run() {
    if (!check_positive()) return std::move(found_);
    check_tensor();
    check_stages();
    check_context();
    // A degree that is wrong already changes the product.
    const bool right_so_far = std::ranges::none_of(found_, &PlanViolation::fatal);
    if (matches()) {
      check_batch();
      check_experts(right_so_far);
    } else if (right_so_far) {
      found_.push_back({PlanRule::degrees_match_gpus, true, product({plan_.tp, plan_.pp, plan_.cp, plan_.dp}), machine_.gpus});
    }
    check_schedule();
    if (plan_.shard_group > 0)
      check_divides(PlanRule::shard_group_divides, plan_.shard_group, product({plan_.stages_held(), plan_.dp, plan_.cp}),
                    "shard-group");
    return std::move(found_);
  }

 private:
  bool check_positive() {
    for (const int degree :
         {plan_.tp, plan_.pp, plan_.vp, plan_.dp, plan_.cp, plan_.ep, plan_.etp, plan_.micro_batch, plan_.global_batch})
      if (degree < 1) {
        found_.push_back({PlanRule::positive_degrees, true, degree, 1, {0, 1}});
        return false;
      }
    return true;
  }

  bool matches() const { return product({plan_.tp, plan_.pp, plan_.cp, plan_.dp}) == machine_.gpus; }

  /// The nearest values that keep a rule, and where some do, leave data parallelism a whole number beside `others`. `nearest`:
  /// those of the rule's that keep one more.
  template <class Nearest>
  std::array<long, 2> nearest_beside(long others, const Nearest& nearest) const {
    const auto whole = nearest([&](long n) { return divides(product({n, others}), machine_.gpus); });
    return whole[0] > 0 || whole[1] > 0 ? whole : nearest([](long) { return true; });
  }

  void check_divides(PlanRule rule, long value, long number, std::string_view degree) {
    if (divides(value, number)) return;
    found_.push_back(
        {rule, true, value, number, nearest_valid(value, number, [&](long n) { return divides(n, number); }), degree});
  }

  void check_tensor() {
    if (!divides(plan_.tp, model_.heads)) {
      const auto nearest = nearest_beside(product({plan_.pp, plan_.cp}),
                                          [&](const auto& also) { return nearest_divisor(plan_.tp, model_.heads, also); });
      found_.push_back({PlanRule::tp_divides_heads, true, plan_.tp, model_.heads, nearest, "tp"});
    }
    const long domain = machine_.scale_up_domain;
    if (plan_.tp > domain)
      found_.push_back({PlanRule::tp_in_domain,
                        false,
                        plan_.tp,
                        domain,
                        {nearest_beside(product({plan_.pp, plan_.cp}),
                                        [&](const auto& also) {
                                          return nearest_divisor(domain + 1, model_.heads,
                                                                 [&](long tp) { return tp <= domain && also(tp); });
                                        })[0],
                         0},
                        "tp"});
  }

  void check_stages() {
    const int layers = model_.layers;
    if (plan_.pp > layers || !lays_out_evenly(layers, plan_.pp)) {
      const auto nearest = nearest_beside(product({plan_.tp, plan_.cp}), [&](const auto& also) {
        return nearest_valid(plan_.pp, layers, [&](long pp) { return lays_out_evenly(layers, pp) && also(pp); });
      });
      found_.push_back({PlanRule::pp_divides_layers, plan_.pp > layers, plan_.pp, layers, nearest, "pp"});
    }
    if (plan_.vp == 1) return;
    if (plan_.pp == 1) {
      found_.push_back({PlanRule::interleaving_needs_stages, false, plan_.vp, 1, {1, 0}, "vp"});
      return;
    }
    const long chunks = product({plan_.pp, plan_.vp});
    if (lays_out_evenly(layers, chunks)) return;
    const auto nearest =
        nearest_valid(plan_.vp, layers, [&](long vp) { return vp == 1 || lays_out_evenly(layers, product({plan_.pp, vp})); });
    // Embedding, output and each predicted token may have a chunk of their own.
    const long most = (layers + 2L + model_.mtp_layers) / plan_.pp;
    if (plan_.vp > most) found_.push_back({PlanRule::chunks_have_layers, true, plan_.vp, most, nearest, "vp"});
    else found_.push_back({PlanRule::chunks_divide_layers, false, chunks, layers, nearest, "vp"});
  }

  void check_context() {
    const int sequence = tokens_of(model_, plan_);
    const auto nearest = [&](const auto& valid) {
      return nearest_beside(product({plan_.tp, plan_.pp}), [&](const auto& also) {
        return nearest_divisor(plan_.cp, sequence, [&](long cp) { return valid(cp) && also(cp); });
      });
    };
    if (!divides(plan_.cp, sequence))
      found_.push_back({PlanRule::cp_divides_sequence, true, plan_.cp, sequence, nearest([](long) { return true; }), "cp"});
    const auto exchanges = [&](long cp) {
      return can_exchange_heads(model_.heads, model_.kv_heads, plan_.tp, static_cast<int>(cp));
    };
    if (plan_.context == ContextParallel::all_to_all && !exchanges(plan_.cp)) {
      const int heads = model_.kv_heads > 0 ? model_.kv_heads : model_.heads;
      found_.push_back(
          {PlanRule::exchange_divides_heads, false, plan_.cp, std::max(1, heads / plan_.tp), nearest(exchanges), "cp"});
    }
  }

  /// A batch that data parallelism divides takes another micro-batch; one that it does not, another batch.
  void check_batch() {
    const long together = product({plan_.micro_batch, plan_.dp}), batch = plan_.global_batch;
    if (divides(together, batch)) return;
    if (batch % plan_.dp == 0)
      found_.push_back({PlanRule::micro_batch_divides, true, together, batch,
                        nearest_divisor(plan_.micro_batch, plan_.global_batch / plan_.dp, [](long) { return true; }),
                        "micro-batch"});
    else
      found_.push_back({PlanRule::micro_batch_divides,
                        true,
                        together,
                        batch,
                        {batch / together * together, (batch / together + 1) * together},
                        "global-batch"});
  }

  void check_experts(bool right_so_far) {
    const int experts = model_.experts ? model_.experts->count : 0;
    const long ranks = product({plan_.tp, plan_.cp, plan_.dp});
    if (experts == 0) {
      if (plan_.ep > 1) found_.push_back({PlanRule::ep_without_experts, true, plan_.ep, 1, {1, 0}, "ep"});
      if (plan_.etp > 1) found_.push_back({PlanRule::etp_without_experts, true, plan_.etp, 1, {1, 0}, "etp"});
      return;
    }
    const auto nearest = nearest_divisor(plan_.ep, experts, [&](long ep) { return divides(product({ep, plan_.etp}), ranks); });
    if (!divides(plan_.ep, experts)) {
      found_.push_back({PlanRule::ep_divides_experts, true, plan_.ep, experts, nearest, "ep"});
      return;
    }
    const long together = product({plan_.ep, plan_.etp});
    if (!right_so_far || divides(together, ranks)) return;
    if (nearest[0] > 0 || nearest[1] > 0) found_.push_back({PlanRule::ep_divides_ranks, true, together, ranks, nearest, "ep"});
    else
      found_.push_back({PlanRule::ep_divides_ranks, true, together, ranks,
                        nearest_divisor(plan_.etp, static_cast<int>(ranks),
                                        [&](long etp) { return divides(product({plan_.ep, etp}), ranks); }),
                        "etp"});
  }

  void check_schedule() {
    const bool dual = plan_.schedule == Schedule::dual_pipe;
    if ((dual || plan_.schedule == Schedule::zero_bubble) && plan_.vp > 1)
      found_.push_back({PlanRule::one_chunk_schedule, true, plan_.vp, 1, {1, 0}, "vp"});
    if (dual && plan_.pp > 1 && plan_.pp % 2 != 0) {
      const auto nearest = nearest_beside(product({plan_.tp, plan_.cp}), [&](const auto& also) {
        return nearest_valid(plan_.pp, model_.layers, [&](long pp) { return pp % 2 == 0 && also(pp); });
      });
      found_.push_back({PlanRule::dual_pipe_pairs_stages, true, plan_.pp, 2, nearest, "pp"});
    }
    if ((dual || plan_.schedule == Schedule::zero_bubble) && plan_.pp == 1 && plan_.vp == 1) return check_pipeline();
    if (plan_.schedule == Schedule::interleaved && plan_.vp == 1) return check_chunks();
    const bool runs_alone = plan_.vp == 1 && !dual;
    if (runs_alone || plan_.pp == 1 || std::ranges::any_of(found_, &PlanViolation::fatal)) return;
    check_filling();
  }

  /// A schedule of several stages that was asked for on one: with the next number of stages it would run.
  void check_pipeline() {
    const int multiple = plan_.schedule == Schedule::dual_pipe ? 2 : 1;
    const auto nearest = nearest_beside(product({plan_.tp, plan_.cp}), [&](const auto& also) {
      return nearest_valid(1, model_.layers,
                           [&](long pp) { return pp % multiple == 0 && lays_out_evenly(model_.layers, pp) && also(pp); });
    });
    found_.push_back({PlanRule::schedule_needs_stages, false, 1, 2, nearest, "pp"});
  }

  /// Interleaving that was asked for and has one chunk per stage: with other chunks it would run, else with other stages.
  void check_chunks() {
    const int layers = model_.layers;
    const auto some_chunks = [&](long pp) {
      for (long vp = 2; pp * vp <= layers; ++vp)
        if (can_interleave(layers, pp, vp)) return true;
      return false;
    };
    PlanViolation violation{PlanRule::interleaving_needs_chunks, false, plan_.pp, layers, {0, 0}, "vp"};
    if (plan_.pp > 1) violation.nearest = nearest_valid(1, layers, [&](long vp) { return can_interleave(layers, plan_.pp, vp); });
    if (violation.nearest[1] == 0) {
      violation.degree = "pp";
      violation.nearest = nearest_beside(product({plan_.tp, plan_.cp}), [&](const auto& also) {
        return nearest_valid(plan_.pp, layers, [&](long pp) { return pp > 1 && some_chunks(pp) && also(pp); });
      });
    }
    found_.push_back(violation);
  }

  /// Megatron interleaves groups of pp micro-batches, DualPipe runs pairs.
  void check_filling() {
    const bool dual = plan_.schedule == Schedule::dual_pipe;
    const int count = plan_.micro_batches(), share = plan_.global_batch / plan_.dp;
    const auto fills = [&](int n) { return dual ? can_dual_pipe(plan_.pp, n) : n % plan_.pp == 0; };
    if (fills(count)) return;
    const auto micro = nearest_divisor(plan_.micro_batch, share, [&](long n) { return fills(share / static_cast<int>(n)); });
    const int step = dual ? 2 : plan_.pp, least = dual ? 2 * plan_.pp : 0;
    const int below = count / step * step, above = std::max(below + step, least);
    const long each = product({plan_.micro_batch, plan_.dp});
    const bool helps = micro[0] > 0 || micro[1] > 0;
    found_.push_back({dual ? PlanRule::dual_pipe_fills : PlanRule::micro_batches_fill, false, count, dual ? least : plan_.pp,
                      helps ? micro : std::array{product({below < least ? 0 : below, each}), product({above, each})},
                      helps ? "micro-batch" : "global-batch"});
  }

  const catalog::Model& model_;
  const Machine& machine_;
  const ParallelPlan& plan_;
  std::vector<PlanViolation> found_;
};

}  // namespace

std::string_view text_of(PlanRule rule) {
  switch (rule) {
    case PlanRule::positive_degrees:
      return "a degree below 1";
    case PlanRule::tp_divides_heads:
      return "tp does not divide the heads";
    case PlanRule::tp_in_domain:
      return "tp leaves the scale-up domain";
    case PlanRule::pp_divides_layers:
      return "pp does not divide the layers";
    case PlanRule::chunks_divide_layers:
      return "pp x vp divides neither the layers nor the layers + 2";
    case PlanRule::chunks_have_layers:
      return "vp is more than the layers of a stage: some chunks would have none";
    case PlanRule::degrees_match_gpus:
      return "tp x pp x dp x cp is not the number of GPUs";
    case PlanRule::micro_batch_divides:
      return "micro-batch x dp does not divide the global batch";
    case PlanRule::cp_divides_sequence:
      return "cp does not divide the sequence";
    case PlanRule::exchange_divides_heads:
      return "cp does not divide a rank's heads of keys and values, which Transformer Engine refuses to exchange (a2a)";
    case PlanRule::ep_divides_experts:
      return "ep does not divide the experts";
    case PlanRule::ep_divides_ranks:
      return "ep x etp does not divide tp x cp x dp";
    case PlanRule::ep_without_experts:
      return "ep without experts";
    case PlanRule::etp_without_experts:
      return "etp without experts";
    case PlanRule::interleaving_needs_stages:
      return "interleaving without pipeline stages";
    case PlanRule::interleaving_needs_chunks:
      return "interleaving with one chunk per stage runs as 1F1B";
    case PlanRule::schedule_needs_stages:
      return "zero-bubble and dual-pipe run as 1F1B on one stage";
    case PlanRule::micro_batches_fill:
      return "micro-batches are no multiple of pp, without which Megatron refuses to interleave";
    case PlanRule::dual_pipe_fills:
      return "DualPipe runs an even number of micro-batches, at least twice the stages";
    case PlanRule::shard_group_divides:
      return "the sharding group does not divide the ranks";
    case PlanRule::one_chunk_schedule:
      return "zero-bubble and dual-pipe run one chunk per stage";
    case PlanRule::dual_pipe_pairs_stages:
      return "dual-pipe needs an even number of stages";
    case PlanRule::experts_split_sequences:
      return "the software refuses to train experts with tensor parallelism that does not split sequences";
    case PlanRule::selective_by_software:
      return "the software has no selective recompute";
    case PlanRule::modules_by_software:
      return "the software takes no modules of selective recompute by name";
    case PlanRule::layers_by_software:
      return "the software recomputes all layers of a chunk or none";
    case PlanRule::halves_divide_sequence:
      return "the software deals a sequence out in 2 x cp equal parts, and these do not divide it";
    case PlanRule::overlap_by_software:
      return "the software does not run traffic of experts beside another micro-batch";
    case PlanRule::overlap_pairs:
      return "the traffic of experts cannot run beside another micro-batch";
  }
  return "";
}

std::vector<PlanViolation> check_plan(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan) {
  return PlanCheck(model, machine, plan).run();
}

}  // namespace eigenbau::perf
