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
/// The rates are those of a full solution, which is unique; rounding apart (see kSame).
class LiveRates {
 public:
  /// Both must outlive this.
  LiveRates(const Paths& paths, std::span<const double> capacity);

  /// A flow begins or ends; rates follow at the next settle().
  void begin(int flow);
  void end(int flow);

  /// Brings all rates up to date. Returns the flows whose rate is another now; those that ended are not among them.
  std::span<const std::int32_t> settle();

  double rate(int flow) const { return rate_[static_cast<std::size_t>(flow)]; }
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

  std::span<const std::int32_t> on(std::int32_t link) const;
  void fill_all();
  void reopen(int flow);
  void reopen_limited_by(std::int32_t link);
  void touch(std::int32_t link);
  void push_touched();
  double share_of(std::int32_t link);
  void fill(std::int32_t link, double share);
  void assign(int flow, double share, std::int32_t link);

  const Paths& paths_;
  std::span<const double> capacity_;
  FlowsOfLinks crossing_;                 ///< of each link the active flows first
  std::vector<std::int32_t> count_;       ///< active flows of each link
  std::vector<std::int32_t> limits_;      ///< flows whose bottleneck the link is
  std::vector<double> rate_;              ///< of each flow
  std::vector<std::int32_t> bottleneck_;  ///< of each flow
  std::vector<State> state_;              ///< of each flow
  std::vector<std::uint8_t> is_touched_;  ///< of each link
  std::vector<std::int32_t> begun_, looked_at_, changed_, touched_;
  std::vector<Level> levels_;  ///< a heap, the smallest share first
  std::vector<double> scratch_;
  int active_ = 0;
};

}  // namespace eigenbau::network
