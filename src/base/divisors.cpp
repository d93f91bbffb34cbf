// Which numbers divide a number?
#include "base/divisors.h"

#include <algorithm>

namespace eigenbau {

std::vector<int> divisors(int number) {
  std::vector<int> list{1};
  for (int prime = 2; number > 1; ++prime) {
    if (prime > number / prime) prime = number;  // what is left has no smaller factor
    const std::size_t before = list.size();
    for (long long power = prime; number % prime == 0; number /= prime, power *= prime)
      for (std::size_t i = 0; i < before; ++i) list.push_back(static_cast<int>(list[i] * power));
  }
  std::ranges::sort(list);
  return list;
}

}  // namespace eigenbau
