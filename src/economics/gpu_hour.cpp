// What does one accelerator-hour cost when the machine is one's own?
#include "economics/gpu_hour.h"

namespace eigenbau::economics {

GpuHour gpu_hour(const YearOfOwning& year) {
  const Time used = year.gpus * year.availability * year.utilization * kYear;
  if (used <= Time{}) return {};
  return {year.capital / used, year.energy / used, year.maintenance / used, year.spares / used, year.staff / used};
}

Money cost_of_run(MoneyRate per_gpu, Time gpu_time) { return per_gpu * gpu_time; }

MoneyPerToken cost_per_token(MoneyRate per_gpu, double gpus, TokenRate rate) {
  if (rate <= TokenRate{}) return {};
  return gpus * per_gpu / rate;
}

}  // namespace eigenbau::economics
