// When does each rank of a pipeline work on which micro-batch?
#include "perf/pipeline_schedule.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <queue>
#include <tuple>
#include <utility>

namespace eigenbau::perf {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

struct Operation {
  int stage = 0;
  int micro_batch = 0;
  PipelinePhase phase = PipelinePhase::forward;
};

/// Megatron's order of one rank: forwards until the pipeline is full, one forward and one backward in turn, the backwards that
/// are left. Interleaved chunks change every pp micro-batches; what does not divide joins the first group.
std::vector<Operation> fixed_order(const ParallelPlan& plan, int rank) {
  const int m = plan.micro_batches(), p = plan.pp, v = plan.vp;
  const int first_group = m <= p ? m : p + m % p;
  std::vector<Operation> forward, backward;
  for (int first = 0, group = first_group; first < m; first += std::exchange(group, p))
    for (int chunk = 0; chunk < v; ++chunk)
      for (int i = first; i < first + group; ++i) {
        forward.push_back({chunk * p + rank, i, PipelinePhase::forward});
        backward.push_back({(v - 1 - chunk) * p + rank, i, PipelinePhase::backward});
      }
  const int all = m * v;
  const int fill = std::min(all, v == 1 ? p - 1 - rank : 2 * (p - 1 - rank) + (v - 1) * first_group);
  std::vector<Operation> order(forward.begin(), forward.begin() + fill);
  for (int i = 0; i < all; ++i) {
    const int ahead = fill + i;
    if (ahead < all) order.push_back(forward[static_cast<std::size_t>(ahead)]);
    order.push_back(backward[static_cast<std::size_t>(i)]);
  }
  return order;
}

/// Plays the schedule, event by event.
class Play {
 public:
  Play(const ParallelPlan& plan, std::span<const StageTime> stages, Time hop)
      : plan_(plan), stages_(stages), hop_(hop.base()), micro_batches_(plan.micro_batches()) {
    ranks_.resize(static_cast<std::size_t>(plan.pp));
    ended_.assign(2 * stages.size() * static_cast<std::size_t>(micro_batches_), kNever);
    if (greedy()) {
      lanes_.assign(2 * static_cast<std::size_t>(plan.pp), {});
    } else {
      for (int rank = 0; rank < plan.pp; ++rank) ranks_[static_cast<std::size_t>(rank)].order = fixed_order(plan, rank);
    }
  }

  std::vector<PipelineWork> run() {
    for (int rank = 0; rank < plan_.pp; ++rank) wake_.emplace(0.0, rank);
    while (!wake_.empty()) {
      const auto [now, rank] = wake_.top();
      wake_.pop();
      if (now < ranks_[static_cast<std::size_t>(rank)].free) continue;
      if (const auto next = choose(rank, now)) start(rank, *next, now);
    }
    std::ranges::sort(work_, {}, [](const PipelineWork& w) { return std::tuple(w.start, w.rank); });
    return std::move(work_);
  }

 private:
  struct Rank {
    double free = 0;
    std::vector<Operation> order;  ///< fixed schedules
    std::size_t next = 0;
  };
  /// Progress of one stage of a greedy schedule in one direction; micro-batches pass each stage in order.
  struct Lane {
    int forwards = 0, backwards = 0, weight_gradients = 0;
  };

  bool dual() const { return plan_.schedule == Schedule::dual_pipe; }
  bool greedy() const { return dual() || plan_.schedule == Schedule::zero_bubble; }
  int directions() const { return dual() ? 2 : 1; }
  int rank_of(int stage, int direction) const { return direction == 0 ? stage % plan_.pp : plan_.pp - 1 - stage; }
  int direction_of(int micro_batch) const { return dual() ? micro_batch % 2 : 0; }
  int last_stage() const { return static_cast<int>(stages_.size()) - 1; }

  double& ended(const Operation& o) {
    const auto pass = static_cast<std::size_t>(o.phase == PipelinePhase::forward ? 0 : 1);
    return ended_[(pass * stages_.size() + static_cast<std::size_t>(o.stage)) * static_cast<std::size_t>(micro_batches_) +
                  static_cast<std::size_t>(o.micro_batch)];
  }

  /// When everything that the operation waits for is there; never, while some of it has no end yet.
  double ready(const Operation& o) {
    if (o.phase == PipelinePhase::weight_gradient) return ended({o.stage, o.micro_batch, PipelinePhase::backward});
    const bool forward = o.phase == PipelinePhase::forward;
    if (forward && o.stage == 0) return 0;
    if (!forward && o.stage == last_stage()) return ended({o.stage, o.micro_batch, PipelinePhase::forward});
    const double before = ended({forward ? o.stage - 1 : o.stage + 1, o.micro_batch, o.phase});
    return plan_.pp > 1 ? before + hop_ : before;
  }

  double length(const Operation& o) const {
    const StageTime& time = stages_[static_cast<std::size_t>(o.stage)];
    if (o.phase == PipelinePhase::forward) return time.forward.base();
    if (!greedy()) return time.backward.base();
    return o.phase == PipelinePhase::weight_gradient ? time.weights.base() : (time.backward - time.weights).base();
  }

  std::optional<Operation> choose(int rank, double now) {
    if (greedy()) return choose_ready(rank, now);
    const Rank& r = ranks_[static_cast<std::size_t>(rank)];
    if (r.next == r.order.size() || ready(r.order[r.next]) > now) return std::nullopt;
    return r.order[r.next];
  }

  std::optional<Operation> choose_ready(int rank, double now) {
    // Of two directions, the one further down its way goes first: it frees the other ranks earlier.
    std::optional<Operation> best;
    const auto consider = [&](const Operation& o) {
      if (ready(o) <= now && (!best || o.stage > best->stage)) best = o;
    };
    for (const PipelinePhase phase : {PipelinePhase::backward, PipelinePhase::forward, PipelinePhase::weight_gradient}) {
      for (int direction = 0; direction < directions(); ++direction) {
        const int stage = direction == 0 ? rank : plan_.pp - 1 - rank;
        const Lane& lane = lane_of(stage, direction);
        const int mine = (micro_batches_ + (direction == 0 ? directions() - 1 : 0)) / directions();
        const auto micro_batch = [&](int index) { return directions() * index + direction; };
        if (phase == PipelinePhase::backward && lane.backwards < lane.forwards)
          consider({stage, micro_batch(lane.backwards), phase});
        if (phase == PipelinePhase::forward && lane.forwards < mine && lane.forwards - lane.backwards < plan_.pp - stage)
          consider({stage, micro_batch(lane.forwards), phase});
        const bool owes = lane.weight_gradients < lane.backwards && !plan_.freezes_weights();
        if (phase == PipelinePhase::weight_gradient && owes) consider({stage, micro_batch(lane.weight_gradients), phase});
      }
      if (best) return best;
    }
    return best;
  }

  Lane& lane_of(int stage, int direction) {
    const int lane = direction * plan_.pp + stage;
    return lanes_[static_cast<std::size_t>(lane)];
  }

  void start(int rank, const Operation& o, double now) {
    const double end = now + length(o);
    Rank& r = ranks_[static_cast<std::size_t>(rank)];
    r.free = end;
    if (o.phase != PipelinePhase::weight_gradient) ended(o) = end;
    if (greedy()) {
      Lane& lane = lane_of(o.stage, direction_of(o.micro_batch));
      ++(o.phase == PipelinePhase::forward    ? lane.forwards
         : o.phase == PipelinePhase::backward ? lane.backwards
                                              : lane.weight_gradients);
    } else {
      ++r.next;
    }
    work_.push_back({rank, o.stage, o.micro_batch, o.phase, Time::from_base(now), Time::from_base(end)});
    wake_.emplace(end, rank);
    if (o.phase == PipelinePhase::weight_gradient) return;
    const int neighbor = o.phase == PipelinePhase::forward ? o.stage + 1 : o.stage - 1;
    if (neighbor < 0 || neighbor > last_stage()) return;
    wake_.emplace(plan_.pp > 1 ? end + hop_ : end, rank_of(neighbor, direction_of(o.micro_batch)));
  }

  const ParallelPlan& plan_;
  std::span<const StageTime> stages_;
  double hop_;
  int micro_batches_;
  std::vector<Rank> ranks_;
  std::vector<Lane> lanes_;
  std::vector<double> ended_;
  std::priority_queue<std::pair<double, int>, std::vector<std::pair<double, int>>, std::greater<>> wake_;
  std::vector<PipelineWork> work_;
};

}  // namespace

std::vector<PipelineWork> pipeline_schedule(const ParallelPlan& plan, std::span<const StageTime> stages, Time hop) {
  return Play(plan, stages, hop).run();
}

}  // namespace eigenbau::perf
