// Of which names, numbers and signs does a text of degrees of parallelism consist?
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace eigenbau::tables {

/// What a degree is called, and its column in a table of training runs; "etp", "edp", "mp", "device_batch" and "copies" of a
/// group that shards have none. "mp", model parallelism, is that of tensors where nothing else states it, or of stages as well
/// where it is too many; "device_batch" what a device takes at a time.
struct DegreeName {
  std::string_view words, column;
};
/// As tables and the options of Megatron spell them; of two that begin alike the longer one first.
inline constexpr std::array kDegreeNames{DegreeName{"tp", "tp"},
                                         DegreeName{"tensor model parallel", "tp"},
                                         DegreeName{"tensor parallel", "tp"},
                                         DegreeName{"tensor mp", "tp"},
                                         DegreeName{"mp", "mp"},
                                         DegreeName{"model parallel", "mp"},
                                         DegreeName{"pp", "pp"},
                                         DegreeName{"pipeline model parallel", "pp"},
                                         DegreeName{"pipeline parallel", "pp"},
                                         DegreeName{"pipeline mp", "pp"},
                                         DegreeName{"vpp", "vpp"},
                                         DegreeName{"vp", "vpp"},
                                         DegreeName{"virtual pipeline model parallel", "vpp"},
                                         DegreeName{"virtual pipeline parallel", "vpp"},
                                         DegreeName{"virtual pipeline", "vpp"},
                                         DegreeName{"cp", "cp"},
                                         DegreeName{"context model parallel", "cp"},
                                         DegreeName{"context parallel", "cp"},
                                         DegreeName{"ulysses sequence parallel", "sp"},
                                         DegreeName{"ulysses sp", "sp"},
                                         DegreeName{"ulysses", "sp"},
                                         DegreeName{"sequence parallel", "sp"},
                                         DegreeName{"ds sequence parallel", "sp"},
                                         DegreeName{"sp", "sp"},
                                         DegreeName{"ep", "ep"},
                                         DegreeName{"expert model parallel", "ep"},
                                         DegreeName{"expert parallel", "ep"},
                                         DegreeName{"etp", "etp"},
                                         DegreeName{"expert tensor model parallel", "etp"},
                                         DegreeName{"expert tensor parallel", "etp"},
                                         DegreeName{"expert tp", "etp"},
                                         DegreeName{"moe tensor parallel", "etp"},
                                         DegreeName{"moe tp", "etp"},
                                         DegreeName{"expert data parallel", "edp"},
                                         DegreeName{"edp", "edp"},
                                         DegreeName{"dp", "dp"},
                                         DegreeName{"data parallel", "dp"},
                                         DegreeName{"dcn data parallel", "copies"},
                                         DegreeName{"mbs", "micro_batch"},
                                         DegreeName{"train micro batch size per gpu", "micro_batch"},
                                         DegreeName{"micro batch size per gpu", "micro_batch"},
                                         DegreeName{"micro batch size per device", "micro_batch"},
                                         DegreeName{"per device train batch", "device_batch"},
                                         DegreeName{"per device batch", "device_batch"},
                                         DegreeName{"per gpu batch", "device_batch"},
                                         DegreeName{"batch size per gpu", "device_batch"},
                                         DegreeName{"batch size per device", "device_batch"},
                                         DegreeName{"batch per gpu", "device_batch"},
                                         DegreeName{"batch per device", "device_batch"},
                                         DegreeName{"micro batch", "micro_batch"},
                                         DegreeName{"microbatch", "micro_batch"}};

/// A run of letters, a number, or one other character that is no gap. "x" stands by itself after a number or a name.
struct DegreeToken {
  std::size_t begin = 0, end = 0;
  std::string_view text;
  bool is_glued = false;  ///< to the one before
  std::optional<double> number{};
};

/// Of a text in lower case.
std::vector<DegreeToken> degree_tokens(std::string_view text);

}  // namespace eigenbau::tables
