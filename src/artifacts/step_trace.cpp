// How does one training step look in a trace viewer?
#include "artifacts/step_trace.h"

#include <fmt/format.h>

#include <cmath>
#include <protozero/pbf_writer.hpp>

#include "perf/step_parts.h"

namespace eigenbau::artifacts {
namespace {

using perf::PipelinePhase;
using protozero::pbf_writer;

// Field numbers of perfetto.protos: Trace, TracePacket, TrackDescriptor, TrackEvent, DebugAnnotation.
namespace trace {
constexpr protozero::pbf_tag_type kPacket = 1;
}
namespace packet {
constexpr protozero::pbf_tag_type kTimestamp = 8, kSequence = 10, kTrackEvent = 11, kTrackDescriptor = 60;
}
namespace track {
constexpr protozero::pbf_tag_type kUuid = 1, kName = 2, kParent = 5, kChildOrdering = 11, kSiblingRank = 12;
constexpr std::int32_t kExplicitOrdering = 3;
}  // namespace track
namespace event {
constexpr protozero::pbf_tag_type kAnnotation = 4, kType = 9, kTrack = 11, kName = 23;
constexpr std::int32_t kBegin = 1, kEnd = 2;
}  // namespace event
namespace annotation {
constexpr protozero::pbf_tag_type kInteger = 4, kReal = 5, kName = 10;
}

constexpr std::uint32_t kSequence = 1;
constexpr std::uint64_t kRoot = 1, kParts = 2, kFirstRank = 3;  // track ids

class Trace {
 public:
  void track(std::uint64_t id, const std::string& name, std::uint64_t parent, std::int32_t rank) {
    pbf_writer packet{writer_, trace::kPacket};
    packet.add_uint32(packet::kSequence, kSequence);
    pbf_writer descriptor{packet, packet::kTrackDescriptor};
    descriptor.add_uint64(track::kUuid, id);
    descriptor.add_string(track::kName, name);
    if (parent != 0) descriptor.add_uint64(track::kParent, parent);
    if (parent == 0) descriptor.add_enum(track::kChildOrdering, track::kExplicitOrdering);
    descriptor.add_int32(track::kSiblingRank, rank);
  }

  /// A slice of a track; `annotate` adds to what a click on it shows.
  template <class Annotate>
  void slice(std::uint64_t on, const std::string& name, Time start, Time end, Annotate annotate) {
    {
      pbf_writer packet{writer_, trace::kPacket};
      stamp(packet, start);
      pbf_writer begin{packet, packet::kTrackEvent};
      annotate(begin);
      begin.add_enum(event::kType, event::kBegin);
      begin.add_uint64(event::kTrack, on);
      begin.add_string(event::kName, name);
    }
    pbf_writer packet{writer_, trace::kPacket};
    stamp(packet, end);
    pbf_writer finish{packet, packet::kTrackEvent};
    finish.add_enum(event::kType, event::kEnd);
    finish.add_uint64(event::kTrack, on);
  }

  std::string bytes() && { return std::move(data_); }

 private:
  static void stamp(pbf_writer& packet, Time at) {
    packet.add_uint64(packet::kTimestamp, static_cast<std::uint64_t>(std::llround(at.base() * 1e9)));
    packet.add_uint32(packet::kSequence, kSequence);
  }

  std::string data_;
  pbf_writer writer_{data_};
};

void annotate(pbf_writer& begin, const char* name, std::int64_t value) {
  pbf_writer note{begin, event::kAnnotation};
  note.add_int64(annotation::kInteger, value);
  note.add_string(annotation::kName, name);
}

void annotate(pbf_writer& begin, const char* name, double value) {
  pbf_writer note{begin, event::kAnnotation};
  note.add_double(annotation::kReal, value);
  note.add_string(annotation::kName, name);
}

const char* letter(PipelinePhase phase) {
  switch (phase) {
    case PipelinePhase::forward:
      return "F";
    case PipelinePhase::backward:
      return "B";
    default:
      return "W";
  }
}

}  // namespace

std::string perfetto_trace(const perf::StepTimeline& timeline, const std::string& title) {
  Trace trace;
  int ranks = 1;
  for (const perf::PipelineWork& work : timeline.work) ranks = std::max(ranks, work.rank + 1);
  trace.track(kRoot, title, 0, 0);
  trace.track(kParts, "Parts of the step, laid end to end", kRoot, 0);
  for (int rank = 0; rank < ranks; ++rank)
    trace.track(kFirstRank + static_cast<std::uint64_t>(rank), fmt::format("Pipeline rank {}", rank), kRoot, rank + 1);

  const perf::TrainingStep& step = timeline.step;
  const auto nothing = [](pbf_writer&) {};
  trace.slice(kRoot, "One step", Time{}, step.total, [&](pbf_writer& begin) {
    annotate(begin, "mfu_causal", step.mfu_causal);
    annotate(begin, "schedule_stretched_by", timeline.stretch);
  });
  Time at{};
  for (const perf::StepPart& part : perf::kStepParts) {
    const Time time = step.*part.member;
    if (time <= Time{}) continue;
    trace.slice(kParts, part.label, at, at + time, [&](pbf_writer& begin) { annotate(begin, "share", time / step.total); });
    at += time;
  }

  for (const perf::PipelineWork& work : timeline.work)
    trace.slice(kFirstRank + static_cast<std::uint64_t>(work.rank), fmt::format("{} {}", letter(work.phase), work.micro_batch),
                work.start, work.end, [&](pbf_writer& begin) {
                  annotate(begin, "micro_batch", std::int64_t{work.micro_batch});
                  annotate(begin, "stage", std::int64_t{work.stage});
                });
  for (int rank = 0; rank < ranks; ++rank) {
    Time from = timeline.pipeline_end;
    for (const perf::StepPart& part : perf::kStepParts) {
      const bool after = part.member == &perf::TrainingStep::data_parallel || part.member == &perf::TrainingStep::optimizer ||
                         part.member == &perf::TrainingStep::fixed || part.member == &perf::TrainingStep::straggler;
      const Time time = step.*part.member;
      if (!after || time <= Time{}) continue;
      trace.slice(kFirstRank + static_cast<std::uint64_t>(rank), part.label, from, from + time, nothing);
      from += time;
    }
  }
  return std::move(trace).bytes();
}

}  // namespace eigenbau::artifacts
