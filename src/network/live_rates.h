// Which rates change when flows begin and end?
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "network/max_min.h"

namespace eigenbau::network {

/// Max-min fair rates of flows that come and go, kept exact by looking again only at what a change can reach.
/// A change spreads upward in rate and through full links alone:
/// - A flow that ends lets those rise whose bottleneck it crossed; none of them was slower than it.
/// - Filling goes on from there link by link in the order of their shares. A flow outside counts at the rate it has until
///   a link fills below that rate: then it is cut to the link's share, and those rise that shared other full links with it.
/// - What a filled link leaves unchanged is not followed further.
/// Many flows that one link holds back, as when thousands send to one host, are a crowd: they have one rate, which is kept
/// once for all of them. While no other link that they cross can fill, one that begins or ends changes that figure alone.
///   level = (C - others) / n        C capacity of the crowd's link, n its flows, others: rates of slower flows on that link
///   level <= ceiling = min over other links M of (C_M - rates of flows on M outside crowds) / flows of crowds on M
/// Past its ceiling, or where one of these links fills, a crowd is taken apart and its flows are looked at one by one.
/// The rates are those of a full solution, which is unique; rounding apart (see kSame).
class LiveRates {
 public:
  /// Flows from which on a crowd is worth its keeping.
  static constexpr int kSmallestCrowd = 64;

  /// Both must outlive this.
  LiveRates(const Paths& paths, std::span<const double> capacity, int smallest_crowd = kSmallestCrowd);

  /// A flow begins or ends; rates follow at the next settle().
  void begin(int flow);
  void end(int flow);

  /// Brings all rates up to date. Returns the flows whose rate or crowd is another now; those that ended are not among them,
  /// and of a crowd that only changed its level none is.
  std::span<const std::int32_t> settle();
  /// Crowds whose level the last settle() changed, or that it made.
  std::span<const std::int32_t> eased() const { return eased_; }

  double rate(int flow) const {
    const double own = rate_[static_cast<std::size_t>(flow)];
    return own < 0 ? level(crowd_of(flow)) : own;
  }
  /// The crowd that a flow belongs to; -1: none. Numbers are not used again.
  std::int32_t crowd_of(int flow) const {
    const auto f = static_cast<std::size_t>(flow);
    return rate_[f] < 0 ? crowd_of_link_[static_cast<std::size_t>(bottleneck_[f])] : -1;
  }
  double level(std::int32_t crowd) const { return crowds_[static_cast<std::size_t>(crowd)].level; }
  int active() const { return active_; }

 private:
  /// Rates this close, relatively, are the same rate.
  static constexpr double kSame = 1e-12;
  enum class State : std::uint8_t { away, kept, open, filled };
  struct Level {
    double share;
    std::int32_t link;
    bool operator>(const Level& other) const { return share > other.share || (share == other.share && link > other.link); }
  };

  struct Crowd {
    std::int32_t link = 0;
    double level = 0;    ///< rate of each of its flows
    double others = 0;   ///< sum of the rates of other flows on its link, all of them slower
    double slowest = 0;  ///< level below which these would not be slower
    double ceiling = 0;
    bool alive = true;
    bool pending = false;  ///< flows have come or gone since the level was set
  };

  std::span<const std::int32_t> on(std::int32_t link) const;
  void swap(std::int32_t a, std::int32_t b);
  void fill_all();
  bool join(int flow);
  void ease();
  void recheck();
  void form(std::int32_t link);
  void form_crowds();
  void dissolve(std::int32_t crowd);
  void dissolve_on(std::int32_t link);
  void mark(std::int32_t link);
  void unmark();
  void mark_others(std::int32_t link);
  double ceiling_over_marked();
  void set_ceiling(Crowd& crowd, double bound);
  double bound_of(std::int32_t link);
  void reopen(int flow);
  void reopen_limited_by(std::int32_t link);
  void touch(std::int32_t link);
  void push_touched();
  double share_of(std::int32_t link);
  void fill(std::int32_t link, double share);
  void assign(int flow, double share, std::int32_t link);

  const Paths& paths_;
  std::span<const double> capacity_;
  int smallest_crowd_;
  FlowsOfLinks crossing_;                 ///< of each link the active flows first
  std::vector<std::int32_t> slot_;        ///< of each entry of `crossing_` its place in the paths
  std::vector<std::int32_t> entry_;       ///< the other way around
  std::vector<std::int32_t> count_;       ///< active flows of each link
  std::vector<std::int32_t> limits_;      ///< flows whose bottleneck the link is
  std::vector<double> rate_;              ///< of each flow; below zero: its crowd's
  std::vector<std::int32_t> bottleneck_;  ///< of each flow
  std::vector<State> state_;              ///< of each flow
  std::vector<std::uint8_t> is_touched_;  ///< of each link: its share has to be looked at
  std::vector<std::uint8_t> is_marked_;   ///< of each link: its bound for crowds has to be
  std::vector<std::int32_t> begun_, looked_at_, changed_, touched_, marked_;
  std::vector<Crowd> crowds_;
  std::vector<std::int32_t> crowd_of_link_;  ///< -1: none
  std::vector<std::int32_t> crowded_;        ///< flows of other links' crowds on each link
  std::vector<double> room_;                 ///< of a link that crowds cross: what flows outside crowds leave
  std::vector<double> needed_;               ///< of such a link: no ceiling of a crowd that crosses it is higher
  std::vector<std::int32_t> wait_;           ///< settlements until a crowd is tried again on a link
  std::vector<std::int32_t> pending_, eased_, scattered_, filled_;
  std::vector<Level> levels_;  ///< a heap, the smallest share first
  std::vector<double> scratch_;
  int active_ = 0;
};

}  // namespace eigenbau::network
