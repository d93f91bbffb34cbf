// What does a calibrated collective library do on the links of a machine?
#include "fit/measured_library.h"

#include <algorithm>

#include "fit/collective_book.h"

namespace eigenbau::fit {

std::shared_ptr<const perf::CollectiveLibrary> library_on(const catalog::CollectivePart& part, const perf::Machine& machine,
                                                          std::vector<std::string>& notes) {
  const auto say = [&](const std::string& assumed) {
    if (!assumed.empty() && std::ranges::find(notes, assumed) == notes.end()) notes.push_back(assumed);
  };
  perf::CollectiveLibrary library;
  for (const perf::Collective used : {perf::Collective::all_reduce, perf::Collective::all_gather,
                                      perf::Collective::reduce_scatter, perf::Collective::all_to_all}) {
    std::string inside;
    library.inside = scale_up_of(part, machine.gpu.generation, machine.scale_up_link(), used, inside);
    say(inside);
  }
  const std::string_view own = perf::measured_as(perf::name_of(machine.transport), machine.nic_per_gpu);
  for (const char* name : {"roce", "efa", "efa_100g", "tcpxo", "tcpx", "tcp"}) {
    std::string across;
    library.across.emplace(name, transport_of(part, name, across));
    if (name == own && (machine.gpus == 0 || machine.gpus > machine.scale_up_domain)) say(across);
  }
  return std::make_shared<const perf::CollectiveLibrary>(std::move(library));
}

}  // namespace eigenbau::fit
